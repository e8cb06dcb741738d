import { failure, type Failure } from '../../domain/codes'
import { err, ok, type Result } from '../../lib/result'
import type { PricePoint } from '../venue'
import type { Head } from './chain-head'
import { readContract, v3 } from './contracts'
import { priceOf, rawPriceOfSqrt, type Market } from './markets'
import { HOUR_MS } from './price-history'
import type { PriceHistory } from './protocol'
import type { RpcClient } from './rpc'
import { MAX_TICK, MIN_TICK, sqrtRatioAtTick } from './tick-math'

const STEP_SEC = 60

/**
 * The last hour from the pool's own oracle: the average of each minute, which hides what went up and down within one. Fails when the pool does
 * not remember a whole hour (most remember nothing until somebody pays for it).
 */
export async function oracleHistory(rpc: RpcClient, market: Market, head: Head): Promise<Result<PriceHistory, Failure>> {
  const steps = HOUR_MS / 1000 / STEP_SEC
  const secondsAgo = Array.from({ length: steps + 1 }, (_, step) => (steps - step) * STEP_SEC)
  const read = await readContract(rpc, market.pool, v3.observe, [secondsAgo], head.number)
  if (!read.ok) return read
  const [cumulatives] = read.value
  if (cumulatives.length !== secondsAgo.length) return err(failure('BAD_ANSWER', 'the oracle answers another number of moments'))
  const points: PricePoint[] = []
  for (const [index, cumulative] of cumulatives.entries()) {
    const previous = cumulatives[index - 1]
    if (previous === undefined) continue
    const tick = Math.round(Number(cumulative - previous) / STEP_SEC)
    if (tick < MIN_TICK || tick > MAX_TICK) return err(failure('BAD_ANSWER', 'the oracle tells a price outside the range'))
    const atMs = (head.timestampSec - (secondsAgo[index] ?? 0)) * 1000
    points.push({ atMs, price: priceOf(market, rawPriceOfSqrt(sqrtRatioAtTick(tick))) })
  }
  return ok({ points, sinceMs: head.timestampSec * 1000 - HOUR_MS })
}
