import type { DenialCode, FailureCode } from '../../domain/codes'
import type { Verdict } from '../../domain/guard'
import type { VenueId } from '../../domain/instrument'
import type { OrderPlan } from '../../domain/plan'
import { firstDenial } from '../../guards/run-guards'
import { volatilityOutcome } from '../../guards/volatility'
import type { EnginePorts } from '../ports'
import type { DraftedPlan } from './build-plan'

/*
 * What an order tells the breakers before it leaves (product row X4). An input that is not there is a failure of the breaker that watches it: a
 * breaker that hears nothing must not stay closed because of that. Each input is counted once, for one breaker.
 */

type Ports = Pick<EnginePorts, 'breakers' | 'slippage' | 'venues'>

/** Answers of a venue that mean that it could not say; the others are about what was asked. */
const COULD_NOT_SAY: readonly FailureCode[] = ['NETWORK_ERROR', 'TIMEOUT_ERROR', 'RATE_LIMITED', 'BAD_ANSWER', 'VENUE_CLOSED', 'INTERNAL']
/** Those among them that mean that it could not be reached. */
const OUT_OF_REACH: readonly FailureCode[] = ['NETWORK_ERROR', 'TIMEOUT_ERROR', 'RATE_LIMITED', 'VENUE_CLOSED']
/** Denials by which a guard says that it, or what it judges by, is not in order. */
const NOT_IN_ORDER: readonly DenialCode[] = [
  'GUARD_FAILED',
  'KILL_SWITCH_UNREADABLE',
  'TRADING_STATE_UNREADABLE',
  'POLICY_UNREADABLE',
  'LIMIT_USAGE_UNKNOWN',
]

/** A plan was judged: the market of its quote, whether its slippage was refused, and whether every guard could judge. */
export function feedJudged(ports: Ports, { quote, orderId }: OrderPlan, verdicts: readonly Verdict[]): void {
  const { breakers, slippage } = ports
  const market = volatilityOutcome(quote, slippage().maxVolatilityPct)
  if (market === null) breakers.record('volatility', 'failure', { orderId, why: 'the price range is not known' })
  else breakers.record('volatility', market, { orderId })
  const verdict = verdicts.find(({ guard }) => guard === 'slippage')
  if (verdict?.outcome === 'pass') breakers.record('slippage', 'success', { orderId })
  // Its own breaker's word is no rejection: counted, it would keep itself open.
  else if (verdict !== undefined && verdict.denial.code !== 'CIRCUIT_BREAKER_ACTIVE') {
    breakers.record('slippage', 'failure', { orderId, why: verdict.denial.code })
  }
  feedFaults(ports, orderId, verdicts)
}

/** An order was asked for and no plan could be made. A venue that refuses what was asked says nothing about itself. */
export function feedUnplanned(ports: Ports, venue: VenueId, { orderId, quote, verdicts, obstacle }: DraftedPlan): void {
  if (quote === null && obstacle !== null) {
    if ('figures' in obstacle) {
      if (obstacle.code === 'QUOTE_UNAVAILABLE') feedNoQuote(ports, venue, orderId, 'VENUE_CLOSED')
    } else feedNoQuote(ports, venue, orderId, obstacle.code)
  } else if (obstacle !== null && !('figures' in obstacle)) feedOutOfReach(ports, venue, orderId, obstacle.code)
  feedFaults(ports, orderId, verdicts)
}

/** A quote that an order needs could not be had: nobody can say what its slippage would be. */
export function feedNoQuote(ports: Ports, venue: VenueId, orderId: string, code: FailureCode): void {
  if (COULD_NOT_SAY.includes(code)) ports.breakers.record('slippage', 'failure', { orderId, why: `no quote: ${code}` })
  feedOutOfReach(ports, venue, orderId, code)
}

/** A chain's transport counts its own calls; those to an exchange, and to a venue that is not connected at all, are counted here. */
export function feedOutOfReach(ports: Ports, venue: VenueId, orderId: string, code: FailureCode): void {
  const isCounted = ports.venues.get(venue)?.chain != null
  if (!isCounted && OUT_OF_REACH.includes(code)) ports.breakers.record('network', 'failure', { orderId, why: code })
}

/** A guard that failed, or whose own input was not there, is one failure of the system, however many were. */
function feedFaults({ breakers }: Ports, orderId: string, verdicts: readonly Verdict[]): void {
  const fault = firstDenial(verdicts.filter((verdict) => verdict.outcome === 'deny' && NOT_IN_ORDER.includes(verdict.denial.code)))
  if (fault !== null) breakers.record('system', 'failure', { orderId, why: `${fault.guard}: ${fault.denial.code}` })
}
