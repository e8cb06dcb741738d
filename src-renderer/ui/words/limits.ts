import type { LimitSettingsView } from '../../../src-preload/contract/limits'

type Typed = Exclude<keyof LimitSettingsView, 'lossBasis'>

/** How a limit is asked for: its name, its unit, and what it means. */
export interface LimitWords {
  readonly name: string
  readonly unit: string
  readonly means: string
  /** Whether it is a whole number. */
  readonly whole: boolean
}

/** The limits that are typed, in the order in which a person reads them. */
export const LIMIT_WORDS: Readonly<Record<Typed, LimitWords>> = {
  maxOrderUsd: { name: 'One order', unit: 'USD', means: 'The most that a single order may be worth.', whole: false },
  maxAssetDayUsd: { name: 'One asset a day', unit: 'USD', means: 'Bought and sold together, filled or open.', whole: false },
  maxDayUsd: { name: 'Everything a day', unit: 'USD', means: 'All assets together. The day ends at midnight UTC.', whole: false },
  maxOrdersPerSecond: { name: 'Orders in a second', unit: '', means: 'Orders that passed the guards, in flight included.', whole: true },
  maxOrdersPerMinute: { name: 'Orders in a minute', unit: '', means: 'Orders that passed the guards, in flight included.', whole: true },
  maxOpenOrders: { name: 'Open orders', unit: '', means: 'Resting, on their way, or of unknown outcome.', whole: true },
  repeatCount: { name: 'The same order', unit: 'times', means: 'Then it is refused until a person has looked.', whole: true },
  repeatWindowMin: { name: 'The same order, within', unit: 'min', means: 'How far back repetitions are counted.', whole: true },
  lossReducePct: {
    name: 'Loss of the day that reduces',
    unit: '%',
    means: 'From then on only orders that take risk away pass.',
    whole: false,
  },
  lossHaltPct: { name: 'Loss of the day that halts', unit: '%', means: 'Trading halts, and open orders are canceled.', whole: false },
  valuationTimeoutMin: { name: 'Alarm when its value is unknown for', unit: 'min', means: 'An unknown value is no loss.', whole: true },
}
/** In the order in which they are typed. */
export const LIMIT_ORDER = Object.keys(LIMIT_WORDS) as Typed[]

/** What a loss is measured from. */
export const LOSS_BASIS_WORDS: Readonly<Record<LimitSettingsView['lossBasis'], string>> = {
  high: 'the highest value of the day',
  start: 'the first value of the day',
}
