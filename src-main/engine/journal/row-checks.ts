import { decimal } from '../../lib/decimal'

/** Whether a value that was parsed from JSON has a shape. By hand, because a start reads every order of the day: a schema takes ten times as long. */
export type Check = (value: unknown) => boolean

/** A text, whatever it says. */
export const text: Check = (value) => typeof value === 'string'

/** What nearly every figure looks like; it needs no arithmetic to be seen as finite. */
const PLAIN = /^-?\d{1,100}(?:\.\d{1,100})?$/

/** Whatever our own decimals can be: a figure of a chain has sixty digits, more than anybody may type. */
export const figure: Check = (value) => {
  if (typeof value !== 'string') return false
  if (PLAIN.test(value)) return true
  try {
    return decimal(value).isFinite()
  } catch {
    return false
  }
}

/** Null, or of this shape. */
export function orNull(check: Check): Check {
  return (value) => value === null || check(value)
}

/** A list, and every member of this shape. */
export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check)
}

/** An object with at least these members. */
export function shape(members: Readonly<Record<string, Check>>): Check {
  const wanted = Object.entries(members)
  return (value) => {
    if (!isObject(value)) return false
    for (const [name, check] of wanted) if (!check(value[name])) return false
    return true
  }
}

/** An object, whatever its members are called, and every one a text. */
export const texts: Check = (value) => {
  if (!isObject(value)) return false
  for (const name of Object.keys(value)) if (typeof value[name] !== 'string') return false
  return true
}

/** The value of a JSON text that has this shape, as it was parsed: nothing is taken out or put in. Undefined where it has not. */
export function parseChecked(json: string, check: Check): unknown {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  return check(value) ? value : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
