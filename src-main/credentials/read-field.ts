import { err, ok, type Result } from '../lib/result'

/** Nothing that a signer needs is longer. */
const MAX_SECRET_BYTES = 20_000

/** One text field of a JSON object as bytes; says which field was missing, never what was there. */
export function readField(json: unknown, field: string): Result<Buffer, string> {
  const value =
    typeof json === 'object' && json !== null && Object.hasOwn(json, field) ? (json as Record<string, unknown>)[field] : undefined
  if (typeof value !== 'string' || value === '') return err(`it has no text field ${field}`)
  return boundedSecret(value)
}

/** A secret's text as bytes, if it is of a sensible size. */
export function boundedSecret(text: string): Result<Buffer, string> {
  const bytes = Buffer.from(text, 'utf8')
  return bytes.length <= MAX_SECRET_BYTES ? ok(bytes) : err('it is too long')
}
