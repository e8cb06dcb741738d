import { summaryView } from '../../ipc/views/order-views'
import type { OpenEnvironment } from '../compose/compose-environment'
import { chainStatusView } from '../views/chain-view'
import { sweepView } from '../views/sweep-view'
import type { AppContext } from '../context'
import { publishExposure } from './publish-exposure'

/** At most this often is a window told that a market moved, ms. */
const MARKET_EVERY_MS = 500
/** How often the ages and health lights are refreshed, ms. */
const STATUS_EVERY_MS = 5_000
/** Steps of a sweep that come together are told together, ms. */
const SWEEP_WITHIN_MS = 50

/** Tells the windows what changes in an open environment; returns how to stop. */
export function publishChanges(context: AppContext, environment: OpenEnvironment): () => void {
  const { desktop, scheduler } = context
  const stops = [
    environment.engine.journal.onChange((record) => {
      desktop.publish('order.changed', summaryView(record, environment.engine.ports.accounts))
    }),
  ]
  stops.push(
    publishExposure(context, environment),
    environment.verification.onChange(() => {
      desktop.publish('audit.status', chainStatusView(environment))
    }),
  )
  let sweepTold = (): void => undefined
  let sweepWaits = false
  stops.push(
    environment.engine.sweeper.onChange(() => {
      if (sweepWaits) return
      sweepWaits = true
      sweepTold = scheduler.after(SWEEP_WITHIN_MS, () => {
        sweepWaits = false
        const report = environment.engine.sweeper.report()
        if (report !== null) desktop.publish('halt.swept', sweepView(report))
      })
    }),
    () => sweepTold(),
  )
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
