import { AbiCoder, Interface, MaxUint256, getCreate2Address, keccak256, parseEther, parseUnits } from 'ethers'

import { abi } from './contracts.mjs'

/** @typedef {import('./contracts.mjs').Addresses} Addresses */
/** @typedef {{ to: string, data: string, value?: bigint }} Call */
/** @typedef {'uniswap-v3' | 'uniswap-v2'} Venue */
/** @typedef {'USDC' | 'DAI' | 'USDT'} QuoteSymbol */

/** Pools begin at this many dollars per WETH. */
const START_PRICE = 2500
/** The year 36812: nothing of the set-up expires. */
const NEVER = 1n << 40n
/** The V3 pool's init code hash; the same one that the routers hold. */
const V3_POOL_INIT_CODE_HASH = '0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54'
const OBSERVATIONS = 200

const pool = new Interface(['function increaseObservationCardinalityNext(uint16 observationCardinalityNext)'])

/** The quote tokens: address, decimals, and where WETH trades against them. @param {Addresses} at */
export function quoteTokens(at) {
  return {
    USDC: { address: at.usdc, decimals: 6, fee: 3000, v2Weth: 1000 },
    DAI: { address: at.dai, decimals: 18, fee: 500, v2Weth: 500 },
    USDT: { address: at.usdt, decimals: 6, fee: null, v2Weth: 200 },
  }
}

/** The calls that give an account WETH and tokens and let the routers spend them. @param {Addresses} at @param {{ weth: string, dollars: string, spenders: readonly string[] }} options @param {string} account @returns {Call[]} */
export function fund(at, { weth, dollars, spenders }, account) {
  const calls = [{ to: at.weth, data: abi.weth.encodeFunctionData('deposit'), value: parseEther(weth) }]
  /** @type {Call[]} */
  const rest = []
  for (const { address, decimals } of Object.values(quoteTokens(at)))
    rest.push({ to: address, data: abi.token.encodeFunctionData('mint', [account, parseUnits(dollars, decimals)]) })
  for (const spender of spenders)
    for (const token of [at.weth, at.usdc, at.dai, at.usdt])
      rest.push({ to: token, data: abi.token.encodeFunctionData('approve', [spender, MaxUint256]) })
  return [...calls, ...rest]
}

/** The calls that make the pools and fill them. @param {Addresses} at @param {string} owner @returns {Call[]} */
export function openPools(at, owner) {
  return Object.values(quoteTokens(at)).flatMap((quote) => {
    const dollars = (/** @type {number} */ weth) => parseUnits(String(weth * START_PRICE), quote.decimals)
    const v2 = {
      to: at.v2Router,
      data: abi.v2Router.encodeFunctionData('addLiquidity', [
        ...[at.weth, quote.address, parseEther(String(quote.v2Weth)), dollars(quote.v2Weth), 0, 0, owner, NEVER],
      ]),
    }
    if (quote.fee === null) return [v2]
    const { fee } = quote
    const wethFirst = BigInt(at.weth) < BigInt(quote.address)
    const [token0, token1] = wethFirst ? [at.weth, quote.address] : [quote.address, at.weth]
    const [unit0, unit1] = wethFirst ? [parseEther('1'), dollars(1)] : [dollars(1), parseEther('1')]
    const sqrtPriceX96 = sqrt((unit1 << 192n) / unit0)
    const tick = Math.floor(Math.log(Number(unit1) / Number(unit0)) / Math.log(1.0001))
    const spacing = fee / 50
    /** Liquidity around the price, as far as `reach` ticks, made of at most `weth` and its worth. @param {number} reach @param {number} weth */
    const position = (reach, weth) => {
      const amounts = wethFirst ? [parseEther(String(weth)), dollars(weth)] : [dollars(weth), parseEther(String(weth))]
      const params = [token0, token1, fee, floorTo(tick - reach, spacing), floorTo(tick + reach, spacing), ...amounts, 0, 0, owner, NEVER]
      return { to: at.v3Positions, data: abi.v3Positions.encodeFunctionData('mint', [params]) }
    }
    const create = abi.v3Positions.encodeFunctionData('createAndInitializePoolIfNecessary', [token0, token1, fee, sqrtPriceX96])
    const calls = [v2, { to: at.v3Positions, data: create }, position(6000, 400), position(250, 100)]
    // One pool remembers its prices itself; of the other only its events tell.
    if (quote.address !== at.usdc) return calls
    const remember = pool.encodeFunctionData('increaseObservationCardinalityNext', [OBSERVATIONS])
    return [...calls, { to: v3Pool(at.v3Factory, token0, token1, fee), data: remember }]
  })
}

/** Where a V3 pool is. @param {string} factory @param {string} token0 @param {string} token1 @param {number} fee */
function v3Pool(factory, token0, token1, fee) {
  const salt = keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint24'], [token0, token1, fee]))
  return getCreate2Address(factory, salt, V3_POOL_INIT_CODE_HASH)
}

/**
 * A trade at any price, which moves the market.
 * @param {Addresses} at
 * @param {{ venue: Venue, quote: QuoteSymbol, side: 'buy' | 'sell', weth: string }} trade `weth` is bought or sold exactly
 * @param {string} trader
 * @returns {Call}
 */
export function marketTrade(at, { venue, quote, side, weth }, trader) {
  const { address, fee } = quoteTokens(at)[quote]
  const amount = parseEther(weth)
  const path = side === 'sell' ? [at.weth, address] : [address, at.weth]
  if (venue === 'uniswap-v2') {
    const [name, limit] = side === 'sell' ? ['swapExactTokensForTokens', 0n] : ['swapTokensForExactTokens', MaxUint256]
    return { to: at.v2Router, data: abi.v2Router.encodeFunctionData(name, [amount, limit, path, trader, NEVER]) }
  }
  if (fee === null) throw new Error(`there is no V3 pool of WETH and ${quote}`)
  const [name, limit] = side === 'sell' ? ['exactInputSingle', 0n] : ['exactOutputSingle', MaxUint256]
  return { to: at.v3Router, data: abi.v3Router.encodeFunctionData(name, [[...path, fee, trader, NEVER, amount, limit, 0]]) }
}

/** How the price went over the last hour: WETH sold (negative: bought) on every pool in each round. The sum is nothing, so it ends where it began. */
export const HISTORY_ROUNDS = [4, 7, -3, -9, 2, 6, 8, -5, -10, -8, 3, 5, 9, -2, -6, -7, 4, 10, -1, -12, 5, 6, -9, 3]

/** @param {bigint} n */
function sqrt(n) {
  let x = n
  let y = (x + 1n) / 2n
  while (y < x) {
    x = y
    y = (x + n / x) / 2n
  }
  return x
}

/** @param {number} value @param {number} step */
function floorTo(value, step) {
  return Math.floor(value / step) * step
}
