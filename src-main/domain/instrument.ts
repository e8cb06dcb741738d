/** Where orders can go. */
export const VENUE_IDS = ['paper', 'uniswap-v3', 'uniswap-v2'] as const
/** A venue. */
export type VenueId = (typeof VENUE_IDS)[number]

/** An asset; `address` is null for a chain's own coin and for assets of a venue without a chain. */
export interface Asset {
  readonly symbol: string
  /** Digits after the point of its smallest unit. */
  readonly decimals: number
  /** Checksummed token address, or null. */
  readonly address: string | null
}

/** A pair that can be traded on one venue. */
export interface Instrument {
  /** Unique within its venue, such as `ETH-USDC`. */
  readonly symbol: string
  readonly venue: VenueId
  readonly base: Asset
  readonly quote: Asset
  /** Digits shown for prices, quote per base. */
  readonly priceDigits: number
  /** Digits accepted for base amounts. */
  readonly amountDigits: number
  /** Smallest base amount accepted, as a decimal string. */
  readonly minAmountBase: string
  readonly orderTypes: readonly ('market' | 'limit')[]
}
