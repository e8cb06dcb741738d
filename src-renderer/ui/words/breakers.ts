import type { BreakerStatusView } from '../../../src-preload/contract/breakers'

type BreakerId = BreakerStatusView['id']
type BreakerState = BreakerStatusView['state']

/** What each breaker is called, short enough for the status strip, and what it watches. */
export const BREAKER_WORDS: Readonly<Record<BreakerId, { readonly name: string; readonly watches: string; readonly noun: string }>> = {
  signer: { name: 'Signer', watches: 'Signing that fails or is refused by the device or service.', noun: 'failed signatures' },
  trade: { name: 'Trade', watches: 'Orders that a venue rejects or that fail on the chain.', noun: 'failed trades' },
  network: { name: 'Network', watches: 'Venues and chain endpoints that do not answer.', noun: 'failed requests' },
  volatility: { name: 'Volatility', watches: 'Price moves of more than half within the hour.', noun: 'price shocks' },
  slippage: { name: 'Slippage', watches: 'Orders that the slippage guard has to refuse.', noun: 'slippage refusals' },
  system: { name: 'System', watches: 'Errors inside Holdfast itself.', noun: 'internal errors' },
  confirmation: { name: 'Confirmation', watches: 'Transactions that are not confirmed in time.', noun: 'late confirmations' },
}

/** The seven breakers in their fixed places. */
export const BREAKER_ORDER = Object.keys(BREAKER_WORDS) as BreakerId[]

/** What a breaker's state means. */
export const BREAKER_STATE_WORDS: Readonly<Record<BreakerState, { readonly name: string; readonly means: string }>> = {
  closed: { name: 'Closed', means: 'Orders pass.' },
  open: { name: 'Open', means: 'No order passes until it has had time to recover.' },
  'half-open': { name: 'Half-open', means: 'One order may pass as a probe. Its outcome closes or reopens the breaker.' },
  isolated: { name: 'Isolated', means: 'A person opened it. No order passes while it stays so.' },
}

/** The name of a breaker that a figure or a record names; null when there is no such breaker. */
export function breakerName(id: string): string | null {
  return Object.hasOwn(BREAKER_WORDS, id) ? BREAKER_WORDS[id as BreakerId].name : null
}

/** What the lines of a breaker's history are called; one that is not here is spelled out. */
export const BREAKER_HISTORY_WORDS: Readonly<Record<string, string>> = {
  failed: 'Failure counted',
  opened: 'Opened',
  'half-opened': 'Half-opened',
  closed: 'Closed',
  'probe-acquired': 'An order became the probe',
  'probe-released': 'The probe ended undecided',
  isolated: 'Isolated by a person',
  reset: 'Closed by a person',
  tuned: 'Thresholds changed',
  'found-unreadable': 'Its record could not be read',
}

/** Why a breaker opened, as its history and the record name it. */
export const BREAKER_CAUSE_WORDS: Readonly<Record<string, string>> = {
  'failures-in-window': 'too many failures',
  consecutive: 'too many in a row',
  rate: 'too high a failure rate',
  'half-open-failure': 'its probe failed',
  'unreadable-state': 'its record could not be read',
}
