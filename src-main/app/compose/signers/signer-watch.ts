import type { AuditAppender } from '../../../domain/audit-event'
import { sameAddress } from '../../../domain/evm'
import type { Cancel, Scheduler } from '../../../lib/clock'
import { describeError } from '../../../lib/errors'
import type { SignerStatus } from '../../../signers/signer'
import type { SignerEntry, SignerService } from './signer-service'

/** The first look comes a moment after the start, which it must not slow down, ms. */
export const FIRST_LOOK_MS = 3_000
/** How long after one round the next begins, ms. */
export const LOOK_EVERY_MS = 60_000
/** How long one look may take before it is given up, ms. */
export const LOOK_MS = 10_000

const LEADING_CODE = /^([A-Z][A-Z_]+)(?=:|$)/

/** What the watch looks at, and whom it tells. */
export interface SignerWatchParts {
  readonly signers: Pick<SignerService, 'list' | 'get' | 'check'>
  readonly audit: AuditAppender
  readonly breakers: { record(id: 'signer', outcome: 'success' | 'failure', detail?: { readonly why: string }): void }
  readonly scheduler: Scheduler
  readonly onChange: () => void
  readonly onFault: (what: string, thrown: unknown) => void
}

/** What is remembered of a signer from look to look, in this run. */
interface Memory {
  readonly status: SignerStatus
  /** It has been seen ready since the app started. */
  readonly wasReady: boolean
  /** The breaker heard of its present absence from here. */
  readonly counted: boolean
}

/**
 * Looks at the health of every signer in the background (product row X1), one after another. A signer that turned unavailable or came back is on record, and an
 * address that nothing can sign for any more by itself feeds the signer breaker: once an absence, and once a round however many are gone, so that a cable that
 * was pulled for a minute is one failure and not one of each signer.
 */
export class SignerWatch {
  readonly #parts: SignerWatchParts
  readonly #memory = new Map<string, Memory>()
  /** Looks that did not come to their end in time: no second one is begun beside them. */
  readonly #lost = new Set<string>()
  #cancel: Cancel = () => undefined
  #abort: AbortController | null = null
  #stopped = false

  constructor(parts: SignerWatchParts) {
    this.#parts = parts
  }

  /** Begins to look. */
  start(): void {
    this.#next(FIRST_LOOK_MS)
  }

  /** Stops for good; what is under way is given up. */
  stop(): void {
    this.#stopped = true
    this.#cancel()
    this.#abort?.abort()
  }

  #next(inMs: number): void {
    if (this.#stopped) return
    this.#cancel = this.#parts.scheduler.after(inMs, () => {
      this.#round()
        .catch((thrown: unknown) => {
          this.#parts.onFault('looking at the signers', thrown)
        })
        .finally(() => this.#next(LOOK_EVERY_MS))
    })
  }

  async #round(): Promise<void> {
    const { signers, breakers, onChange } = this.#parts
    const gone: string[] = []
    for (const { id } of signers.list()) {
      // Asked again: it may have been taken out while another one was looked at.
      const before = signers.get(id)
      if (before === null) continue
      if (this.#stopped) return
      await this.#look(id)
      const after = signers.get(id)
      if (after !== null && this.#judge(before, after)) gone.push(after.label)
    }
    if (gone.length > 0) breakers.record('signer', 'failure', { why: `not available: ${gone.join(', ')}` })
    for (const id of this.#memory.keys()) if (signers.get(id) === null) this.#memory.delete(id)
    if (!this.#stopped) onChange()
  }

  /** One look, for as long as it may take. */
  async #look(id: string): Promise<void> {
    if (this.#lost.has(id)) return
    const { signers, scheduler, onFault } = this.#parts
    const abort = new AbortController()
    this.#abort = abort
    let over: () => void = () => undefined
    const late = new Promise<void>((resolve) => {
      over = resolve
    })
    abort.signal.addEventListener('abort', over)
    const stop = scheduler.after(LOOK_MS, () => {
      abort.abort()
    })
    this.#lost.add(id)
    const looked = signers
      .check(id, abort.signal)
      .then(() => undefined)
      .catch((thrown: unknown) => {
        if (!abort.signal.aborted) onFault(`looking at signer ${id}`, describeError(thrown))
      })
      .finally(() => this.#lost.delete(id))
    try {
      await Promise.race([looked, late])
    } finally {
      stop()
      this.#abort = null
    }
  }

  /** Remembers what a look has shown; whether the breaker must hear of a failure. */
  #judge(before: SignerEntry, after: SignerEntry): boolean {
    const memory = this.#memory.get(after.id) ?? {
      status: before.health.status,
      wasReady: before.health.status === 'ready',
      counted: false,
    }
    const { status } = after.health
    const wasReady = memory.wasReady || before.health.status === 'ready' || status === 'ready'
    const gone = status === 'unavailable' && memory.status !== 'unavailable' && wasReady
    const back = status !== 'unavailable' && memory.status === 'unavailable' && memory.wasReady
    if (gone || back) this.#record(after, memory.status)
    // A signature that failed has fed the breaker itself: what counts here is only what the look found out.
    const fails = gone && before.health.status !== 'unavailable' && !after.attended && !this.#anotherIsReady(after)
    if (back && memory.counted) this.#parts.breakers.record('signer', 'success')
    this.#memory.set(after.id, { status, wasReady, counted: fails || (memory.counted && status === 'unavailable') })
    return fails
  }

  #anotherIsReady({ id, address }: SignerEntry): boolean {
    return this.#parts.signers
      .list()
      .some((other) => other.id !== id && other.health.status === 'ready' && sameAddress(other.address, address))
  }

  #record({ id, label, attended, health }: SignerEntry, from: SignerStatus): void {
    const gone = health.status === 'unavailable'
    const [, code = ''] = LEADING_CODE.exec(health.detail) ?? []
    const data = { signer: label, from, to: health.status, code, why: health.detail.slice(0, 300), attended: String(attended) }
    const severity = gone && !attended ? 'high' : 'info'
    try {
      this.#parts.audit.append({ category: 'KEY_OPERATION', severity, type: 'SignerHealthChanged', actor: 'system', subject: id, data })
    } catch (thrown) {
      // The breaker must hear of it all the same.
      this.#parts.onFault(`recording the health of signer ${id}`, thrown)
    }
  }
}
