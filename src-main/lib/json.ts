import { Decimal } from './decimal'

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** `T` as it crosses a process or is stored: bigint and decimals become decimal strings, undefined members vanish. */
export type Json<T> = T extends bigint | Decimal
  ? string
  : T extends string | number | boolean | null
    ? T
    : T extends readonly (infer U)[]
      ? readonly Json<U>[]
      : T extends object
        ? { readonly [K in keyof T]: Json<T[K]> }
        : T

/** Turns a plain value with bigints and decimals into its JSON form. Throws on what has no JSON form (NaN, functions, class instances). */
export function toJson<T>(value: T): Json<T> {
  return convert(value) as Json<T>
}

function convert(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || value === undefined) return value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number that is not finite has no JSON form')
    return value
  }
  if (Decimal.isDecimal(value)) return decimalText(value)
  if (Array.isArray(value)) return value.map(convert)
  if (typeof value === 'object' && isPlain(value)) {
    const converted: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      const member = (value as Readonly<Record<string, unknown>>)[key]
      if (member === undefined) continue
      // A member of this name would be taken for the prototype.
      if (key === '__proto__')
        Object.defineProperty(converted, key, { value: convert(member), enumerable: true, writable: true, configurable: true })
      else converted[key] = convert(member)
    }
    return converted
  }
  throw new TypeError(`a ${typeof value} has no JSON form`)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function decimalText(value: Decimal): string {
  if (!value.isFinite()) throw new TypeError('a decimal that is not finite has no JSON form')
  return value.toFixed()
}

/** The one text of a JSON value: keys sorted, no blanks. What is hashed and what is stored are the same bytes. Throws as {@link toJson} does. */
export function canonicalJson(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'object') return JSON.stringify(convert(value))
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isPlain(value)) return JSON.stringify(convert(value))
  let text = '{'
  for (const key of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    if (member === undefined) continue
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `${text}}`
}
