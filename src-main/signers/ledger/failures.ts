import { describeError } from '../../lib/errors'
import type { SignerFailure, SignerFailureCode } from '../signer'
import type { ApduWatch } from './apdu-watch'
import { DeviceMissing } from './ledger-device'

/** Status words by what they mean (the Ethereum app's list, and the device's own). */
const REJECTED = [0x6985, 0x5501, 0x6982]
const LOCKED = [0x5515, 0x5303, 0x6804]
const NO_ETHEREUM_APP = [0x6511, 0x6e00, 0x6e01, 0x6d02]
/** What the library sent is not what this version of the app understands. */
const NOT_UNDERSTOOD = [0x6d00, 0x6b00, 0x6501, 0x6502, 0x6700, 0x6983, 0x6984, 0x6a84, 0x6a88, 0x911c]
const INVALID_DATA = 0x6a80

/** What it means that something failed at a device. `signsBlind`: what the app's own setting said before; null where it was not asked. */
export function failureOf(thrown: unknown, watch: ApduWatch, signsBlind: boolean | null): SignerFailure {
  const { fault, signatureAsked } = watch
  if (thrown instanceof DeviceMissing && fault === null) return { code: 'DEVICE_NOT_FOUND', detail: thrown.message.slice(0, 200) }
  switch (fault?.kind) {
    case 'status':
      return { code: codeOf(fault.word, signsBlind), detail: `the device answered 0x${fault.word.toString(16)}` }
    case 'broken':
      return signatureAsked
        ? { code: 'DISCONNECTED', detail: 'the connection broke while it was asked to sign' }
        : { code: 'UNAVAILABLE', detail: 'the connection broke before it was asked to sign' }
    case 'malformed':
      return { code: 'BAD_ANSWER', detail: 'an answer that is none of a Ledger' }
    case undefined:
      // The device said yes to all, and the library could make nothing of it.
      return { code: 'BAD_ANSWER', detail: describeError(thrown).slice(0, 200) }
  }
}

function codeOf(word: number, signsBlind: boolean | null): SignerFailureCode {
  if (REJECTED.includes(word)) return 'REJECTED_BY_USER'
  if (LOCKED.includes(word)) return 'DEVICE_LOCKED'
  if (NO_ETHEREUM_APP.includes(word)) return 'WRONG_APP'
  // The same word for "may not be shown, so may not be signed" and for data of no known form.
  if (word === INVALID_DATA) return signsBlind === false ? 'BLIND_SIGNING_OFF' : 'OTHER_DRIVER'
  if (NOT_UNDERSTOOD.includes(word)) return 'OTHER_DRIVER'
  return 'UNAVAILABLE'
}
