import type { Environment } from '../../domain/environment'
import type { HaltScope } from '../../domain/kill-switch'
import { describeError } from '../../lib/errors'
import { makeOwnFolder } from '../../lib/own-file'
import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import { closeLatch } from './close-latch'
import { clearRecord, readRecord, writeRecord, type HaltRecord } from './halt-record'
import { leaseBytes, newLease, readLease, writeLease } from './lease'
import { lookAtLatches, type HeldLeases } from './look'
import { latchesWithin, type Latch, type Latches } from './places'
import { ensureArmedInMarker } from './set-up'
import type { StepListener } from './steps'

/** What a release does on disk, and with what. */
export interface DiskRelease {
  readonly dataDir: string
  readonly environment: Environment
  readonly latches: Latches
  readonly scope: HaltScope
  /** The halt that is being released; written where a latch has no record, so that there is one until the last step. */
  readonly record: HaltRecord
  readonly random: Random
  readonly nowMs: number
  readonly onStep: StepListener
}

/** Why the disk did not take the release; trading stays halted. */
export interface DiskReleaseFailure {
  readonly code: 'STORAGE' | 'NOT_VERIFIED'
  readonly detail: string
}

/**
 * Opens latches on disk. A halt's record counts as a latch of its own, so the order makes every crash end halted: see that each latch has a
 * record; write the environment's lease, then the machine's, without which no other environment opens either; read everything back; only then
 * take the records away, the machine's last. Removing that last record is the moment of release. A failure takes the leases away again.
 */
export function releaseOnDisk(release: DiskRelease): Result<HeldLeases, DiskReleaseFailure> {
  const { dataDir, environment, latches, scope, nowMs, onStep } = release
  const innermostFirst = [...latchesWithin(latches, scope)].reverse()
  try {
    ensureArmedInMarker(dataDir, environment, nowMs)
    for (const latch of innermostFirst) prepare(latch, release)
    const written = new Map<Latch, Buffer>()
    for (const latch of innermostFirst) {
      const lease = newLease(latch, release.random, nowMs)
      writeLease(latch, lease)
      written.set(latch, leaseBytes(lease))
      onStep(`release:${latch.scope}-lease-written`)
    }
    const held = verify(latches, written)
    onStep('release:verified')
    for (const latch of innermostFirst) {
      clearRecord(latch, String(nowMs))
      onStep(`release:${latch.scope}-record-cleared`)
    }
    return ok(held)
  } catch (thrown) {
    for (const latch of innermostFirst) closeLatch(latch, 'A release failed.')
    return err({ code: thrown instanceof NotVerified ? 'NOT_VERIFIED' : 'STORAGE', detail: describeError(thrown) })
  }
}

class NotVerified extends Error {}

function prepare(latch: Latch, { record }: DiskRelease): void {
  makeOwnFolder(latch.folder)
  if (readRecord(latch).kind === 'absent') writeRecord(latch, record)
}

/** Reads back what was written, and what was not ours to write, exactly as every order's last look will. */
function verify(latches: Latches, written: ReadonlyMap<Latch, Buffer>): HeldLeases {
  const held = { machine: textOf(latches.machine, written), environment: textOf(latches.environment, written) }
  const finding = lookAtLatches(latches, held)
  if (finding !== null) throw new NotVerified(finding.why)
  if (!written.has(latches.machine) && readRecord(latches.machine).kind !== 'absent') throw new NotVerified('the machine is halted')
  return held
}

function textOf(latch: Latch, written: ReadonlyMap<Latch, Buffer>): Buffer {
  const ours = written.get(latch)
  if (ours !== undefined) return ours
  const reading = readLease(latch)
  if (reading.kind !== 'present') throw new NotVerified(`${latch.leasePath} is not there`)
  return leaseBytes(reading.lease)
}
