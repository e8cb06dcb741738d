import { accessSync, chmodSync, constants, lstatSync, truncateSync } from 'node:fs'

import type { Environment } from '../../domain/environment'
import type { HaltScope } from '../../domain/kill-switch'
import { canonicalJson } from '../../lib/json'
import { errnoOf, folderOddity, moveAside, readOwnFile, replaceOwnFile, syncFolder, unlinkIfThere } from '../../lib/own-file'
import type { Random } from '../../lib/random'
import type { Latch } from './places'

/** Permission to trade, as a file: trading is allowed only while it exists. Its id ties it to the process that read it. */
export interface Lease {
  readonly scope: HaltScope
  readonly environment: Environment | null
  /** 32 random hex digits. */
  readonly id: string
  readonly createdAtMs: number
}

/** What stands in a lease's place. Everything but `present` means halted. */
export type LeaseReading =
  { readonly kind: 'present'; readonly lease: Lease } | { readonly kind: 'absent' } | { readonly kind: 'odd'; readonly why: string }

/** What removing a lease came to. `closed` is what counts: the place no longer reads as a lease, and will not by itself. */
export interface LeaseRemoval {
  readonly path: string
  readonly how: 'unlinked' | 'absent' | 'not-a-lease' | 'truncated' | 'made-unreadable' | 'failed'
  readonly closed: boolean
  /** Whether the removal was forced to the disk, so that it survives a loss of power too. */
  readonly synced: boolean
  readonly problems: readonly string[]
}

const MAX_BYTES = 512
const SHAPE =
  /^\{"createdAtMs":(\d{1,15}),"environment":(null|"[a-z]{1,16}"),"id":"([0-9a-f]{32})","scope":"(machine|environment)","v":1\}$/
const UNREADABLE_MODE = 0o000

/** A new lease for a latch. */
export function newLease(latch: Latch, random: Random, nowMs: number): Lease {
  const id = Buffer.from(random.bytes(16)).toString('hex')
  return { scope: latch.scope, environment: latch.environment, id, createdAtMs: Math.floor(nowMs) }
}

/** The one text of a lease; a file holds exactly this. */
export function leaseBytes(lease: Lease): Buffer {
  return Buffer.from(canonicalJson({ v: 1, ...lease }), 'utf8')
}

/** Reads what stands in a latch's lease place. A text of another scope or environment, or in any other shape, is odd. Never throws. */
export function readLease(latch: Latch): LeaseReading {
  const file = readOwnFile(latch.leasePath, MAX_BYTES)
  if (file.kind !== 'present') return file
  const lease = parseLease(file.bytes.toString('latin1'), latch)
  return lease === null ? { kind: 'odd', why: 'its text is not a lease of this place' } : { kind: 'present', lease }
}

/** Writes a lease, all or nothing, durable when it returns. Throws the system's error. */
export function writeLease(latch: Latch, lease: Lease): void {
  if (lstatSync(latch.leasePath, { throwIfNoEntry: false })?.isDirectory() === true) moveAside(latch.leasePath, lease.id)
  replaceOwnFile(latch.leasePath, leaseBytes(lease))
}

/**
 * Removes a lease so that it stays removed: unlink, then fsync of the folder, which needs no free space. Where the name cannot be removed (a
 * folder that is read-only, say) the file is emptied or made unreadable, which halts as well. Never throws.
 */
export function removeLease(latch: Latch): LeaseRemoval {
  const problems: string[] = []
  const how = removeSomehow(latch, problems)
  let synced = true
  try {
    syncFolder(latch.folder)
  } catch (thrown) {
    synced = errnoOf(thrown) === 'ENOENT'
    if (!synced) problems.push(`${latch.folder}: not synced (${errnoOf(thrown)})`)
  }
  return { path: latch.leasePath, how, closed: how !== 'failed', synced, problems }
}

/** Why a latch's folder cannot be trusted to hold a lease, or null. A folder that cannot be written could not record a halt. */
export function latchFolderOddity(latch: Latch): string | null {
  const why = folderOddity(latch.folder)
  if (why !== null) return why
  try {
    accessSync(latch.folder, constants.W_OK)
    return null
  } catch (thrown) {
    return `cannot be written (${errnoOf(thrown)})`
  }
}

function removeSomehow(latch: Latch, problems: string[]): LeaseRemoval['how'] {
  try {
    return unlinkIfThere(latch.leasePath) ? 'unlinked' : 'absent'
  } catch (thrown) {
    problems.push(`${latch.leasePath}: not removed (${errnoOf(thrown)})`)
  }
  try {
    // A folder or link in its place halts as it stands; what a link points to is not ours to touch.
    if (!lstatSync(latch.leasePath).isFile()) return 'not-a-lease'
    truncateSync(latch.leasePath, 0)
    return 'truncated'
  } catch (thrown) {
    problems.push(`${latch.leasePath}: not emptied (${errnoOf(thrown)})`)
  }
  try {
    chmodSync(latch.leasePath, UNREADABLE_MODE)
    if (readLease(latch).kind !== 'present') return 'made-unreadable'
  } catch (thrown) {
    problems.push(`${latch.leasePath}: not made unreadable (${errnoOf(thrown)})`)
  }
  return 'failed'
}

function parseLease(text: string, latch: Latch): Lease | null {
  const match = SHAPE.exec(text)
  if (match === null) return null
  const [, createdAt = '', , id = ''] = match
  const lease: Lease = { scope: latch.scope, environment: latch.environment, id, createdAtMs: Number(createdAt) }
  // Only the very text that we write for this place is a lease: a copy from another environment is none.
  return leaseBytes(lease).toString('latin1') === text ? lease : null
}
