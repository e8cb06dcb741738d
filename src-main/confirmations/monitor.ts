import { failure, type Failure } from '../domain/codes'
import type { Cancel, Clock, Scheduler } from '../lib/clock'
import { describeError } from '../lib/errors'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'
import type { ChainReader } from '../venues/chain'
import { ChainReads } from './chain-reads'
import type { ConfirmationEvent, ConfirmationMonitor, FollowRequest } from './confirmations'
import { observe, type Observation } from './observe'
import { beginning, knownOf, step, type Progress, type Rules, type Step } from './progress'
import { tierFor } from './tiers'

/** What a monitor watches through, and how often. */
export interface MonitorParts {
  readonly chain: ChainReader
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Between the end of one poll and the beginning of the next, ms. */
  readonly pollMs: number
  /** 2 minutes when left out. */
  readonly droppedAfterMs?: number
  /** How long one answer may take; 15 s when left out. */
  readonly readTimeoutMs?: number
}

/** How far waiting after failures may grow: time-outs are still noticed about in time. */
const MAX_BACKOFF_MS = 30_000
/** Transactions that are looked at side by side. */
const PARALLEL = 8

interface Followed {
  readonly rules: Rules
  readonly emit: (event: ConfirmationEvent) => void
  progress: Progress
  /** The view of the chain in which `progress` was found; while it lasts there is nothing to look at. */
  seenIn: string | null
  failures: number
  /** Steady time before which it is left alone after failures. */
  retryAtMs: number
  active: boolean
}

/** What one look at one transaction came to: the step it takes next, decided but not yet said. */
type Looked = { readonly followed: Followed; readonly read: Result<Step, Failure> }

/**
 * Follows any number of transactions of one chain by polling: one poll at a time, shared reads, back-off per transaction and for the chain.
 *
 * A poll's outcome is told once (`read-failed` or `read-succeeded`, to the transaction concerned or else the oldest), so that a breaker counts
 * polls, not transactions; those that ask for quiet hear nothing of it. A listener that throws hears the same events again after the next poll.
 */
export function createConfirmationMonitor(parts: MonitorParts): ConfirmationMonitor {
  return new PollingMonitor(parts)
}

class PollingMonitor implements ConfirmationMonitor {
  private readonly parts: MonitorParts
  /** Oldest first. */
  private readonly followed = new Set<Followed>()
  /** A poll is under way or scheduled. */
  private running = false
  private headFailures = 0

  constructor(parts: MonitorParts) {
    this.parts = parts
  }

  follow(request: FollowRequest, emit: (event: ConfirmationEvent) => void): Cancel {
    const { chain, clock, droppedAfterMs = 120_000 } = this.parts
    const rules: Rules = {
      request,
      tier: tierFor(request.notionalUsd),
      finalityDeadlineMs: chain.finalityDeadlineMs,
      droppedAfterMs,
      startedSteadyMs: clock.steadyMs(),
      ageAtStartMs: Math.max(0, clock.wallMs() - request.sentAtMs),
    }
    const followed: Followed = { rules, emit, progress: beginning(request), seenIn: null, failures: 0, retryAtMs: 0, active: true }
    this.followed.add(followed)
    if (!this.running) this.pollAfter(0)
    return () => {
      this.forget(followed)
    }
  }

  private pollAfter(delayMs: number): void {
    this.running = true
    this.parts.scheduler.after(delayMs, () => {
      void this.poll().finally(() => {
        this.running = false
        if (this.followed.size > 0) this.pollAfter(this.headFailures === 0 ? this.parts.pollMs : this.backoffMs(this.headFailures))
      })
    })
  }

