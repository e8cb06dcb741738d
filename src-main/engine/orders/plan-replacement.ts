import { denial, failure, type Denial, type Failure } from '../../domain/codes'
import type { UnsignedTx } from '../../domain/evm'
import { isOpen } from '../../domain/order'
import { err, ok, type Result } from '../../lib/result'
import type { Journal } from '../journal/journal'
import type { OrderRecord, TransactionRecord } from '../journal/records'
import { contenders, rivalsOf, type TransactionJournal } from '../journal/transactions'
import type { ChainSide, EnginePorts } from '../ports'
import type { SignerReadiness } from '../signing-gate'
import { chainOf } from './chain-of'
import { replacementFees } from './replacement-fees'

/** What a replacement is for: the same again for more, or nothing in its place. */
export type ReplacementKind = 'speed-up' | 'cancel'

/** Why nothing can be replaced now, or by whom only. */
export type ReplacementRefusal =
  /** The order has ended, or nothing of it is on a chain. */
  | { readonly kind: 'not-open' }
  /** Nothing of it has left yet. */
  | { readonly kind: 'not-sent-yet' }
  /** It is mined. */
  | { readonly kind: 'too-late' }
  /** Another replacement of this order is under way. */
  | { readonly kind: 'busy' }
  /** A cancel of it is out already: only that can be sped up, by cancelling again. */
  | { readonly kind: 'canceling' }
  /** Nobody knows whether it left: it may be canceled, not sent again for more. */
  | { readonly kind: 'outcome-unknown' }
  | { readonly kind: 'needs-owner'; readonly why: 'SIGNER_LOCKED' | 'SIGNER_ATTENDED' }
  /** What would be taken costs more than is allowed, wei per gas. */
  | { readonly kind: 'budget'; readonly neededPerGasWei: bigint; readonly limitPerGasWei: bigint }
  | { readonly kind: 'denied'; readonly denial: Denial }
  /** It did not leave. */
  | { readonly kind: 'failed'; readonly failure: Failure }

/** Who asks, and within what. */
export interface ReplacementLimits {
  /** A person is there to act on a device; false for what the app does by itself. */
  readonly personPresent?: boolean
  /** The most that was agreed to, wei per gas; the policy's limit holds besides. */
  readonly mostPerGasWei?: bigint
}

/** A replacement as it would be signed. */
export interface PlannedReplacement {
  readonly record: OrderRecord
  readonly chain: ChainSide
  /** The first transaction of the nonce. */
  readonly root: TransactionRecord
  /** The newest one that may be mined. */
  readonly newest: TransactionRecord
  readonly purpose: TransactionRecord['purpose']
  readonly tx: UnsignedTx
  /** Replacements that were made before, whatever came of them. */
  readonly attempts: number
}

/** What planning works with; it signs and sends nothing. */
export interface PlanningParts {
  readonly ports: EnginePorts
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly readinessOf: (signerId: string) => SignerReadiness
}

const UNSENT: ReadonlySet<OrderRecord['state']> = new Set(['initialized', 'approved', 'signing', 'signed', 'submitting'])

/** What an order has out and waiting to be mined: the first transaction of its lowest such nonce, or null. */
export function waitingRoot(txs: readonly TransactionRecord[]): TransactionRecord | null {
  const roots = txs.filter(({ replaces }) => replaces === null)
  return (
    roots.find((root) => contenders(rivalsOf(txs, root)).length > 0 && !rivalsOf(txs, root).some(({ state }) => state === 'mined')) ?? null
  )
}

