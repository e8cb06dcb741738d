import { describeError, HoldfastError } from '../lib/errors'

/** Writes one line of detail for whoever looks after the app. What is thrown is reduced to its code and message; secrets never get this far. */
export function logFault(what: string, thrown: unknown): void {
  const code = thrown instanceof HoldfastError ? ` [${thrown.code}]` : ''
  const detail = thrown === null ? '' : `: ${describeError(thrown)}${code}`
  process.stderr.write(`${new Date().toISOString()} ${what}${detail}\n`)
}
