import type { PresenceView, StandView, WatchView } from '../../../src-preload/contract/watch'
import { isOpen, type OrderEventType } from '../../domain/order'
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

/**
 * Orders whose outcome is unknown now, or that ended and left an allowance of which nobody knows whether it left, or that cannot be read themselves or
 * have a transaction that cannot, with what somebody found out about each since it became so.
 */
export function unknownOrders({ engine, explained }: Pick<OpenEnvironment, 'explained'> & { readonly engine: InDoubt }) {
  const { journal, transactions } = engine
  const open = journal.open().filter(({ state }) => state === 'unknown')
  const ended = transactions.inFlight().filter(({ orderId, state, replaces }) => {
    const order = journal.get(orderId)
    return order === null || (state === 'sending' && replaces === null && !isOpen(order.state))
  })
  const inDoubt = [...open, ...ended, ...journal.unreadable()].map(({ orderId }) => orderId)
  return [...new Set([...inDoubt, ...transactions.unreadable()])].map((orderId) => {
    const since = journal.readableEvents(orderId).reduce((last, { type, atMs }) => (BECAME_UNKNOWN.has(type) ? atMs : last), 0)
    return { orderId, explanation: explained.of(orderId, since) }
  })
}

type InDoubt = Pick<OpenEnvironment['engine'], 'journal' | 'transactions'>

const BECAME_UNKNOWN: ReadonlySet<OrderEventType> = new Set(['OrderOutcomeUnknown', 'AllowanceOutcomeUnknown'])

function presenceView(presence: Presence, seenWallMs: number | null, nowMs: number): PresenceView {
  const leftMs = presence.kind === 'present' || presence.kind === 'warning' ? presence.leftMs : null
  return {
    state: presence.kind,
    haltsAtMs: leftMs === null ? null : Math.max(0, Math.round(nowMs + leftMs)),
    seenAtMs: seenWallMs === null ? null : Math.max(0, Math.floor(seenWallMs)),
  }
}
