import { decimal } from '../../lib/decimal'
import type { Database, Statement } from '../../storage/database'
import type { OrderRecord } from '../journal/records'
import type { Activity } from './activity'

type PlanParts = Pick<OrderRecord['plan'], 'intent' | 'notionalUsd' | 'steps'>

/** An order as an activity of its account. */
export function orderActivity({
  orderId,
  plan,
  createdAtMs,
}: Pick<OrderRecord, 'orderId' | 'createdAtMs'> & { readonly plan: PlanParts }): Activity {
  return {
    kind: 'order',
    orderId,
    account: plan.intent.account,
    atMs: createdAtMs,
    usd: plan.notionalUsd === null ? null : decimal(plan.notionalUsd),
    counterparties: counterpartiesOf(plan),
  }
}

/** An order that came to nothing, at the moment when it did. */
export function failureActivity({ orderId, plan, updatedAtMs }: Pick<OrderRecord, 'orderId' | 'plan' | 'updatedAtMs'>): Activity {
  return { kind: 'failure', orderId, account: plan.intent.account, atMs: updatedAtMs, usd: null, counterparties: [] }
}

/** The pair, and whom the transactions call, allow, and pay besides the signer itself. */
function counterpartiesOf({ intent, steps }: PlanParts): string[] {
  const found = new Set([`pair:${intent.venue} ${intent.instrument}`])
  for (const step of steps) {
    if (step.kind !== 'evm-tx') continue
    found.add(`to:${step.tx.to}`)
    if (step.call.kind === 'approve') found.add(`spender:${step.call.spender}`)
    if (step.call.kind === 'swap' && step.call.recipient !== step.tx.from) found.add(`recipient:${step.call.recipient}`)
  }
  return [...found]
}

interface OrderRow {
  readonly order_id: string
  readonly state: string
  readonly created_at_ms: number
  readonly updated_at_ms: number
  /** Null where it cannot be read. */
  readonly plan: string | null
}

/** Orders that are read at once: each is kilobytes, and nothing else is done meanwhile. */
const PAGE = 200

/** Reads what the journal knows of everybody's activity since then, page by page. */
export class HistoryReader {
  #after: readonly [createdAtMs: number, orderId: string]
  readonly #orders: Statement<[number, string, number], OrderRow>
  readonly #signed: Statement<[string], number>

  constructor(db: Database, sinceMs: number) {
    this.#after = [sinceMs, '']
    this.#orders = db.prepare(
      `SELECT order_id, state, created_at_ms, updated_at_ms, CASE WHEN json_valid(plan_json) THEN json_extract(plan_json, '$.plan') END AS plan FROM orders
       WHERE (created_at_ms, order_id) > (?, ?) ORDER BY created_at_ms, order_id LIMIT ?`,
    )
    this.#signed = db.prepare<[string], number>('SELECT created_at_ms FROM transactions WHERE order_id = ? AND raw IS NOT NULL').pluck()
  }

  /** The next activities, about ascending; null when there are no more. */
  next(): Activity[] | null {
    const orders = this.#orders.all(...this.#after, PAGE)
    const last = orders.at(-1)
    if (last === undefined) return null
    this.#after = [last.created_at_ms, last.order_id]
    return orders.flatMap((row) => this.#activitiesOf(row)).sort((a, b) => a.atMs - b.atMs)
  }

  #activitiesOf({ order_id: orderId, state, created_at_ms: createdAtMs, updated_at_ms: updatedAtMs, plan: json }: OrderRow): Activity[] {
    // What cannot be read says nothing of anybody's habits; it is in doubt elsewhere.
    if (json === null) return []
    const plan = JSON.parse(json) as OrderRecord['plan']
    const record = { orderId, plan, createdAtMs, updatedAtMs }
    const { account } = plan.intent
    return [
      ...(state === 'denied' ? [] : [orderActivity(record)]),
      ...(isFailure(state) ? [failureActivity(record)] : []),
      ...this.#signed.all(orderId).map((atMs): Activity => ({ kind: 'signature', orderId, account, atMs, usd: null, counterparties: [] })),
    ]
  }
}

/** Whether an order came to nothing. */
export function isFailure(state: string): boolean {
  return state === 'denied' || state === 'rejected' || state === 'failed'
}
