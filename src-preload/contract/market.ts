import { z } from 'zod'

import { SIGNER_KINDS } from '../../src-main/domain/signer'
import { VENUE_IDS } from '../../src-main/domain/instrument'
import { event, query } from './channel'
import { addressText, decimalText, epochMs, idText, nothing, shortText } from './primitives'

/** A venue by its id. */
export const venueId = z.enum(VENUE_IDS)
/** An asset; `address` is its token contract, null where it is none. */
export const asset = z.strictObject({ symbol: shortText, decimals: z.number().int().min(0).max(36), address: addressText.nullable() })
/** A pair that can be traded at a venue; digits after the point, least amount in units of the base. */
export const instrumentView = z.strictObject({
  symbol: shortText,
  venue: venueId,
  base: asset,
  quote: asset,
  priceDigits: z.number().int(),
  amountDigits: z.number().int(),
  minAmountBase: decimalText,
  orderTypes: z.array(z.enum(['market', 'limit'])),
})
const level = z.strictObject({ price: decimalText, sizeBase: decimalText })
/** Offers at a venue at one moment; prices in quote per base, sizes in units of the base. */
export const depthView = z.strictObject({ bids: z.array(level), asks: z.array(level), atMs: epochMs })
/** What an account has of an asset, in its units; `held` lies in open orders. `usd` is null where no price is known. */
export const balanceView = z.strictObject({
  asset: shortText,
  token: addressText.nullable(),
  free: decimalText,
  held: decimalText,
  usd: decimalText.nullable(),
})
const instrumentRef = z.strictObject({ venue: venueId, instrument: shortText })
/** An account that orders can be placed from: the paper account, or a signer. */
export const accountView = z.strictObject({
  id: idText,
  label: shortText,
  kind: z.enum(['paper', ...SIGNER_KINDS]),
  address: addressText.nullable(),
  ready: z.boolean(),
})

/** Calls that read markets and balances. */
export const marketCalls = {
  'market.instruments': query(nothing, z.array(instrumentView)),
  'market.depth': query(instrumentRef.extend({ levels: z.number().int().min(1).max(100) }), depthView),
  'market.prices': query(instrumentRef, z.array(z.strictObject({ atMs: epochMs, price: decimalText }))),
  'market.accounts': query(nothing, z.array(accountView)),
  'market.balances': query(
    z.strictObject({ account: idText }),
    z.strictObject({ account: accountView, balances: z.array(balanceView), atMs: epochMs }),
  ),
} as const
/** What main tells of markets. */
export const marketEvents = {
  /** Prices or depth moved; at most a few a second. */
  'market.moved': event(instrumentRef.extend({ midPrice: decimalText, atMs: epochMs })),
} as const

/** A pair that can be traded at a venue. */
export type InstrumentView = z.output<typeof instrumentView>
/** Offers at a venue at one moment. */
export type DepthView = z.output<typeof depthView>
/** What an account has of an asset. */
export type BalanceView = z.output<typeof balanceView>
/** An account that orders can be placed from. */
export type AccountView = z.output<typeof accountView>
