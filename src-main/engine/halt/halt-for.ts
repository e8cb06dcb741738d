import { readRecord } from './halt-record'
import { killFileReason, lookForKillFile } from './kill-file'
import type { HaltRequest } from './kill-switch-types'
import type { Finding } from './look'
import type { Latches } from './places'

/** The halt that a finding calls for, with what is known of who asked for it. */
export function haltFor({ kind, latch, why }: Finding, latches: Latches): HaltRequest {
  const asked: Pick<HaltRequest, 'scope' | 'mode'> = { scope: latch.scope, mode: 'gate-only' }
  // A terminal leaves the kill file before it takes leases away: where one is gone, there may be a file by now that says why.
  const places = kind === 'lease-missing' ? [latches.machine, latch] : []
  const killed = kind === 'kill-file' ? latch : places.find((one) => lookForKillFile(one) === 'present')
  if (killed !== undefined) return { ...asked, scope: killed.scope, source: 'kill-file', by: 'kill file', reason: killFileReason(killed) }
  const left = readRecord(latch)
  // Halted from outside, by an early signal or by the watching thread, which left word.
  if (kind === 'lease-missing' && left.kind === 'present')
    return { ...asked, source: left.record.source, by: left.record.by, reason: left.record.reason, mode: left.record.mode }
  return { ...asked, source: 'unreadable-state', by: 'last look', reason: why }
}
