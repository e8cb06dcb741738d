import type { SecretPurpose } from '../../../../src-preload/contract/signers'

/** What stands in the fields of a form, by their names; always text. */
export type FormValues = Readonly<Record<string, string>>

interface Field {
  readonly name: string
  readonly label: string
  /** What it is and where to find it. */
  readonly help: string
  /** Whether it belongs to the form as it stands; left out: always. */
  readonly when?: (values: FormValues) => boolean
  /** May be left empty. */
  readonly optional?: boolean
  /** Among what hardly anybody has to change. */
  readonly more?: boolean
}
/** One line of text. `check` says what is wrong with it, or null. */
export interface TextField extends Field {
  readonly type: 'text'
  readonly placeholder?: string
  readonly check: (value: string) => string | null
}
/** One of a few. */
export interface ChoiceField extends Field {
  readonly type: 'choice'
  readonly options: readonly { readonly value: string; readonly label: string }[]
}
/** A secret by reference. */
export interface SecretField extends Field {
  readonly type: 'secret'
  readonly purpose: SecretPurpose
  /** Only in the app's own store: what opens another store cannot lie in it. */
  readonly inAppOnly?: boolean
}
/** A certificate, pasted as text. */
export interface PemField extends Field {
  readonly type: 'pem'
}
/** A field of a form. */
export type ConfigField = TextField | ChoiceField | SecretField | PemField

const KEPT_REF = /^secret:[0-9a-f-]{36}$/
const OUTSIDE_REF = /^(?:vault:[\w.-]{1,100}\/[\w./-]{1,200}#[\w.-]{1,100}|aws-sm:[\w/:+=.@-]{1,300}(?:#[\w.-]{1,100})?)$/
const PEM = /^-----BEGIN [A-Z ]+-----\s[\s\S]+-----END [A-Z ]+-----$/
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/

/** What is wrong with a field as it stands; null when nothing is, or when it does not belong to the form. */
export function problemWith(field: ConfigField, values: FormValues): string | null {
  if (!isShown(field, values)) return null
  const value = valueOf(field, values)
  if (value === '') {
    if (field.optional === true) return null
    return field.type === 'secret' && field.inAppOnly === true ? EMPTY_IN_APP : EMPTY[field.type]
  }
  switch (field.type) {
    case 'text':
      return field.check(value)
    case 'choice':
      return field.options.some((option) => option.value === value) ? null : 'Choose one.'
    case 'secret':
      if (field.inAppOnly === true) return KEPT_REF.test(value) ? null : EMPTY_IN_APP
      return KEPT_REF.test(value) || isOutsideRef(value) ? null : NO_REF
    case 'pem':
      if (/PRIVATE KEY/.test(value)) return 'This is a private key. Paste the certificate here; the key goes into the private window.'
      return PEM.test(value) && value.length <= 20_000 ? null : 'Paste the whole text, from -----BEGIN to -----END.'
  }
}

const EMPTY: Readonly<Record<ConfigField['type'], string>> = {
  text: 'This is needed.',
  choice: 'Choose one.',
  secret: 'Type it in the private window, or say where it lies.',
  pem: 'Paste the certificate.',
}

const EMPTY_IN_APP = 'Type it in the private window.'
/** What is said of a text that names no secret. */
export const NO_REF = 'This is no reference. Write vault:<mount>/<path>#<field> or aws-sm:<name>#<field>.'

/** Whether a text names a secret in a store outside of the app. */
export function isOutsideRef(text: string): boolean {
  return OUTSIDE_REF.test(text)
}

/** Whether a field belongs to the form as it stands. */
export function isShown(field: ConfigField, values: FormValues): boolean {
  return field.when?.(values) ?? true
}

/** What counts of a field: without blanks around it. */
export function valueOf({ name }: Pick<Field, 'name'>, values: FormValues): string {
  return (values[name] ?? '').trim()
}

/** At most this long, and not more than one line. */
export function upTo(length: number): (value: string) => string | null {
  return (value) => (value.length <= length ? null : `At most ${length} characters.`)
}

/** Fits a pattern, or says so. */
export function fits(pattern: RegExp, otherwise: string): (value: string) => string | null {
  return (value) => (pattern.test(value) ? null : otherwise)
}

/** A whole number between two, or says so. */
export function between(least: number, most: number, unit: string): (value: string) => string | null {
  return (value) =>
    /^\d{1,6}(?:\.\d{1,3})?$/.test(value) && Number(value) >= least && Number(value) <= most ? null : `Between ${least} and ${most}${unit}.`
}

/** An address of a service that may be used: https, or plain http on this computer. */
export function checkUrl(value: string): string | null {
  let url: URL
  try {
    url = new URL(value)
  } catch {
    return 'Write the whole address, such as https://signer.example.org:9000.'
  }
  if (!/^https?:\/\/[^\s@]+$/.test(value) || value.length > 500) return 'Only https:// or http://, and no user name in it.'
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    return 'Use https://. Plain http:// is for a service on this computer alone.'
  return null
}
