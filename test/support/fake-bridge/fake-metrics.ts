import { type MetricName } from '../../../src-main/domain/metrics'
import type { CallInput, CallOutput } from '../../../src-preload/contract'

const SHAPES: Readonly<Record<MetricName, readonly [base: number, swing: number]>> = {
  trade_success: [0.93, 0.07],
  confirmation_seconds: [14, 6],
  slippage_pct: [0.21, 0.12],
  slippage_expected_pct: [0.18, 0.08],
  slippage_limit_pct: [0.5, 0],
  signer_latency_ms: [34, 12],
  rpc_latency_ms: [58, 21],
  security_violation: [1, 0],
  memory_mb: [182, 9],
  event_loop_lag_ms: [2, 2],
}

function series(name: MetricName, { sinceMs, untilMs, points }: CallInput<'metrics.series'>): CallOutput<'metrics.series'>[number] {
  const [base, swing] = SHAPES[name]
  const stretch = Math.ceil((untilMs - sinceMs) / points)
  return {
    name,
    points: Array.from({ length: points }, (_, index) => index)
      .filter((index) => (index * 7) % 11 > 2)
      .map((index) => {
        const mean = base + swing * Math.sin(index / 5 + base)
        return { atMs: sinceMs + index * stretch, count: 3, mean, min: mean - swing / 2, max: mean + swing / 2 }
      }),
  }
}

let api: CallOutput<'api.get'> = {
  enabled: true,
  port: 47_615,
  listening: true,
  problem: null,
  clients: [
    {
      id: '4f0c9a1e22b7d3c8',
      name: 'Prometheus',
      scopes: ['health', 'metrics'],
      createdAtMs: 1_790_000_000_000,
      revokedAtMs: null,
      lastSeenMs: Date.now() - 14_000,
    },
    {
      id: '88aa11cc3d4e5f60',
      name: 'Old script',
      scopes: ['halt'],
      createdAtMs: 1_780_000_000_000,
      revokedAtMs: 1_790_000_000_000,
      lastSeenMs: null,
    },
  ],
}

/** Figures over time and the local interface, made up. */
export const fakeMetrics = {
  'metrics.now': (): CallOutput<'metrics.now'> => ({
    ordersEnded: 58,
    successRate: 0.931,
    confirmationSeconds: 14.2,
    slippagePct: 0.21,
    signerLatencyMs: 34,
    securityViolations: 4,
    ordersOpen: 3,
    ordersUnknown: 1,
    memoryMb: 182,
    uptimeSeconds: 48_000,
  }),
  'metrics.series': (input: CallInput<'metrics.series'>): CallOutput<'metrics.series'> => input.names.map((name) => series(name, input)),
  'api.get': (): CallOutput<'api.get'> => api,
  'api.configure': ({ enabled, port }: CallInput<'api.configure'>): CallOutput<'api.configure'> => {
    api = { ...api, enabled, port, listening: enabled }
    return { done: true }
  },
  'api.addClient': (): CallOutput<'api.addClient'> => ({ done: true }),
  'api.revokeClient': (): CallOutput<'api.revokeClient'> => ({ done: true }),
}
