/** What is kept over time for the charts (product row X7). Rates and times, never money. */
export const METRIC_NAMES = [
  /** 1 for an order that ended well, 0 for one that did not. */
  'trade_success',
  /** From leaving the machine to the confirmations its tier asks for, or to the fill on an exchange, seconds. */
  'confirmation_seconds',
  /** What the realised average price lost against mid, percent. */
  'slippage_pct',
  /** What it was expected to lose, percent. */
  'slippage_expected_pct',
  /** The limit it was held to, percent. */
  'slippage_limit_pct',
  /** From the request to the signature, milliseconds. */
  'signer_latency_ms',
  /** From a question to the chain to its answer, mean of a minute, milliseconds. */
  'rpc_latency_ms',
  /** One for each entry of that category. */
  'security_violation',
  'memory_mb',
  'event_loop_lag_ms',
] as const
/** A figure over time. */
export type MetricName = (typeof METRIC_NAMES)[number]

/** A stretch of time in a chart. */
export interface MetricPoint {
  /** Where the stretch begins, wall time, ms. */
  readonly atMs: number
  readonly count: number
  readonly mean: number
  readonly min: number
  readonly max: number
}
