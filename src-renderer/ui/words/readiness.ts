import type { ReadinessView } from '../../../src-preload/contract/readiness'
import { formatAmount, formatPct, formatUsd } from '../format/amount'
import { dayAndTimeInZone, took } from '../format/time'
import { breakerName } from './breakers'
import { pick, put, type Figures } from './said'

type Check = ReadinessView['checks'][number]
type Code = Check['code']
type Screen = 'guards' | 'signers' | 'audit' | 'incidents' | 'alerts' | 'settings'

/** Where something is put right. */
export interface Mend {
  readonly screen: Screen
  readonly item: string | null
  readonly label: string
}

interface Words {
  /** What is checked: a name that says neither that it is so nor that it is not. */
  readonly name: string
  /** One sentence for a check that has passed, from its figures. */
  readonly passed: (f: Figures) => string
  /** One sentence for one that has not. */
  readonly failed: (f: Figures) => string
  /** One sentence where it could not be found out; left out, the reason that main gives. */
  readonly unknown?: (f: Figures) => string
  /** Where to put it right; null where no screen can. */
  readonly mend: Mend | null
}

const guards: Mend = { screen: 'guards', item: null, label: 'Guards' }
const signers: Mend = { screen: 'signers', item: null, label: 'Signers' }
const drills: Mend = { screen: 'incidents', item: null, label: 'Incidents and drills' }
const settings: Mend = { screen: 'settings', item: null, label: 'Settings' }
const people: Mend = { screen: 'settings', item: 'people', label: 'People and keys' }
const policy: Mend = { screen: 'settings', item: 'policy', label: 'Policy' }
const audit: Mend = { screen: 'audit', item: null, label: 'The audit record' }
const alerts: Mend = { screen: 'alerts', item: null, label: 'Alerts' }

const same = (text: string) => (): string => text
const at = (f: Figures, name: string): string | null => {
  const ms = Number(pick(f, name) ?? NaN)
  return Number.isFinite(ms) ? dayAndTimeInZone(ms) : null
}
const breakersOf = (f: Figures): string =>
  (pick(f, 'breakers') ?? '')
    .split(', ')
    .map((id) => breakerName(id)?.toLowerCase() ?? id)
    .join(', ')
const time = (f: Figures, name: string): string => took(Number(pick(f, name) ?? NaN))

/** A code as words: a person need not read capitals. */
const code = (text: string | null): string => (text === null ? '' : text.toLowerCase().replaceAll('_', ' '))

const DRILL_FAILED: Readonly<Record<string, string>> = {
  none: 'It was never held.',
  failed: 'The last one failed. See its report, and hold it again.',
  'awaits-release': 'The last one waits for you to release its halt.',
}
const drill = (name: string): Words => ({
  name,
  passed: (f) => `Passed ${at(f, 'atMs') ?? ''}: gate closed in ${time(f, 'gateMs')}, verified in ${time(f, 'verifiedMs')}.`,
  failed: (f) =>
    DRILL_FAILED[pick(f, 'result') ?? ''] ?? `The last one is too old or was too slow${put(at(f, 'atMs'), ' (', ')')}. Hold it again.`,
  unknown: same('Drills are held in paper and kept there: open paper to see them.'),
  mend: drills,
})

const TROUBLES: Readonly<Record<string, string>> = {
  NOT_SET: 'No chain is set.',
  WRONG_CHAIN: 'The chain is not one that this environment may trade on.',
  ENDPOINTS_DISAGREE: 'The two endpoints contradict each other.',
  NETWORK_ERROR: 'The chain does not answer.',
}
const trouble = (f: Figures): string => {
  const found = pick(f, 'trouble')
  if (found === null) return 'Only one endpoint is set: one cannot unmask itself.'
  return TROUBLES[found] ?? `The chain does not answer as it should (${code(found)}).`
}

