import type { SecureTask } from '../../src-preload/contract/secure'

type Act = Extract<SecureTask, { kind: 'authorise' }>['act']

/** What an act is called, what its button says, and what it means for the person's money. */
export interface ActWords {
  readonly title: string
  readonly action: string
  readonly means: string
}

/** The words for each act that needs authority. */
export const ACT_WORDS: Readonly<Record<Act, (subject: string) => ActWords>> = {
  'release-halt': () => ({
    title: 'Release the halt',
    action: 'Release',
    means: 'Orders can leave this machine again as soon as this is released.',
  }),
  'seal-audit': () => ({
    title: 'Seal the broken part of the record',
    action: 'Seal',
    means: 'What was damaged stays named for ever; entries after it count again. Any further damage shows anew.',
  }),
  'enter-maintenance': () => ({
    title: 'Begin maintenance',
    action: 'Begin maintenance',
    means: 'Trading stays halted until maintenance ends and the halt is released.',
  }),
  'leave-maintenance': () => ({ title: 'End maintenance', action: 'End maintenance', means: 'Trading stays halted until it is released.' }),
  'close-breaker': (name) => ({
    title: `Close the ${name} breaker`,
    action: 'Close the breaker',
    means: 'Orders that it refused can pass it again.',
  }),
  'tune-breakers': (name) => ({
    title: name === '' ? 'Change the breakers' : `Change the ${name} breaker`,
    action: 'Change',
    means: 'Orders are judged by the new thresholds from now on.',
  }),
  'leave-reducing': (name) => ({
    title: name === '' ? 'Leave reducing' : `Lift the ${name}`,
    action: name === '' ? 'Allow new risk' : 'Lift',
    means:
      name === ''
        ? 'Orders that add risk can leave this machine again.'
        : 'Orders can leave this machine again, as far as the kill switch and the breakers let them.',
  }),
  'change-limits': () => ({
    title: 'Change the limits',
    action: 'Change the limits',
    means: 'Orders are judged by the new limits from now on.',
  }),
  'change-policy': (name) => ({
    title: `Change the ${name}`,
    action: 'Change the policy',
    means: 'From the next order and signature on, this is what may be traded and signed. The other policy stays as it is.',
  }),
  'change-alerts': () => ({
    title: 'Change the alerts',
    action: 'Change',
    means: 'Who is told of what happens here, and how, changes at once.',
  }),
  'change-signers': (name) => ({
    title: `Change the signer ${name}`,
    action: 'Change the signer',
    means: 'It is reached, asked or kept in another way from now on. Its key stays where it lies.',
  }),
  'change-environment': (name) => ({
    title: `Switch to ${name}`,
    action: 'Switch',
    means: 'Orders that are placed there move real money.',
  }),
  'change-api': () => ({
    title: 'Change the local interface',
    action: 'Change',
    means: 'Programs on this machine can read figures and halt while it is on. They can never trade or release.',
  }),
  'issue-api-token': (name) => ({
    title: `Give a token to ${name}`,
    action: 'Give the token',
    means: 'Whoever holds it may do what its scopes say until it runs out.',
  }),
  'change-authority': (name) => ({
    title: name === '' ? 'Change who may do what' : `Change what ${name} may do`,
    action: 'Change',
    means: 'It counts from the next act on.',
  }),
  'replace-recovery-keys': (name) =>
    name === ''
      ? {
          title: 'Replace recovery keys',
          action: 'Replace',
          means: 'The new ones are shown once. Those that they replace stop working when the new ones are written down.',
        }
      : { title: `Change the recovery key “${name}”`, action: 'Change', means: 'It counts from the next act on.' },
  'change-halt-settings': () => ({
    title: 'Change what a halt does',
    action: 'Change',
    means: 'The next halt goes by it. The gate always closes first.',
  }),
  'change-endpoints': () => ({
    title: 'Change the chain endpoints',
    action: 'Change',
    means: 'What the app knows of the chain comes from these endpoints.',
  }),
}
