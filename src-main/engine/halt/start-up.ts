import type { Environment } from '../../domain/environment'
import type { HaltMode, HaltScope, HaltSource } from '../../domain/kill-switch'
import type { Maintenance } from '../../domain/watch'
import { readRecord } from './halt-record'
import { killFileReason, lookForKillFile } from './kill-file'
import { latchFolderOddity, leaseBytes, readLease } from './lease'
import type { HeldLeases } from './look'
import { latchesWithin, type Latch, type Latches } from './places'
import { isNeverSetUp } from './set-up'

/** Environment variables that halt for as long as they are set. */
export const HALT_VARIABLES = ['KILL_SWITCH_ACTIVE', 'TRADING_HALTED'] as const
/** The part of the process environment that can halt. */
export type HaltVariables = { readonly [name in (typeof HALT_VARIABLES)[number]]?: string | undefined }

/** Why trading is halted, as far as it can be told. */
export interface HaltFacts {
  /** Wall time, ms; null when it cannot be known. */
  readonly sinceMs: number | null
  readonly source: HaltSource
  readonly by: string
  readonly reason: string
  readonly scope: HaltScope
  readonly mode: HaltMode
  /** What the halt is meant to last for; null for a halt like any other. */
  readonly maintenance: Maintenance | null
}

/** What is found on disk and in the environment when the app starts. */
export type StartFinding =
  | { readonly kind: 'open'; readonly held: HeldLeases }
  /** Nobody armed this environment yet: closed, and nothing is to be written. */
  | { readonly kind: 'not-set-up'; readonly facts: HaltFacts }
  /** `recorded`: it is on record since when and by whom. */
  | { readonly kind: 'closed'; readonly facts: HaltFacts; readonly recorded: boolean }

const OFF = ['', '0', 'false', 'no', 'off']

/** The names of the variables that halt now: any value but empty, 0, false, no and off. */
export function haltingVariables(variables: HaltVariables): readonly string[] {
  return HALT_VARIABLES.filter((name) => !OFF.includes((variables[name] ?? '').trim().toLowerCase()))
}

/** Reads everything that can halt. Open only when every part was read and says so. Never throws. */
export function findAtStart(
  dataDir: string,
  environment: Environment,
  latches: Latches,
  variables: HaltVariables,
  nowMs: number,
): StartFinding {
  const machine = inspect(latches.machine)
  const own = inspect(latches.environment)
  const set = haltingVariables(variables)
  if (set.length === 0 && machine.lease !== null && own.lease !== null)
    return { kind: 'open', held: { machine: machine.lease, environment: own.lease } }

  const scope: HaltScope = set.length > 0 || machine.lease === null ? 'machine' : 'environment'
  const record = latchesWithin(latches, scope)
    .map(recordOf)
    .find((found) => found !== null)
  const facts: HaltFacts = { mode: 'gate-only', maintenance: null, ...(record ?? cause([machine, own], set, nowMs)), scope }
  return isNeverSetUp(dataDir, environment) ? { kind: 'not-set-up', facts } : { kind: 'closed', facts, recorded: record !== undefined }
}

interface Inspection {
  /** The lease's text when the latch is open. */
  readonly lease: Buffer | null
  readonly killReason: string | null
  readonly why: string
}

function inspect(latch: Latch): Inspection {
  const kill = lookForKillFile(latch)
  if (kill === 'present') return { lease: null, killReason: killFileReason(latch), why: '' }
  if (kill !== 'absent') return closed(kill.unreadable)
  const folder = latchFolderOddity(latch)
  if (folder !== null) return closed(`${latch.folder} ${folder}`)
  const record = readRecord(latch)
  if (record.kind !== 'absent')
    return closed(record.kind === 'damaged' ? `${latch.recordPath}: ${record.why}` : `${latch.recordPath} is there`)
  const lease = readLease(latch)
  if (lease.kind === 'absent') return closed(`${latch.leasePath} is gone, and no record says why`)
  return lease.kind === 'odd' ? closed(`${latch.leasePath}: ${lease.why}`) : { lease: leaseBytes(lease.lease), killReason: null, why: '' }
}

function closed(why: string): Inspection {
  return { lease: null, killReason: null, why }
}

type Cause = Pick<HaltFacts, 'sinceMs' | 'source' | 'by' | 'reason'>

function cause(inspections: readonly Inspection[], variables: readonly string[], nowMs: number): Cause {
  const [variable] = variables
  if (variable !== undefined) return { sinceMs: nowMs, source: 'environment-variable', by: 'environment', reason: `${variable} is set.` }
  const killed = inspections.find(({ killReason }) => killReason !== null)
  if (killed?.killReason != null) return { sinceMs: nowMs, source: 'kill-file', by: 'kill file', reason: killed.killReason }
  const odd = inspections.find(({ lease }) => lease === null)
  return { sinceMs: null, source: 'unreadable-state', by: 'start-up', reason: (odd?.why ?? 'unknown').slice(0, 200) }
}

/** A halt that was recorded before this start is the one to show. */
function recordOf(latch: Latch): Omit<HaltFacts, 'scope'> | null {
  const reading = readRecord(latch)
  if (reading.kind !== 'present') return null
  const { sinceMs, source, by, reason, mode, maintenance } = reading.record
  return { sinceMs, source, by, reason, mode, maintenance }
}
