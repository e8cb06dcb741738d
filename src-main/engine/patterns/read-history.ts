import { decimal } from '../../lib/decimal'
import type { Database } from '../../storage/database'
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
  readonly plan: string
}

/** What the journal knows of everybody's activity since then, ascending. */
export function readHistory(db: Database, sinceMs: number): Activity[] {
  const orders = db
    .prepare(
      `SELECT order_id, state, created_at_ms, updated_at_ms, json_extract(plan_json, '$.plan') AS plan FROM orders
       WHERE created_at_ms >= ? ORDER BY created_at_ms`,
    )
    .all(sinceMs) as OrderRow[]
  const accounts = new Map<string, string>()
  const activities: Activity[] = []
  for (const row of orders) {
    const plan = JSON.parse(row.plan) as OrderRecord['plan']
    accounts.set(row.order_id, plan.intent.account)
    const record = { orderId: row.order_id, plan, createdAtMs: row.created_at_ms, updatedAtMs: row.updated_at_ms }
    if (row.state !== 'denied') activities.push(orderActivity(record))
    if (isFailure(row.state)) activities.push(failureActivity(record))
  }
  const signed = db
    .prepare('SELECT order_id, created_at_ms FROM transactions WHERE created_at_ms >= ? AND raw IS NOT NULL')
    .all(sinceMs) as { order_id: string; created_at_ms: number }[]
  for (const { order_id: orderId, created_at_ms: atMs } of signed)
    activities.push({ kind: 'signature', orderId, account: accounts.get(orderId) ?? '', atMs, usd: null, counterparties: [] })
  return activities.sort((a, b) => a.atMs - b.atMs)
}

/** Whether an order came to nothing. */
export function isFailure(state: string): boolean {
  return state === 'denied' || state === 'rejected' || state === 'failed'
}
