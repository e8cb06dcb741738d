import type { Clock } from '../lib/clock'
import type { SignerFailure, SignerHealth, SignerStatus } from './signer'

/** Remembers how a signer did: what it answered last, when it last succeeded, how long that took. */
export class HealthKeeper {
  private status: SignerStatus
  private detail = ''
  private lastSuccessMs: number | null = null
  private latencyMs: number | null = null

  /** `unavailable` until something was heard from it, unless said otherwise. */
  constructor(
    private readonly clock: Clock,
    initially: SignerStatus = 'unavailable',
    private readonly onChange: () => void = () => undefined,
  ) {
    this.status = initially
  }

  /** Steady time, to be handed back to {@link succeeded}. */
  started(): number {
    return this.clock.steadyMs()
  }

  /** It answered as it should. */
  succeeded(startedMs: number): void {
    this.lastSuccessMs = this.clock.wallMs()
    this.latencyMs = this.clock.steadyMs() - startedMs
    this.set('ready', '')
  }

  /** It did not; `locked` where unlocking would mend it. The code comes first: screens have a sentence for it. */
  failed({ code, detail }: SignerFailure, status: SignerStatus = 'unavailable'): void {
    this.set(status, detail === '' ? code : `${code}: ${detail}`)
  }

  /** Says where it stands without an answer, as after locking. */
  set(status: SignerStatus, detail: string): void {
    const changed = status !== this.status || detail !== this.detail
    this.status = status
    this.detail = detail
    if (changed) this.onChange()
  }

  health(locksAtMs: number | null = null): SignerHealth {
    return { status: this.status, lastSuccessMs: this.lastSuccessMs, latencyMs: this.latencyMs, locksAtMs, detail: this.detail }
  }
}
