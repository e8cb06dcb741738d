import type { OrderSummary } from '../../../src-preload/contract/orders'
import type { SweepItemView, SweepView } from '../../../src-preload/contract/halt'

/** A sweep of the orders that are open, as far as it gets at once: what rests is canceled, one on a chain waits, one of unknown outcome stays in doubt. */
export function fakeSweep(mode: SweepView['mode'], open: readonly OrderSummary[], locked: boolean, nowMs: number): SweepView {
  const venues = [...new Set(['paper', ...open.map(({ venue }) => venue)])]
  const itemOf = ({ orderId, state, venue }: OrderSummary): SweepItemView => {
    if (venue !== 'paper' && mode === 'graceful') return { orderId, fate: 'left-to-finish', code: null, tries: 0 }
    if (venue !== 'paper') return { orderId, fate: locked ? 'needs-owner' : 'cancel-sent', code: locked ? 'SIGNER_LOCKED' : null, tries: 1 }
    return state === 'unknown'
      ? { orderId, fate: 'unknown', code: 'NOT_LISTED_YET', tries: 6 }
      : { orderId, fate: 'canceled', code: null, tries: 1 }
  }
  const listed = venues.map((venue): SweepView['venues'][number] => {
    const items = open.filter((order) => order.venue === venue).map(itemOf)
    const over = items.every(({ fate }) => fate === 'canceled' || fate === 'left-to-finish')
    return { venue, phase: over ? 'clear' : 'retrying', problem: null, items, omitted: 0 }
  })
  return {
    sweepId: `sweep-${nowMs}`,
    mode,
    cause: 'asked',
    by: 'operator',
    foreignToo: false,
    startedAtMs: nowMs,
    finishedAtMs: nowMs + 420,
    phase: listed.every(({ phase }) => phase === 'clear') ? 'clear' : 'retrying',
    venues: listed,
  }
}
