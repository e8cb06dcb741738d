import type { Cancel, Scheduler } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import { isFarewell, parseAnswer, type HostAnswer, type HostRequest, type KeyHostPort } from './host-protocol'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** A request that will get an answer, before it is numbered. */
export type Ask = Without<Exclude<HostRequest, { op: 'lock' }>, 'id'>
/** An answer that is not a refusal. */
export type HostSuccess = Extract<HostAnswer, { ok: true }>

/** How long a host that was told to lock may take to end before it is killed. */
const END_WITHIN_MS = 2_000

/**
 * Talks to one key host: numbers requests, matches answers, ignores late ones. A host that answers outside the protocol, or not in time, is
 * killed: nobody knows what it is then. Never throws.
 */
export class HostClient {
  private readonly port: KeyHostPort
  private readonly scheduler: Scheduler
  private readonly waiting = new Map<number, (outcome: Result<HostSuccess, SignerFailure>) => void>()
  private lastId = 0
  private killed: SignerFailure | null = null
  private farewell = false
  /** How the process ended; undefined while it runs. */
  private end: SignerFailure | null | undefined
  private readonly endListeners = new Set<(failure: SignerFailure | null) => void>()

  constructor(port: KeyHostPort, scheduler: Scheduler) {
    this.port = port
    this.scheduler = scheduler
    port.onMessage((message) => {
      this.receive(message)
    })
    port.onExit((code) => {
      this.ended(code)
    })
  }

  /** Whether it can be asked: it runs, and has neither been killed nor said farewell, as far as is known here. */
  get usable(): boolean {
    return this.killed === null && !this.farewell && this.end === undefined
  }

  /** Called once the host's process has ended (at once if it has already): null when it locked itself as intended, else what went wrong. */
  onEnd(listener: (failure: SignerFailure | null) => void): void {
    if (this.end === undefined) this.endListeners.add(listener)
    else listener(this.end)
  }

  /** Asks, and waits for the answer. An abort only stops the waiting; a time-out kills the host. */
  async ask(request: Ask, timeoutMs: number, signal?: AbortSignal): Promise<Result<HostSuccess, SignerFailure>> {
    if (!this.usable) return err(this.killed ?? this.end ?? locked())
    if (signal?.aborted === true) return err({ code: 'TIMEOUT', detail: 'given up by the caller' })
    const id = ++this.lastId
    return new Promise((resolve) => {
      const settle = (outcome: Result<HostSuccess, SignerFailure>) => {
        this.waiting.delete(id)
        stopTimer()
        signal?.removeEventListener('abort', onAbort)
        resolve(outcome)
      }
      const onAbort = () => {
        settle(err({ code: 'TIMEOUT', detail: 'given up by the caller' }))
      }
      const stopTimer: Cancel = this.scheduler.after(timeoutMs, () => {
        settle(err({ code: 'TIMEOUT', detail: `the key process did not answer within ${timeoutMs} ms` }))
        this.kill({ code: 'UNAVAILABLE', detail: 'the key process did not answer in time and was ended' })
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      this.waiting.set(id, settle)
      try {
        this.port.post({ ...request, id })
      } catch {
        this.kill({ code: 'UNAVAILABLE', detail: 'the key process cannot be reached' })
      }
    })
  }

  /** Tells the host to forget and end; resolves when its process is gone, killed if need be. */
  async lock(): Promise<void> {
    if (this.end !== undefined) return
    await new Promise<void>((resolve) => {
      this.killAfter(END_WITHIN_MS, resolve)
      this.onEnd(() => {
        resolve()
      })
      try {
        this.port.post({ op: 'lock', id: ++this.lastId })
      } catch {
        this.port.kill()
      }
    })
  }

  private receive(message: unknown): void {
    if (isFarewell(message)) {
      this.farewell = true
      this.killAfter(END_WITHIN_MS)
      return
    }
    const answer = parseAnswer(message)
    if (answer === null) {
      this.kill({ code: 'BAD_ANSWER', detail: 'the key process answered outside its protocol and was ended' })
      return
    }
    this.waiting.get(answer.id)?.(answer.ok ? ok(answer) : err(failureOf(answer)))
  }

  private killAfter(ms: number, killed?: () => void): void {
    const stopTimer = this.scheduler.after(ms, () => {
      this.kill({ code: 'UNAVAILABLE', detail: 'the key process did not end and was killed' })
      killed?.()
    })
    this.onEnd(stopTimer)
  }

  private kill(failure: SignerFailure): void {
    this.killed ??= failure
    this.settleAll(this.killed)
    this.port.kill()
  }

  private ended(code: number | null): void {
    if (this.end !== undefined) return
    this.end = this.killed ?? (this.farewell ? null : crashed(code))
    this.settleAll(this.end ?? locked())
    for (const listener of this.endListeners) listener(this.end)
  }

  private settleAll(failure: SignerFailure): void {
    for (const settle of [...this.waiting.values()]) settle(err(failure))
  }
}

function locked(): SignerFailure {
  return { code: 'LOCKED', detail: 'the key process has ended' }
}

function crashed(code: number | null): SignerFailure {
  return {
    code: 'UNAVAILABLE',
    detail: code === null ? 'the key process was killed' : `the key process ended unexpectedly (exit code ${code})`,
  }
}

function failureOf(answer: Extract<HostAnswer, { ok: false }>): SignerFailure {
  switch (answer.code) {
    case 'LOCKED':
    case 'WRONG_PASSWORD':
    case 'CORRUPT_KEYSTORE':
      return { code: answer.code, detail: answer.detail }
    case 'BAD_REQUEST':
      return { code: 'BAD_ANSWER', detail: `the key process refused the request: ${answer.detail}` }
    case 'FAILED':
      return { code: 'UNAVAILABLE', detail: `the key process failed: ${answer.detail}` }
  }
}
