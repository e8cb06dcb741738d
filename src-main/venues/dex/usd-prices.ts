import { Decimal } from '../../lib/decimal'
import type { ChainProfile, ProfileToken } from './chain-profile'
import { marketsOf, priceOf } from './markets'
import type { Protocol } from './protocol'

/** USD per whole token, at a block; null when no pool of the profile tells. */
export type UsdPrices = (token: ProfileToken, block: number) => Promise<Decimal | null>

/** Values tokens: one for those that count as dollars, else the price in the first pool of the profile that trades them for such a one. */
export function usdPrices(profile: ChainProfile, protocols: readonly Protocol[]): UsdPrices {
  const pools = protocols.flatMap((protocol) => [...marketsOf(profile, protocol.venue).values()].map((market) => ({ protocol, market })))
  return async (token, block) => {
    if (token.usdStable) return new Decimal(1)
    for (const { protocol, market } of pools) {
      if (market.base.symbol !== token.symbol || !market.quote.usdStable) continue
      const price = await protocol.price(market, block)
      if (price.ok) return priceOf(market, price.value)
    }
    return null
  }
}
