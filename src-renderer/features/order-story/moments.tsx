import type { ReactNode } from 'react'

import type { OrderDetail, OrderEventView } from '../../../src-preload/contract/orders'
import { formatAmount, formatGwei, fromSmallest, withUnit } from '../../ui/format/amount'
import { Facts, type Fact } from '../../ui/panel'
import { Meter } from '../../ui/tag'
import type { Moment } from '../../ui/timeline'
import { Amount, Hex } from '../../ui/values'
import { GUARD_WORDS } from '../../ui/words/guards'
import { ORDER_STATE_WORDS, REPLACEMENT_VALUES, sayEvent, sayState } from '../../ui/words/orders'
import { oneLine } from '../../ui/words/said'
import { sayCode } from '../../ui/words/problems'
import { spellOut } from '../../ui/words/audit'

/** What happened to an order, and what is awaited while it is open. */
export function moments(detail: OrderDetail): Moment[] {
  const happened = detail.events.map((event): Moment => {
    const { name, tone } = sayEvent(event)
    const body = eventBody(event, detail)
    return { key: String(event.seq), title: name, tone, atMs: event.atMs, ...(body === null ? {} : { body }) }
  })
  if (!detail.summary.open) return happened
  return [
    ...happened,
    {
      key: 'now',
      title: awaitedTitle(ORDER_STATE_WORDS[detail.summary.state].name, happened.at(-1)?.title),
      tone: 'going',
      atMs: null,
      body: <Awaited detail={detail} />,
    },
  ]
}

/** What it is now; where that is what happened last, it need not be said twice. */
const awaitedTitle = (now: string, last: string | undefined): string => (now === last ? 'What is awaited' : now)

function Awaited({ detail }: { readonly detail: OrderDetail }) {
  const { confirmations, summary } = detail
  const means = sayState(detail)
  if (confirmations === null || (summary.state !== 'confirming' && summary.state !== 'finalizing'))
    return <span className="hf-dim">{means}</span>
  const { have, need, finalityNeeded } = confirmations
  return (
    <>
      <span className="hf-num">
        {have} of {need} confirmations{finalityNeeded && ', then finality'}
      </span>
      <Meter label="Confirmations" share={need === 0 ? 1 : have / need} full="plain" />
      <span className="hf-dim">{means}</span>
    </>
  )
}

function eventBody({ type, data }: OrderEventView, { summary, verdicts }: OrderDetail): ReactNode {
  const { code, guard, ...figures } = data
  const said = code === undefined ? null : oneLine(sayCode(code, figures))
  const named = guard !== undefined && Object.hasOwn(GUARD_WORDS, guard) ? `${GUARD_WORDS[guard as keyof typeof GUARD_WORDS].name}: ` : ''
  const passed =
    type === 'OrderApproved' && verdicts.length > 0
      ? `${verdicts.filter(({ outcome }) => outcome === 'pass').length} of ${verdicts.length} passed.`
      : null
  const facts = said === null ? eventFacts(data, summary.baseAsset, summary.quoteAsset) : hashFacts(data)
  if (said === null && passed === null && facts.length === 0) return null
  return (
    <>
      {said !== null && <span>{named + said}</span>}
      {passed !== null && <span className="hf-dim">{passed}</span>}
      {facts.length > 0 && <Facts facts={facts} />}
    </>
  )
}

const hashFacts = (data: OrderEventView['data']): Fact[] => {
  const { hash } = data
  return hash === undefined ? [] : [{ label: 'Transaction', value: <Hex value={hash} what="transaction hash" /> }]
}

/** The figures of an event that people ask for, in a fixed order; what has no name here is spelled out, never hidden. */
function eventFacts(data: OrderEventView['data'], base: string, quote: string): Fact[] {
  const facts: Fact[] = []
  const { feeAsset, ...figures } = data
  for (const [key, value] of Object.entries(figures)) {
    if (value !== '') facts.push({ label: LABELS[key] ?? spellOut(key), value: show(key, value, base, quote, feeAsset ?? '') })
  }
  return facts
}

const LABELS: Readonly<Record<string, string>> = {
  hash: 'Transaction',
  baseAmount: 'Amount',
  remainingBase: 'Still open',
  filledBase: 'Filled',
  clientOrderId: 'Our order id',
  ref: 'Their reference',
  feePaidWei: 'Network fee paid',
  gasUsed: 'Gas used',
  blockHash: 'Block hash',
  why: 'Why',
  how: 'How',
  nonce: 'Nonce',
  replaces: 'Replaces',
  maxFeePerGasWei: 'Most per gas',
  maxPriorityFeePerGasWei: 'Tip per gas',
  mostWei: 'Costs at most',
}

function show(key: string, value: string, base: string, quote: string, feeAsset: string): ReactNode {
  if (/^0x[0-9a-fA-F]{12,}$/.test(value)) return <Hex value={value} what={LABELS[key] ?? key} />
  switch (key) {
    case 'baseAmount':
    case 'remainingBase':
    case 'filledBase':
      return <Amount value={value} unit={base} />
    case 'price':
      return <Amount value={value} unit={quote} />
    case 'fee':
      return <Amount value={value} unit={feeAsset} />
    case 'maxFeePerGasWei':
    case 'maxPriorityFeePerGasWei':
      return formatGwei(value)
    case 'how':
    case 'why':
      return REPLACEMENT_VALUES[value] ?? value
    case 'mostWei':
    case 'feePaidWei':
      return withUnit(fromSmallest(value, 18), 'ETH')
    case 'gasUsed':
    case 'block':
    case 'fromBlock':
      return formatAmount(value)
    default:
      return value
  }
}
