import type { OrderDraft } from '../../../src-preload/contract/orders'
import type { SweepView } from '../../../src-preload/contract/halt'
import { PAPER_SELL } from './drafts'
import type { TestApp } from './launch'

/** Sells a little ether far above the market, so that it rests. */
export const PAPER_RESTING: OrderDraft = { ...PAPER_SELL, type: 'limit', timeInForce: 'gtc', limitPrice: '9999', amount: '0.1' }

/** Places an order and waits until it rests; gives its id. */
export async function placeResting(app: TestApp, amount = '0.1'): Promise<string> {
  const plan = await app.must('order.prepare', { ...PAPER_RESTING, amount })
  const told = app.heard('order.changed', ({ orderId, state, open }) => orderId === plan.orderId && (state === 'working' || !open))
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  const { state, why } = await told
  if (state !== 'working') throw new Error(`the order is ${state}: ${JSON.stringify(why)}`)
  return orderId
}

/** One press of the halt button. */
export const press = (app: TestApp): Promise<unknown> => app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })

/** Waits until a sweep stands like this. */
export const swept = (app: TestApp, fits: (sweep: SweepView) => boolean): Promise<SweepView> => app.heard('halt.swept', fits)

/** What a sweep came to, an order each: `id fate code`. */
export function fates({ venues }: SweepView): readonly string[] {
  return venues.flatMap(({ items }) => items.map(({ orderId, fate, code }) => [orderId, fate, code ?? ''].join(' ').trim()))
}

const EVERYTHING = { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null }

/** Types of the audit log's entries, oldest first. */
export async function auditTypes(app: TestApp, wanted: RegExp): Promise<readonly string[]> {
  const { rows } = await app.must('audit.page', { filter: EVERYTHING, offset: 0, limit: 500 })
  return rows
    .map(({ type }) => type)
    .filter((type) => wanted.test(type))
    .reverse()
}
