import type { JsonObject, JsonValue } from '../lib/json'

/** What stands in the log in place of a secret. */
export const REDACTED = '[redacted]'

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

type Sensitivity = 'plain' | 'secret' | 'token' | 'key'

/** Names repeat from fact to fact; there are few of them, and a flood of odd ones is forgotten again. */
const MAX_REMEMBERED_NAMES = 5_000
const remembered = new Map<string, Sensitivity>()

function sensitivity(name: string): Sensitivity {
  const known = remembered.get(name)
  if (known !== undefined) return known
  const found = judge(name.toLowerCase().replace(/[^a-z0-9]/g, ''), lastWord(name))
  if (remembered.size >= MAX_REMEMBERED_NAMES) remembered.clear()
  remembered.set(name, found)
  return found
}

/** Of `secretName` and `SECRET_NAME`, `name`. */
function lastWord(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/)
  return (words.filter((word) => word !== '').at(-1) ?? '').toLowerCase()
}

function judge(name: string, last: string): Sensitivity {
  if (SECRET_NAMES.test(name)) return 'secret'
  if (SECRET_WORDS.test(name)) return REFERENCE_WORDS.has(last) ? 'plain' : 'secret'
  if (TOKEN_NAMES.test(name)) return 'token'
  if (KEY_NAMES.test(name) && !PUBLIC_NAMES.test(name)) return 'key'
  return 'plain'
}

/**
 * Takes secrets out of a fact's data before it is written: by the name of the member, and where a text plainly is one (a private key in
 * PEM form, credentials in an address, a bearer header). Hashes, addresses and coins stay. What needs no change is returned as it is.
 *
 * This is a net under the callers, who must not put secrets here in the first place.
 */
export function redact(data: JsonObject): JsonObject {
  return redactObject(data)
}

function redactObject(data: JsonObject): JsonObject {
  let copy: Record<string, JsonValue> | null = null
  for (const name of Object.keys(data)) {
    const value = data[name]
    if (value === undefined) continue
    const clean = redactMember(name, value)
    if (clean === value) continue
    copy ??= { ...data }
    copy[name] = clean
  }
  return copy ?? data
}

function redactMember(name: string, value: JsonValue): JsonValue {
  // Whether a password is set, and how many there are, is no secret; a number that is itself the secret (a PIN) is.
  if (value === null || typeof value === 'boolean') return value
  const kind = sensitivity(name)
  if (typeof value === 'number') return kind === 'secret' && isWholeSecretName(name) ? REDACTED : value
  if (kind === 'secret') return value === '' ? value : REDACTED
  if (typeof value === 'string') {
    if (kind === 'token' && !COIN.test(value)) return REDACTED
    if (kind === 'key' && HEX_KEY.test(value)) return REDACTED
    return redactText(value)
  }
  return Array.isArray(value) ? redactArray(name, value as readonly JsonValue[]) : redactValue(value)
}

function redactArray(name: string, items: readonly JsonValue[]): readonly JsonValue[] {
  // Each under the name of the list: the members of `keys` are keys.
  let copy: JsonValue[] | null = null
  for (const [index, item] of items.entries()) {
    const clean = typeof item === 'string' ? redactMember(name, item) : redactValue(item)
    if (clean === item) continue
    copy ??= [...items]
    copy[index] = clean
  }
  return copy ?? items
}

function redactValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return redactText(value)
  if (value === null || typeof value !== 'object') return value
  return Array.isArray(value) ? redactArray('', value as readonly JsonValue[]) : redactObject(value as JsonObject)
}

function isWholeSecretName(name: string): boolean {
  return /(?:^|[^a-z])(?:pin|otp|totp|password|passcode|secret)$/i.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'))
}

/** What costs little to look for, and stands in every text that holds one of the patterns below. */
const SUSPICIOUS = /:\/\/|-----BEGIN|eyJ|bearer|basic|=/i

// Every pattern begins where the one before it cannot have begun, so that no text, however odd, takes more than one pass.
const TEXT_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, REDACTED],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, REDACTED],
  [/(?<!\w)(bearer|authorization: basic)\s{1,4}[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/((?:[?&\s]|^)(?:api[-_]?key|key|token|access[-_]?token|secret|password|auth|signature)=)[^&\s"']+/gi, `$1${REDACTED}`],
]

/** Where an address goes to, with all that follows up to a blank or a quote. */
const ADDRESS = /:\/\/[^\s"'<>]+/g

/** RPC providers put their key into the path; a transaction hash or a contract in the path is none. */
const KEY_SEGMENT = /^(?!0x)(?=.*\d)[\w:-]{24,}$/
const LONGEST_KEY_SEGMENT = 256

/** Takes out of a text what plainly is a secret. */
export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text
  return TEXT_PATTERNS.reduce(
    (cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement),
    text.replace(ADDRESS, redactAddress),
  )
}

/** Credentials in an address: user and password before the host, or a long path segment. */
function redactAddress(address: string): string {
  const [place = '', ...query] = address.slice('://'.length).split(/(?=[?#])/)
  const [host = '', ...path] = place.split('/')
  const at = host.lastIndexOf('@')
  const segments = path.map((segment) => (segment.length <= LONGEST_KEY_SEGMENT && KEY_SEGMENT.test(segment) ? REDACTED : segment))
  return `://${[at < 0 ? host : REDACTED + host.slice(at), ...segments].join('/')}${query.join('')}`
}
