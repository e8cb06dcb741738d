import type { Decimal } from '../../lib/decimal'

/** How far back an account's own history goes, days and ms. */
export const HISTORY_DAYS = 30
export const HISTORY_MS = HISTORY_DAYS * 86_400_000

/** Something that an account did. */
export interface Activity {
  readonly kind: 'order' | 'signature' | 'failure'
  /** The order that it belongs to. */
  readonly orderId: string
  readonly account: string
  readonly atMs: number
  /** What an order is worth, USD; null when it is not known, and for anything else. */
  readonly usd: Decimal | null
  /** Whom an order deals with: its pair as `pair:…`, and the addresses of its transactions as `to:…`, `spender:…`, `recipient:…`. */
  readonly counterparties: readonly string[]
}

/** What is unusual about an activity, with the figures that explain it; decimal strings. */
export interface PatternFinding {
  readonly kind: 'rate' | 'hour' | 'size' | 'counterparty' | 'signing' | 'failures'
  readonly figures: Readonly<Record<string, string>>
  /** How much of it there is: an alarm that was given is given again only for twice as much. */
  readonly weight: number
  /** What it is about besides the account, such as a counterparty. */
  readonly about: string
  /** The orders that it is made of: the one that was judged, and those that its pace was made of. */
  readonly orderIds: readonly string[]
}
