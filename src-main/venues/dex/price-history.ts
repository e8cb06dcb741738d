import { z } from 'zod'

import type { Failure } from '../../domain/codes'
import type { PriceRange } from '../../domain/quote'
import { Decimal } from '../../lib/decimal'
import { ok, type Result } from '../../lib/result'
import type { PricePoint } from '../venue'
import type { Head } from './chain-head'
import { priceOf, type Market, type RawPrice } from './markets'
import type { PriceHistory } from './protocol'
import type { RpcClient } from './rpc'
import { blockValue, logValue, toQuantity, type LogValue } from './rpc-values'

/** The span of the volatility breaker, ms (product row X4). */
export const HOUR_MS = 3_600_000
/** What is tried when a node refuses to search the whole hour. */
const SHORT_MS = 900_000
/** Points kept for drawing: the last of each quarter minute. */
const BUCKET_MS = 15_000

/** An event that tells a pool's price. */
export interface PriceEvent {
  readonly topic: string
  /** The price after it; null when the data is not such an event's. */
  readonly decode: (data: string) => RawPrice | null
  /** The price at a block, which an old block's state may no longer tell. */
  readonly priceAt: (block: number) => Promise<Result<RawPrice, Failure>>
}

/** The prices of the last hour from a pool's events; of less, when the node does not search that far. */
export async function eventHistory(
  rpc: RpcClient,
  market: Market,
  head: Head,
  event: PriceEvent,
  blockTimeMs: number,
): Promise<Result<PriceHistory, Failure>> {
  const whole = await searchEvents(rpc, market, head, event, Math.ceil(HOUR_MS / blockTimeMs))
  return whole.ok ? whole : searchEvents(rpc, market, head, event, Math.ceil(SHORT_MS / blockTimeMs))
}

async function searchEvents(
  rpc: RpcClient,
  market: Market,
  head: Head,
  event: PriceEvent,
  blocks: number,
): Promise<Result<PriceHistory, Failure>> {
  const fromBlock = Math.max(0, head.number - blocks)
  const filter = { address: market.pool, topics: [event.topic], fromBlock: toQuantity(fromBlock), toBlock: toQuantity(head.number) }
  const [logs, first, before] = await Promise.all([
    rpc.call('eth_getLogs', [filter], z.array(logValue)),
    rpc.call('eth_getBlockByNumber', [toQuantity(fromBlock), false], blockValue),
    event.priceAt(fromBlock),
  ])
  if (!logs.ok) return logs
  if (!first.ok) return first
  const firstMs = first.value.timestamp * 1000
  const headMs = head.timestampSec * 1000
  const msPerBlock = head.number === fromBlock ? 0 : (headMs - firstMs) / (head.number - fromBlock)
  const points: PricePoint[] = []
  for (const log of logs.value) {
    const price = priceOfLog(market, event, log)
    if (price === null) continue
    // Where the node does not tell a log's time, blocks are taken as evenly spaced.
    const atMs =
      log.blockTimestamp != null ? log.blockTimestamp * 1000 : firstMs + ((log.blockNumber ?? head.number) - fromBlock) * msPerBlock
    points.push({ atMs, price })
  }
  // Without events the price stood still. With events, what held before the first is known only if the old state can still be read.
  const start = before.ok ? priceOf(market, before.value) : null
  const sinceMs = start !== null || points[0] === undefined ? firstMs : points[0].atMs
  return ok(lastHour(start === null ? points : [{ atMs: firstMs, price: start }, ...points], sinceMs, headMs))
}

function priceOfLog(market: Market, event: PriceEvent, log: LogValue): Decimal | null {
  if (log.removed === true || log.address !== market.pool.toLowerCase() || log.topics[0] !== event.topic) return null
  const raw = event.decode(log.data)
  return raw === null || raw.token0 === 0n || raw.token1 === 0n ? null : priceOf(market, raw)
}

/** Cuts a history to the hour before `headMs`; the price that held when the hour began stands at its beginning. */
export function lastHour(points: readonly PricePoint[], sinceMs: number, headMs: number): PriceHistory {
  const startMs = headMs - HOUR_MS
  const inside = points.filter((point) => point.atMs >= startMs)
  const before = points.filter((point) => point.atMs < startMs).at(-1)
  return {
    points: before === undefined ? inside : [{ atMs: startMs, price: before.price }, ...inside],
    sinceMs: Math.max(sinceMs, startMs),
  }
}

/** Lowest and highest price of a history together with the present one. */
export function rangeOf(history: PriceHistory, midPrice: Decimal, headMs: number): PriceRange {
  const prices = [midPrice, ...history.points.map((point) => point.price)]
  return { low: Decimal.min(...prices), high: Decimal.max(...prices), coversMs: Math.min(HOUR_MS, Math.max(0, headMs - history.sinceMs)) }
}

/** A history as it is drawn: the last point of every quarter minute, and the present price. */
export function pointsOf(history: PriceHistory, midPrice: Decimal, headMs: number): readonly PricePoint[] {
  const buckets = new Map<number, PricePoint>()
  for (const point of [...history.points, { atMs: headMs, price: midPrice }]) buckets.set(Math.floor(point.atMs / BUCKET_MS), point)
  return [...buckets.values()].sort((a, b) => a.atMs - b.atMs)
}
