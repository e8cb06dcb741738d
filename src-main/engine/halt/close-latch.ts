import { chmodSync } from 'node:fs'

import { errnoOf } from '../../lib/own-file'
import { writeKillFile } from './kill-file'
import { removeLease, type LeaseRemoval } from './lease'
import type { Latch } from './places'

/** What closing a latch on disk came to. */
export interface LatchClosing {
  readonly lease: LeaseRemoval
  /** What else was done because the lease could not be removed; null when nothing else was needed. */
  readonly instead: 'kill-file' | 'folder-made-odd' | null
  /** Whether a restart finds the latch closed. */
  readonly durable: boolean
  readonly problems: readonly string[]
}

const ODD_FOLDER_MODE = 0o500

/**
 * Closes one latch so that it stays closed across a restart: removes its lease; where that fails in every way, leaves a kill file; where even
 * that fails, gives the folder a mode under which no lease in it counts. Never throws.
 */
export function closeLatch(latch: Latch, reason: string): LatchClosing {
  const lease = removeLease(latch)
  if (lease.closed) return { lease, instead: null, durable: true, problems: lease.problems }
  const problems = [...lease.problems]
  try {
    writeKillFile(latch, reason)
    return { lease, instead: 'kill-file', durable: true, problems }
  } catch (thrown) {
    problems.push(`${latch.killPath}: not written (${errnoOf(thrown)})`)
  }
  try {
    chmodSync(latch.folder, ODD_FOLDER_MODE)
    return { lease, instead: 'folder-made-odd', durable: true, problems }
  } catch (thrown) {
    problems.push(`${latch.folder}: mode not changed (${errnoOf(thrown)})`)
    return { lease, instead: null, durable: false, problems }
  }
}
