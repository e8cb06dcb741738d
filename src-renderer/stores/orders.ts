import { create } from 'zustand'

import type { OrderDetail, OrderSummary, ReplaceOptionView, ReplaceOutcomeView } from '../../src-preload/contract/orders'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on } from '../api/bridge'
import { known, LOADING, type Remote } from './remote'

/** Orders read at a time. */
const PAGE = 100
/** How often it is asked what an order that has ended still has waiting on a chain, ms: nothing more happens to the order that would tell. */
const WAITING_EVERY_MS = 5_000

interface OrdersState {
  /** Newest first. Also what has ended and still has something waiting on a chain, as main says. */
  readonly open: Remote<readonly OrderSummary[]>
  readonly closed: Remote<readonly OrderSummary[]>
  /** Whether older closed orders may exist than those read. */
  readonly moreClosed: boolean
  readonly details: Readonly<Record<string, Remote<OrderDetail>>>
}

/** Orders, and the details of those that somebody looks at. */
export const useOrders = create<OrdersState>(() => ({ open: LOADING, closed: LOADING, moreClosed: false, details: {} }))

const newestFirst = (a: OrderSummary, b: OrderSummary) => b.createdAtMs - a.createdAtMs

async function readList(which: 'open' | 'closed', beforeMs: number | null): Promise<Remote<readonly OrderSummary[]>> {
  const reply = await call('order.list', { which, limit: PAGE, beforeMs })
  if (!reply.ok) return { kind: 'failed', problem: reply.problem, before: known(useOrders.getState()[which]) }
  return { kind: 'ready', value: [...reply.value].sort(newestFirst) }
}

/** Reads open orders and the newest closed ones. */
export async function refreshOrders(): Promise<void> {
  const [open, closed] = await Promise.all([readList('open', null), readList('closed', null)])
  useOrders.setState({ open, closed, moreClosed: closed.kind === 'ready' && closed.value.length >= PAGE })
}

/** Reads again what is out, and the story of each that has ended, where somebody has looked at it. */
async function refreshWaiting(): Promise<void> {
  const hadEnded = endedOf(useOrders.getState().open)
  useOrders.setState({ open: await readList('open', null) })
  const ids = new Set([...hadEnded, ...endedOf(useOrders.getState().open)])
  for (const orderId of ids) if (useOrders.getState().details[orderId] !== undefined) void readDetail(orderId)
}

/** Reads again each order on a chain that somebody has looked at and that has something out. */
function refreshOnChain(): void {
  for (const [orderId, remote] of Object.entries(useOrders.getState().details)) {
    const detail = known(remote)
    if (detail !== null && detail.summary.venue !== 'paper' && (detail.summary.open || detail.waitsOnChain)) void readDetail(orderId)
  }
}

const endedOf = (list: Remote<readonly OrderSummary[]>): readonly string[] =>
  (known(list) ?? []).filter(({ open }) => !open).map(({ orderId }) => orderId)

/** Reads closed orders older than those known. */
export async function readOlderOrders(): Promise<void> {
  const have = known(useOrders.getState().closed) ?? []
  const older = await readList('closed', have.at(-1)?.createdAtMs ?? null)
  if (older.kind !== 'ready') {
    useOrders.setState({ closed: older })
    return
  }
  const ids = new Set(have.map(({ orderId }) => orderId))
  const value = [...have, ...older.value.filter(({ orderId }) => !ids.has(orderId))]
  useOrders.setState({ closed: { kind: 'ready', value }, moreClosed: older.value.length >= PAGE })
}

/** Puts a changed order into the lists where it now belongs. */
export function placeOrder(state: Pick<OrdersState, 'open' | 'closed'>, order: OrderSummary): Pick<OrdersState, 'open' | 'closed'> {
  const without = (list: Remote<readonly OrderSummary[]>) => (known(list) ?? []).filter(({ orderId }) => orderId !== order.orderId)
  const put = (list: Remote<readonly OrderSummary[]>, belongs: boolean): Remote<readonly OrderSummary[]> =>
    list.kind === 'loading' ? list : { kind: 'ready', value: belongs ? [...without(list), order].sort(newestFirst) : without(list) }
  return { open: put(state.open, order.open), closed: put(state.closed, !order.open) }
}

/** Reads an order's detail; the newest answer counts. */
export async function readDetail(orderId: string): Promise<void> {
  const reply = await call('order.detail', { orderId })
  useOrders.setState(({ details }) => {
    const before = known(details[orderId] ?? LOADING)
    const detail: Remote<OrderDetail> = reply.ok
      ? { kind: 'ready', value: reply.value }
      : { kind: 'failed', problem: reply.problem, before }
    const older = detail.kind === 'ready' && before !== null && before.events.length > detail.value.events.length
    return older ? {} : { details: { ...details, [orderId]: detail } }
  })
}

/** Cancels a resting order; answers why it did not work, or null. */
export async function cancelOrder(orderId: string): Promise<Problem | null> {
  const reply = await call('order.cancel', { orderId })
  if (reply.ok) await readDetail(orderId)
  return reply.ok ? null : reply.problem
}

/** What replacing an order's waiting transaction would cost now, or why it cannot be. */
export interface ReplaceOptions {
  readonly speedUp: ReplaceOptionView
  readonly cancel: ReplaceOptionView
}

/** Asks main what could be done with what waits on a chain; main asks the chain. */
export async function readReplaceOptions(orderId: string): Promise<Remote<ReplaceOptions>> {
  const reply = await call('order.replaceOptions', { orderId })
  return reply.ok ? { kind: 'ready', value: reply.value } : { kind: 'failed', problem: reply.problem, before: null }
}

/** Speeds up or cancels what waits, for no more per gas than was shown. */
export async function replaceOrder(
  orderId: string,
  how: 'speedUp' | 'cancel',
  mostPerGasWei: string,
): Promise<{ readonly ok: true; readonly outcome: ReplaceOutcomeView } | { readonly ok: false; readonly problem: Problem }> {
  const reply = await call(how === 'speedUp' ? 'order.speedUp' : 'order.cancelOnChain', { orderId, mostPerGasWei })
  await readDetail(orderId)
  return reply.ok ? { ok: true, outcome: reply.value } : { ok: false, problem: reply.problem }
}

/** Starts hearing of orders; returns how to stop. */
export function startOrders(): () => void {
  void refreshOrders()
  const stop = on('order.changed', (order) => {
    useOrders.setState((state) => placeOrder(state, order))
    if (useOrders.getState().details[order.orderId] !== undefined) void readDetail(order.orderId)
    // What it left waiting on its chain only main knows.
    if (!order.open && order.venue !== 'paper') void refreshWaiting()
  })
  // Which chain is connected is the app's state: what waits for one is told of no change of its own.
  const stopHearingOfChains = on('app.status', refreshOnChain)
  const timer = setInterval(() => {
    if (endedOf(useOrders.getState().open).length > 0) void refreshWaiting()
  }, WAITING_EVERY_MS)
  return () => {
    clearInterval(timer)
    stopHearingOfChains()
    stop()
  }
}
