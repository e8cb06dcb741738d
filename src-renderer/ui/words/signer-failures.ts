import type { SignerFailureCode } from '../../../src-preload/contract/signers'
import type { Said } from './said'

const NOTHING = 'Nothing was signed, and nothing was sent.'
/** A late signature leaves here by no way; what a service of somebody else's does with its own is beyond us. */
const THROWN_AWAY =
  'Holdfast sent nothing, and throws a late signature away. A service that was given the whole transaction could send it itself: see the account on the chain before you order again.'

/** What each failure of a signer means, and what to do. */
export const SIGNER_FAILURES: Readonly<Record<SignerFailureCode, Said>> = {
  LOCKED: { what: 'The signer is locked.', means: NOTHING, now: 'Unlock it, then review the order again.' },
  WRONG_PASSWORD: { what: 'That password does not open this key.', means: NOTHING, now: 'Type it again. Upper and lower case count.' },
  CORRUPT_KEYSTORE: { what: 'The keystore file is damaged.', means: NOTHING, now: 'Bring the file back from your backup.' },
  REJECTED_BY_USER: { what: 'You rejected it on the signer.', means: NOTHING, now: 'Review the order again if that was a mistake.' },
  UNAVAILABLE: { what: 'The signer cannot be reached.', means: NOTHING, now: 'Check that it is on and connected, then see Signers.' },
  TIMEOUT: { what: 'The signer took too long.', means: THROWN_AWAY, now: 'See Signers for its health, then review the order again.' },
  DISCONNECTED: { what: 'The connection to the signer broke.', means: THROWN_AWAY, now: 'Connect it again, then review the order again.' },
  BAD_ANSWER: {
    what: 'The signer answered something that is no signature of this.',
    means: 'It was thrown away, and Holdfast sent nothing.',
    now: 'Do not use this signer before you know why.',
  },
  DEVICE_NOT_FOUND: { what: 'No Ledger was found.', means: NOTHING, now: 'Plug it in with a cable that carries data, and unlock it.' },
  DEVICE_LOCKED: { what: 'The Ledger is locked.', means: NOTHING, now: 'Enter its PIN on the device, then review the order again.' },
  WRONG_APP: {
    what: 'The Ethereum app is not open on the Ledger.',
    means: NOTHING,
    now: 'Open the Ethereum app on the device, then review the order again.',
  },
  BLIND_SIGNING_OFF: {
    what: 'The Ledger cannot show this transaction in clear, and blind signing is off.',
    means: NOTHING,
    now: 'Compare what the app shows. If you accept that, allow blind signing in the Ethereum app\u2019s settings on the device.',
  },
  WRONG_ADDRESS: {
    what: 'Another key answered than the one of this account.',
    means: NOTHING,
    now: 'Connect the device or service that holds this account.',
  },
  OTHER_DRIVER: {
    what: 'This Ethereum app does not get on with the chosen driver.',
    means: NOTHING,
    now: 'Choose the other driver in this signer\u2019s settings.',
  },
  BUSY: { what: 'The signer is busy with another request.', means: NOTHING, now: 'Finish or reject that one first.' },
  DENIED_BY_SIGNER: { what: 'The signing service\u2019s own policy refused it.', means: NOTHING, now: 'See the rules of that service.' },
  DENIED_BY_POLICY: {
    what: 'The signer\u2019s own policy refuses it.',
    means: NOTHING,
    now: 'See Settings, Policy: the second policy, around the signers.',
  },
  NOT_AUTHORISED: { what: 'The signer did not accept who we are.', means: NOTHING, now: 'Check token, PIN or certificate under Signers.' },
  UNTRUSTED_SERVER: {
    what: 'The server is not the one that you trusted.',
    means: NOTHING,
    now: 'Find out why its certificate changed before you trust it again.',
  },
  KEY_NOT_FOUND: {
    what: 'The service has no such key.',
    means: NOTHING,
    now: 'Find out who took it away, and compare its name under Signers with the service.',
  },
  KEY_NOT_INITIALISED: { what: 'The party service has no key yet.', means: NOTHING, now: 'Make the key under Signers.' },
  NOT_SUPPORTED: { what: 'This signer cannot do that.', means: NOTHING, now: 'Choose another signer for it.' },
  NOT_INSTALLED: {
    what: 'A part that this kind of signer needs is not installed.',
    means: NOTHING,
    now: 'See Signers for the command that installs it.',
  },
  SECRET_UNAVAILABLE: {
    what: 'A secret that this signer needs could not be had.',
    means: NOTHING,
    now: 'Check the secret\u2019s place under Signers.',
  },
}

/** The sentences for a failure code, if it is one. */
export function saySignerFailure(code: string | null): Said | null {
  return code !== null && Object.hasOwn(SIGNER_FAILURES, code) ? SIGNER_FAILURES[code as SignerFailureCode] : null
}
