import type { ReleaseVerificationView } from '../../../src-preload/contract/guards'
import type { HaltHistoryLine, StandView, WatchView } from '../../../src-preload/contract/watch'

type Trigger = WatchView['findings'][number]['trigger']
type HaltEvent = Extract<HaltHistoryLine, { kind: 'entry' }>['event']
type Purpose = NonNullable<StandView['maintenance']>['purpose']

/** What each automatic trigger is called. */
export const TRIGGER_WORDS: Readonly<Record<Trigger, string>> = {
  breakers: 'Open breakers',
  'signer-breaker': 'Signer breaker',
  'audit-chain': 'Audit record',
  'clock-jump': 'Clock',
  'disk-full': 'Disk',
  'balance-drop': 'Balances',
  'dead-man': 'Dead-man switch',
  'watch-failed': 'The watch itself',
}

/** What halted by itself, by the name that a halt carries; names of triggers elsewhere stay as they are. */
export function triggerName(by: string): string {
  return Object.hasOwn(TRIGGER_WORDS, by) ? TRIGGER_WORDS[by as Trigger] : by
}

/** What happened to the kill switch. */
export const HALT_EVENT_WORDS: Readonly<Record<HaltEvent, string>> = {
  Halted: 'Halted',
  FoundHalted: 'Found halted at the start',
  RecoveryBegun: 'Recovery begun',
  RecoveryCanceled: 'Recovery given up',
  ReleaseRefused: 'Release refused',
  ReleaseAuthorised: 'Release authorised',
  Released: 'Released',
  ReleaseFoundComplete: 'Found released at the start',
  MaintenanceEntered: 'Maintenance begun',
  MaintenanceLeft: 'Maintenance ended',
}

/** What maintenance is for. */
export const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  update: 'an update',
  migration: 'a migration',
  rotation: 'a rotation of credentials',
  other: 'something else',
}

/** What is looked at right after a release. */
export const VERIFICATION_WORDS: Readonly<Record<ReleaseVerificationView['id'], string>> = {
  'leases-on-disk': 'Both leases are on disk, as they were written',
  'last-look': 'The last look passes',
  'chain-anchored': 'The end of the audit chain is anchored',
  'gate-armed': 'The gate is armed',
}
