import { summaryView } from '../ipc/views/order-views'
import type { OpenEnvironment } from './compose/compose-environment'
import type { AppContext } from './context'
import { publishExposure } from './publish-exposure'

/** At most this often is a window told that a market moved, ms. */
const MARKET_EVERY_MS = 500
/** How often the ages and health lights are refreshed, ms. */
const STATUS_EVERY_MS = 5_000

/** Tells the windows what changes in an open environment; returns how to stop. */
export function publishChanges(context: AppContext, environment: OpenEnvironment): () => void {
  const { desktop, scheduler } = context
  const stops = [
    environment.engine.journal.onChange((record) => {
      desktop.publish('order.changed', summaryView(record, environment.engine.ports.accounts))
    }),
  ]
  stops.push(publishExposure(context, environment))
  const lastTold = new Map<string, number>()
  if (environment.paper !== null) {
    stops.push(
      environment.paper.onMarket(({ instrument, midPrice, atMs }) => {
        if (atMs - (lastTold.get(instrument) ?? 0) < MARKET_EVERY_MS) return
        lastTold.set(instrument, atMs)
        desktop.publish('market.moved', { venue: 'paper', instrument, midPrice: midPrice.toFixed(), atMs: Math.round(atMs) })
      }),
    )
  }
  let stopped = false
  let cancel = (): void => undefined
  const beat = (): void => {
    if (stopped) return
    context.statusChanged()
    cancel = scheduler.after(STATUS_EVERY_MS, beat)
  }
  cancel = scheduler.after(STATUS_EVERY_MS, beat)
  return () => {
    stopped = true
    cancel()
    for (const stop of stops) stop()
  }
}
