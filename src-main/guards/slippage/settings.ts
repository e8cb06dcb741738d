import { decimal } from '../../lib/decimal'
import type { SlippageSettings } from '../guard'
import { VOLATILITY_EVENT_PCT } from '../volatility'

/**
 * Product row X2's limits, and how old a quote, how wild a market and how far a deadline may be: what a fresh environment has in force, and nothing looser by
 * itself. Profiles and deadline are fixed; the rest somebody may change within bounds.
 */
export const DEFAULT_SLIPPAGE_SETTINGS: SlippageSettings = {
  limitPct: { conservative: decimal('0.5'), moderate: decimal('1'), aggressive: decimal('2') },
  maxQuoteAgeMs: 30_000,
  maxVolatilityPct: decimal(VOLATILITY_EVENT_PCT),
  maxDeadlineSec: 600,
}
