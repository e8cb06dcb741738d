import { lstatSync, realpathSync } from 'node:fs'

import { systemClock, type Clock } from '../../lib/clock'
import { errnoOf } from '../../lib/own-file'
import type { LatchClosing } from './close-latch'
import { haltOnDisk } from './halt-on-disk'
import { writeKillFile } from './kill-file'
import { allLatches, machineLatch } from './places'

/** What `holdfast halt` is asked to do. */
export interface TerminalHaltRequest {
  readonly dataDir: string
  readonly reason: string
  readonly by?: string
  readonly clock?: Clock
}

/** What it did. */
export interface TerminalHaltReceipt {
  /** Whether trading is halted: no look that begins from now on passes, and no restart either. */
  readonly halted: boolean
  readonly killFile: { readonly path: string; readonly outcome: 'written' | 'was-there' | 'failed' }
  /** What became of the lease of the machine and of each environment. */
  readonly closings: readonly LatchClosing[]
  readonly tookMs: number
  readonly problems: readonly string[]
}

/**
 * Halts everything from a terminal, with nothing but the data folder: no app, no database, no key, no network. Leaves a kill file, which a release
 * that is under way finds, and takes the leases of the machine and of every environment away. It is in force when it returns, even if the app
 * hangs: every last look reads the disk. Never throws.
 */
export function haltFromTerminal({ dataDir, reason, by = 'terminal', clock = systemClock }: TerminalHaltRequest): TerminalHaltReceipt {
  const startedMs = clock.steadyMs()
  const done = (receipt: Omit<TerminalHaltReceipt, 'tookMs'>): TerminalHaltReceipt => ({ ...receipt, tookMs: clock.steadyMs() - startedMs })
  const folder = existingFolder(dataDir)
  const machine = machineLatch(folder ?? dataDir)
  if (folder === null) {
    const problems = [`${dataDir} is not a data folder`]
    return done({ halted: false, killFile: { path: machine.killPath, outcome: 'failed' }, closings: [], problems })
  }
  const problems: string[] = []
  let outcome: TerminalHaltReceipt['killFile']['outcome'] = 'failed'
  try {
    outcome = writeKillFile(machine, reason)
  } catch (thrown) {
    problems.push(`${machine.killPath}: not written (${errnoOf(thrown)})`)
  }
  const closings = haltOnDisk(allLatches(folder), { source: 'kill-file', by, reason, mode: 'gate-only', nowMs: clock.wallMs() })
  problems.push(...closings.flatMap((closing) => closing.problems))
  const halted = outcome !== 'failed' || (closings[0]?.durable ?? false)
  return done({ halted, killFile: { path: machine.killPath, outcome }, closings, problems })
}

function existingFolder(dataDir: string): string | null {
  try {
    const real = realpathSync(dataDir)
    return lstatSync(real).isDirectory() ? real : null
  } catch {
    return null
  }
}
