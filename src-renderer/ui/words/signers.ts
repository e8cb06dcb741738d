import type { SignerInteraction, SignerView } from '../../../src-preload/contract/signers'
import { saySignerFailure } from './signer-failures'
import type { Said } from './said'

type Kind = SignerView['kind']
type Interaction = SignerInteraction['required']

/** What a kind of signer is called, and for whom it is. */
export const SIGNER_KIND_WORDS: Readonly<Record<Kind, { readonly name: string; readonly forWhom: string }>> = {
  ledger: { name: 'Ledger', forWhom: 'You confirm each transaction on the device. The key never leaves it. Best for trading by hand.' },
  keystore: {
    name: 'Encrypted key file',
    forWhom: 'A key on this computer, opened by a password for a limited time. Quick, and as safe as this computer.',
  },
  remote: { name: 'Remote signer', forWhom: 'Web3Signer, Clef or a service of your own that holds the key on another machine.' },
  mpc_2pc: { name: 'Two-party MPC', forWhom: 'The key exists nowhere as a whole: two parties that you run sign together.' },
  pkcs11: { name: 'HSM (PKCS#11)', forWhom: 'A hardware security module in your rack or on your desk, by its vendor\u2019s library.' },
  aws_kms: { name: 'AWS KMS', forWhom: 'A key in Amazon\u2019s HSMs. For teams that already keep their secrets there.' },
  gcp_kms: { name: 'Google Cloud KMS', forWhom: 'A key in Google\u2019s HSMs. For teams that already keep their secrets there.' },
  azure_key_vault: { name: 'Azure Key Vault', forWhom: 'A key in Microsoft\u2019s HSMs. For teams that already keep their secrets there.' },
  env_private_key: {
    name: 'Key in a variable',
    forWhom: 'Development only: a bare private key in an environment variable. Refused in live.',
  },
}

/** The kinds, by where the key lies. */
export const SIGNER_KIND_GROUPS: readonly { readonly name: string; readonly kinds: readonly Kind[] }[] = [
  { name: 'On a device', kinds: ['ledger'] },
  { name: 'A file on this computer', kinds: ['keystore'] },
  { name: 'A service of yours', kinds: ['remote', 'mpc_2pc'] },
  { name: 'A hardware security module', kinds: ['pkcs11'] },
  { name: 'In a cloud', kinds: ['aws_kms', 'gcp_kms', 'azure_key_vault'] },
  { name: 'For development', kinds: ['env_private_key'] },
]

/** What somebody has to do at a signer. */
export interface InteractionWords {
  readonly title: string
  /** What to do, in one sentence. */
  readonly act: string
  /** What to look at, and what is safe. */
  readonly mind: string
  /** What the device shows meanwhile, where it shows something. */
  readonly shown: string
}

/** What each interaction asks of a person; `none` asks nothing. */
export const INTERACTION_WORDS: Readonly<Record<Exclude<Interaction, 'none'>, InteractionWords>> = {
  unlock: {
    title: 'Unlock the signer',
    act: 'Unlock it under Signers; its password is asked for in a window of its own.',
    mind: 'Nothing is signed before that.',
    shown: '',
  },
  'connect-device': {
    title: 'Connect your device',
    act: 'Plug it in with a cable that carries data.',
    mind: 'It goes on by itself as soon as the device is there. Nothing is signed before you confirm it on the device.',
    shown: '',
  },
  'unlock-device': {
    title: 'Unlock your device',
    act: 'Enter its PIN with the buttons of the device.',
    mind: 'The PIN is only ever typed on the device. No program needs it, Holdfast neither.',
    shown: 'Enter PIN',
  },
  'open-app': {
    title: 'Open the Ethereum app',
    act: 'Choose Ethereum on the device and press both buttons.',
    mind: 'It goes on by itself as soon as the app is open.',
    shown: 'Ethereum',
  },
  'verify-address': {
    title: 'Compare the address',
    act: 'Compare every group with the address on the device. Approve there only if all of them are the same.',
    mind: 'If one character differs, reject on the device: somebody may have put another address here. Rejecting is safe.',
    shown: 'Verify address',
  },
  'confirm-on-device': {
    title: 'Confirm on your device',
    act: 'Go through the screens of the device, compare each with what stands here, then approve or reject there.',
    mind: 'Rejecting is safe: nothing is signed and nothing is sent.',
    shown: 'Review transaction',
  },
  'confirm-elsewhere': {
    title: 'Confirm at the signing service',
    act: 'Somebody has to approve it where the service asks, such as on another screen or a phone.',
    mind: 'Compare amount and receiver there. Rejecting is safe: nothing is signed and nothing is sent.',
    shown: '',
  },
}

/** Of an order that a device asks for while trading is halted. */
export const HALTED_AT_DEVICE: Said = {
  what: 'Trading is halted: this order does not leave.',
  means: 'Whatever you press on the device, what it signs is thrown away.',
  now: 'Reject it there.',
}

const LEADING_CODE = /^([A-Z][A-Z0-9_]+)(?::\s*(.*))?$/s

/** Why a signer's light is not on: a code in a sentence, with what the signer said itself; anything else as it is. */
export function sayWhySigner(detail: string): string {
  const [, code = null, rest = ''] = LEADING_CODE.exec(detail) ?? []
  const said = saySignerFailure(code)
  return said === null ? detail : [said.what, rest].filter((part) => part !== '').join(' ')
}

/** Why a signer is not available, in sentences, with what it said itself. Null when nothing is wrong, or nobody has looked yet. */
export function sayHealth({ status, detail, checkedAtMs, attended }: SignerView): { readonly said: Said; readonly note: string } | null {
  if (status !== 'unavailable' || (checkedAtMs === null && detail === '')) return null
  const [, code = null, rest = ''] = LEADING_CODE.exec(detail) ?? []
  const said = saySignerFailure(code)
  if (said !== null) return { said: { ...said, means: '' }, note: rest }
  return {
    said: attended
      ? { what: 'The device is not connected.', means: '', now: 'Plug it in when you want to sign; you are asked for it then.' }
      : { what: 'The signer is not available.', means: '', now: 'Check that it is on and connected.' },
    note: detail,
  }
}
