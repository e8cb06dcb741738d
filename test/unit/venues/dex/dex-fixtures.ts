import { parseChainProfile, type ChainProfile } from '../../../../src-main/venues/dex/chain-profile'
import { marketsOf, type Market } from '../../../../src-main/venues/dex/markets'

const A = (digit: string) => `0x${digit.repeat(40)}`

/** A profile whose WETH comes before USDC and after DAI, so that both orders of a pool occur. */
export function testProfile(): ChainProfile {
  const result = parseChainProfile(
    JSON.stringify({
      ...{ name: 'test', chainId: 5, rpcUrl: 'http://127.0.0.1:1', finalityDeadlineMs: 1, blockTimeMs: 1000, nativeSymbol: 'ETH' },
      wrappedNative: A('5'),
      uniswapV3: { factory: A('1'), swapRouter: A('2'), quoterV2: A('3'), fees: [500] },
      uniswapV2: { factory: A('4'), router: A('6') },
      tokens: [
        { symbol: 'WETH', address: A('5'), decimals: 18, usdStable: false },
        { symbol: 'USDC', address: A('9'), decimals: 6, usdStable: true },
        { symbol: 'DAI', address: A('1'), decimals: 18, usdStable: true },
      ],
      instruments: [
        { symbol: 'WETH-USDC', venue: 'uniswap-v2' },
        { symbol: 'WETH-DAI', venue: 'uniswap-v2' },
        { symbol: 'WETH-USDC', venue: 'uniswap-v3', feeTier: 500 },
      ],
    }),
  )
  if (!result.ok) throw new Error(result.error)
  return result.value
}

export function testMarket(symbol: 'WETH-USDC' | 'WETH-DAI' = 'WETH-USDC'): Market {
  return marketsOf(testProfile(), 'uniswap-v2').get(symbol)!
}