/** What each check is called and says. */
const WORDS: Readonly<Record<Code, Words>> = {
  'signer-production': {
    name: 'A signer outside this machine',
    passed: (f) => `The key is in ${pick(f, 'signers') ?? 'a device or service'}.`,
    failed: (f) =>
      pick(f, 'others') === null
        ? 'There is no signer.'
        : `Only ${pick(f, 'others') ?? ''}: whoever owns this machine could copy that key. Add a device, an HSM or a signing service.`,
    mend: signers,
  },
  'no-development-keys': {
    name: 'Keys meant for development',
    passed: same('There are none, and no variable of this process looks like a key.'),
    failed: (f) =>
      [
        put(pick(f, 'signers'), 'Remove what is for development only: ', '.'),
        put(pick(f, 'variables'), 'Take these variables away and start again: ', '.'),
      ]
        .filter((part) => part !== '')
        .join(' '),
    mend: signers,
  },
  'signers-healthy': {
    name: 'Health of the signers',
    passed: (f) => `${pick(f, 'count') ?? ''} answered within a day.`,
    failed: (f) => (pick(f, 'failing') === null ? 'There is no signer.' : `Failing: ${pick(f, 'failing') ?? ''}.`),
    unknown: (f) =>
      pick(f, 'silent') === null ? whyUnknown(f) : `Not seen to work within a day: ${pick(f, 'silent') ?? ''}. Unlock and test it.`,
    mend: signers,
  },
  keychain: {
    name: 'Keychain of the system',
    passed: (f) => `Secrets are sealed by ${pick(f, 'backend') ?? 'it'}.`,
    failed: same('There is none, so secrets lie on the disk as they are. Set one up in your system and start again.'),
    mend: null,
  },
  'kill-switch-armed': {
    name: 'Kill switch',
    passed: same('It is armed.'),
    failed: same('Trading is halted, or was never armed.'),
    mend: guards,
  },
  'kill-file-watched': {
    name: 'Halting by a kill file',
    passed: same('A thread of its own watches for one.'),
    failed: same('Nobody watches for one at this moment. Start Holdfast again if this stays.'),
    mend: null,
  },
  'halt-signals': {
    name: 'Halting by a signal',
    passed: same('Both signals are heard.'),
    failed: same('A signal that should halt is not heard. Start Holdfast again.'),
    mend: null,
  },
  'recovery-keys': {
    name: 'Recovery keys',
    passed: (f) => `${pick(f, 'usable') ?? ''} are in force, and somebody proved to have written them down.`,
    failed: (f) =>
      pick(f, 'confirmed') === 'no'
        ? 'Nobody proved to have written them down.'
        : pick(f, 'verified') === 'no'
          ? 'Nothing vouches for the file that says what they are.'
          : `${pick(f, 'usable') ?? 'None'} of ${pick(f, 'needed') ?? ''} that are needed can release a halt.`,
    mend: people,
  },
  'second-factor': {
    name: 'Second factors of those who approve',
    passed: (f) => `${pick(f, 'people') ?? ''} may approve, each with one.`,
    failed: (f) => (pick(f, 'without') === null ? 'Nobody is named who may approve.' : `Missing for ${pick(f, 'without') ?? ''}.`),
    mend: people,
  },
  'halt-drill': drill('Drill: halt'),
  'emergency-drill': drill('Drill: emergency halt'),
  'breakers-closed': {
    name: 'Breakers',
    passed: same('All are closed.'),
    failed: (f) => `Not closed: ${breakersOf(f)}.`,
    mend: guards,
  },
  'breaker-thresholds': {
    name: 'Thresholds of the breakers',
    passed: (f) => `All ${pick(f, 'count') ?? ''} are within their bounds.`,
    failed: (f) => `Out of bounds: ${breakersOf(f)}.`,
    mend: guards,
  },
  'policy-readable': {
    name: 'Trading policy',
    passed: same('It is in force and can be read.'),
    failed: same('It cannot be read, so every order is denied.'),
    mend: policy,
  },
  'signer-policy-readable': {
    name: 'Policy of the signers',
    passed: same('It is in force and can be read.'),
    failed: same('It cannot be read, so nothing is signed.'),
    mend: policy,
  },
  'slippage-limits': {
    name: 'Slippage limits',
    passed: (f) =>
      `${formatPct(pick(f, 'conservative') ?? '')}, ${formatPct(pick(f, 'moderate') ?? '')} and ${formatPct(pick(f, 'aggressive') ?? '')} by profile.`,
    failed: same('One of them is no limit, or the bolder profile is held tighter than the more careful one.'),
    mend: settings,
  },
  'exposure-limits': {
    name: 'Exposure limits',
    passed: (f) =>
      `${formatUsd(pick(f, 'orderUsd') ?? '')} an order, ${formatUsd(pick(f, 'dayUsd') ?? '')} a day; a loss of ${formatPct(pick(f, 'lossHaltPct') ?? '')} halts.`,
    failed: same('They contradict each other, or the loss that halts is more than half.'),
    mend: guards,
  },
  'audit-intact': {
    name: 'Audit record',
    passed: (f) => `${formatAmount(pick(f, 'entries') ?? '0')} entries verified${put(at(f, 'checkedAtMs'), ' ')}${sealed(f)}.`,
    failed: (f) => (pick(f, 'refuses') === null ? `${pick(f, 'broken') ?? 'Some'} breaks were found.` : 'It takes no entries.'),
    unknown: (f) => (pick(f, 'why') === null ? 'It was not checked whole of late.' : whyUnknown(f)),
    mend: audit,
  },
  'audit-anchored': {
    name: 'Anchor of the record',
    passed: (f) => `Outside the database, ${pick(f, 'lag') ?? '0'} ${pick(f, 'lag') === '1' ? 'entry' : 'entries'} behind.`,
    failed: same('It cannot be moved on, so the end of the record is attested by nothing outside of it.'),
    unknown: (f) => (pick(f, 'why') === null ? 'There is no valid one.' : whyUnknown(f)),
    mend: audit,
  },
  'alert-path': {
    name: 'Alerts that leave this machine',
    passed: (f) => `The webhook took one${put(at(f, 'takenAtMs'), ' ')}.`,
    failed: (f) => (pick(f, 'state') === 'none' ? 'No webhook is set up.' : 'The webhook does not take them.'),
    unknown: (f) => (pick(f, 'why') === null ? 'Nothing was sent by the webhook of late: send a test alert.' : whyUnknown(f)),
    mend: alerts,
  },
  'chain-endpoints': {
    name: 'Chain and its two endpoints',
    passed: (f) => `Both endpoints${put(pick(f, 'name'), ' of ')} say the same.`,
    failed: trouble,
    mend: settings,
  },
  clock: {
    name: 'Clock',
    passed: same('The calendar moves as the time that passes.'),
    failed: same('The calendar jumped, and nobody has vouched for it since.'),
    mend: guards,
  },
  disk: {
    name: 'Room on the disk',
    passed: (f) => `${formatAmount(pick(f, 'freeMb') ?? '')} MB are free.`,
    failed: (f) =>
      `${formatAmount(pick(f, 'freeMb') ?? '')} MB are free, ${formatAmount(pick(f, 'needMb') ?? '')} MB are needed. Make room.`,
    mend: null,
  },
  runtime: {
    name: 'Sandbox and runtime',
    passed: (f) => `Pages are sandboxed, on Electron ${pick(f, 'electron') ?? ''}.`,
    failed: (f) =>
      pick(f, 'sandboxed') === 'no'
        ? 'Pages are not sandboxed. Start Holdfast without the option that turns it off.'
        : `This runtime is Electron ${pick(f, 'electron') ?? ''}; Holdfast ships with ${pick(f, 'shippedElectron') ?? ''}.`,
    mend: null,
  },
}

