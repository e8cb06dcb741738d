import dayjs from 'dayjs'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long, roughly: `12 s`, `4 min`, `2 h`, `3 d`. Less than a second is `0 s`. */
export function roughly(ms: number): string {
  const length = Math.max(0, ms)
  if (length < MINUTE) return `${Math.floor(length / SECOND)}\u00a0s`
  if (length < HOUR) return `${Math.floor(length / MINUTE)}\u00a0min`
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)}\u00a0h`
  return `${Math.floor(length / DAY)}\u00a0d`
}

/** When, seen from now: `12 s ago`, `in 4 min`, `just now`. */
export function relative(atMs: number, nowMs: number): string {
  const difference = nowMs - atMs
  if (Math.abs(difference) < SECOND) return 'just now'
  return difference > 0 ? `${roughly(difference)} ago` : `in ${roughly(-difference)}`
}

/** When something happened. What was written down while the clock was ahead is not announced as something to come. */
export function happened(atMs: number, nowMs: number): string {
  const aheadMs = atMs - nowMs
  if (aheadMs < SECOND) return relative(atMs, nowMs)
  return aheadMs < MINUTE ? 'just now' : 'ahead of this clock'
}

/** When, exactly, with the zone: `2026-11-21 11:03:22.120 +01:00`. */
export function exactly(atMs: number): string {
  return dayjs(atMs).format('YYYY-MM-DD HH:mm:ss.SSS Z')
}

/** The time of day: `11:03:22`. */
export function clockTime(atMs: number): string {
  return dayjs(atMs).format('HH:mm:ss')
}

/** Day and time, without fractions: `2026-11-21 11:03:22`. */
export function dayAndTime(atMs: number): string {
  return dayjs(atMs).format('YYYY-MM-DD HH:mm:ss')
}

/** Day and time with the zone, where nothing beside it says which: `2026-11-21 11:03:22 +01:00`. */
export function dayAndTimeInZone(atMs: number): string {
  return dayjs(atMs).format('YYYY-MM-DD HH:mm:ss Z')
}

/** The day of the year: `11-21`. */
export function dayOfYear(atMs: number): string {
  return dayjs(atMs).format('MM-DD')
}

/** The zone in which times are shown at that moment: `UTC+01:00`. */
export function zone(atMs: number): string {
  return dayjs(atMs).format('[UTC]Z')
}

/** What is left, counting down: `0:09`, `44:12`, `1:02:03`; never below zero. */
export function countdown(leftMs: number): string {
  const seconds = Math.ceil(Math.max(0, leftMs) / SECOND)
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** How long something took: `14 ms`, `1.2 s`, `3 min 20 s`. */
export function took(ms: number): string {
  const length = Math.max(0, ms)
  if (length < SECOND) return `${Math.round(length)}\u00a0ms`
  if (length < MINUTE) return `${(Math.floor(length / 100) / 10).toFixed(1)}\u00a0s`
  if (length < HOUR) return `${Math.floor(length / MINUTE)}\u00a0min ${Math.floor(length / SECOND) % 60}\u00a0s`
  return `${Math.floor(length / HOUR)}\u00a0h ${Math.floor(length / MINUTE) % 60}\u00a0min`
}
