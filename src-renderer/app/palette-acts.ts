import type { SpotlightActionData } from '@mantine/spotlight'
import {
  IconArrowBackUp,
  IconBan,
  IconBell,
  IconBolt,
  IconFileExport,
  IconFlame,
  IconHandStop,
  IconTool,
  IconTrendingDown,
  IconUserCheck,
} from '@tabler/icons-react'

import type { AlertView } from '../../src-preload/contract/alerts'
import type { BreakerStatusView, TradingStateView } from '../../src-preload/contract/breakers'
import type { DrillView } from '../../src-preload/contract/incidents'
import type { OrderSummary } from '../../src-preload/contract/orders'
import type { StandView } from '../../src-preload/contract/watch'
import { exportAudit } from '../stores/audit'
import { startDrill } from '../stores/incidents'
import { go } from '../stores/navigation'
import { cancelOrder } from '../stores/orders'
import { hereIAm } from '../stores/watch'
import { formatAmount } from '../ui/format/amount'
import { BREAKER_WORDS } from '../ui/words/breakers'
import { DRILL_WORDS } from '../ui/words/drills'
import { SIDE_WORDS, VENUE_WORDS } from '../ui/words/orders'
import { action } from './palette-action'
import { tell } from './tell'

/** Orders that the palette names one by one; the rest are on their screen. */
const MOST_ORDERS = 30

/** States in which nothing of an order is with its chain yet. */
const NOT_SENT: readonly OrderSummary['state'][] = ['initialized', 'approved', 'signing', 'signed']

/**
 * What can be done with each order that is out. Giving one up at an exchange costs nothing and is done at once; what waits on a chain has ways of its own,
 * each with its cost, so its order is opened.
 */
export function orderActs(open: readonly OrderSummary[]): SpotlightActionData[] {
  return open.slice(0, MOST_ORDERS).map(({ orderId, venue, side, baseAmount, baseAsset, instrument, state }) => {
    const what = `${SIDE_WORDS[side].toLowerCase()} ${formatAmount(baseAmount)} ${baseAsset} (${instrument}, ${VENUE_WORDS[venue]})`
    if (venue === 'paper')
      return action(`cancel-${orderId}`, `Cancel: ${what}`, 'Works also while halted', IconBan, () => {
        go('orders', orderId)
        void cancelOrder(orderId).then(tell)
      })
    if (NOT_SENT.includes(state))
      return action(`cancel-${orderId}`, `Cancel: ${what}…`, 'Opens the order', IconBan, () => go('orders', orderId))
    return action(`replace-${orderId}`, `Speed up or cancel: ${what}…`, 'Opens the order, with what each way costs', IconBolt, () =>
      go('orders', orderId),
    )
  })
}

/** What tightens or loosens trading in this environment. Each asks for a reason, so its place is opened. */
export function tradingActs({ reducing, systemHalt }: TradingStateView): SpotlightActionData[] {
  const guards = () => go('guards')
  return [
    reducing.length > 0
      ? action('leave-reducing', 'Leave reducing…', 'Lets orders that add risk leave again', IconArrowBackUp, guards)
      : action('reduce', 'Reduce trading in this environment…', 'Only what lowers risk may leave', IconTrendingDown, guards),
    systemHalt
      ? action('lift-halt', 'Lift the halt of this environment…', 'Lets orders leave again', IconArrowBackUp, guards)
      : action('halt-environment', 'Halt this environment…', 'No order leaves it; may end by itself', IconHandStop, guards),
  ]
}

/** Opening or closing a breaker by hand. */
export function breakerActs(breakers: readonly BreakerStatusView[]): SpotlightActionData[] {
  return breakers.map(({ id, state }) => {
    const name = BREAKER_WORDS[id].name.toLowerCase()
    return state === 'isolated' || state === 'open'
      ? action(`close-${id}`, `Close the ${name} breaker…`, 'Before its time; asks for authority', IconArrowBackUp, () => go('guards'))
      : action(`isolate-${id}`, `Isolate the ${name} breaker…`, 'No order passes while it stays open', IconFlame, () => go('guards'))
  })
}

/** The dead-man switch, where it is on, and maintenance. */
export function standActs({ presence, maintenance }: StandView): SpotlightActionData[] {
  return [
    ...(presence.state === 'off'
      ? []
      : [action('here', 'I am here', 'A sign for the dead-man switch', IconUserCheck, () => void hereIAm().then(tell))]),
    maintenance === null
      ? action('maintenance', 'Begin maintenance…', 'Trading stays halted until somebody ends it', IconTool, () => go('guards'))
      : action('end-maintenance', 'End maintenance…', 'Leaves trading halted, to be released', IconTool, () => go('guards')),
  ]
}

/** What drills need to know, to be offered where main would begin one. */
export interface DrillGround {
  readonly paper: boolean
  readonly armed: boolean
  readonly trading: TradingStateView | null
  readonly breakers: readonly BreakerStatusView[]
  readonly openOrders: number
  readonly drills: readonly DrillView[]
}

/** Rehearsals, where one may begin now. */
export function drillActs({ paper, armed, trading, breakers, openOrders, drills }: DrillGround): SpotlightActionData[] {
  const quiet = trading?.state === 'active' && openOrders === 0 && breakers.every(({ state }) => state === 'closed')
  if (!paper || !armed || !quiet || drills.some(({ result }) => result === 'running')) return []
  return (Object.keys(DRILL_WORDS) as DrillView['kind'][]).map((kind) =>
    action(`drill-${kind}`, `Drill: ${DRILL_WORDS[kind].name.toLowerCase()}`, DRILL_WORDS[kind].means, IconFlame, () => {
      go('incidents')
      void startDrill(kind).then(tell)
    }),
  )
}

/** Alerts that wait for somebody: they are looked at before they are acknowledged. */
export function alertActs(alerts: readonly AlertView[]): SpotlightActionData[] {
  const open = alerts.filter(({ acknowledged }) => acknowledged === null).length
  if (open === 0) return []
  return [action('acknowledge', 'Acknowledge alerts…', `${open} wait for somebody`, IconBell, () => go('alerts'))]
}

/** What the filter of the Audit screen shows, written to a file that main asks for. */
export function exportAct(): SpotlightActionData {
  return action('export', 'Export the audit log…', 'What its filter shows, to a file', IconFileExport, () => {
    go('audit')
    void exportAudit().then((reply) => tell(reply.ok ? null : reply.problem))
  })
}
