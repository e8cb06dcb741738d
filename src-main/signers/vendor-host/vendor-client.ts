import type { Scheduler } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import { parseVendorAnswer, SIGNING_OPS, type VendorAnswer, type VendorHostPort, type VendorRequest } from './protocol'

/** A request without its number. */
export type Asked = Without<VendorRequest, 'id'>
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** What a host answers where nothing failed. */
export type Success = Extract<VendorAnswer, { ok: true }>

/**
 * Talks to one vendor host: numbers requests, matches answers, ignores late ones. A host that answers outside the protocol or not in time is killed. Never throws.
 * A request to sign that got no answer may have been signed (TIMEOUT, DISCONNECTED); any other certainly signed nothing (UNAVAILABLE).
 */
export class VendorClient {
  private readonly waiting = new Map<number, (outcome: Result<Success, SignerFailure>) => void>()
  private lastId = 0
  private ended = false
  private readonly endListeners: (() => void)[] = []
  /** Resolves when its process is gone, whatever it held with it. */
  readonly gone: Promise<void>

  constructor(
    private readonly port: VendorHostPort,
    private readonly scheduler: Scheduler,
  ) {
    port.onMessage((message) => {
      const answer = parseVendorAnswer(message)
      if (answer === null) this.end('BAD_ANSWER', 'the helper process answered outside its protocol')
      else this.waiting.get(answer.id)?.(answer.ok ? ok(answer) : err({ code: answer.code, detail: answer.detail }))
    })
    this.gone = new Promise((resolve) => {
      port.onExit(() => {
        this.end('DISCONNECTED', 'the helper process ended')
        resolve()
      })
    })
  }

  /** Whether it can be asked. */
  get alive(): boolean {
    return !this.ended
  }

  /** Called once when it has ended. */
  onEnd(listener: () => void): void {
    this.endListeners.push(listener)
  }

  /** Asks, and waits for the answer at most so long, ms; null leaves that to the signal. A time-out or an abort ends the host: what it does then is nobody's any more. */
  async ask(request: Asked, timeoutMs: number | null, signal: AbortSignal): Promise<Result<Success, SignerFailure>> {
    const signing = SIGNING_OPS.includes(request.op)
    if (this.ended) return err({ code: 'UNAVAILABLE', detail: 'the helper process has ended' })
    if (signal.aborted) return err({ code: signing ? 'TIMEOUT' : 'UNAVAILABLE', detail: 'given up before it was asked' })
    const id = ++this.lastId
    const answer = await new Promise<Result<Success, SignerFailure>>((resolve) => {
      const settle = (outcome: Result<Success, SignerFailure>): void => {
        this.waiting.delete(id)
        stop()
        signal.removeEventListener('abort', onAbort)
        resolve(outcome)
      }
      const onAbort = (): void => {
        this.end('TIMEOUT', 'given up by the caller')
      }
      const stop =
        timeoutMs === null
          ? () => undefined
          : this.scheduler.after(timeoutMs, () => {
              this.end('TIMEOUT', `no answer within ${timeoutMs} ms`)
            })
      signal.addEventListener('abort', onAbort, { once: true })
      this.waiting.set(id, settle)
      try {
        this.port.post({ ...request, id })
      } catch {
        this.end('DISCONNECTED', 'the helper process cannot be reached')
      }
    })
    if (answer.ok || signing) return answer
    const { code, detail } = answer.error
    return code === 'TIMEOUT' || code === 'DISCONNECTED' ? err({ code: 'UNAVAILABLE', detail }) : answer
  }

  /** Ends the host's process. */
  close(): void {
    this.end('DISCONNECTED', 'closed')
  }

  private end(code: SignerFailure['code'], detail: string): void {
    if (this.ended) return
    this.ended = true
    for (const settle of [...this.waiting.values()]) settle(err({ code, detail }))
    this.port.kill()
    for (const listener of this.endListeners) listener()
  }
}
