import { canonicalJson } from '../lib/json'
import { readOwnFile, replaceOwnFile } from '../lib/own-file'

/** Failures in a row that cost nothing; people mistype. */
export const FREE_ATTEMPTS = 3
/** The longest wait there is, ms: nobody is ever locked out for good. */
export const MAX_WAIT_MS = 15 * 60_000
const FIRST_WAIT_MS = 1_000
/** What a file that cannot be read counts as: about a minute. */
const FAILURES_WHEN_UNREADABLE = 9
const MAX_BYTES = 256
const SHAPE = /^\{"failures":(\d{1,9}),"uptimeMs":(\d{1,15}),"v":1\}$/

/**
 * Limits attempts by a growing wait that survives a restart. Time is the machine's uptime, which no clock setting moves: since a failure `then`, at
 * least `now − then` has passed, or, when the machine was started again in between, at least `now`. So a jump of the calendar never shortens a wait.
 */
export class Attempts {
  readonly #path: string
  readonly #uptimeMs: () => number
  #failures: number
  #lastMs: number

  constructor(path: string, uptimeMs: () => number) {
    this.#path = path
    this.#uptimeMs = uptimeMs
    const file = readOwnFile(path, MAX_BYTES)
    const match = file.kind === 'present' ? SHAPE.exec(file.bytes.toString('latin1')) : null
    this.#failures = match === null ? (file.kind === 'absent' ? 0 : FAILURES_WHEN_UNREADABLE) : Number(match[1])
    this.#lastMs = match === null ? Math.floor(uptimeMs()) : Number(match[2])
    this.#noticeRestart()
  }

  /** Attempts that failed in a row. */
  get failures(): number {
    return this.#failures
  }

  /** How long the next attempt has to wait, ms; 0 when it may be made. */
  waitMs(): number {
    if (this.#failures < FREE_ATTEMPTS) return 0
    const wholeMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - FREE_ATTEMPTS))
    return Math.max(0, Math.ceil(wholeMs - (this.#uptimeMs() - this.#lastMs)))
  }

  /** Counts an attempt as failed, before it is judged: ending the process in between does not make it free. */
  count(): void {
    this.#failures += 1
    this.#lastMs = Math.floor(this.#uptimeMs())
    this.#save()
  }

  /** The attempt was right: start over. */
  clear(): void {
    this.#failures = 0
    this.#save()
  }

  /** A machine that was started since the last failure counts from its start; written down, since its uptime will pass that failure's one day. */
  #noticeRestart(): void {
    if (this.#uptimeMs() >= this.#lastMs) return
    this.#lastMs = 0
    this.#save()
  }

  #save(): void {
    try {
      replaceOwnFile(this.#path, Buffer.from(canonicalJson({ v: 1, failures: this.#failures, uptimeMs: this.#lastMs }), 'utf8'))
    } catch {
      // A full disk must not keep people from recovering; within this process the count holds all the same.
    }
  }
}
