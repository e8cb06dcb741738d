import { readdirSync } from 'node:fs'

import type { Scheduler } from '../../src-main/lib/clock'

/** What a process holds at one moment, after garbage was collected. */
export interface Sample {
  readonly atMs: number
  readonly heapMb: number
  readonly rssMb: number
  /** Open files and sockets; null where the system does not tell. */
  readonly files: number | null
  /** What keeps the event loop alive. */
  readonly resources: number
  /** Timers of the app that have not run. */
  readonly timers: number
  /** Orders placed so far. */
  readonly orders: number
}

const MB = 1_048_576
const HOUR_MS = 3_600_000

/**
 * How fast the heap may grow over the second half, MB an hour, besides what each order leaves: the paper exchange keeps its own books in memory, as
 * an exchange does; limits remember the day's orders, and the watch for unusual activity those of a month.
 */
const HEAP_MB_PER_HOUR = 6
const HEAP_KB_PER_ORDER = 5
/** How much more the heap may hold at the end than at the first restart, each time without an app, MB: code that was compiled meanwhile. */
const EMPTY_MB = 5
/** How much more memory the process may have at the end than in the middle, MB: what the allocator and the database's cache make of it. */
const RSS_MB = 64
/** A file more or less is open at any moment. */
const FILES_SPARE = 3
const TIMERS_SPARE = 20

/** The machine's timers, counted. */
export function countingScheduler(scheduler: Scheduler): { readonly scheduler: Scheduler; pending(): number } {
  let pending = 0
  return {
    pending: () => pending,
    scheduler: {
      after(delayMs, task) {
        pending += 1
        let isOver = false
        const over = (): void => {
          if (!isOver) pending -= 1
          isOver = true
        }
        const cancel = scheduler.after(delayMs, () => {
          over()
          task()
        })
        return () => {
          over()
          cancel()
        }
      },
    },
  }
}

/** What the heap holds after garbage was collected, MB. Needs `--expose-gc`. */
export function heapMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / MB
}

/** Collects garbage and looks. Needs `--expose-gc`. */
export function sample(timers: number, orders: number): Sample {
  return {
    atMs: performance.now(),
    heapMb: heapMb(),
    rssMb: process.memoryUsage.rss() / MB,
    files: openFiles(),
    resources: process.getActiveResourcesInfo().length,
    timers,
    orders,
  }
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}

/** The slope of a straight line through points, by least squares; 0 where there is none. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map((point) => point[0])), mean(points.map((point) => point[1]))]
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  return spread > 0 ? points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread : 0
}

/** What the samples say of leaks; nothing when all is well. */
export function leaks(samples: readonly Sample[]): string[] {
  const half = Math.floor(samples.length / 2)
  const [before, after] = [samples.slice(0, half), samples.slice(half)]
  const [middle, last] = [after[0], after.at(-1)]
  if (middle === undefined || last === undefined || before.length < 2 || after.length < 3) return ['too few samples to tell']
  const wrong: string[] = []
  const perHour = slope(after.map(({ atMs, heapMb }) => [atMs / HOUR_MS, heapMb]))
  const ordersPerHour = slope(after.map(({ atMs, orders }) => [atMs / HOUR_MS, orders]))
  const allowed = HEAP_MB_PER_HOUR + (ordersPerHour * HEAP_KB_PER_ORDER) / 1_024
  if (perHour > allowed) wrong.push(`the heap grows by ${perHour.toFixed(1)} MB an hour; ${allowed.toFixed(1)} are allowed`)
  const rss = Math.max(...after.slice(-3).map(({ rssMb }) => rssMb)) - middle.rssMb
  if (rss > RSS_MB) wrong.push(`the process has ${rss.toFixed(0)} MB more than in the middle`)
  const most = (of: readonly Sample[], what: (one: Sample) => number): number => Math.max(...of.map(what))
  // What leaked never goes away again; what is open for a moment, such as a hash that is being made, is gone at another.
  const end = samples.slice(-Math.ceil(samples.length / 6))
  const more = (what: (one: Sample) => number): number => Math.min(...end.map(what)) - most(before, what)
  if (more(({ files }) => files ?? 0) > FILES_SPARE) wrong.push(`open files rose to ${most(after, ({ files }) => files ?? 0)}`)
  if (more(({ resources }) => resources) > FILES_SPARE) wrong.push(`open handles rose to ${most(after, ({ resources }) => resources)}`)
  if (more(({ timers }) => timers) > TIMERS_SPARE) wrong.push(`waiting timers rose to ${most(after, ({ timers }) => timers)}`)
  return wrong
}

/** What the heaps without an app, in megabytes, say of what was not let go; nothing when all is well. */
export function remains(emptyMb: readonly number[]): string[] {
  const [first, last] = [emptyMb[0], emptyMb.at(-1)]
  if (first === undefined || last === undefined || emptyMb.length < 2) return ['too few restarts to tell']
  return last - first > EMPTY_MB ? [`without an app the heap rose from ${first.toFixed(1)} to ${last.toFixed(1)} MB`] : []
}

/** The heap's growth over the second half, for people. */
export function growth(samples: readonly Sample[]): string {
  const after = samples.slice(Math.floor(samples.length / 2))
  const perHour = slope(after.map(({ atMs, heapMb }) => [atMs / HOUR_MS, heapMb]))
  const perOrder = slope(after.map(({ orders, heapMb }) => [orders, heapMb])) * 1_024
  return `${perHour.toFixed(1)} MB an hour, ${perOrder.toFixed(2)} KB an order`
}
