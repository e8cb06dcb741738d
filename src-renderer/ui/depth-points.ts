import type { DepthView } from '../../src-preload/contract/market'
import { toDecimal } from './format/decimal'

// For drawing only: lengths on a screen may be floating-point numbers, amounts never are. Nothing here is shown as a figure or sent.

/** A point of the depth picture: cumulated size at a price, and how much of it this order would take. */
export interface DepthPoint {
  readonly price: number
  readonly bids?: number
  readonly asks?: number
  readonly walk?: number
}

/** The walk of an order through the depth. */
export interface Walk {
  readonly side: 'buy' | 'sell'
  readonly baseAmount: string
  readonly worstPrice: string
}

/** What the picture shows, and which part of the axis. */
export interface DepthPicture {
  readonly points: readonly DepthPoint[]
  readonly mid: number
  readonly domain: readonly [number, number]
}

const num = (text: string): number => toDecimal(text)?.toNumber() ?? Number.NaN
const LEVELS_IN_VIEW = 12
const WALKS_IN_VIEW = 3
/** An order whose price lies farther off than the depth reaches, this many times, is told of beside the picture: it would leave nothing of the market to see. */
const FARTHEST_IN_VIEW = 4

interface Step {
  readonly price: number
  readonly total: number
}

function cumulate(levels: DepthView['bids']): Step[] {
  let total = 0
  return levels.map(({ price, sizeBase }) => ({ price: num(price), total: (total += num(sizeBase)) }))
}

/** Cumulates the depth, cuts the walk of the order out of it, and chooses the window so that the walk can be seen. */
export function depthPicture(depth: DepthView, walk: Walk | null): DepthPicture {
  const [bids, asks] = [cumulate(depth.bids), cumulate(depth.asks)]
  const [bestBid, bestAsk] = [bids[0]?.price, asks[0]?.price]
  const mid = bestBid === undefined || bestAsk === undefined ? (bestBid ?? bestAsk ?? 0) : (bestBid + bestAsk) / 2
  const near = Math.max(reach(bids, mid), reach(asks, mid))
  const far = walk === null ? 0 : Math.abs(num(walk.worstPrice) - mid)
  const deepest = Math.max(near, ...[bids.at(-1), asks.at(-1)].map((last) => (last === undefined ? 0 : Math.abs(last.price - mid))))
  const half = far > FARTHEST_IN_VIEW * deepest ? near : Math.max(near, WALKS_IN_VIEW * far)
  const domain = [Math.max(0, mid - half), mid + half] as const
  const seen = ({ price }: Step) => Math.abs(price - mid) <= half
  const taken = walk === null ? [] : walkThrough(walk.side === 'buy' ? asks : bids, num(walk.baseAmount))
  const points: DepthPoint[] = [
    ...bids.filter(seen).map(({ price, total }) => ({ price, bids: total, ...at(taken, price, walk?.side === 'sell') })),
    ...asks.filter(seen).map(({ price, total }) => ({ price, asks: total, ...at(taken, price, walk?.side === 'buy') })),
  ]
  return {
    points: points.sort((a, b) => a.price - b.price),
    mid,
    domain,
  }
}

/** How far from the middle the first levels reach. */
function reach(steps: readonly Step[], mid: number): number {
  const last = steps[Math.min(LEVELS_IN_VIEW, steps.length) - 1]
  return last === undefined ? 0 : Math.abs(last.price - mid)
}

/** The levels that an order of this size takes, the last one in part. */
function walkThrough(steps: readonly Step[], size: number): Step[] {
  const taken: Step[] = []
  for (const { price, total } of steps) {
    taken.push({ price, total: Math.min(total, size) })
    if (total >= size) break
  }
  return taken
}

function at(taken: readonly Step[], price: number, onThisSide: boolean): { readonly walk?: number } {
  const step = onThisSide ? taken.find((each) => each.price === price) : undefined
  return step === undefined ? {} : { walk: step.total }
}

/** At most `most` of the points, evenly chosen, the last one always among them. */
export function thin<T>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points
  const step = points.length / most
  const chosen = Array.from({ length: most }, (_, index) => points[Math.floor(index * step)]).filter((point) => point !== undefined)
  const last = points.at(-1)
  if (last !== undefined) chosen[chosen.length - 1] = last
  return chosen
}
