import type { Decimal } from '../lib/decimal'
import type { ConfirmationTier } from './confirmations'

const MINUTE_MS = 60_000

/** The table of product row X3, highest tier first; `fromUsd` inclusive. */
const TIERS = [
  { fromUsd: 10_000, tier: { confirmations: 3, timeoutMs: 5 * MINUTE_MS, finality: true } },
  { fromUsd: 1_000, tier: { confirmations: 2, timeoutMs: 3 * MINUTE_MS, finality: false } },
  { fromUsd: 100, tier: { confirmations: 1, timeoutMs: 2 * MINUTE_MS, finality: false } },
  { fromUsd: 0, tier: { confirmations: 1, timeoutMs: MINUTE_MS, finality: false } },
] as const

/** What a trade of this value must reach before it counts. A value that is unknown or makes no sense gets the highest tier. */
export function tierFor(notionalUsd: Decimal | null): ConfirmationTier {
  // NaN compares false with everything, and a negative value with every bound: both fall through to the highest tier.
  const row = notionalUsd === null ? undefined : TIERS.find(({ fromUsd }) => notionalUsd.gte(fromUsd))
  return (row ?? TIERS[0]).tier
}
