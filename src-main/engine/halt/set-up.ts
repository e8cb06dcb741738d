import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { ENVIRONMENTS, type Environment } from '../../domain/environment'
import { canonicalJson } from '../../lib/json'
import { errnoOf, folderOddity, makeOwnFolder, moveAside, readOwnFile, replaceOwnFile } from '../../lib/own-file'
import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import { readRecord } from './halt-record'
import { lookForKillFile } from './kill-file'
import { newLease, readLease, writeLease } from './lease'
import { environmentLatch, latchesOf, machineLatch, markerPath, type Latch } from './places'

/**
 * Which environments were ever armed, and which are being set up and never were. It is what tells a first run, where a missing lease is no halt,
 * from a data folder whose leases are gone.
 */
interface Marker {
  readonly armed: readonly Environment[]
  readonly settingUp: readonly Environment[]
}

/** Why an environment's first leases were not made. */
export interface SetUpRefusal {
  readonly code: 'ALREADY_SET_UP' | 'HALTED' | 'ODD_FOLDER' | 'STORAGE'
  readonly detail: string
}

const MAX_MARKER_BYTES = 1_024
const DATABASE_NAME = /\.(?:db|sqlite3?)(?:-wal|-shm|-journal)?$/i

/**
 * Whether nothing of ours was ever in the data folder: no lease, no marker, no record of a halt, no environment with a database. A folder that
 * is not there is untouched; one that cannot be read is not.
 */
export function isUntouchedFirstRun(dataDir: string): boolean {
  const oddity = folderOddity(dataDir)
  if (oddity === 'absent') return true
  const machine = machineLatch(dataDir)
  if (oddity !== null || readMarker(dataDir) !== 'absent' || !neverClosed(machine)) return false
  return ENVIRONMENTS.every((environment) => neverClosed(environmentLatch(dataDir, environment)) && holdsNoDatabase(dataDir, environment))
}

/**
 * Says that an environment is about to be set up, before its database is made, so that a set-up that is never finished can be taken up again
 * later. Idempotent. Refused once the environment was armed, or where something of it is already there.
 */
export function beginSetUp(dataDir: string, environment: Environment): Result<void, SetUpRefusal> {
  const marker = eligible(dataDir, environment)
  if (!marker.ok) return marker
  if (marker.value.settingUp.includes(environment)) return ok(undefined)
  return writing(() => {
    writeMarker(dataDir, { ...marker.value, settingUp: [...marker.value.settingUp, environment] })
  })
}

/**
 * Arms an environment for the first time: the marker first, then its lease, then, with the very first environment, the machine's. A crash in
 * between leaves it halted, not untouched. Refused for anything but a first time, and while a kill file or a record of a halt is there.
 * It never makes the machine's lease for a later environment: that one can be missing only because the machine is halted.
 */
export function initialise(dataDir: string, environment: Environment, random: Random, nowMs: number): Result<void, SetUpRefusal> {
  const marker = eligible(dataDir, environment)
  if (!marker.ok) return marker
  const latches = latchesOf(dataDir, environment)
  const isFirst = marker.value.armed.length === 0
  const wanted = isFirst ? [latches.environment, latches.machine] : [latches.environment]
  for (const latch of wanted) {
    if (lookForKillFile(latch) !== 'absent') return err({ code: 'HALTED', detail: `There is a kill file: ${latch.killPath}` })
  }
  return writing(() => {
    writeMarker(dataDir, {
      armed: [...marker.value.armed, environment],
      settingUp: marker.value.settingUp.filter((other) => other !== environment),
    })
    makeOwnFolder(latches.environment.folder)
    for (const latch of wanted) writeLease(latch, newLease(latch, random, nowMs))
  })
}

/** Whether any environment of this data folder was ever armed; an unreadable marker says yes. */
export function wasEverArmed(dataDir: string): boolean {
  const marker = readMarker(dataDir)
  if (marker === 'odd') return true
  return marker === 'absent' ? !isUntouchedFirstRun(dataDir) : marker.armed.length > 0
}

/** Whether an environment was never armed, so that its missing lease is no halt. */
export function isNeverSetUp(dataDir: string, environment: Environment): boolean {
  return eligible(dataDir, environment).ok
}

/**
 * Lists an environment as armed, for a release whose marker is missing or damaged. Throws the system's error. What stands in the marker's place
 * and is not one is moved aside.
 */
