/** The base of every error that we throw on purpose: a closed code for programs, detail for the log, no secret in either. */
export class HoldfastError<Code extends string = string> extends Error {
  readonly code: Code
  /** Facts for the log; never secrets. */
  readonly detail: Readonly<Record<string, unknown>>

  constructor(code: Code, message: string, detail: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'HoldfastError'
    this.code = code
    this.detail = detail
  }
}

/** One line that names what went wrong, from anything that can be thrown. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  return typeof thrown === 'string' ? thrown : 'unknown error'
}
