import './order-story.css'

import { Skeleton } from '@mantine/core'
import { useEffect } from 'react'

import type { OrderDetail, OrderSummary } from '../../../src-preload/contract/orders'
import { isOutOfItsChain, useTakenBack } from '../../stores/alerts'
import { hrefOf } from '../../stores/navigation'
import { readDetail, useOrders } from '../../stores/orders'
import { known, LOADING } from '../../stores/remote'
import { priceStyle, withUnit } from '../../ui/format/amount'
import { SaidNotice } from '../../ui/notice'
import { Facts, Panel, type Fact } from '../../ui/panel'
import { PlanSteps, Rehearsal } from '../../ui/plan-steps'
import { Tag } from '../../ui/tag'
import { Timeline } from '../../ui/timeline'
import { Unread } from '../../ui/unread'
import { Amount, Hex, When } from '../../ui/values'
import { Verdicts } from '../../ui/verdicts'
import {
  mayBeOut,
  ORDER_STATE_WORDS,
  sayRefusedButOut,
  sayState,
  ORDER_TYPE_WORDS,
  PURPOSE_WORDS,
  sayUnreadableTransactions,
  SIDE_WORDS,
  SOURCE_WORDS,
  VENUE_WORDS,
} from '../../ui/words/orders'
import { sayAlert } from '../../ui/words/alerts'
import { sayCode } from '../../ui/words/problems'
import { CancelOrder } from './cancel-order'
import { moments } from './moments'
import { NextAttempt } from './next-attempt'
import { ReplaceOrder } from './replace-order'
import { Trouble } from './trouble'

/** The life of one order: where it stands, what happened, and everything that stands behind it. Moves on until it is final. */
export function OrderStory({ orderId }: { readonly orderId: string }) {
  const remote = useOrders((state) => state.details[orderId] ?? LOADING)
  useEffect(() => {
    void readDetail(orderId)
  }, [orderId])
  const detail = known(remote)
  if (detail === null && remote.kind === 'failed') return <Unread problem={remote.problem} again={() => readDetail(orderId)} />
  if (detail === null)
    return (
      <div className="hf-story" role="status" aria-label="The order is loading">
        <Skeleton h={72} />
        <Skeleton h={240} />
      </div>
    )
  return (
    <article className="hf-story" aria-label={`Order ${headline(detail.summary)}`}>
      <Head detail={detail} />
      <Panel title="Timeline">
        <Timeline label="What happened" moments={moments(detail)} />
      </Panel>
      <Behind detail={detail} />
    </article>
  )
}

/** An order in a few words: `Sell 0.5 ETH`. */
export function headline({ side, baseAmount, baseAsset }: OrderSummary): string {
  return `${SIDE_WORDS[side]} ${withUnit(baseAmount, baseAsset)}`
}

function Head({ detail }: { readonly detail: OrderDetail }) {
  const { summary } = detail
  const { name, tone } = ORDER_STATE_WORDS[summary.state]
  const why = summary.why === null ? null : sayCode(summary.why.code, { ...summary.why.figures, ...detailOf(detail, summary.why.code) })
  const takenBack = useTakenBack(summary.orderId)
  return (
    <header className="hf-story__head">
      <div>
        <strong className="hf-story__headline">{headline(summary)}</strong>
        <span className="hf-dim">
          {summary.instrument} on {VENUE_WORDS[summary.venue]}, <When atMs={summary.createdAtMs} />
        </span>
      </div>
      <div role="status" className="hf-story__state">
        <Tag tone={isOutOfItsChain(takenBack) ? 'attention' : tone}>{name}</Tag>
        {takenBack === null && <span className="hf-dim">{sayState(detail)}</span>}
      </div>
      {takenBack !== null && <SaidNotice said={sayAlert(takenBack)} tone={isOutOfItsChain(takenBack) ? 'danger' : 'info'} />}
      <Trouble detail={detail} />
      {why !== null && <SaidNotice said={mayBeOut(detail) ? sayRefusedButOut(why) : why} tone={tone === 'bad' ? 'danger' : 'attention'} />}
      <Facts facts={summaryFacts(summary)} />
      <CancelOrder detail={detail} />
      <ReplaceOrder detail={detail} />
      <NextAttempt detail={detail} />
    </header>
  )
}