function sealed(f: Figures): string {
  const count = pick(f, 'sealed')
  return count === null || count === '0' ? '' : `; ${count} breaks of before are sealed`
}

function whyUnknown(f: Figures): string {
  return `It could not be found out${put(pick(f, 'why'), ': ')}.`
}

/** What each state is called beside a name. */
export const READINESS_STATE_WORDS: Readonly<Record<Check['state'], string>> = {
  passed: 'as it must be',
  failed: 'not as it must be',
  unknown: 'not known',
  'not-applicable': 'not here',
}

/** A check in words: its name, one sentence, and where it is put right where it must be. */
export function sayReadiness({ code: id, state, figures }: Check): {
  readonly name: string
  readonly sentence: string
  readonly mend: Mend | null
} {
  const { name, passed, failed, unknown = whyUnknown, mend } = WORDS[id]
  switch (state) {
    case 'passed':
      return { name, sentence: passed(figures), mend: null }
    case 'failed':
      // A variable of the process is taken away outside of the app.
      return { name, sentence: failed(figures), mend: id === 'no-development-keys' && pick(figures, 'signers') === null ? null : mend }
    case 'unknown':
      return { name, sentence: unknown(figures), mend }
    case 'not-applicable':
      return { name, sentence: 'This environment has none.', mend: null }
  }
}

/** The checks in groups, as a person would go through them. */
export const READINESS_GROUPS: readonly { readonly name: string; readonly codes: readonly Code[] }[] = [
  { name: 'Keys', codes: ['signer-production', 'no-development-keys', 'signers-healthy', 'keychain'] },
  {
    name: 'Halting and recovering',
    codes: ['kill-switch-armed', 'kill-file-watched', 'halt-signals', 'recovery-keys', 'second-factor', 'halt-drill', 'emergency-drill'],
  },
  {
    name: 'Guards',
    codes: ['breakers-closed', 'breaker-thresholds', 'policy-readable', 'signer-policy-readable', 'slippage-limits', 'exposure-limits'],
  },
  { name: 'The record, and who is told', codes: ['audit-intact', 'audit-anchored', 'alert-path'] },
  { name: 'What it runs on', codes: ['chain-endpoints', 'clock', 'disk', 'runtime'] },
]
