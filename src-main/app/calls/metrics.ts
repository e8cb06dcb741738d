import { valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'

const DAY_MS = 24 * 3_600_000
const MB = 1_048_576

/** Calls about figures over time. */
export function metricsCalls(context: AppContext): Pick<AppCalls, 'metrics.now' | 'metrics.series'> {
  return {
    'metrics.now': () => inEnvironment(context, (environment) => valueReply(lastDay(context, environment))),
    'metrics.series': ({ names, sinceMs, untilMs, points }) =>
      inEnvironment(context, ({ metrics }) =>
        valueReply(names.map((name) => ({ name, points: metrics.series(name, sinceMs, untilMs, points).map((point) => ({ ...point })) }))),
      ),
  }
}

/** The figures of the last 24 hours, for the screen and for the local interface. */
export function lastDay(context: AppContext, { metrics, engine }: OpenEnvironment) {
  const sinceMs = context.clock.wallMs() - DAY_MS
  const success = metrics.summary('trade_success', sinceMs)
  const mean = (name: Parameters<typeof metrics.summary>[0]): number | null => metrics.summary(name, sinceMs)?.mean ?? null
  const open = engine.journal.open()
  return {
    ordersEnded: success?.count ?? 0,
    successRate: success?.mean ?? null,
    confirmationSeconds: mean('confirmation_seconds'),
    slippagePct: mean('slippage_pct'),
    signerLatencyMs: mean('signer_latency_ms'),
    securityViolations: metrics.summary('security_violation', sinceMs)?.count ?? 0,
    ordersOpen: open.length,
    ordersUnknown: open.filter(({ state }) => state === 'unknown').length,
    memoryMb: process.memoryUsage.rss() / MB,
    uptimeSeconds: Math.max(0, (context.clock.wallMs() - context.facts.startedAtMs) / 1_000),
  }
}
