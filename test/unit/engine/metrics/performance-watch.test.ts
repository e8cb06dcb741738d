import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Alert } from '../../../../src-main/domain/alert'
import type { PerformanceMetric } from '../../../../src-main/engine/metrics/performance'
import { PERFORMANCE_EVERY_MS, PerformanceWatch } from '../../../../src-main/engine/metrics/performance-watch'
import { FakeClock } from '../../../support/fake-clock'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let clock: FakeClock
let samples: Map<string, { atMs: number; value: number }[]>
let told: Alert[]
let settings: { slowOn: boolean; slowMorePct: number }
let watch: PerformanceWatch
const faults: unknown[] = []

beforeEach(() => {
  clock = new FakeClock()
  samples = new Map()
  told = []
  faults.length = 0
  settings = { slowOn: true, slowMorePct: 100 }
  watch = new PerformanceWatch({
    store: {
      newest: (name, sinceMs, most) =>
        (samples.get(name) ?? [])
          .filter(({ atMs }) => atMs >= sinceMs)
          .sort((a, b) => b.atMs - a.atMs)
          .slice(0, most),
    },
    settings: () => settings,
    alerts: { raise: (alert) => void told.push(alert) },
    clock,
    scheduler: clock,
    onFault: (thrown) => faults.push(thrown),
  })
})
afterEach(() => {
  watch.stop()
})

/** So many of one value, a minute apart, the newest now. */
function keep(metric: PerformanceMetric, value: number, count: number): void {
  const before = samples.get(metric) ?? []
  const nowMs = clock.wallMs()
  samples.set(metric, [
    ...before.map(({ atMs, value: kept }) => ({ atMs: atMs - count * MINUTE, value: kept })),
    ...Array.from({ length: count }, (_, at) => ({ atMs: nowMs - (count - at - 1) * MINUTE, value })),
  ])
}

test('X7: what gets slower is told once, with its figures, and again only when it was as usual in between', async () => {
  keep('signer_latency_ms', 30, 100)
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(told).toEqual([])
  keep('signer_latency_ms', 900, 10)
  await clock.advance(10 * PERFORMANCE_EVERY_MS)
  expect(told).toEqual([
    { kind: 'performance-degraded', subject: 'signer_latency_ms', figures: { recent: '900', usual: '30', samples: '10' } },
  ])
  keep('signer_latency_ms', 31, 20)
  await clock.advance(PERFORMANCE_EVERY_MS)
  keep('signer_latency_ms', 900, 10)
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(told).toHaveLength(2)
})

test('X7: orders that fail more than usual are an error rate, and more urgent than slowness', async () => {
  keep('trade_success', 1, 60)
  keep('trade_success', 0, 6)
  keep('trade_success', 1, 6)
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(told).toEqual([{ kind: 'error-rate', subject: 'trade_success', figures: { recent: '0.50', usual: '1.00', samples: '12' } }])
})

test('X7: what is a day old is no news, and what is a week old is no measure', async () => {
  keep('signer_latency_ms', 30, 100)
  keep('signer_latency_ms', 900, 10)
  const aged = (ageMs: number) => (samples.get('signer_latency_ms') ?? []).map(({ atMs, value }) => ({ atMs: atMs - ageMs, value }))
  samples.set('signer_latency_ms', aged(DAY))
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(told).toEqual([])
  samples.set('signer_latency_ms', [
    ...aged(7 * DAY).slice(0, 100),
    ...Array.from({ length: 10 }, (_, at) => ({ atMs: clock.wallMs() - at, value: 900 })),
  ])
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(told).toEqual([])
})

test('X7: switched off it tells nothing, and what it reads that fails is a fault, not an end', async () => {
  keep('rpc_latency_ms', 50, 100)
  keep('rpc_latency_ms', 900, 15)
  settings = { ...settings, slowOn: false }
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(told).toEqual([])
  const { get } = samples
  samples.get = () => {
    throw new Error('the disk')
  }
  settings = { ...settings, slowOn: true }
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(faults).toHaveLength(1)
  samples.get = get
  await clock.advance(PERFORMANCE_EVERY_MS)
  expect(told.map(({ subject }) => subject)).toEqual(['rpc_latency_ms'])
})
