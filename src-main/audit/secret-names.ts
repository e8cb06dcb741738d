/** What a member's name says about its value. */
export type Sensitivity =
  /** Nothing. */
  | 'plain'
  /** The value is a secret. */
  | 'secret'
  /** The value is a secret, and so is a number: a PIN, a one-time code. */
  | 'secret-number'
  /** The value is a secret unless it looks like a coin. */
  | 'token'
  /** The value is a secret if it looks like 32 bytes of a key. */
  | 'key'

/** Names of members whose text is a secret wherever the word stands in the name: `dbPassword`, `PRIVATE_KEY`, `walletMnemonic`. */
const SECRET_WORDS =
  /password|passwd|passphrase|secret|privatekey|privkey|mnemonic|seedphrase|recoveryphrase|recoverywords|apikey|apitoken|accesstoken|refreshtoken|authtoken|bearertoken|sessiontoken|sessionkey|idtoken|csrftoken|signingkey|encryptionkey|databasekey|masterkey|keyshare|authorization|cookie|jwt/
/** Names that are secrets only as a whole or at the end: `pin` is one, `spinner` is not. */
const SECRET_NAMES = /^(?:pin|otp|totp|totpcode|pwd|seed|auth|xprv|wif|secretid)$|(?:totp|otpcode)$/
/** Last words of names that point at a secret and are none: a path in a vault, an identifier, a time. */
const REFERENCE_WORDS: ReadonlySet<string> = new Set(
  'name label reference ref path id ids arn uri version kind type source policy status fingerprint at on due until days'.split(' '),
)
/** In this trade a token is mostly a coin; what looks like one under such a name stays. */
const TOKEN_NAMES = /token$/
const COIN = /^(?:0x[0-9a-fA-F]{40}|[A-Za-z0-9][A-Za-z0-9.$₮-]{0,15})$/
/** Names under which 32 bytes of hexadecimal digits are a private key: `key`, `signerKey`, `share`. A public key is none. */
const KEY_NAMES = /(?:key|keys|priv|share|sk|entropy|seedhex|scalar)$/
const PUBLIC_NAMES = /public|pub(?:key)?$/
const HEX_KEY = /^(?:0x)?[0-9a-fA-F]{64}$/

const WHOLE_SECRET = /(?:^|[^a-z])(?:pin|otp|totp|password|passcode|secret)$/i

/** Judges a member by its name, however its words are joined. */
export function sensitivityOf(name: string): Sensitivity {
  const joined = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (SECRET_NAMES.test(joined) || (SECRET_WORDS.test(joined) && !REFERENCE_WORDS.has(lastWord(name)))) {
    return WHOLE_SECRET.test(name.replace(/([a-z])([A-Z])/g, '$1_$2')) ? 'secret-number' : 'secret'
  }
  if (SECRET_WORDS.test(joined)) return 'plain'
  if (TOKEN_NAMES.test(joined)) return 'token'
  if (KEY_NAMES.test(joined) && !PUBLIC_NAMES.test(joined)) return 'key'
  return 'plain'
}

/** Whether a text under a name of that kind is a secret. */
export function isSecretText(kind: Sensitivity, text: string): boolean {
  switch (kind) {
    case 'plain':
      return false
    case 'secret':
    case 'secret-number':
      return text !== ''
    case 'token':
      return !COIN.test(text)
    case 'key':
      return HEX_KEY.test(text)
  }
}

/** Of `secretName` and `SECRET_NAME`, `name`. */
function lastWord(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/)
  return (words.filter((word) => word !== '').at(-1) ?? '').toLowerCase()
}
