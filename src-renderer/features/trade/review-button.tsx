import { Button } from '@mantine/core'
import { useState } from 'react'

import type { PreviewView } from '../../../src-preload/contract/orders'
import type { Problem } from '../../../src-preload/contract/problem'
import { hrefOf } from '../../stores/navigation'
import { unlockSigner } from '../../stores/signers'
import { openReview, useTicket } from '../../stores/ticket'
import { withUnit } from '../../ui/format/amount'
import { Notice, SaidNotice } from '../../ui/notice'
import { DENIALS } from '../../ui/words/denials'
import { GUARD_ORDER } from '../../ui/words/guards'
import { sayProblem } from '../../ui/words/problems'
import { oneLine } from '../../ui/words/said'
import { TICKET_ISSUE_WORDS } from '../../ui/words/ticket'
import { useTicketFacts, type TicketFacts } from './use-ticket-facts'

const REVIEW_BUTTON = 'review'

/** Gives the focus back to the button after the review; it was out of reach while the plan was prepared, so nothing else remembers it. */
export function focusReviewButton(): void {
  const button = document.querySelector<HTMLElement>(`#${REVIEW_BUTTON}:enabled`)
  const place = button ?? document.getElementById('main')
  place?.focus()
}

/** What the next press will do, in words; and why it cannot be pressed where it cannot. */
export function ReviewButton() {
  const facts = useTicketFacts()
  const picture = useTicket((state) => state.picture)
  const preparing = useTicket((state) => state.review.kind === 'preparing')
  const refused = useTicket((state) => (state.review.kind === 'refused' ? state.review.problem : null))
  if (facts.instrument === null) return null
  const why = whyNot(facts, picture.kind === 'failed' ? picture.problem : null)
  return (
    <div className="hf-ticket__review">
      <LockedAccount facts={facts} />
      {refused !== null && <SaidNotice said={sayProblem(refused)} />}
      <Button
        id={REVIEW_BUTTON}
        fullWidth
        size="md"
        disabled={why !== null}
        loading={preparing}
        aria-describedby="review-why"
        onClick={() => void openReview()}
      >
        <span className="hf-ticket__review-label">{reviewLabel(facts)}</span>
      </Button>
      <p id="review-why" className={why?.denied === true ? 'hf-ticket__why hf-danger' : 'hf-ticket__why hf-dim'} role="status">
        {why?.text ?? `All ${GUARD_ORDER.length} guards pass. Nothing is sent before you have seen the review.`}
      </p>
    </div>
  )
}

/** What exactly will be reviewed: `Review sell of 0.5 ETH for about 1 249.10 USD`. */
export function reviewLabel({ draft, instrument, current }: TicketFacts): string {
  if (instrument === null) return 'Review order'
  const { base, quote, priceDigits } = instrument
  const amount = current?.quote?.baseAmount ?? (draft.amountUnit === 'base' && draft.amount !== '' ? draft.amount : null)
  const unit = amount === null && draft.amount !== '' ? quote.symbol : base.symbol
  const of = amount ?? draft.amount
  if (of === '') return `Review ${draft.side}`
  const what = `Review ${draft.side} of ${withUnit(of, unit)}`
  if (draft.type === 'limit')
    return draft.limitPrice === null || draft.limitPrice === '' ? what : `${what} at ${withUnit(draft.limitPrice, quote.symbol)}`
  const about = current?.quote?.quoteAmount
  return about === undefined ? what : `${what} for about ${withUnit(about, quote.symbol, { most: priceDigits, least: priceDigits })}`
}

function whyNot(
  { issue, instrument, current }: TicketFacts,
  problem: Problem | null,
): { readonly text: string; readonly denied: boolean } | null {
  if (issue !== null && instrument !== null) {
    const { base, amountDigits, minAmountBase } = instrument
    return { text: TICKET_ISSUE_WORDS[issue]({ base: base.symbol, amountDigits, minAmountBase }), denied: false }
  }
  if (problem !== null) {
    const { what, now } = sayProblem(problem)
    return { text: `${what} ${now}`, denied: true }
  }
  if (current === null) return { text: 'Asking the guards…', denied: false }
  return refusal(current)
}

function refusal({ verdicts, obstacle }: PreviewView): { readonly text: string; readonly denied: boolean } | null {
  const denial = GUARD_ORDER.flatMap((guard) => verdicts.find((verdict) => verdict.guard === guard) ?? []).find(
    (verdict) =>
      // Where there is no transaction to judge, what kept it from being prepared is the reason.
      verdict.outcome === 'deny' && (obstacle === null || verdict.denial.code !== 'INVALID_TRANSACTION'),
  )
  const reasons = [
    ...(denial?.outcome === 'deny' ? [DENIALS[denial.denial.code](denial.denial.figures)] : []),
    ...(obstacle === null ? [] : [sayProblem(obstacle)]),
  ]
  return reasons.length === 0 ? null : { text: reasons.map(oneLine).join(' '), denied: true }
}

/** A locked signer can be unlocked right here; the password is typed in a window of main's own. */
function LockedAccount({ facts }: { readonly facts: TicketFacts }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const { account } = facts
  if (account === null || account.ready || account.kind === 'paper') return null
  if (account.kind !== 'keystore')
    return (
      <Notice tone="attention" title={`${account.label} is not available.`}>
        Nothing can be signed with it now. <a href={hrefOf('signers')}>Signers</a> says why.
      </Notice>
    )
  return (
    <Notice
      tone="attention"
      title={`${account.label} is locked.`}
      actions={
        <Button size="compact-sm" variant="default" onClick={() => void unlockSigner(account.id).then(setProblem)}>
          Unlock signer
        </Button>
      }
    >
      Nothing can be signed before it is unlocked.
      {problem !== null && ` ${sayProblem(problem).what}`}
    </Notice>
  )
}
