import type { AppStatus } from '../../../src-preload/contract/app'
import type { KillSwitchView, ReleaseCheckView } from '../../../src-preload/contract/guards'
import { ENVIRONMENT_WORDS } from './environment'
import { spellRecordCodes } from './record-codes'
import { unstopped } from './said'

type HaltSource = NonNullable<KillSwitchView['source']>

/** What each state of the kill switch is called and means. */
export const KILL_SWITCH_WORDS: Readonly<Record<KillSwitchView['state'], { readonly name: string; readonly means: string }>> = {
  armed: { name: 'Armed', means: 'Orders may pass the guards.' },
  triggered: { name: 'Halted', means: 'No order can leave this machine.' },
  'recovery-pending': { name: 'Recovery pending', means: 'A release was asked for. No order can leave until it is complete.' },
  maintenance: { name: 'Maintenance', means: 'Trading is paused for maintenance. No order can leave.' },
}

/** By what a halt came about, to follow “by”. */
export const HALT_SOURCE_WORDS: Readonly<Record<HaltSource, string>> = {
  button: 'the halt button',
  shortcut: 'the keyboard shortcut',
  tray: 'the tray menu',
  api: 'a program over the local interface',
  'kill-file': 'a kill file',
  'environment-variable': 'an environment variable',
  'signal-graceful': 'a signal (USR1)',
  'signal-emergency': 'an emergency signal (USR2)',
  automatic: 'an automatic trigger',
  'unreadable-state': 'a state that could not be read',
}

/** What a halt covers. */
export const HALT_SCOPE_WORDS: Readonly<Record<NonNullable<KillSwitchView['scope']>, string>> = {
  machine: 'everything on this machine',
  environment: 'this environment',
}

interface CheckWords {
  readonly name: string
  /** What to do when it blocks. */
  readonly doNow: string
  /** The screen on which that is done, where it is another. */
  readonly where?: 'audit' | 'signers'
  /** The label under which a person may take it as it is; null where that is not possible. */
  readonly acknowledge: string | null
}

/** What each release check is about, by a name that reads right whether it passes or not, and what may be done when it blocks. */
export const RELEASE_CHECK_WORDS: Readonly<Record<ReleaseCheckView['id'], CheckWords>> = {
  'kill-file-absent': { name: 'Kill files', doNow: 'Delete the kill file.', acknowledge: null },
  'environment-variable-absent': { name: 'Variables that halt', doNow: 'Unset it and start Holdfast again.', acknowledge: null },
  'breakers-closed-or-acknowledged': {
    name: 'Breakers',
    doNow: 'Wait for them to recover, or acknowledge them. They still refuse orders until they close.',
    acknowledge: 'Acknowledge open breakers',
  },
  'no-unknown-orders': {
    name: 'Orders of unknown outcome',
    doNow: 'Wait until each is reconciled, or look at the venue and acknowledge them. They are never sent again.',
    acknowledge: 'Acknowledge orders of unknown outcome',
  },
  'audit-chain-verified': {
    name: 'Audit record',
    doNow: 'Verify it, and see what is broken. Both recovery keys together can let it be.',
    where: 'audit',
    acknowledge: 'Let the broken record be (asks for both recovery keys)',
  },
  'signer-health': {
    name: 'Signer',
    doNow: 'Unlock or reconnect it, or acknowledge it.',
    where: 'signers',
    acknowledge: 'Acknowledge the signer’s state',
  },
  'venue-health': {
    name: 'Venue',
    doNow: 'Check the network, or acknowledge it.',
    acknowledge: 'Acknowledge the venue’s state',
  },
  'triggers-clear': {
    name: 'Automatic triggers',
    doNow: 'Put right what they find, or acknowledge it. What stands at a release does not halt again until it comes back.',
    acknowledge: 'Acknowledge what the triggers find',
  },
}

/** What a check's status is called. */
export const CHECK_STATUS_WORDS: Readonly<Record<ReleaseCheckView['status'], string>> = {
  ok: 'passes',
  blocked: 'blocks the release',
  acknowledged: 'acknowledged',
  unknown: 'not known yet',
}

/** Before set-up there is no lease to trade, because there never was one: a halt that nobody brought about. One that somebody did, by a kill file say, is told as such. */
export const isNotArmedYet = (killSwitch: KillSwitchView | null): boolean => killSwitch?.source === 'unreadable-state'
/** What is said of it while set-up is not done. */
export const NOT_ARMED_YET_WORDS = 'Trading is not armed yet: no order can leave this machine before your recovery keys are set.'

/** Who halted, and why, in one clause: `by the halt button (operator): too fast`. */
export function haltOrigin({ source, by, reason }: KillSwitchView): string {
  const how = source === null ? '' : ` by ${HALT_SOURCE_WORDS[source]}`
  const who = by === null || by === '' ? '' : ` (${by})`
  // What follows ends the sentence.
  const why = reason === null || reason === '' ? '' : `: ${unstopped(spellRecordCodes(reason))}`
  return `${how}${who}${why}`.trim()
}

/** What an environment that is not open left out, and what to do about it. */
export function sayLeftOut({ environment, resting, onChain }: AppStatus['leftElsewhere'][number]): string {
  const name = ENVIRONMENT_WORDS[environment].name
  const count = resting + onChain
  const what = `${count} ${count === 1 ? 'order was' : 'orders were'} left out in ${name} when it was closed`
  const where = [...(resting > 0 ? [`${resting} resting`] : []), ...(onChain > 0 ? [`${onChain} on a chain`] : [])].join(', ')
  return `${what} (${where}). They are not followed now, and a halt does not go after them: open ${name} to cancel them.`
}
