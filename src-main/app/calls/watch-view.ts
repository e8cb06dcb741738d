import type { PresenceView, StandView, WatchView } from '../../../src-preload/contract/watch'
import type { Presence } from '../../engine/watch/dead-man'
import type { Watcher } from '../../engine/watch/watcher'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'

/** What the guards screen shows of the automatic triggers, maintenance and orders of unknown outcome, at this moment. */
export function watchView(context: AppContext, environment: OpenEnvironment, watch: Watcher): WatchView {
  const { findings, freeBytes, blind } = watch.view()
  return {
    ...standView(context, watch),
    settings: { ...environment.watchStore.settings },
    findings: findings.map(({ trigger, reason }) => ({ trigger, reason })),
    freeMb: freeBytes === null ? null : Math.floor(freeBytes / 1_000_000),
    blind: blind.map((account) => account.slice(0, 200)),
    unknownOrders: unknownOrders(environment).map(({ orderId, explanation }) => ({
      orderId,
      explanation: explanation === null ? null : { by: explanation.by.slice(0, 200), reason: explanation.reason.slice(0, 200) },
    })),
  }
}

/** What the strip shows of it, also while the app is locked. */
export function standView(context: AppContext, watch: Watcher): StandView {
  const { presence, seenWallMs } = watch.view()
  const { maintenance } = context.killSwitch()
  return {
    presence: presenceView(presence, seenWallMs, context.clock.wallMs()),
    maintenance: maintenance === null ? null : { ...maintenance },
  }
}

/** Orders whose outcome is unknown now, with what somebody found out about each since it became so. */
export function unknownOrders({ engine, explained }: OpenEnvironment) {
  return engine.journal
    .open()
    .filter(({ state }) => state === 'unknown')
    .map(({ orderId }) => {
      const since = engine.journal.events(orderId).reduce((last, { type, atMs }) => (type === 'OrderOutcomeUnknown' ? atMs : last), 0)
      return { orderId, explanation: explained.of(orderId, since) }
    })
}

function presenceView(presence: Presence, seenWallMs: number | null, nowMs: number): PresenceView {
  const leftMs = presence.kind === 'present' || presence.kind === 'warning' ? presence.leftMs : null
  return {
    state: presence.kind,
    haltsAtMs: leftMs === null ? null : Math.max(0, Math.round(nowMs + leftMs)),
    seenAtMs: seenWallMs === null ? null : Math.max(0, Math.floor(seenWallMs)),
  }
}