export function ensureArmedInMarker(dataDir: string, environment: Environment, nowMs: number): void {
  const found = readMarker(dataDir)
  if (typeof found === 'object' && found.armed.includes(environment)) return
  const known: Marker = typeof found === 'object' ? found : { armed: guessArmed(dataDir), settingUp: [] }
  if (found === 'odd') moveAside(markerPath(dataDir), String(nowMs))
  writeMarker(dataDir, {
    armed: [...new Set([...known.armed, environment])],
    settingUp: known.settingUp.filter((other) => other !== environment),
  })
}

function eligible(dataDir: string, environment: Environment): Result<Marker, SetUpRefusal> {
  const oddity = folderOddity(dataDir)
  if (oddity === 'absent') return ok({ armed: [], settingUp: [] })
  if (oddity !== null) return err({ code: 'ODD_FOLDER', detail: `${dataDir} ${oddity}` })
  const marker = readMarker(dataDir)
  if (marker === 'odd') return err({ code: 'ALREADY_SET_UP', detail: `${markerPath(dataDir)} cannot be read` })
  if (marker === 'absent') {
    return isUntouchedFirstRun(dataDir)
      ? ok({ armed: [], settingUp: [] })
      : err({ code: 'ALREADY_SET_UP', detail: `${dataDir} holds data, but no marker of a set-up` })
  }
  if (marker.armed.includes(environment)) return err({ code: 'ALREADY_SET_UP', detail: `${environment} was armed before` })
  const latches = latchesOf(dataDir, environment)
  const mustBeUntouched = marker.armed.length === 0 ? [latches.machine, latches.environment] : [latches.environment]
  const closed = mustBeUntouched.find((latch) => !neverClosed(latch))
  if (closed !== undefined) return err({ code: 'HALTED', detail: `${closed.folder} holds a lease or the record of a halt` })
  if (!marker.settingUp.includes(environment) && !holdsNoDatabase(dataDir, environment)) {
    return err({ code: 'ALREADY_SET_UP', detail: `${environment} holds a database, but was never set up` })
  }
  return ok(marker)
}

function neverClosed(latch: Latch): boolean {
  return readLease(latch).kind === 'absent' && readRecord(latch).kind === 'absent'
}

function holdsNoDatabase(dataDir: string, environment: Environment): boolean {
  const folder = join(dataDir, environment)
  try {
    // A folder that is a link is somebody's doing, and not untouched.
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) return false
    return !readdirSync(folder).some((name) => DATABASE_NAME.test(name))
  } catch (thrown) {
    return errnoOf(thrown) === 'ENOENT'
  }
}

function guessArmed(dataDir: string): readonly Environment[] {
  return ENVIRONMENTS.filter(
    (environment) => !neverClosed(environmentLatch(dataDir, environment)) || !holdsNoDatabase(dataDir, environment),
  )
}

function readMarker(dataDir: string): Marker | 'absent' | 'odd' {
  const file = readOwnFile(markerPath(dataDir), MAX_MARKER_BYTES)
  if (file.kind !== 'present') return file.kind
  const text = file.bytes.toString('utf8')
  const listed = /^\{"armed":\[([a-z",]*)\],"settingUp":\[([a-z",]*)\],"v":1\}$/.exec(text)
  if (listed === null) return 'odd'
  const [armed, settingUp] = [listed[1] ?? '', listed[2] ?? ''].map((list) => ENVIRONMENTS.filter((name) => list.includes(`"${name}"`)))
  const marker: Marker = { armed: armed ?? [], settingUp: settingUp ?? [] }
  return markerText(marker) === text ? marker : 'odd'
}

function writeMarker(dataDir: string, marker: Marker): void {
  makeOwnFolder(dataDir)
  replaceOwnFile(markerPath(dataDir), Buffer.from(markerText(marker), 'utf8'))
}

function markerText(marker: Marker): string {
  const inOrder = (list: readonly Environment[]) => ENVIRONMENTS.filter((environment) => list.includes(environment))
  return canonicalJson({ v: 1, armed: inOrder(marker.armed), settingUp: inOrder(marker.settingUp) })
}

function writing(write: () => void): Result<void, SetUpRefusal> {
  try {
    write()
    return ok(undefined)
  } catch (thrown) {
    return err({ code: 'STORAGE', detail: errnoOf(thrown) || String(thrown) })
  }
}