/** What the event that ended it adds to its code: that the app stopped before it was sent, say. */
function detailOf({ events }: OrderDetail, code: string): Readonly<Record<string, string>> {
  const { detail } = events.filter(({ data }) => data['code'] === code).at(-1)?.data ?? {}
  return detail === undefined ? {} : { detail }
}

function summaryFacts(summary: OrderSummary): Fact[] {
  const { baseAsset, quoteAsset } = summary
  return [
    { label: 'Filled', value: <Amount value={summary.filledBase} unit={`of ${withUnit(summary.baseAmount, baseAsset)}`} /> },
    ...(summary.averagePrice === null
      ? []
      : [
          {
            label: 'Average price',
            value: <Amount value={summary.averagePrice} unit={quoteAsset} {...priceStyle(summary.averagePrice)} copy />,
          },
        ]),
    {
      label: 'Expected price',
      value: <Amount value={summary.expectedPrice} unit={quoteAsset} {...priceStyle(summary.expectedPrice)} copy />,
    },
    ...(summary.limitPrice === null
      ? []
      : [
          { label: 'Limit price', value: <Amount value={summary.limitPrice} unit={quoteAsset} {...priceStyle(summary.limitPrice)} copy /> },
        ]),
    ...(summary.fee === null ? [] : [{ label: 'Fee', value: <Fee summary={summary} /> }]),
    {
      label: 'Type',
      value: `${ORDER_TYPE_WORDS[summary.type]}, from ${summary.account}, asked by ${SOURCE_WORDS[summary.source].toLowerCase()}`,
    },
    { label: 'Order id', value: <Hex value={summary.orderId} what="order id" /> },
  ]
}

/** The steps, the rehearsal, the verdicts, the transactions and the audit entries behind an order. */
function Behind({ detail }: { readonly detail: OrderDetail }) {
  const { summary, verdicts, steps, simulation, transactions, unreadableTransactions, auditSeqs } = detail
  return (
    <>
      {verdicts.length > 0 && (
        <Panel title="What each guard said" className="hf-panel--flush">
          <Verdicts verdicts={verdicts} />
        </Panel>
      )}
      {steps.length > 0 && (
        <Panel title="What was asked for, exactly">
          <PlanSteps steps={steps} base={summary.baseAsset} quote={summary.quoteAsset} />
        </Panel>
      )}
      {simulation !== null && (
        <Panel title="Rehearsal before signing">
          <Rehearsal simulation={simulation} steps={steps} />
        </Panel>
      )}
      {transactions.length + unreadableTransactions > 0 && (
        <Panel title="Transactions">
          {unreadableTransactions > 0 && <SaidNotice said={sayUnreadableTransactions(unreadableTransactions)} />}
          <ul className="hf-story__transactions">
            {transactions.map(({ purpose, hash, nonce, state, replacement }, index) => (
              <li key={`${nonce} ${hash ?? index}`}>
                <span>{replacement && purpose !== 'cancel' ? `${PURPOSE_WORDS[purpose]}, sped up` : PURPOSE_WORDS[purpose]}</span>
                <span className="hf-dim hf-num">nonce {nonce}</span>
                {hash === null ? <span className="hf-dim">not signed</span> : <Hex value={hash} what="transaction hash" />}
                <span>{state}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {auditSeqs.length > 0 && (
        <Panel title="Audit entries">
          <ul className="hf-story__audit">
            {auditSeqs.map((seq) => (
              <li key={seq}>
                <a className="hf-link hf-num" href={hrefOf('audit', String(seq))}>
                  #{seq}
                </a>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  )
}

/** In what it was paid, and in USD where a price is known. */
function Fee({ summary: { fee, feeAsset, feeUsd } }: { readonly summary: OrderSummary }) {
  const about = feeUsd === null ? undefined : ` (about ${withUnit(feeUsd, 'USD', { most: 2, least: 2 })})`
  return <Amount value={fee ?? ''} unit={feeAsset ?? ''} most={8} copy after={about} />
}
