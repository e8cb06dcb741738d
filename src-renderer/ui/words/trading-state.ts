import type { TradingStateView } from '../../../src-preload/contract/breakers'

type State = TradingStateView['state']
type Reason = NonNullable<TradingStateView['reason']>

/** What each trading state is called, short enough for the status strip, and what it means. */
export const TRADING_STATE_WORDS: Readonly<Record<State, { readonly name: string; readonly means: string }>> = {
  active: { name: 'Active', means: 'Orders leave when every guard passes them.' },
  reducing: { name: 'Reducing', means: 'Only sales of what you hold, for dollars, leave this machine. Canceling works.' },
  halted: { name: 'Trading halted', means: 'No order leaves this machine. Canceling works.' },
}

/** Why trading is not active, to follow “Trading is reducing” or “halted”. */
export const TRADING_REASON_WORDS: Readonly<Record<Reason, string>> = {
  'kill-switch': 'by the kill switch',
  breakers: 'because breakers opened',
  person: 'by hand',
  'unreadable-state': 'because its record could not be read',
  'loss-limit': 'because a loss limit was reached',
  'unusual-activity': 'because of unusual activity',
  'balance-drop': 'because a balance dropped without an order',
}

/** Whether this names a reason. */
export function isTradingReason(word: string): word is Reason {
  return Object.hasOwn(TRADING_REASON_WORDS, word)
}
