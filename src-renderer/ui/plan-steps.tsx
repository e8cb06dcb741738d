import './plan-steps.css'

import { Collapse, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'

import type { SimulationView, StepView } from '../../src-preload/contract/orders'
import { formatAmount, formatGwei, fromSmallest, isZero } from './format/amount'
import { MINUS } from './format/decimal'
import { exactly } from './format/time'
import { Facts, type Fact } from './panel'
import { Tag } from './tag'
import { Amount, Hex } from './values'
import { PURPOSE_WORDS } from './words/orders'
import { spellOut } from './words/audit'

interface StepsProps {
  readonly steps: readonly StepView[]
  /** The pair's symbols, for amounts and prices. */
  readonly base: string
  readonly quote: string
}

/** The acts of a plan, exactly as they will be carried out. */
export function PlanSteps({ steps, base, quote }: StepsProps) {
  return (
    <ol className="hf-steps">
      {steps.map((step, index) => (
        <li key={index}>
          <header>
            <span className="hf-steps__number">{index + 1}</span>
            <strong>
              {step.kind === 'venue-order' ? PURPOSE_WORDS.order : `${PURPOSE_WORDS[step.purpose]}: ${spellOut(step.action).toLowerCase()}`}
            </strong>
            <span className="hf-dim">{step.kind === 'venue-order' ? 'sent to the venue' : 'signed here, sent to the chain'}</span>
          </header>
          {step.kind === 'venue-order' ? <VenueOrder step={step} base={base} quote={quote} /> : <Transaction step={step} />}
        </li>
      ))}
    </ol>
  )
}

function VenueOrder({
  step,
  base,
  quote,
}: {
  readonly step: Extract<StepView, { kind: 'venue-order' }>
  readonly base: string
  readonly quote: string
}) {
  return (
    <Facts
      facts={[
        { label: 'Amount', value: <Amount value={step.baseAmount} unit={base} copy /> },
        { label: 'Price not worse than', value: <Amount value={step.limitPrice} unit={quote} copy /> },
        { label: 'Our order id', value: <Hex value={step.clientOrderId} what="order id" /> },
      ]}
    />
  )
}

function Transaction({ step }: { readonly step: Extract<StepView, { kind: 'evm-tx' }> }) {
  const [open, setOpen] = useState(false)
  const decoded: Fact[] = step.fields.map((field) => ({ label: field.label, value: <Field {...field} /> }))
  const envelope: Fact[] = [
    { label: 'From', value: <Hex value={step.from} what="sender" /> },
    { label: 'To contract', value: <Hex value={step.to} what="contract" /> },
    {
      label: 'Coins sent along',
      value: isZero(step.valueWei) ? 'none' : <Amount value={fromSmallest(step.valueWei, 18)} unit="ETH" copy />,
    },
    { label: 'Chain', value: <span className="hf-num">{step.chainId}</span> },
    { label: 'Nonce', value: <span className="hf-num">{step.nonce}</span> },
    { label: 'Gas limit', value: <span className="hf-num">{formatAmount(step.gasLimit)}</span> },
    {
      label: 'Fee cap, tip',
      value: <span className="hf-num">{`${formatGwei(step.maxFeePerGasWei)}, ${formatGwei(step.maxPriorityFeePerGasWei)}`}</span>,
    },
  ]
  return (
    <>
      <Facts facts={[...decoded, ...envelope]} />
      <UnstyledButton className="hf-steps__raw" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />} Raw data,{' '}
        {(step.data.length - 2) / 2} bytes
      </UnstyledButton>
      <Collapse expanded={open}>
        <Hex value={step.data} what="raw data" whole />
      </Collapse>
    </>
  )
}

function Field({ label, value, kind }: Extract<StepView, { kind: 'evm-tx' }>['fields'][number]) {
  switch (kind) {
    case 'address':
      return <Hex value={value} what={label} />
    case 'amount':
      return <span className="hf-num">{value}</span>
    case 'time':
      return <span className="hf-num">{Number.isFinite(Number(value)) ? exactly(Number(value)) : value}</span>
    case 'text':
      return value
  }
}

/** What a rehearsal on the chain says the transactions will change. */
export function Rehearsal({ simulation, steps }: { readonly simulation: SimulationView; readonly steps: readonly StepView[] }) {
  const own = steps.flatMap((step) => (step.kind === 'evm-tx' ? [step.from.toLowerCase()] : []))
  if (!simulation.ok) {
    return (
      <p className="hf-danger">
        <Tag tone="bad">Failed</Tag> {simulation.revertReason ?? 'The chain gave no reason.'}
      </p>
    )
  }
  return (
    <>
      <ul className="hf-changes">
        {simulation.changes.map(({ account, asset, token, delta }) => (
          <li key={`${account} ${token ?? asset}`}>
            <span>
              {own.includes(account.toLowerCase()) && 'Your account '}
              <Hex value={account} what="account" />
            </span>
            <span className={delta.startsWith('-') ? 'hf-changes__paid hf-num' : 'hf-num'}>
              <Amount value={delta} unit={asset} signed copy />
            </span>
          </li>
        ))}
        {simulation.changes.length === 0 && <li className="hf-dim">No balance changes.</li>}
      </ul>
      <p className="hf-small hf-dim">
        Rehearsed with {simulation.method} on block {formatAmount(String(simulation.blockNumber))}, {formatAmount(simulation.gasUsed)} gas.{' '}
        {MINUS} is paid, + is received.
      </p>
    </>
  )
}
