import type { HaltMode, HaltSource } from '../../domain/kill-switch'
import { closeLatch, type LatchClosing } from './close-latch'
import { readRecord, writeRecord } from './halt-record'
import type { Latch } from './places'
import { oneLine } from './text'

/** A halt that does not go through the kill switch: from a terminal, a signal before the engine exists, or the watching thread. */
export interface OutsideHalt {
  readonly source: HaltSource
  readonly by: string
  readonly reason: string
  readonly mode: HaltMode
  /** Wall time, ms. */
  readonly nowMs: number
}

/**
 * Closes latches on disk, for whoever cannot reach the kill switch; its next last look finds them closed. Where a lease was taken away, word is
 * left about it. A folder in which nothing was ever armed is left as it is. Never throws.
 */
export function haltOnDisk(latches: readonly Latch[], halt: OutsideHalt): readonly LatchClosing[] {
  const closings = latches.map((latch) => closeLatch(latch, halt.reason))
  latches.forEach((latch, index) => {
    const how = closings[index]?.lease.how
    if (how === 'absent' || readRecord(latch).kind === 'present') return
    const { source, mode, nowMs } = halt
    const record = { sinceMs: Math.floor(nowMs), source, by: oneLine(halt.by), reason: oneLine(halt.reason), mode }
    try {
      writeRecord(latch, { ...record, scope: latch.scope, environment: latch.environment, maintenance: null, prev: '' })
    } catch {
      // The lease is what counts; the full disk that refuses the record is no reason to fail.
    }
  })
  return closings
}
