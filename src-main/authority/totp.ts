import { HOTP, Secret } from 'otpauth'

import type { Random } from '../lib/random'

/** Second factors by RFC 6238 as every authenticator app makes them: SHA-1, six digits, steps of thirty seconds. */
export const TOTP_STEP_SEC = 30
const DIGITS = 6
const ALGORITHM = 'SHA1'
/** RFC 4226 recommends 160 bits. */
const SECRET_BYTES = 20
/** Steps before and after the present one that are accepted, for clocks that are a little off. */
const WINDOW = 1
const ZERO = 0x30

/** A new secret. The caller wipes it. */
export function newTotpSecret(random: Random): Buffer {
  return Buffer.from(random.bytes(SECRET_BYTES))
}

/**
 * The step that a typed code belongs to, or null where it is none of those accepted at `wallMs`. A step up to `lastUsedStep` is refused: a code is
 * good once (RFC 6238, section 5.2). Blanks in the code do not matter. Neither array is changed.
 */
export function totpStepOf(secret: Uint8Array, code: Uint8Array, wallMs: number, lastUsedStep: number | null): number | null {
  const token = digitsOf(code)
  if (token === null) return null
  const now = Math.floor(wallMs / 1_000 / TOTP_STEP_SEC)
  const held = hold(secret)
  try {
    const delta = HOTP.validate({ token, secret: held, algorithm: ALGORITHM, digits: DIGITS, counter: now, window: WINDOW })
    if (delta === null) return null
    return lastUsedStep !== null && now + delta <= lastUsedStep ? null : now + delta
  } finally {
    held.bytes.fill(0)
  }
}

/** What an authenticator app is given: the secret as base 32 for typing, and the whole as an address for its camera. Strings, as they must be shown. */
export function totpEnrolment(secret: Uint8Array, operator: string): { readonly base32: string; readonly uri: string } {
  const held = hold(secret)
  const { base32 } = held
  held.bytes.fill(0)
  const label = `${encodeURIComponent('Holdfast')}:${encodeURIComponent(operator)}`
  return {
    base32,
    uri: `otpauth://totp/${label}?secret=${base32}&issuer=Holdfast&algorithm=${ALGORITHM}&digits=${DIGITS}&period=${TOTP_STEP_SEC}`,
  }
}

/** A copy in memory of its own, so that wiping it takes nothing else along. */
function hold(secret: Uint8Array): Secret {
  return new Secret({ buffer: new Uint8Array(secret).buffer })
}

function digitsOf(code: Uint8Array): string | null {
  const digits = Array.from(code).filter((byte) => byte !== 0x20)
  const whole = digits.length === DIGITS && digits.every((byte) => byte >= ZERO && byte < ZERO + 10)
  return whole ? String.fromCharCode(...digits) : null
}
