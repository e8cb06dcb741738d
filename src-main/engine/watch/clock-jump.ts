import type { Clock } from '../../lib/clock'
import { finding, type Finding } from './finding'

/** One reading of the clocks, taken together, ms. */
export interface ClockReading {
  /** The calendar. */
  readonly wallMs: number
  /** Time that passed; stands still while the machine sleeps, on some systems. */
  readonly steadyMs: number
  /** Time since the machine started, sleep included; no clock setting moves it. */
  readonly bootMs: number
}

/** What a reading is compared with: a first reading whose calendar is corrected since, slowly. */
export interface ClockReference extends ClockReading {
  /** Time that had passed since the first reading when it was last corrected, ms. */
  readonly correctedAtMs: number
}

/** How far the reference follows the calendar, of the time that passed: what NTP does slowly is no jump, and may not hide one. */
const SLEW = 1 / 1_000

/** Reads the clocks. Where a clock does not know the time since the machine started, steady time stands for it. */
export function readClocks(clock: Clock): ClockReading {
  const steadyMs = clock.steadyMs()
  return { wallMs: clock.wallMs(), steadyMs, bootMs: clock.bootMs?.() ?? steadyMs }
}

/** A reference out of a first reading. */
export function clockReference(reading: ClockReading): ClockReference {
  return { ...reading, correctedAtMs: 0 }
}

/**
 * Whether the calendar moved apart from the time that passed. Time since the machine started runs on while it sleeps, so waking up moves both alike: a
 * suspend alone is no jump, in neither direction; a clock that is set while the machine sleeps is one. The reference follows the calendar at a thousandth
 * of real time at most, so that neither NTP's slow correction halts nor many small steps hide a large one.
 */
export function judgeClock(
  reference: ClockReference,
  reading: ClockReading,
  overMs: number,
): { readonly reference: ClockReference; readonly found: Finding | null } {
  // The larger one: the first may stand still while the machine sleeps, the second where a container hides it.
  const passedMs = Math.max(reading.steadyMs - reference.steadyMs, reading.bootMs - reference.bootMs)
  const movedMs = reading.wallMs - reference.wallMs - passedMs
  if (Math.abs(movedMs) > overMs) {
    const seconds = (Math.abs(movedMs) / 1_000).toFixed(1)
    const direction = movedMs > 0 ? 'forward' : 'back'
    const reason = `The clock jumped ${direction} by ${seconds} s (halts above ${overMs / 1_000} s).`
    const found = finding('clock-jump', [`clock:${Math.round(reading.steadyMs)}`], reason, { direction, seconds })
    return { reference: clockReference(reading), found }
  }
  const followMs = Math.min(Math.abs(movedMs), Math.max(0, passedMs - reference.correctedAtMs) * SLEW)
  const wallMs = reference.wallMs + Math.sign(movedMs) * followMs
  return { reference: { ...reference, wallMs, correctedAtMs: passedMs }, found: null }
}

/** How far the calendar may have gone on since the last run, ms: no entry of the audit record is due for emptying sooner (C12), and an app not opened for a year has somebody look at it. */
export const LONGEST_OFF_MS = 365 * 24 * 60 * 60 * 1_000

/** Whether the calendar stands before a time that it had already shown in an earlier run, or further after it than an app is left alone. */
export function judgeClockAtStart(lastWallMs: number | null, wallMs: number, overMs: number): Finding | null {
  if (lastWallMs === null) return null
  const movedMs = wallMs - lastWallMs
  if (movedMs >= -overMs && movedMs <= LONGEST_OFF_MS) return null
  const seconds = (Math.abs(movedMs) / 1_000).toFixed(1)
  const atoms = [`clock:start:${Math.round(lastWallMs)}`]
  if (movedMs < 0) {
    const reason = `The clock stands ${seconds} s before the time of the last run (halts above ${overMs / 1_000} s).`
    return finding('clock-jump', atoms, reason, { direction: 'back', seconds })
  }
  const days = Math.floor(movedMs / (24 * 60 * 60 * 1_000))
  const reason = `The clock stands ${days} days after the time of the last run (halts above 365): see whether the calendar is right.`
  return finding('clock-jump', atoms, reason, { direction: 'forward', seconds })
}
