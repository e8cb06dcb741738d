import { readOwnFile } from '../../lib/own-file'
import { lookForKillFile } from './kill-file'
import { latchFolderOddity } from './lease'
import type { Latch, Latches } from './places'

/** The exact texts of the leases that this process trades under. */
export interface HeldLeases {
  readonly machine: Buffer
  readonly environment: Buffer
}

/** What closes a latch on disk. `odd`: something is there that cannot be read as it should. */
export interface Finding {
  readonly kind: 'kill-file' | 'lease-missing' | 'odd'
  readonly latch: Latch
  readonly why: string
}

const MAX_LEASE_BYTES = 512

/**
 * Looks at both latches on disk, now, with nothing remembered from before: kill files absent, folders ours alone and writable, leases there with
 * exactly the text that this process holds. Null means open. About a dozen system calls.
 */
export function lookAtLatches(latches: Latches, held: HeldLeases): Finding | null {
  return lookAt(latches.machine, held.machine) ?? lookAt(latches.environment, held.environment)
}

function lookAt(latch: Latch, held: Buffer): Finding | null {
  const kill = lookForKillFile(latch)
  if (kill !== 'absent') {
    return kill === 'present' ? { kind: 'kill-file', latch, why: latch.killPath } : { kind: 'odd', latch, why: kill.unreadable }
  }
  const lease = readOwnFile(latch.leasePath, MAX_LEASE_BYTES)
  if (lease.kind === 'absent') return { kind: 'lease-missing', latch, why: `${latch.leasePath} is gone` }
  if (lease.kind === 'odd') return { kind: 'odd', latch, why: `${latch.leasePath}: ${lease.why}` }
  if (!lease.bytes.equals(held)) return { kind: 'odd', latch, why: `${latch.leasePath} is not the lease that this run was given` }
  const folder = latchFolderOddity(latch)
  return folder === null ? null : { kind: 'odd', latch, why: `${latch.folder} ${folder}` }
}
