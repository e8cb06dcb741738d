import type { ReleaseVerificationId } from '../../domain/kill-switch'
import type { KillSwitch } from '../../engine/halt/kill-switch'
import type { OpenEnvironment } from '../compose/compose-environment'

/** One part of what was looked at right after a release. */
export interface ReleaseVerification {
  readonly id: ReleaseVerificationId
  readonly ok: boolean
  readonly detail: string
}

/**
 * The third stage of a recovery: whether what should be so after a release is so. Synchronous: between the release and this no order gets a turn. Whoever
 * calls it halts again where anything fails.
 */
export function verifyRelease(killSwitch: KillSwitch, { audit }: Pick<OpenEnvironment, 'audit'>): readonly ReleaseVerification[] {
  const item = (id: ReleaseVerificationId, why: string | null, fine: string): ReleaseVerification => ({
    id,
    ok: why === null,
    detail: (why ?? fine).slice(0, 200),
  })
  const anchored = audit.anchorNow()
  const { lag } = audit.status()
  const notAnchored = anchored.ok
    ? lag === 0
      ? null
      : `${lag ?? 'An unknown number of'} entries stand after the anchor`
    : anchored.error.message
  const denied = killSwitch.lastLook()
  const { state } = killSwitch.snapshot()
  return [
    item('leases-on-disk', killSwitch.verifyLeases(), 'Both leases are there, as they were written'),
    item('last-look', denied === null ? null : denied.code, 'It passes'),
    item('chain-anchored', notAnchored, `Entry ${audit.status().head.seq} is anchored`),
    item('gate-armed', state === 'armed' ? null : `It is ${state}`, 'The gate is armed'),
  ]
}
