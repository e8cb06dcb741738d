import { AbiCoder, getCreate2Address, keccak256, solidityPackedKeccak256 } from 'ethers'

import type { Instrument } from '../../domain/instrument'
import { Decimal } from '../../lib/decimal'
import type { ChainProfile, ProfileInstrument, ProfileToken } from './chain-profile'

/** Init code hashes of Uniswap's pools; the routers hold the same ones and look nowhere else. */
const V3_POOL_INIT_CODE_HASH = '0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54'
const V2_PAIR_INIT_CODE_HASH = '0x96e8ac4277198ff8b6f785478aa9a39f403cb768dd02cbee326c3e7da348845f'
/** V2's fee, in V3's unit: hundredths of a basis point. */
const V2_FEE = 3_000
const MAX_MIN_AMOUNT_DIGITS = 4

/** A pool that can be traded on. */
export interface Market {
  readonly instrument: Instrument
  readonly base: ProfileToken
  readonly quote: ProfileToken
  /** Whether the base is the pool's token0. */
  readonly baseIsToken0: boolean
  /** Checksummed address of the pool; computed, not asked for, so that no answer can lead elsewhere. */
  readonly pool: string
  /** Fee on the input, hundredths of a basis point (millionths). */
  readonly fee: number
}

/** A venue's markets by instrument symbol. */
export function marketsOf(profile: ChainProfile, venue: ProfileInstrument['venue']): ReadonlyMap<string, Market> {
  const tokens = new Map(profile.tokens.map((token) => [token.symbol, token]))
  const markets = new Map<string, Market>()
  for (const item of profile.instruments) {
    const [baseSymbol = '', quoteSymbol = ''] = item.symbol.split('-')
    const base = tokens.get(baseSymbol)
    const quote = tokens.get(quoteSymbol)
    if (item.venue === venue && base !== undefined && quote !== undefined) markets.set(item.symbol, market(profile, item, base, quote))
  }
  return markets
}

function market(profile: ChainProfile, item: ProfileInstrument, base: ProfileToken, quote: ProfileToken): Market {
  const fee = item.feeTier ?? V2_FEE
  const baseIsToken0 = BigInt(base.address) < BigInt(quote.address)
  const [token0, token1] = baseIsToken0 ? [base.address, quote.address] : [quote.address, base.address]
  const pool =
    item.venue === 'uniswap-v3'
      ? v3PoolAddress(profile.uniswapV3.factory, token0, token1, fee)
      : v2PairAddress(profile.uniswapV2.factory, token0, token1)
  return { instrument: instrumentOf(item, base, quote), base, quote, baseIsToken0, pool, fee }
}

function instrumentOf({ symbol, venue }: ProfileInstrument, base: ProfileToken, quote: ProfileToken): Instrument {
  const asset = ({ symbol: name, decimals, address }: ProfileToken) => ({ symbol: name, decimals, address })
  return {
    symbol,
    venue,
    base: asset(base),
    quote: asset(quote),
    priceDigits: quote.usdStable ? 2 : 8,
    amountDigits: base.decimals,
    minAmountBase: new Decimal(10).pow(-Math.min(base.decimals, MAX_MIN_AMOUNT_DIGITS)).toFixed(),
    orderTypes: ['market'],
  }
}

/** Where a V3 pool is (v3-periphery PoolAddress). */
export function v3PoolAddress(factory: string, token0: string, token1: string, fee: number): string {
  const salt = keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint24'], [token0, token1, fee]))
  return getCreate2Address(factory, salt, V3_POOL_INIT_CODE_HASH)
}

/** Where a V2 pair is (UniswapV2Library.pairFor). */
export function v2PairAddress(factory: string, token0: string, token1: string): string {
  return getCreate2Address(factory, solidityPackedKeccak256(['address', 'address'], [token0, token1]), V2_PAIR_INIT_CODE_HASH)
}

/** A pool's price as a fraction: raw token1 per raw token0. */
export interface RawPrice {
  readonly token1: bigint
  readonly token0: bigint
}

/** The fraction that a V3 square root stands for. */
export function rawPriceOfSqrt(sqrtPriceX96: bigint): RawPrice {
  return { token1: sqrtPriceX96 * sqrtPriceX96, token0: 1n << 192n }
}

/** Quote per base in whole units, to 60 digits. */
export function priceOf({ base, quote, baseIsToken0 }: Market, { token0, token1 }: RawPrice): Decimal {
  const [up, down] = baseIsToken0 ? [token1, token0] : [token0, token1]
  return new Decimal(up.toString()).div(down.toString()).mul(new Decimal(10).pow(base.decimals - quote.decimals))
}
