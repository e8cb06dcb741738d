import { canonicalJson, type JsonObject } from '../lib/json'
import { isSecretText, type Sensitivity, sensitivityOf } from './secret-names'

/** What stands in the log in place of a secret. */
export const REDACTED = '[redacted]'
const REDACTED_TEXT = JSON.stringify(REDACTED)

/** A member's name as JSON writes it, and what it says about the value. */
interface MemberName {
  readonly quoted: string
  readonly kind: Sensitivity
}

/** Names repeat from fact to fact; there are few of them, and a flood of odd ones is forgotten again. */
const MAX_REMEMBERED_NAMES = 5_000
const remembered = new Map<string, MemberName>()

function memberName(name: string): MemberName {
  const known = remembered.get(name)
  if (known !== undefined) return known
  const found = { quoted: `${JSON.stringify(name)}:`, kind: sensitivityOf(name) }
  if (remembered.size >= MAX_REMEMBERED_NAMES) remembered.clear()
  remembered.set(name, found)
  return found
}

/**
 * The canonical JSON (as `canonicalJson` writes it) of a fact's data without its secrets: by the name of the member, and where a text
 * plainly is one (a private key in PEM form, credentials in an address, a bearer header). Hashes, addresses and coins stay.
 *
 * This is a net under the callers, who must not put secrets here in the first place.
 */
export function redactedJson(data: unknown, clean: Clean = redactText): string {
  return valueText(data, 'plain', clean)
}

/** The same as values. */
export function redact(data: JsonObject): JsonObject {
  return JSON.parse(redactedJson(data)) as JsonObject
}

/** What is done to a text that no name gives away. */
export type Clean = (text: string) => string

function valueText(value: unknown, kind: Sensitivity, clean: Clean): string {
  if (typeof value === 'string') return kind !== 'plain' && isSecretText(kind, value) ? REDACTED_TEXT : JSON.stringify(clean(value))
  // Whether a password is set, and how many there are, is no secret.
  if (typeof value === 'boolean' || value === null) return String(value)
  if (typeof value === 'object') {
    if (kind === 'secret' || kind === 'secret-number') return REDACTED_TEXT
    if (Array.isArray(value)) return listText(value, kind, clean)
    if (isPlain(value)) return objectText(value, clean)
  }
  // What is no plain JSON is converted, or refused, where that is defined for the whole app.
  const isSecret = kind === 'secret-number' || (kind === 'secret' && typeof value !== 'number')
  return isSecret ? REDACTED_TEXT : canonicalJson(value)
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The items stand under the name of the list: the members of `keys` are keys. */
function listText(items: readonly unknown[], kind: Sensitivity, clean: Clean): string {
  let text = '['
  for (let index = 0; index < items.length; index++) text += (index === 0 ? '' : ',') + valueText(items[index], kind, clean)
  return `${text}]`
}

function objectText(members: Readonly<Record<string, unknown>>, clean: Clean): string {
  let text = '{'
  for (const name of inOrder(Object.keys(members))) {
    const member = members[name]
    if (member === undefined) continue
    const { quoted, kind } = memberName(name)
    text += (text.length === 1 ? '' : ',') + quoted + valueText(member, kind, clean)
  }
  return `${text}}`
}

/** Few names are sorted sooner by hand than by the general means. */
const FEW_NAMES = 16

/** Names in the order of canonical JSON: by their UTF-16 units. Sorts in place. */
function inOrder(names: string[]): string[] {
  if (names.length > FEW_NAMES) return names.sort()
  for (let index = 1; index < names.length; index++) {
    const name = names[index] ?? ''
    let place = index
    for (; place > 0 && (names[place - 1] ?? '') > name; place--) names[place] = names[place - 1] ?? ''
    names[place] = name
  }
  return names
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

/** Whether a text, or any of the texts that it was put together from, has to be looked at more closely. */
export function mayHoldSecret(text: string): boolean {
  return SUSPICIOUS.test(text)
}

/** Takes out of a text what plainly is a secret. */
export function redactText(text: string): string {
  if (!mayHoldSecret(text)) return text
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