  private async poll(): Promise<void> {
    const nowMs = this.parts.clock.steadyMs()
    const due = [...this.followed].filter((followed) => followed.retryAtMs <= nowMs)
    if (due.length === 0) return
    const reads = new ChainReads(this.parts.chain, this.parts.scheduler, this.parts.readTimeoutMs ?? 15_000)
    const head = await reads.block('latest')
    this.headFailures = head.ok ? 0 : this.headFailures + 1
    const looked = await eachOf(due, async (followed) => ({ followed, read: head.ok ? await this.look(followed, reads) : head }))
    this.tellOutcome(looked)
    for (const one of looked) await this.advance(one, reads)
  }

  private async look(followed: Followed, reads: ChainReads): Promise<Looked['read']> {
    const { progress, rules } = followed
    try {
      const known = knownOf(progress, rules.tier)
      const view = await viewOf(reads, known.wantsFinality)
      // Mined, and the chain has not moved: nothing can have changed. What waits unmined is looked at each time.
      if (progress.included !== null && view !== null && view === followed.seenIn) return ok(this.stepOf(followed, null))
      const observation = await observe(reads, rules.request, rules.tier, known)
      followed.seenIn = observation.ok ? view : null
      return observation.ok ? ok(this.stepOf(followed, observation.value)) : observation
    } catch (thrown) {
      // An answer of a shape that nobody expects must not keep the others from being looked at.
      followed.seenIn = null
      return err(failure('BAD_ANSWER', describeError(thrown)))
    }
  }

  private tellOutcome(looked: readonly Looked[]): void {
    const failed = looked.find(({ followed, read }) => followed.active && !isQuiet(followed) && !read.ok)
    const oldest = [...this.followed].find((followed) => !isQuiet(followed))
    if (failed?.read.ok === false) deliver(failed.followed, { kind: 'read-failed', failure: failed.read.error })
    else if (oldest !== undefined) deliver(oldest, { kind: 'read-succeeded' })
  }

  private async advance({ followed, read }: Looked, reads: ChainReads): Promise<void> {
    followed.failures = read.ok ? 0 : followed.failures + 1
    followed.retryAtMs = read.ok || this.headFailures > 0 ? 0 : this.parts.clock.steadyMs() + this.backoffMs(followed.failures)
    const next = read.ok ? read.value : this.stepOf(followed, null)
    for (const event of next.events) {
      const told = event.kind === 'reverted' ? { ...event, reason: await reads.revertReason(followed.rules.request.hash) } : event
      if (deliver(followed, told)) continue
      followed.seenIn = null
      return
    }
    followed.progress = next.progress
    if (next.done) this.forget(followed)
  }

  private stepOf(followed: Followed, observation: Observation | null): Step {
    const { clock } = this.parts
    return step(followed.progress, observation, followed.rules, { steadyMs: clock.steadyMs(), wallMs: clock.wallMs() })
  }

  private forget(followed: Followed): void {
    followed.active = false
    this.followed.delete(followed)
  }

  /** Doubles with each failure, jittered between half and whole, so that many apps do not fall upon a reviving node at once. */
  private backoffMs(failures: number): number {
    const ceilingMs = Math.min(MAX_BACKOFF_MS, this.parts.pollMs * 2 ** Math.min(failures, 16))
    const [byte = 0] = this.parts.random.bytes(1)
    return Math.round(ceilingMs * (0.5 + byte / 510))
  }
}

function isQuiet({ rules }: Followed): boolean {
  return rules.request.quiet === true
}

/** Whether the listener took it; nothing is said to one that no longer listens. */
function deliver(followed: Followed, event: ConfirmationEvent): boolean {
  if (!followed.active) return false
  try {
    followed.emit(event)
    return true
  } catch {
    return false
  }
}

/** A name for what the chain looks like now, as far as it matters; null when it cannot be told. */
async function viewOf(reads: ChainReads, wantsFinality: boolean): Promise<string | null> {
  const head = await reads.block('latest')
  const final = wantsFinality ? await reads.block('finalized') : null
  if (!head.ok || head.value === null || final?.ok === false) return null
  return `${head.value.hash} ${final?.value?.hash ?? ''}`
}

/** A few at a time, results in the order of the items. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T)
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker))
  return results
}
