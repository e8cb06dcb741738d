import type { Clock } from '../lib/clock'
import type { AuditLog, ChainVerdict, VerifyReport } from './audit'

/** How the check of the whole chain stands. */
export interface VerificationState {
  /** Of the last complete check; `verifying` while one is under way, `unverified` before the first. */
  readonly verdict: 'unverified' | 'verifying' | ChainVerdict
  /** What the last complete check found; null before the first. */
  readonly report: VerifyReport | null
  /** When it ended, wall ms. */
  readonly verifiedAtMs: number | null
  /** How far the one under way has come; null when none is. */
  readonly progressPct: number | null
}

/** What a check must be good for. Without anything, one that is under way is good enough. */
export interface CheckNeeds {
  /** It begins after it was asked for: what was written until then is in it. */
  readonly fresh?: boolean
  /** One that ended is good enough when it began no longer ago, ms. */
  readonly maxAgeMs?: number
  /** {@link Verification.cancel} may end it, unless somebody else needs it. It rejects with an AbortError then. */
  readonly cancellable?: boolean
}

interface Run {
  readonly number: number
  readonly report: Promise<VerifyReport>
  readonly abort: AbortController
  progressPct: number
  /** How many wait for it that may not be left without an answer. */
  needed: number
}

/**
 * The one place where an open log's whole chain is checked: by the watch, before a release, after a drill and when a person asks. One check runs at a time,
 * and whoever asked for it, what it found is what everybody knows: listeners are told, screens show it.
 */
export class Verification {
  readonly #changed = new Set<() => void>()
  readonly #reported = new Set<(report: VerifyReport) => void>()
  #run: Run | null = null
  #runs = 0
  #last: { readonly report: VerifyReport; readonly verifiedAtMs: number; readonly beganAtMs: number } | null = null
  #closed = false

  constructor(
    private readonly audit: Pick<AuditLog, 'verify'>,
    private readonly clock: Clock,
  ) {}

  /** How it stands now. */
  get state(): VerificationState {
    const report = this.#last?.report ?? null
    return {
      verdict: this.#run === null ? (report?.verdict ?? 'unverified') : 'verifying',
      report,
      verifiedAtMs: this.#last?.verifiedAtMs ?? null,
      progressPct: this.#run?.progressPct ?? null,
    }
  }

  /** Checks the whole chain, or shares a check that is good enough. Rejects with what kept the log from being read; what was found before stands then. */
  async check({ fresh = false, maxAgeMs = 0, cancellable = false }: CheckNeeds = {}): Promise<VerifyReport> {
    if (this.#last !== null && this.clock.steadyMs() - this.#last.beganAtMs < maxAgeMs) return this.#last.report
    const already = this.#runs
    while (fresh && this.#run !== null && this.#run.number <= already) await this.#run.report.catch(() => null)
    const run = this.#run ?? this.#begin()
    if (cancellable) return run.report
    run.needed += 1
    try {
      return await run.report
    } finally {
      run.needed -= 1
    }
  }

  /** Ends a check that nobody waits for but whoever can do without. */
  cancel(): void {
    if (this.#run?.needed === 0) this.#run.abort.abort()
  }

  /** Takes in what a check found that was made together with something else: a seal. */
  note(report: VerifyReport): void {
    this.#settle(report, this.clock.steadyMs())
    this.#tell()
  }

  /** Called whenever {@link state} is another. Returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#changed.add(listener)
    return () => {
      this.#changed.delete(listener)
    }
  }

  /** Called with what each complete check found, before whoever asked for it is answered. Returns how to stop. */
  onReport(listener: (report: VerifyReport) => void): () => void {
    this.#reported.add(listener)
    return () => {
      this.#reported.delete(listener)
    }
  }

  /** Ends what is under way, whoever waits for it, and tells nobody any more: the log is about to be closed. */
  close(): void {
    this.#closed = true
    this.#run?.abort.abort()
    this.#changed.clear()
    this.#reported.clear()
  }

  #begin(): Run {
    const abort = new AbortController()
    if (this.#closed) abort.abort()
    const run: Run = {
      number: ++this.#runs,
      abort,
      progressPct: 0,
      needed: 0,
      report: this.#carryOut(abort.signal, (progressPct) => {
        run.progressPct = progressPct
        this.#tell()
      }),
    }
    this.#run = run
    run.report.catch(() => undefined) // told to whoever waits for it
    this.#tell()
    return run
  }

  async #carryOut(signal: AbortSignal, onProgress: (progressPct: number) => void): Promise<VerifyReport> {
    const beganAtMs = this.clock.steadyMs()
    // The run is known before it can end.
    await Promise.resolve()
    try {
      signal.throwIfAborted()
      const report = await this.audit.verify({
        signal,
        onProgress: ({ done, total }) => {
          onProgress(total === 0 ? 100 : Math.min(100, Math.round((done * 100) / total)))
        },
      })
      this.#settle(report, beganAtMs)
      return report
    } finally {
      this.#run = null
      this.#tell()
    }
  }

  #settle(report: VerifyReport, beganAtMs: number): void {
    this.#last = { report, verifiedAtMs: this.clock.wallMs(), beganAtMs }
    for (const listener of this.#reported) listener(report)
  }

  #tell(): void {
    for (const listener of this.#changed) listener()
  }
}
