import type { Cancel, Clock, Scheduler } from '../../src-main/lib/clock'

interface Task {
  readonly dueMs: number
  readonly order: number
  readonly run: () => void
}

/** 2023-11-14T22:13:20Z: a plausible wall time that is easy to recognise. */
const DEFAULT_START_MS = 1_700_000_000_000

/** Macrotask turns that {@link FakeClock.settle} waits: more than the longest chain of promises between two scheduled tasks. */
const SETTLE_TURNS = 8

/** Tasks that one `advance` may run; more means that something reschedules itself without end. */
const MAX_TASKS_PER_ADVANCE = 100_000

/**
 * Time under the test's hand: a `Clock` and a `Scheduler` in one. Nothing runs until `advance`.
 *
 * Wall and steady time move together; `jumpWall` sets the calendar alone, as a person or NTP would.
 */
export class FakeClock implements Clock, Scheduler {
  private elapsedMs = 0
  private wallOffsetMs = 0
  private scheduled = 0
  private readonly tasks = new Set<Task>()
  private readonly startMs: number

  constructor(startMs: number = DEFAULT_START_MS) {
    this.startMs = startMs
  }

  wallMs(): number {
    return this.startMs + this.elapsedMs + this.wallOffsetMs
  }

  steadyMs(): number {
    return this.startMs + this.elapsedMs
  }

  after(delayMs: number, run: () => void): Cancel {
    if (!Number.isFinite(delayMs)) throw new RangeError(`a delay of ${delayMs} ms cannot be scheduled`)
    const task: Task = { dueMs: this.elapsedMs + Math.max(0, delayMs), order: this.scheduled++, run }
    this.tasks.add(task)
    return () => {
      this.tasks.delete(task)
    }
  }

  /**
   * Lets `ms` pass. Tasks that fall due run in the order of their times (then of their scheduling), each at its own time, and what they start
   * by promises is awaited before the next one runs; tasks that they schedule within the span run too.
   */
  async advance(ms: number): Promise<void> {
    const untilMs = this.elapsedMs + ms
    let ran = 0
    await this.settle()
    for (let task = this.nextDue(untilMs); task !== undefined; task = this.nextDue(untilMs)) {
      if (++ran > MAX_TASKS_PER_ADVANCE) throw new Error(`more than ${MAX_TASKS_PER_ADVANCE} tasks ran within ${ms} ms`)
      this.tasks.delete(task)
      this.elapsedMs = Math.max(this.elapsedMs, task.dueMs)
      task.run()
      await this.settle()
    }
    this.elapsedMs = untilMs
  }

  /** Moves the calendar by `ms` (negative: back); steady time and scheduled tasks stay where they are. */
  jumpWall(ms: number): void {
    this.wallOffsetMs += ms
  }

  /** Number of tasks that are scheduled and not yet run or cancelled. */
  get pendingTasks(): number {
    return this.tasks.size
  }

  /** Lets promises that are already under way run to their end, without moving time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < SETTLE_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  private nextDue(untilMs: number): Task | undefined {
    let next: Task | undefined
    for (const task of this.tasks) {
      if (task.dueMs > untilMs) continue
      if (next === undefined || task.dueMs < next.dueMs || (task.dueMs === next.dueMs && task.order < next.order)) next = task
    }
    return next
  }
}