/** Decides what a replacement would be, from what is on record and what the chain says now, or why there can be none. */
export async function planReplacement(
  parts: PlanningParts,
  orderId: string,
  kind: ReplacementKind,
  limits: ReplacementLimits,
): Promise<Result<PlannedReplacement, ReplacementRefusal>> {
  const { ports, journal, transactions } = parts
  const record = journal.get(orderId)
  if (record === null) return err({ kind: 'not-open' })
  if (ports.venues.get(record.plan.intent.venue)?.chain === null) return err({ kind: 'not-open' })
  const txs = transactions.ofOrder(orderId)
  const root = waitingRoot(txs)
  const obstacle = obstacleOf(record, root, kind)
  if (obstacle !== null || root === null) return err(obstacle ?? { kind: 'not-open' })
  const chain = chainOf(ports.venues, record.plan.intent.venue, root)
  if (chain === null) return err({ kind: 'failed', failure: failure('VENUE_CLOSED', `chain ${root.chainId} is not connected`) })
  const rivals = rivalsOf(txs, root)
  const newest = contenders(rivals).at(-1) ?? root
  const isCancel = kind === 'cancel'
  if (!isCancel && contenders(rivals).some(({ purpose }) => purpose === 'cancel')) return err({ kind: 'canceling' })

  const readiness = parts.readinessOf(record.plan.intent.account)
  if (readiness === 'locked') return err({ kind: 'needs-owner', why: 'SIGNER_LOCKED' })
  if (readiness === 'attended' && limits.personPresent !== true) return err({ kind: 'needs-owner', why: 'SIGNER_ATTENDED' })
  const policy = ports.policy()
  if (policy.kind !== 'loaded') return err({ kind: 'denied', denial: denial('POLICY_UNREADABLE', { why: policy.why }) })

  const { from } = root.unsigned
  const [count, market, gas] = await Promise.all([
    chain.reader.transactionCount(from),
    chain.replacing.marketFees(),
    isCancel ? chain.replacing.selfTransferGas(from) : null,
  ])
  if (count.ok && count.value > root.nonce) return err({ kind: 'too-late' })
  // A cancel can do no harm, so what cannot be read bars it as little as a halt does: it then offers a tenth more than was offered before.
  if (!isCancel && !count.ok) return err({ kind: 'failed', failure: count.error })
  if (!isCancel && !market.ok) return err({ kind: 'failed', failure: market.error })

  const { maxFeePerGasWei, cancelMaxFeePerGasWei } = policy.policy
  const allowed = isCancel ? cancelMaxFeePerGasWei : maxFeePerGasWei
  const { mostPerGasWei = allowed } = limits
  const offered = rivals.filter(({ raw }) => raw !== null).map(({ unsigned }) => unsigned)
  const fees = replacementFees(offered, market.ok ? market.value : null, mostPerGasWei < allowed ? mostPerGasWei : allowed)
  if (!fees.ok) return err({ kind: 'budget', ...fees.error })
  const { chainId, legacy } = root.unsigned
  const form = legacy === true ? ({ legacy, maxPriorityFeePerGasWei: fees.value.maxFeePerGasWei } as const) : {}
  const tx: UnsignedTx = isCancel
    ? {
        chainId,
        from,
        to: from,
        nonce: root.nonce,
        valueWei: 0n,
        data: '0x',
        gasLimit: gas?.ok === true ? gas.value : TRANSFER_GAS,
        ...fees.value,
        ...form,
      }
    : { ...root.unsigned, ...fees.value, ...form }
  return ok({ record, chain, root, newest, purpose: isCancel ? 'cancel' : root.purpose, tx, attempts: rivals.length - 1 })
}

/** The Yellow Paper's price of a transaction. */
const TRANSFER_GAS = 21_000n

function obstacleOf(
  { state }: OrderRecord,
  root: TransactionRecord | null,
  kind: ReplacementKind,
): Extract<ReplacementRefusal, { kind: 'not-open' | 'not-sent-yet' | 'too-late' | 'outcome-unknown' }> | null {
  // An order that ended may have left an allowance behind: that can be canceled, and bars what comes after it until it is.
  if (!isOpen(state)) return root === null || kind === 'speed-up' ? { kind: 'not-open' } : null
  if (state === 'confirming' || state === 'finalizing') return { kind: 'too-late' }
  if (state === 'approved') return root === null ? { kind: 'not-sent-yet' } : null
  if (UNSENT.has(state)) return { kind: 'not-sent-yet' }
  return state === 'unknown' && kind === 'speed-up' ? { kind: 'outcome-unknown' } : null
}
