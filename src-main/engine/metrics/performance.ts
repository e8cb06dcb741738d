/** What of performance is watched (product row X7): times that grow, and orders that end well less often. */
export const PERFORMANCE_METRICS = ['confirmation_seconds', 'signer_latency_ms', 'rpc_latency_ms', 'trade_success'] as const
/** What of performance is watched. */
export type PerformanceMetric = (typeof PERFORMANCE_METRICS)[number]

/** The newest samples of a figure, and those before them, of the same environment. */
export interface PerformanceSamples {
  readonly recent: readonly number[]
  readonly usual: readonly number[]
}

/** How a figure does against its own past. Times are medians in the metric's unit; of orders, shares from 0 to 1. */
export type Performance =
  /** Too few samples on either side to say anything. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'usual' | 'between' | 'degraded'; readonly recent: number; readonly usual: number; readonly samples: number }

/** How many of the newest samples are judged, and how many there must be before them. */
export const RECENT_SAMPLES = {
  confirmation_seconds: 10,
  signer_latency_ms: 10,
  rpc_latency_ms: 15,
  trade_success: 12,
} as const satisfies Record<PerformanceMetric, number>
/** Fewer than these tell nothing of what is usual. */
export const LEAST_USUAL = 30

/** What grew by less than this is nobody's business, however much more it is in proportion. */
const LEAST_MORE = { confirmation_seconds: 5, signer_latency_ms: 250, rpc_latency_ms: 150 } as const
/** So many of the newest must be slower than nine of ten of the usual ones: a few that are slow are noise. */
const SLOW_SHARE = 0.8
const SLOW_QUANTILE = 0.9
/** Orders that end well must be this much fewer, of all, … */
const LEAST_FEWER = 0.25
/** … and as few by chance no more often than this. */
const BY_CHANCE = 0.001

/**
 * Judges the newest samples of a figure against those before them; `morePct`: a time counts as degraded when its median is this much more than usual.
 * `between` is neither: what was degraded is not over yet, and what was not has not begun.
 */
export function judgePerformance(metric: PerformanceMetric, { recent, usual }: PerformanceSamples, morePct: number): Performance {
  if (recent.length < RECENT_SAMPLES[metric] || usual.length < LEAST_USUAL) return { kind: 'unknown' }
  return metric === 'trade_success' ? judgeSuccess(recent, usual) : judgeTimes(recent, usual, morePct, LEAST_MORE[metric])
}

function judgeTimes(recent: readonly number[], usual: readonly number[], morePct: number, leastMore: number): Performance {
  const [now, before, slow] = [quantile(recent, 0.5), quantile(usual, 0.5), quantile(usual, SLOW_QUANTILE)]
  const slowShare = recent.filter((value) => value > slow).length / recent.length
  const figures = { recent: now, usual: before, samples: recent.length }
  const limit = Math.max(before * (1 + morePct / 100), before + leastMore)
  if (now >= limit && slowShare >= SLOW_SHARE) return { kind: 'degraded', ...figures }
  // Half of the way back: what swings around the limit is told once.
  return { kind: now > before + (limit - before) / 2 ? 'between' : 'usual', ...figures }
}

function judgeSuccess(recent: readonly number[], usual: readonly number[]): Performance {
  const share = (values: readonly number[]): number => values.filter((value) => value >= 0.5).length / values.length
  const [now, before] = [share(recent), share(usual)]
  const figures = { recent: now, usual: before, samples: recent.length }
  // Never as sure of the past as if nothing could ever fail.
  const failing = ((1 - before) * usual.length + 1) / (usual.length + 2)
  const failed = Math.round((1 - now) * recent.length)
  if (before - now >= LEAST_FEWER && atLeast(failed, recent.length, failing) <= BY_CHANCE) return { kind: 'degraded', ...figures }
  return { kind: before - now >= LEAST_FEWER / 2 ? 'between' : 'usual', ...figures }
}

/** The value below which this share of them lies; of none, NaN. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN]
  return below + (above - below) * (at - Math.floor(at))
}

/** How likely `failed` or more of `count` orders fail by chance, where each does so with this chance (binomial). */
function atLeast(failed: number, count: number, chance: number): number {
  let sum = 0
  let ways = 1
  for (let each = 0; each <= count; each += 1) {
    if (each >= failed) sum += ways * chance ** each * (1 - chance) ** (count - each)
    ways = (ways * (count - each)) / (each + 1)
  }
  return sum
}
