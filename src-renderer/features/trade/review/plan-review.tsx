import { Button, Group } from '@mantine/core'
import { useState, type ReactNode } from 'react'

import type { PlanView } from '../../../../src-preload/contract/orders'
import type { Problem } from '../../../../src-preload/contract/problem'
import { useMarket } from '../../../stores/market'
import { hrefOf } from '../../../stores/navigation'
import { known } from '../../../stores/remote'
import { unlockSigner } from '../../../stores/signers'
import { useStatus } from '../../../stores/status'
import { closeReview, confirmReview, openReview } from '../../../stores/ticket'
import { withUnit } from '../../../ui/format/amount'
import { countdown } from '../../../ui/format/time'
import { Notice, SaidNotice } from '../../../ui/notice'
import { Facts, Panel } from '../../../ui/panel'
import { PlanSteps, Rehearsal } from '../../../ui/plan-steps'
import { Tag } from '../../../ui/tag'
import { useNow } from '../../../ui/use-now'
import { Hex } from '../../../ui/values'
import { Verdicts } from '../../../ui/verdicts'
import { ORDER_TYPE_WORDS, RISK_PROFILE_WORDS, SIDE_WORDS, TIME_IN_FORCE_WORDS, VENUE_WORDS } from '../../../ui/words/orders'
import { sayProblem } from '../../../ui/words/problems'
import { costFacts } from '../costs'
import { DevicePanel } from './device-panel'

const HURRY_MS = 10_000

interface Props {
  readonly plan: PlanView
  readonly confirming: boolean
  readonly problem: Problem | null
  readonly renderOrder: (orderId: string) => ReactNode
}

/** Everything that will happen, exactly; the one button that lets it happen. */
export function PlanReview({ plan, confirming, problem, renderOrder }: Props) {
  const { draft, preview, steps, simulation } = plan
  const { base, quote } = preview.instrument
  const denies = preview.verdicts.filter(({ outcome }) => outcome === 'deny').length
  return (
    <>
      <div className="hf-review__scroll">
        <p className="hf-review__intent">{intent(plan)}</p>
        <Panel title="What will be done">
          <PlanSteps steps={steps} base={base.symbol} quote={quote.symbol} />
        </Panel>
        {simulation !== null && (
          <Panel title="What it changes, rehearsed on the chain">
            <Rehearsal simulation={simulation} steps={steps} />
          </Panel>
        )}
        <DevicePanel plan={plan} />
        <Panel title="What you pay and get">
          <Facts facts={costFacts(preview)} />
        </Panel>
        <Panel
          title="Verdict"
          className="hf-panel--flush"
          aside={denies === 0 ? <Tag tone="good">{`${preview.verdicts.length} pass`}</Tag> : <Tag tone="bad">{`${denies} deny`}</Tag>}
        >
          <Verdicts verdicts={preview.verdicts} />
        </Panel>
        <Panel title="Order">
          <Facts
            facts={[
              { label: 'Venue', value: VENUE_WORDS[draft.venue] },
              { label: 'Type', value: `${ORDER_TYPE_WORDS[draft.type]}, ${TIME_IN_FORCE_WORDS[draft.timeInForce].toLowerCase()}` },
              { label: 'Account', value: plan.account },
              { label: 'Risk profile', value: RISK_PROFILE_WORDS[draft.riskProfile].name },
              {
                label: 'Plan',
                hint: 'What you confirm is bound to this fingerprint.',
                value: <Hex value={plan.planHash} what="plan fingerprint" />,
              },
            ]}
          />
        </Panel>
        {confirming && <Panel title="Progress">{renderOrder(plan.orderId)}</Panel>}
      </div>
      <Footer plan={plan} confirming={confirming} problem={problem} denied={denies > 0} />
    </>
  )
}

/** The intent in one sentence: `Sell 0.5 ETH for at least 1 243.22 USD.` */
export function intent({ draft, preview }: PlanView): string {
  const { quote, minReceived, receivedAsset, instrument } = preview
  const amount = quote === null ? draft.amount : quote.baseAmount
  const start = `${SIDE_WORDS[draft.side]} ${withUnit(amount, instrument.base.symbol)}`
  if (minReceived === null) return `${start}.`
  if (draft.side === 'sell') return `${start} for at least ${withUnit(minReceived, receivedAsset, { most: 6 })}.`
  const about =
    quote === null
      ? ''
      : ` for about ${withUnit(quote.quoteAmount, instrument.quote.symbol, { most: instrument.priceDigits, least: instrument.priceDigits })}`
  return `${start}${about}, receiving at least ${withUnit(minReceived, receivedAsset, { most: 6 })}.`
}

function Footer({ plan, confirming, problem, denied }: Omit<Props, 'renderOrder'> & { readonly denied: boolean }) {
  const nowMs = useNow()
  const leftMs = plan.expiresAtMs - nowMs
  const expired = leftMs <= 0 && !confirming
  const signs = plan.steps.some(({ kind }) => kind === 'evm-tx')
  const account = useMarket((state) => known(state.accounts)?.find(({ id }) => id === plan.draft.account) ?? null)
  const locked = signs && account !== null && !account.ready
  // The verdicts are of the moment the plan was made; a halt since then must show here at once.
  const halted = useStatus(({ status }) => status !== null && status.killSwitch.state !== 'armed')
  return (
    <footer className="hf-review__foot">
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      {expired && (
        <Notice tone="attention" live="alert" title="This plan has expired.">
          Prices move; a plan is only good for a short time. Nothing was sent.
        </Notice>
      )}
      {halted && !confirming && (
        <Notice tone="danger" live="alert" title="Trading was halted after this plan was made.">
          It cannot be placed. Nothing was sent. Release the halt, then prepare it again.
        </Notice>
      )}
      {locked && !expired && !halted && account.kind === 'keystore' && <Unlock id={plan.draft.account} label={plan.account} />}
      {locked && !expired && !halted && account.kind !== 'keystore' && (
        <Notice tone="attention" title={`${plan.account} is not available.`}>
          Nothing can be signed with it now. <a href={hrefOf('signers')}>Signers</a> says why.
        </Notice>
      )}
      <Group justify="space-between" wrap="wrap">
        <span className={leftMs <= HURRY_MS ? 'hf-num hf-attention' : 'hf-num hf-dim'} role="timer">
          {expired ? 'Expired' : `Good for ${countdown(leftMs)}`}
        </span>
        <Group gap="sm">
          <Button variant="default" disabled={confirming} onClick={() => void closeReview()}>
            Back
          </Button>
          {expired || problem !== null ? (
            <Button disabled={halted} onClick={() => void openReview()}>
              Prepare again
            </Button>
          ) : (
            <Button loading={confirming} disabled={locked || denied || halted} onClick={() => void confirmReview()}>
              {signs ? 'Sign and send' : 'Place order'}
            </Button>
          )}
        </Group>
      </Group>
    </footer>
  )
}

function Unlock({ id, label }: { readonly id: string; readonly label: string }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  return (
    <Notice
      tone="attention"
      title={`${label} is locked.`}
      actions={
        <Button size="compact-sm" onClick={() => void unlockSigner(id).then(setProblem)}>
          Unlock signer
        </Button>
      }
    >
      The password is asked for in a window of its own.{problem !== null && ` ${sayProblem(problem).what}`}
    </Notice>
  )
}
