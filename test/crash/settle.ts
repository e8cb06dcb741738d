import type { TestApp } from '../support/app/launch'

const LOOK_EVERY_MS = 40
/** How long the app is left to find out by itself before a person would cancel, ms. */
const PATIENCE_MS = 400

/**
 * Brings everything that is out to its end: cancels what rests, and waits until every order has its outcome. Bytes of which nobody knows whether they
 * left are never sent again by the app; a person cancels them on the chain. Gives how many were.
 */
export function settle(app: TestApp, venue: 'paper' | 'dex'): Promise<number> {
  return venue === 'paper' ? settlePaper(app) : settleChain(app)
}

async function settlePaper(app: TestApp): Promise<number> {
  for (;;) {
    const open = await app.must('order.list', { which: 'open', limit: 500, beforeMs: null })
    if (open.length === 0) return 0
    // One by one: canceling everything waits for those of unknown outcome too, which find out by themselves.
    for (const { orderId, state } of open) if (state === 'working') await app.call('order.cancel', { orderId })
    await pause(LOOK_EVERY_MS)
  }
}

async function settleChain(app: TestApp): Promise<number> {
  const since = new Map<string, number>()
  const done = new Set<string>()
  let canceled = 0
  for (;;) {
    const orders = await app.must('order.list', { which: 'all', limit: 500, beforeMs: null })
    const out = []
    for (const { orderId, open } of orders) {
      if (done.has(orderId)) continue
      const { waitsOnChain } = await app.must('order.detail', { orderId })
      if (open || waitsOnChain) out.push({ orderId, waitsOnChain })
      else done.add(orderId)
    }
    if (out.length === 0) return canceled
    const nowMs = performance.now()
    for (const { orderId, waitsOnChain } of out) {
      const sinceMs = since.get(orderId) ?? nowMs
      since.set(orderId, sinceMs)
      if (!waitsOnChain || nowMs - sinceMs < PATIENCE_MS) continue
      since.set(orderId, nowMs)
      const answer = await app.must('order.cancelOnChain', { orderId, mostPerGasWei: '500000000000' })
      if (answer.kind === 'sent') canceled += 1
    }
    await pause(LOOK_EVERY_MS)
  }
}

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
