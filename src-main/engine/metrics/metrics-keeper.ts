import type { AuditCategory } from '../../domain/audit-event'
import type { MetricName, MetricPoint } from '../../domain/metrics'
import { isOpen } from '../../domain/order'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import type { Journal } from '../journal/journal'
import { orderFigures } from './order-figures'
import type { SampleStore } from './sample-store'

/** One line of the audit log, as far as figures are read off it. */
export interface HeardFact {
  readonly category: AuditCategory
  readonly type: string
  readonly subject: string | null
}

/** What a keeper listens to. */
export interface MetricsParts {
  readonly store: SampleStore
  readonly journal: Pick<Journal, 'events' | 'onChange'>
  readonly onFact: (listener: (fact: HeardFact) => void) => Cancel
  readonly memoryMb: () => number
  /** How long the chain took to answer since it was last asked, mean, ms; null where nothing was asked of it. */
  readonly rpcLatencyMs: () => number | null
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** A full disk must not stop trading's own records: charts have a gap instead. */
  readonly onFault: (thrown: unknown) => void
}

/** How often the state of the app itself is sampled, ms. */
const SAMPLE_EVERY_MS = 60_000
/** A request to sign that got no answer within this is forgotten, ms. */
const FORGOTTEN_AFTER_MS = 10 * 60_000

/** Keeps the figures that people look at, as they come about: from the journal, from the record of signatures, and once a minute from the app itself. */
export class MetricsKeeper {
  private readonly signing = new Map<string, number>()
  private readonly stops: Cancel[]
  private dueMs: number

  constructor(private readonly parts: MetricsParts) {
    const { journal, onFact, clock } = parts
    this.dueMs = clock.steadyMs() + SAMPLE_EVERY_MS
    this.stops = [
      journal.onChange((record) => {
        if (isOpen(record.state)) return
        this.quietly(() => {
          const figures = orderFigures(record, journal.events(record.orderId))
          if (figures === null) return
          this.add('trade_success', figures.succeeded === null ? null : figures.succeeded ? 1 : 0)
          this.add('confirmation_seconds', figures.confirmationSeconds)
          this.add('slippage_pct', figures.slippagePct)
          this.add('slippage_expected_pct', figures.slippageExpectedPct)
          this.add('slippage_limit_pct', figures.slippageLimitPct)
        })
      }),
      onFact((fact) => {
        this.hear(fact)
      }),
    ]
    this.stops.push(this.sampleLater())
  }

  /** A figure over a stretch of time. */
  series(name: MetricName, sinceMs: number, untilMs: number, points: number): readonly MetricPoint[] {
    return this.parts.store.series(name, sinceMs, untilMs, points)
  }

  /** Count and mean of a figure since then. */
  summary(name: MetricName, sinceMs: number): { readonly count: number; readonly mean: number } | null {
    return this.parts.store.summary(name, sinceMs)
  }

  /** Stops listening. */
  stop(): void {
    for (const stop of this.stops) stop()
    this.quietly(() => {
      this.parts.store.flush()
    })
  }

  private hear({ category, type, subject }: HeardFact): void {
    if (category === 'SECURITY_VIOLATION')
      this.quietly(() => {
        this.add('security_violation', 1)
      })
    if (subject === null) return
    const nowMs = this.parts.clock.steadyMs()
    if (type === 'SigningRequested') {
      for (const [order, atMs] of this.signing) if (nowMs - atMs > FORGOTTEN_AFTER_MS) this.signing.delete(order)
      this.signing.set(subject, nowMs)
    } else if (type === 'TransactionSigned') {
      const since = this.signing.get(subject)
      this.signing.delete(subject)
      if (since !== undefined)
        this.quietly(() => {
          this.add('signer_latency_ms', nowMs - since)
        })
    } else if (type === 'SigningFailed') this.signing.delete(subject)
  }

  private sampleLater(): Cancel {
    let cancel = this.parts.scheduler.after(SAMPLE_EVERY_MS, () => {
      const { memoryMb, rpcLatencyMs, clock, store } = this.parts
      this.quietly(() => {
        this.add('event_loop_lag_ms', Math.max(0, clock.steadyMs() - this.dueMs))
        this.add('memory_mb', memoryMb())
        this.add('rpc_latency_ms', rpcLatencyMs())
        store.flush()
        store.prune(clock.wallMs())
      })
      this.dueMs = clock.steadyMs() + SAMPLE_EVERY_MS
      cancel = this.sampleLater()
    })
    return () => {
      cancel()
    }
  }

  private add(name: MetricName, value: number | null): void {
    if (value !== null) this.parts.store.add(name, this.parts.clock.wallMs(), value)
  }

  private quietly(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      this.parts.onFault(thrown)
    }
  }
}
