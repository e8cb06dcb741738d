import { failure, type Failure } from '../../domain/codes'
import { Decimal } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { ChainProfile } from './chain-profile'
import { readContract, v2 } from './contracts'
import { priceOf, type Market, type RawPrice } from './markets'
import { eventHistory } from './price-history'
import type { Curve, PoolQuote, Protocol } from './protocol'
import type { RpcClient } from './rpc'
import { wordsOf } from './rpc-values'
import { checkAgainstCurve, type SwapAnswer } from './swap-quote'
import { paysToken0, type Trade } from './trade'

/** `Sync(uint112 reserve0, uint112 reserve1)`. */
const SYNC_TOPIC = '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1'

/** Uniswap V2: quotes by the pair's reserves and by Router02, which must agree to the last unit; swaps by Router02. */
export function uniswapV2(rpc: RpcClient, profile: ChainProfile): Protocol {
  const { router } = profile.uniswapV2

  const reserves = async (market: Market, block: number): Promise<Result<RawPrice, Failure>> => {
    const read = await readContract(rpc, market.pool, v2.getReserves, [], block)
    if (!read.ok) return read
    const [token0, token1] = read.value
    return token0 === 0n || token1 === 0n ? err(failure('NOT_FOUND', 'the pair is empty')) : ok({ token0, token1 })
  }

  return {
    venue: 'uniswap-v2',
    router,
    price: reserves,

    async quote(market, trade, block): Promise<Result<PoolQuote, Failure>> {
      const what = trade.exact === 'input' ? v2.getAmountsOut : v2.getAmountsIn
      const path = [trade.tokenIn.address, trade.tokenOut.address]
      const [now, quoted] = await Promise.all([reserves(market, block), readContract(rpc, router, what, [trade.amountRaw, path], block)])
      if (!now.ok) return now
      const midPrice = priceOf(market, now.value)
      const computed = computeSwap(market, trade, now.value)
      if (computed === null) {
        return !quoted.ok && quoted.error.reverted
          ? ok({ midPrice, answer: null })
          : err(failure('BAD_ANSWER', 'the router trades more than the pair holds'))
      }
      if (!quoted.ok) return quoted
      const [amountInRaw, amountOutRaw] = quoted.value[0]
      if (amountInRaw !== computed.amountInRaw || amountOutRaw !== computed.amountOutRaw) {
        return err(failure('BAD_ANSWER', 'the quote does not fit the pool: its reserves give other amounts'))
      }
      const answer: SwapAnswer = { amountInRaw, amountOutRaw, midPrice, priceAfter: priceOf(market, computed.after), segments: 1 }
      const fits = checkAgainstCurve(market, trade, answer)
      return fits.ok ? ok({ midPrice, answer }) : fits
    },

    async curve(market, block): Promise<Result<Curve, Failure>> {
      const now = await reserves(market, block)
      if (!now.ok) return now
      const [token0, token1] = [new Decimal(now.value.token0.toString()), new Decimal(now.value.token1.toString())]
      const sqrtPrice = token1.div(token0).sqrt()
      const liquidity = token0.mul(token1).sqrt()
      return ok({
        sqrtPrice,
        above: [{ from: sqrtPrice, to: sqrtPrice.mul(1000), liquidity }],
        below: [{ from: sqrtPrice, to: sqrtPrice.div(1000), liquidity }],
      })
    },

    history(market, head) {
      const decode = (data: string): RawPrice | null => {
        const [token0, token1] = wordsOf(data)
        return token0 === undefined || token1 === undefined ? null : { token0, token1 }
      }
      return eventHistory(
        rpc,
        market,
        head,
        { topic: SYNC_TOPIC, decode, priceAt: (block) => reserves(market, block) },
        profile.blockTimeMs,
      )
    },

    swapCall(_market, trade, { amountInMaxRaw, amountOutMinRaw, recipient, deadlineSec }) {
      const tail = [[trade.tokenIn.address, trade.tokenOut.address], recipient, deadlineSec]
      return trade.exact === 'input'
        ? v2.swapExactTokensForTokens.encode([amountInMaxRaw, amountOutMinRaw, ...tail])
        : v2.swapTokensForExactTokens.encode([amountOutMinRaw, amountInMaxRaw, ...tail])
    },

    swapAnswer(trade, returnData) {
      const amounts = (trade.exact === 'input' ? v2.swapExactTokensForTokens : v2.swapTokensForExactTokens).decode(returnData)
      return amounts === null ? null : amounts[0][trade.exact === 'input' ? 1 : 0]
    },
  }
}

/** UniswapV2Library's getAmountOut and getAmountIn; null when the pair cannot give so much. */
function computeSwap(
  market: Market,
  trade: Trade,
  { token0, token1 }: RawPrice,
): { readonly amountInRaw: bigint; readonly amountOutRaw: bigint; readonly after: RawPrice } | null {
  const pays0 = paysToken0(market, trade)
  const [reserveIn, reserveOut] = pays0 ? [token0, token1] : [token1, token0]
  const after = (amountInRaw: bigint, amountOutRaw: bigint) => {
    const [left0, left1] = pays0 ? [token0 + amountInRaw, token1 - amountOutRaw] : [token0 - amountOutRaw, token1 + amountInRaw]
    return { amountInRaw, amountOutRaw, after: { token0: left0, token1: left1 } }
  }
  if (trade.exact === 'input') {
    const kept = trade.amountRaw * 997n
    return after(trade.amountRaw, (kept * reserveOut) / (reserveIn * 1000n + kept))
  }
  if (trade.amountRaw >= reserveOut) return null
  return after((reserveIn * trade.amountRaw * 1000n) / ((reserveOut - trade.amountRaw) * 997n) + 1n, trade.amountRaw)
}
