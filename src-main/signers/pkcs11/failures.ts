import type { SignerFailureCode } from '../../domain/signer'
import { isDefinitelyUnavailable } from '../signer'
import { VendorFailure } from '../vendor-host/vendor'

/** Return values of PKCS#11 2.40 that say something of their own; any other may have signed. */
const CODES: Readonly<Record<number, SignerFailureCode>> = {
  0x30: 'UNAVAILABLE', // CKR_DEVICE_ERROR
  0x32: 'UNAVAILABLE', // CKR_DEVICE_REMOVED
  0x60: 'UNAVAILABLE', // CKR_KEY_HANDLE_INVALID
  0x68: 'DENIED_BY_SIGNER', // CKR_KEY_FUNCTION_NOT_PERMITTED
  0x70: 'NOT_SUPPORTED', // CKR_MECHANISM_INVALID
  0xa0: 'NOT_AUTHORISED', // CKR_PIN_INCORRECT
  0xa2: 'NOT_AUTHORISED', // CKR_PIN_LEN_RANGE
  0xa3: 'NOT_AUTHORISED', // CKR_PIN_EXPIRED
  0xa4: 'NOT_AUTHORISED', // CKR_PIN_LOCKED
  0xb3: 'UNAVAILABLE', // CKR_SESSION_HANDLE_INVALID
  0xe0: 'UNAVAILABLE', // CKR_TOKEN_NOT_PRESENT
  0xe1: 'UNAVAILABLE', // CKR_TOKEN_NOT_RECOGNIZED
  0x101: 'NOT_AUTHORISED', // CKR_USER_NOT_LOGGED_IN
  0x102: 'NOT_AUTHORISED', // CKR_USER_PIN_NOT_INITIALIZED
}

/** The failure that a PKCS#11 error means before the key was used. */
export function failureOfPkcs11(thrown: unknown): VendorFailure {
  if (thrown instanceof VendorFailure) return thrown
  const { code, message } = typeof thrown === 'object' && thrown !== null ? (thrown as { code?: unknown; message?: unknown }) : {}
  const known = typeof code === 'number' ? CODES[code] : undefined
  const name = typeof message === 'string' ? message.slice(0, 100) : 'unknown'
  return new VendorFailure(known ?? 'DISCONNECTED', name)
}

/** The same once C_Sign was called: a device that is gone afterwards may have signed before, so that nobody else may be asked. */
export function failureOfSigning(thrown: unknown): VendorFailure {
  const failure = failureOfPkcs11(thrown)
  return isDefinitelyUnavailable(failure.code) ? new VendorFailure('DISCONNECTED', failure.message) : failure
}
