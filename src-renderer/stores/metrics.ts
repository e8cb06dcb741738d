import { create } from 'zustand'

import type { ApiView, MetricSeriesView, MetricsNowView } from '../../src-preload/contract/metrics'
import type { Problem } from '../../src-preload/contract/problem'
import { call } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

/** The stretches of time that can be looked at. */
export const SPANS = { '1h': 3_600_000, '24h': 24 * 3_600_000, '7d': 7 * 24 * 3_600_000, '30d': 30 * 24 * 3_600_000 } as const
/** A stretch of time. */
export type Span = keyof typeof SPANS

const NAMES = [
  'trade_success',
  'confirmation_seconds',
  'slippage_pct',
  'slippage_expected_pct',
  'slippage_limit_pct',
  'signer_latency_ms',
  'rpc_latency_ms',
  'event_loop_lag_ms',
  'memory_mb',
] as const satisfies readonly MetricSeriesView['name'][]
const POINTS = 120

interface MetricsState {
  readonly span: Span
  readonly now: Remote<MetricsNowView>
  readonly series: Remote<readonly MetricSeriesView[]>
  /** Wall time up to which the series reach, ms. */
  readonly untilMs: number
  readonly api: Remote<ApiView>
}

/** Figures over time, and the local interface that gives them to other programs. */
export const useMetrics = create<MetricsState>(() => ({ span: '24h', now: LOADING, series: LOADING, untilMs: 0, api: LOADING }))

/** Reads the figures of the chosen stretch afresh. */
export async function refreshMetrics(): Promise<void> {
  const { span } = useMetrics.getState()
  const untilMs = Date.now()
  const before = useMetrics.getState()
  const asked = known(before.series)
  const [now, series] = await Promise.all([
    fetchRemote('metrics.now', {}, known(before.now)),
    fetchRemote(
      'metrics.series',
      { names: [...NAMES], sinceMs: untilMs - SPANS[span], untilMs, points: POINTS },
      asked === null ? null : [...asked],
    ),
  ])
  // Another stretch was chosen meanwhile: its own answer is on the way.
  if (useMetrics.getState().span === span) useMetrics.setState({ now, series, untilMs })
}

/** Looks at another stretch of time. */
export function chooseSpan(span: Span): void {
  useMetrics.setState({ span, series: LOADING })
  void refreshMetrics()
}

/** Reads how the local interface stands. */
export async function refreshApi(): Promise<void> {
  useMetrics.setState({ api: await fetchRemote('api.get', {}, known(useMetrics.getState().api)) })
}

/** Turns the local interface on or off; null when it was done. */
export async function configureApi(enabled: boolean, port: number, reason: string): Promise<Problem | null> {
  const reply = await call('api.configure', { enabled, port, reason })
  await refreshApi()
  return outcome(reply)
}

/** Makes a client of the local interface; null when it was done. */
export async function addApiClient(name: string, scopes: ApiView['clients'][number]['scopes'], reason: string): Promise<Problem | null> {
  const reply = await call('api.addClient', { name, scopes, reason })
  await refreshApi()
  return outcome(reply)
}

/** Ends a client; null when it was done. */
export async function revokeApiClient(id: string): Promise<Problem | null> {
  const reply = await call('api.revokeClient', { id })
  await refreshApi()
  return outcome(reply)
}

function outcome(reply: Awaited<ReturnType<typeof call<'api.configure'>>>): Problem | null {
  if (!reply.ok) return reply.problem
  return reply.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}
