import type { AlertSink } from '../../domain/alert'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { judgePerformance, PERFORMANCE_METRICS, RECENT_SAMPLES, type Performance, type PerformanceMetric } from './performance'
import type { SampleStore } from './sample-store'

/** How often figures are looked at, ms. */
export const PERFORMANCE_EVERY_MS = 60_000
/** What is older says nothing of now, ms. */
const RECENT_MS = 24 * 3_600_000
/** What is usual is what was so in this time, ms. */
const USUAL_MS = 7 * 24 * 3_600_000
/** No more than the newest so many of them are read. */
const MOST_USUAL = 2_000

/** What a watch looks at, and where it tells. */
export interface PerformanceWatchParts {
  readonly store: Pick<SampleStore, 'newest'>
  /** Off, or by how much more than usual a time counts, percent. */
  readonly settings: () => { readonly slowOn: boolean; readonly slowMorePct: number }
  readonly alerts: AlertSink
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly onFault: (thrown: unknown) => void
}

/**
 * Tells when the app's own figures get worse than they usually are (product row X7, the seed's "performance degradation"): once for each time that they do,
 * and again only when they were as usual in between. It decides nothing else: breakers and guards hold orders back, by rules of their own.
 */
export class PerformanceWatch {
  readonly #told = new Set<PerformanceMetric>()
  #cancel: Cancel = () => undefined

  constructor(private readonly parts: PerformanceWatchParts) {
    this.#later()
  }

  /** Looks at every figure now. Never throws. */
  look(): void {
    const { settings, onFault } = this.parts
    try {
      const { slowOn, slowMorePct } = settings()
      if (slowOn) for (const metric of PERFORMANCE_METRICS) this.#judge(metric, slowMorePct)
      else this.#told.clear()
    } catch (thrown) {
      onFault(thrown)
    }
  }

  stop(): void {
    this.#cancel()
  }

  #judge(metric: PerformanceMetric, morePct: number): void {
    const nowMs = this.parts.clock.wallMs()
    const count = RECENT_SAMPLES[metric]
    const samples = this.parts.store.newest(metric, nowMs - USUAL_MS, count + MOST_USUAL)
    const recent = samples.slice(0, count)
    // What is long past is no news, and what began before it is not known to be over.
    if (recent.some(({ atMs }) => atMs < nowMs - RECENT_MS)) return
    const usual = samples.slice(count)
    const judged = judgePerformance(metric, { recent: recent.map(valueOf), usual: usual.map(valueOf) }, morePct)
    if (judged.kind === 'usual') this.#told.delete(metric)
    if (judged.kind !== 'degraded' || this.#told.has(metric)) return
    this.#told.add(metric)
    this.#tell(metric, judged)
  }

  #tell(metric: PerformanceMetric, { recent, usual, samples }: Exclude<Performance, { kind: 'unknown' }>): void {
    const digits = metric === 'signer_latency_ms' || metric === 'rpc_latency_ms' ? 0 : 2
    const figures = { recent: recent.toFixed(digits), usual: usual.toFixed(digits), samples: String(samples) }
    this.parts.alerts.raise({ kind: metric === 'trade_success' ? 'error-rate' : 'performance-degraded', subject: metric, figures })
  }

  #later(): void {
    this.#cancel = this.parts.scheduler.after(PERFORMANCE_EVERY_MS, () => {
      this.look()
      this.#later()
    })
  }
}

function valueOf({ value }: { readonly value: number }): number {
  return value
}
