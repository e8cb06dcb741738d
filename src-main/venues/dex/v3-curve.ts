import type { Failure } from '../../domain/codes'
import { Decimal } from '../../lib/decimal'
import { ok, type Result } from '../../lib/result'
import { readContract, v3 } from './contracts'
import type { Market } from './markets'
import type { Curve, Segment } from './protocol'
import type { RpcClient } from './rpc'
import { MAX_TICK, MIN_TICK, sqrtRatioAtTick } from './tick-math'

/** Ticks read to each side; where there are more, the curve is told only as far as they reach. */
const MAX_TICKS_A_SIDE = 64
const WORD_BITS = 256
const Q96 = new Decimal(2).pow(96)

interface InitializedTick {
  readonly tick: number
  readonly liquidityNet: bigint
}

/** Reads the liquidity around the price: the bitmap's words in reach, then each initialised tick, all at one block. */
export async function readV3Curve(
  rpc: RpcClient,
  market: Market,
  now: { readonly sqrtPriceX96: bigint; readonly tick: number },
  block: number,
  reachTicks: number,
): Promise<Result<Curve, Failure>> {
  const read = <Out>(what: Parameters<typeof readContract<Out>>[2], args: readonly unknown[] = []) =>
    readContract(rpc, market.pool, what, args, block)
  const [spacingRead, liquidityRead] = await Promise.all([read(v3.tickSpacing), read(v3.liquidity)])
  if (!spacingRead.ok) return spacingRead
  if (!liquidityRead.ok) return liquidityRead
  const spacing = Number(spacingRead.value[0])
  const lowest = Math.max(MIN_TICK, now.tick - reachTicks)
  const highest = Math.min(MAX_TICK, now.tick + reachTicks)

  const words = range(Math.floor(lowest / spacing) >> 8, Math.floor(highest / spacing) >> 8)
  const bitmaps = await Promise.all(words.map((word) => read(v3.tickBitmap, [word])))
  const ticks: number[] = []
  for (const [index, bitmap] of bitmaps.entries()) {
    if (!bitmap.ok) return bitmap
    const first = (words[index] ?? 0) * WORD_BITS
    for (let bit = 0; bit < WORD_BITS; bit++) if (((bitmap.value[0] >> BigInt(bit)) & 1n) === 1n) ticks.push((first + bit) * spacing)
  }
  const above = ticks.filter((tick) => tick > now.tick && tick <= highest).slice(0, MAX_TICKS_A_SIDE)
  const below = ticks
    .filter((tick) => tick <= now.tick && tick >= lowest)
    .reverse()
    .slice(0, MAX_TICKS_A_SIDE)
  const nets = await Promise.all([...above, ...below].map((tick) => read(v3.ticks, [tick])))
  const known: InitializedTick[] = []
  for (const [index, net] of nets.entries()) {
    if (!net.ok) return net
    known.push({ tick: [...above, ...below][index] ?? 0, liquidityNet: net.value[1] })
  }

  const sqrtPrice = sqrtOf(now.sqrtPriceX96)
  const liquidity = liquidityRead.value[0]
  const up = known.slice(0, above.length)
  const down = known.slice(above.length).map(({ tick, liquidityNet }) => ({ tick, liquidityNet: -liquidityNet }))
  return ok({
    sqrtPrice,
    above: segments(sqrtPrice, liquidity, up, above.length === MAX_TICKS_A_SIDE ? null : highest),
    below: segments(sqrtPrice, liquidity, down, below.length === MAX_TICKS_A_SIDE ? null : lowest),
  })
}

/** Stretches away from the price; `end` is how far it is known beyond the last tick, or null when not at all. */
function segments(sqrtPrice: Decimal, liquidity: bigint, ticks: readonly InitializedTick[], end: number | null): readonly Segment[] {
  const result: Segment[] = []
  let from = sqrtPrice
  let current = liquidity
  for (const { tick, liquidityNet } of ticks) {
    const to = sqrtOf(sqrtRatioAtTick(tick))
    result.push({ from, to, liquidity: new Decimal(current.toString()) })
    from = to
    current += liquidityNet
  }
  if (end !== null) result.push({ from, to: sqrtOf(sqrtRatioAtTick(end)), liquidity: new Decimal(current.toString()) })
  return result
}

function sqrtOf(sqrtPriceX96: bigint): Decimal {
  return new Decimal(sqrtPriceX96.toString()).div(Q96)
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
