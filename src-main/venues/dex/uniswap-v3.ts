import { failure, type Failure } from '../../domain/codes'
import { Decimal } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { ChainProfile } from './chain-profile'
import { readContract, v3 } from './contracts'
import { priceOf, rawPriceOfSqrt, type Market, type RawPrice } from './markets'
import { eventHistory } from './price-history'
import type { PoolQuote, Protocol } from './protocol'
import type { RpcClient } from './rpc'
import { wordsOf } from './rpc-values'
import { checkAgainstCurve, afterFee, type SwapAnswer } from './swap-quote'
import { MAX_SQRT_RATIO, MIN_SQRT_RATIO, sqrtRatioAtTick } from './tick-math'
import { paysToken0, type Trade } from './trade'
import { oracleHistory } from './v3-oracle'
import { readV3Curve } from './v3-curve'

/** `Swap(address indexed, address indexed, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick)`. */
const SWAP_TOPIC = '0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67'
const SQRT_PRICE_WORD = 2
const Q96 = new Decimal(2).pow(96)

/** Uniswap V3: quotes by QuoterV2, held against the pool's own state; swaps by SwapRouter (v3-periphery 1.4.4). */
export function uniswapV3(rpc: RpcClient, profile: ChainProfile): Protocol {
  const { swapRouter, quoterV2 } = profile.uniswapV3

  const slot0 = async (market: Market, block: number): Promise<Result<{ sqrtPriceX96: bigint; tick: number }, Failure>> => {
    const read = await readContract(rpc, market.pool, v3.slot0, [], block)
    if (!read.ok) return read
    const [sqrtPriceX96, tick] = read.value
    if (sqrtPriceX96 === 0n) return err(failure('NOT_FOUND', 'the pool has no price yet'))
    if (sqrtPriceX96 < MIN_SQRT_RATIO || sqrtPriceX96 >= MAX_SQRT_RATIO) return err(failure('BAD_ANSWER', 'a price outside the range'))
    return ok({ sqrtPriceX96, tick: Number(tick) })
  }

  const price = async (market: Market, block: number): Promise<Result<RawPrice, Failure>> => {
    const read = await slot0(market, block)
    return read.ok ? ok(rawPriceOfSqrt(read.value.sqrtPriceX96)) : read
  }

  return {
    venue: 'uniswap-v3',
    router: swapRouter,
    price,

    async quote(market, trade, block): Promise<Result<PoolQuote, Failure>> {
      const what = trade.exact === 'input' ? v3.quoteExactInputSingle : v3.quoteExactOutputSingle
      const args = [[trade.tokenIn.address, trade.tokenOut.address, trade.amountRaw, market.fee, 0n]]
      const [now, liquidity, quoted] = await Promise.all([
        slot0(market, block),
        readContract(rpc, market.pool, v3.liquidity, [], block),
        readContract(rpc, quoterV2, what, args, block),
      ])
      if (!now.ok) return now
      if (!liquidity.ok) return liquidity
      const midPrice = priceOf(market, rawPriceOfSqrt(now.value.sqrtPriceX96))
      if (!quoted.ok) {
        // What the quoter says when the pool cannot give the exact output.
        const tooLarge = quoted.error.reverted && (quoted.error.revertReason === null || quoted.error.revertReason === 'Unexpected error')
        return tooLarge ? ok({ midPrice, answer: null }) : quoted
      }
      const [amountRaw, sqrtAfterX96, ticksCrossed] = quoted.value
      // A pool that runs dry goes to the end of its range and takes only a part of the input.
      if (sqrtAfterX96 <= MIN_SQRT_RATIO + 1n || sqrtAfterX96 >= MAX_SQRT_RATIO - 1n) return ok({ midPrice, answer: null })
      const answer: SwapAnswer = {
        amountInRaw: trade.exact === 'input' ? trade.amountRaw : amountRaw,
        amountOutRaw: trade.exact === 'input' ? amountRaw : trade.amountRaw,
        midPrice,
        priceAfter: priceOf(market, rawPriceOfSqrt(sqrtAfterX96)),
        segments: Number(ticksCrossed) + 1,
      }
      const fits = checkAgainstCurve(market, trade, answer)
      if (!fits.ok) return fits
      // At a tick's very edge the liquidity on the other side may be another; everywhere else one stretch of the curve is one formula.
      const atEdge = sqrtRatioAtTick(now.value.tick) === now.value.sqrtPriceX96
      if (
        ticksCrossed === 0n &&
        !atEdge &&
        !fitsLiquidity(market, trade, answer, now.value.sqrtPriceX96, sqrtAfterX96, liquidity.value[0])
      ) {
        return err(failure('BAD_ANSWER', 'the quote does not fit the pool: its liquidity gives other amounts'))
      }
      return ok({ midPrice, answer })
    },

    async curve(market, block, reachTicks) {
      const now = await slot0(market, block)
      return now.ok ? readV3Curve(rpc, market, now.value, block, reachTicks) : now
    },

    async history(market, head) {
      const remembered = await oracleHistory(rpc, market, head)
      if (remembered.ok) return remembered
      const decode = (data: string): RawPrice | null => {
        const sqrtPriceX96 = wordsOf(data)[SQRT_PRICE_WORD]
        return sqrtPriceX96 === undefined ? null : rawPriceOfSqrt(sqrtPriceX96)
      }
      return eventHistory(rpc, market, head, { topic: SWAP_TOPIC, decode, priceAt: (block) => price(market, block) }, profile.blockTimeMs)
    },

    swapCall(market, trade, { amountInMaxRaw, amountOutMinRaw, recipient, deadlineSec }) {
      const head = [trade.tokenIn.address, trade.tokenOut.address, market.fee, recipient, deadlineSec]
      return trade.exact === 'input'
        ? v3.exactInputSingle.encode([[...head, amountInMaxRaw, amountOutMinRaw, 0n]])
        : v3.exactOutputSingle.encode([[...head, amountOutMinRaw, amountInMaxRaw, 0n]])
    },

    swapAnswer(trade, returnData) {
      return (trade.exact === 'input' ? v3.exactInputSingle : v3.exactOutputSingle).decode(returnData)?.[0] ?? null
    },
  }
}

/** Whether amounts are those of one stretch of the curve with this liquidity (Uniswap v3 paper, 6.29 and 6.30), roundings apart. */
function fitsLiquidity(
  market: Market,
  trade: Trade,
  answer: SwapAnswer,
  beforeX96: bigint,
  afterX96: bigint,
  liquidityRaw: bigint,
): boolean {
  const [before, after] = [new Decimal(beforeX96.toString()).div(Q96), new Decimal(afterX96.toString()).div(Q96)]
  const liquidity = new Decimal(liquidityRaw.toString())
  const token0 = liquidity.mul(new Decimal(1).div(after).sub(new Decimal(1).div(before))).abs()
  const token1 = liquidity.mul(after.sub(before)).abs()
  const [wantedIn, wantedOut] = paysToken0(market, trade) ? [token0, token1] : [token1, token0]
  const paid = new Decimal(answer.amountInRaw.toString()).mul(afterFee(market))
  // One unit in the last place of the square root, told in tokens.
  const grain = liquidity.div(Q96).mul(Decimal.max(1, new Decimal(1).div(Decimal.min(before, after).pow(2))))
  return near(paid, wantedIn, grain) && near(new Decimal(answer.amountOutRaw.toString()), wantedOut, grain)
}

function near(value: Decimal, wanted: Decimal, grain: Decimal): boolean {
  return value
    .sub(wanted)
    .abs()
    .lte(wanted.mul('1e-6').add(grain.mul(4)).add(4))
}
