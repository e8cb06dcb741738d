import { describe, expect, test } from 'vitest'

import { judgePerformance, LEAST_USUAL, RECENT_SAMPLES, type PerformanceMetric } from '../../../../src-main/engine/metrics/performance'

const MORE_PCT = 100
/** Made after a chain with blocks of 12 s: seconds to confirmation of 40 swaps, most mined in the next block, some one or two later. */
const CONFIRMATIONS = [
  12.4, 13.1, 11.9, 24.8, 12.2, 12.7, 12.1, 36.4, 12.9, 12.3, 12.0, 25.1, 13.4, 12.6, 12.2, 12.5, 24.3, 12.1, 12.8, 12.4, 11.8, 12.6, 12.3,
  24.9, 12.0, 12.2, 12.9, 13.0, 12.4, 37.2, 12.1, 12.5, 12.7, 12.3, 24.6, 12.2, 12.6, 12.0, 12.4, 12.8,
]
/** The same, while the network asked for more than was offered. */
const CONGESTED = [61.2, 48.7, 96.1, 37.9, 72.4, 84.8, 49.0, 60.3, 108.6, 73.1]
const SIGNER_MS = [
  31, 28, 33, 30, 29, 41, 30, 32, 28, 35, 30, 31, 29, 30, 34, 210, 31, 30, 28, 33, 29, 30, 31, 36, 30, 29, 32, 31, 30, 28, 33, 30,
]

const judged = (metric: PerformanceMetric, recent: readonly number[], usual: readonly number[], morePct = MORE_PCT) =>
  judgePerformance(metric, { recent, usual }, morePct)

/** Repeatable noise (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
/** Times as networks have them: mostly alike, now and then many times as long. */
function latencies(count: number, seed: number, middleMs: number): number[] {
  const next = seeded(seed)
  return Array.from({ length: count }, () => {
    const gauss = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    return middleMs * Math.exp(0.6 * gauss) * (next() < 0.03 ? 10 : 1)
  })
}

describe('X7: what takes longer than it usually does', () => {
  test('confirmations of a congested network are noticed, with their figures', () => {
    expect(judged('confirmation_seconds', CONGESTED, CONFIRMATIONS)).toEqual({
      kind: 'degraded',
      recent: (61.2 + 72.4) / 2,
      usual: 12.5,
      samples: 10,
    })
  })

  test('the same network on another day is not', () => {
    expect(judged('confirmation_seconds', CONFIRMATIONS.slice(0, 10), CONFIRMATIONS.slice(10))).toMatchObject({ kind: 'usual' })
    expect(judged('confirmation_seconds', CONFIRMATIONS.slice(0, 10), [...CONFIRMATIONS, ...CONFIRMATIONS])).toMatchObject({
      kind: 'usual',
    })
  })

  test('a few that are slow are noise, however slow they are', () => {
    const recent = [...SIGNER_MS.slice(0, 6), 9_000, 12_000, 8_000, 30_000]
    expect(judged('signer_latency_ms', recent, SIGNER_MS)).toMatchObject({ kind: 'usual' })
  })

  test('what is many times as long and still nothing is nobody’s business', () => {
    expect(
      judged(
        'signer_latency_ms',
        Array.from({ length: 10 }, () => 120),
        SIGNER_MS,
      ),
    ).not.toMatchObject({ kind: 'degraded' })
    expect(
      judged(
        'signer_latency_ms',
        Array.from({ length: 10 }, () => 400),
        SIGNER_MS,
      ),
    ).toMatchObject({ kind: 'degraded' })
  })

  test('how much more counts is a setting', () => {
    const recent = Array.from({ length: 10 }, () => 40)
    expect(judged('confirmation_seconds', recent, CONFIRMATIONS, 100)).toMatchObject({ kind: 'degraded' })
    expect(judged('confirmation_seconds', recent, CONFIRMATIONS, 400)).not.toMatchObject({ kind: 'degraded' })
  })

  test('on the way back it is neither over nor new', () => {
    expect(
      judged(
        'confirmation_seconds',
        Array.from({ length: 10 }, () => 20),
        CONFIRMATIONS,
      ),
    ).toMatchObject({ kind: 'between' })
    expect(
      judged(
        'confirmation_seconds',
        Array.from({ length: 10 }, () => 13),
        CONFIRMATIONS,
      ),
    ).toMatchObject({ kind: 'usual' })
  })

  test.for([1, 2, 3])('thousands of noisy answers (seed %i) raise nothing, also at half as much again', (seed) => {
    const all = latencies(3_000, seed, 300)
    const count = RECENT_SAMPLES.rpc_latency_ms
    const alarms = []
    for (let at = 500; at + count <= all.length; at += 1) {
      const sample = { recent: all.slice(at, at + count), usual: all.slice(at - 500, at) }
      if (judgePerformance('rpc_latency_ms', sample, 50).kind === 'degraded') alarms.push(at)
    }
    expect(alarms).toEqual([])
  })

  test('and the same noise, three times as slow, is noticed', () => {
    const slow = latencies(RECENT_SAMPLES.rpc_latency_ms, 7, 1_500)
    expect(judged('rpc_latency_ms', slow, latencies(500, 8, 300))).toMatchObject({ kind: 'degraded' })
  })
})

describe('X7: orders that end well less often than usual', () => {
  const orders = (well: number, badly: number): number[] => [...Array<number>(well).fill(1), ...Array<number>(badly).fill(0)]

  test('five of twelve that fail, where one of fifty did, are noticed', () => {
    expect(judged('trade_success', orders(7, 5), orders(49, 1))).toMatchObject({ kind: 'degraded', recent: 7 / 12, usual: 0.98 })
  })

  test('as many as chance brings are not', () => {
    expect(judged('trade_success', orders(11, 1), orders(49, 1))).toMatchObject({ kind: 'usual' })
    expect(judged('trade_success', orders(8, 4), orders(40, 10))).not.toMatchObject({ kind: 'degraded' })
  })

  test('where half always failed, half that fail are usual', () => {
    expect(judged('trade_success', orders(6, 6), orders(25, 25))).toMatchObject({ kind: 'usual' })
  })
})

test.for(Object.keys(RECENT_SAMPLES) as PerformanceMetric[])('X7: %s says nothing on too few samples, on either side', (metric) => {
  const bad = metric === 'trade_success' ? 0 : 1e6
  const usual = Array.from({ length: LEAST_USUAL }, () => 1)
  const recent = Array.from({ length: RECENT_SAMPLES[metric] }, () => bad)
  expect(judged(metric, recent, usual)).toMatchObject({ kind: 'degraded' })
  expect(judged(metric, recent.slice(1), usual)).toEqual({ kind: 'unknown' })
  expect(judged(metric, recent, usual.slice(1))).toEqual({ kind: 'unknown' })
})
