import type { VerdictView } from '../../../src-preload/contract/orders'

type GuardId = VerdictView['guard']

/** What each guard is called beside the ticket, and what it asks. */
export const GUARD_WORDS: Readonly<Record<GuardId, { readonly name: string; readonly asks: string }>> = {
  'kill-switch': { name: 'Kill switch', asks: 'Is trading allowed at all?' },
  'trading-state': { name: 'Trading state', asks: 'May new risk be taken, or only taken away?' },
  'breaker-signer': { name: 'Signer breaker', asks: 'Does signing work?' },
  'breaker-trade': { name: 'Trade breaker', asks: 'Do orders go through?' },
  'breaker-network': { name: 'Network breaker', asks: 'Do venues and chain answer?' },
  'breaker-volatility': { name: 'Volatility breaker', asks: 'Is the market calm enough?' },
  'breaker-slippage': { name: 'Slippage breaker', asks: 'Do too many orders slip?' },
  'breaker-system': { name: 'System breaker', asks: 'Is Holdfast itself sound?' },
  'breaker-confirmation': { name: 'Confirmation breaker', asks: 'Are transactions confirmed in time?' },
  limits: { name: 'Limits', asks: 'Is there room for this order, in size, in the day and in pace?' },
  slippage: { name: 'Slippage', asks: 'Is the price you would get close enough to the market?' },
  policy: { name: 'Policy', asks: 'Does your policy allow exactly this?' },
}

/** The guards in the order in which they judge. */
export const GUARD_ORDER = Object.keys(GUARD_WORDS) as GuardId[]
