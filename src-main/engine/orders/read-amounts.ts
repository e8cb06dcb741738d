import type { Failure, FailureCode } from '../../domain/codes'
import type { Result } from '../../lib/result'
import type { RealisedSwap } from '../../venues/chain'
import type { OrderEvent, OrderRecord } from '../journal/records'
import { realisedProgress } from './fill-progress'

/** Why a receipt's amounts could not be read, where another try may do, however often it takes. */
const READ_AGAIN: readonly FailureCode[] = ['NETWORK_ERROR', 'TIMEOUT_ERROR', 'RATE_LIMITED']
/** The same where an endpoint lags or is wrong: it may come to say what the other says, or never. */
const IN_DOUBT: readonly FailureCode[] = ['ENDPOINTS_DISAGREE', 'NOT_FOUND']
/** How often what is in doubt is read again: some minutes, at one try in five seconds. */
export const MOST_DOUBTS = 60

/** Counts, for each order, how often what its swap moved was in doubt. */
export class AmountDoubts {
  readonly #times = new Map<string, number>()

  /** Whether the amounts are to be read again, after they could not be. */
  readAgain(orderId: string, code: FailureCode): boolean {
    if (READ_AGAIN.includes(code)) return true
    if (!IN_DOUBT.includes(code)) return false
    const times = (this.#times.get(orderId) ?? 0) + 1
    this.#times.set(orderId, times)
    return times < MOST_DOUBTS
  }

  forget(orderId: string): void {
    this.#times.delete(orderId)
  }
}

/** What a confirmed swap's order has come to: with what it moved, or, where that cannot be read for good, saying so. */
export function confirmedEvent(
  { intent, quote }: Pick<OrderRecord['plan'], 'intent' | 'quote'>,
  { confirmations, awaitsFinality }: { readonly confirmations: number; readonly awaitsFinality: boolean },
  realised: Result<RealisedSwap, Failure>,
): OrderEvent {
  const event = { type: 'OrderConfirmed', leadsTo: awaitsFinality ? 'finalizing' : 'filled' } as const
  if (!realised.ok) {
    const { code, detail } = realised.error
    return {
      ...event,
      data: { confirmations: String(confirmations), realised: code },
      progress: { why: { code: 'AMOUNTS_UNKNOWN', figures: { detail: `${code} ${detail}`.trim() } } },
    }
  }
  const { paid, received } = realised.value
  return {
    ...event,
    data: { confirmations: String(confirmations), paid: paid.toFixed(), received: received.toFixed() },
    progress: realisedProgress(intent.side, realised.value, quote),
  }
}
