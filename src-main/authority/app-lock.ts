import type { Role } from '../domain/authority'
import type { Cancel, Clock, Scheduler } from '../lib/clock'
import type { Operators } from './operators'
import type { RecoveryKeys } from './recovery-keys'

/** Who acts in this app while nobody is named. */
export const OPERATOR = 'operator'

/** Who unlocked the app. `unnamed`: it was opened before anybody was named, and has not been locked since. */
export type Session =
  { readonly kind: 'unnamed' } | { readonly kind: 'operator'; readonly id: string } | { readonly kind: 'recovery-key'; readonly id: string }

/** Why the app was locked. */
export type LockReason = 'asked' | 'no-input' | 'session-ended' | 'system-locked'

/** Who is at the app now. */
export interface Presence {
  readonly locked: boolean
  /** The name for every record. */
  readonly actor: string
  readonly role: Role
}

/** What the lock is made of. */
export interface AppLockOptions {
  readonly operators: Operators
  readonly recoveryKeys: Pick<RecoveryKeys, 'counts'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** It was locked; never called when nothing changed. */
  readonly onLocked: (reason: LockReason, actor: string) => void
}

/** Nobody acts while it is locked; a halt from local hands is recorded under the app's own name. */
const LOCKED: Presence = { locked: true, actor: OPERATOR, role: 'viewer' }

/**
 * The app lock (product row P7). Without operators there is none. With operators it starts locked, and locks itself after a time without input, on
 * demand, and when whoever unlocked it no longer counts. Anything it cannot tell is locked. Time without input is counted by the clock that shows more, so
 * that a machine that slept is locked.
 */
export class AppLock {
  readonly #options: AppLockOptions
  #session: Session | null = null
  #lastInput: { readonly wallMs: number; readonly steadyMs: number }
  #cancel: Cancel | null = null

  constructor(options: AppLockOptions) {
    this.#options = options
    this.#lastInput = this.#now()
  }

  /** Called once what vouches for the operators is known. */
  begin(): void {
    if (this.#options.operators.people() === 'none') this.#session = { kind: 'unnamed' }
    this.#watch()
  }

  /** Who is here now. A time that ran out counts at once, whether or not the timer has. */
  presence(): Presence {
    const { operators, recoveryKeys } = this.#options
    const people = operators.people()
    if (people === 'none') return { locked: false, actor: OPERATOR, role: 'admin' }
    if (this.#session !== null && this.#idleMs() >= this.#limitMs()) this.lock('no-input')
    switch (this.#session?.kind) {
      case undefined:
        return LOCKED
      case 'unnamed':
        // What was opened before the first person was named goes on; a file that cannot be believed does not.
        return people === 'some' ? { locked: false, actor: OPERATOR, role: 'admin' } : LOCKED
      case 'recovery-key':
        if (recoveryKeys.counts(this.#session.id)) return { locked: false, actor: this.#nameOf(this.#session), role: 'admin' }
        this.lock('session-ended')
        return LOCKED
      case 'operator': {
        const operator = operators.active(this.#session.id)
        if (operator !== null) return { locked: false, actor: operator.name, role: operator.role }
        this.lock('session-ended')
        return LOCKED
      }
    }
  }

  /** Somebody proved who they are. */
  unlock(session: Session): void {
    this.#session = session
    this.#lastInput = this.#now()
    this.#watch()
  }

  /** Locks; nothing where there are no operators, or where it is locked already. */
  lock(reason: LockReason): void {
    const { operators, onLocked } = this.#options
    if (this.#session === null || operators.people() === 'none') return
    const actor = this.#nameOf(this.#session)
    this.#session = null
    this.#cancel?.()
    this.#cancel = null
    onLocked(reason, actor)
  }

  /** A person used keyboard or mouse in a window of ours. */
  noteInput(): void {
    // Too late is too late: the input that finds the time run out does not save it.
    if (this.#session !== null && this.#options.operators.people() !== 'none' && this.#idleMs() >= this.#limitMs()) return
    this.#lastInput = this.#now()
    if (this.#cancel === null) this.#watch()
  }

  /** What the lock goes by has changed: the first person was named, or the time is another. */
  reconsider(): void {
    this.#watch()
  }

  /** Stops watching. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #nameOf(session: Session): string {
    switch (session.kind) {
      case 'unnamed':
        return OPERATOR
      case 'recovery-key':
        return `recovery key ${session.id}`
      case 'operator':
        return this.#options.operators.body()?.operators.find(({ id }) => id === session.id)?.name ?? OPERATOR
    }
  }

  /** Looks again when the time would be up, and no sooner. */
  #watch(): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#session === null || this.#options.operators.people() === 'none') return
    const limitMs = this.#limitMs()
    const leftMs = Number.isFinite(limitMs) ? Math.max(1, limitMs - this.#idleMs()) : LOOK_EVERY_MS
    this.#cancel = this.#options.scheduler.after(Math.min(leftMs, LOOK_EVERY_MS), () => {
      this.#cancel = null
      if (!this.presence().locked) this.#watch()
    })
  }

  #limitMs(): number {
    const minutes = this.#options.operators.body()?.lockAfterMinutes ?? null
    return minutes === null ? Number.POSITIVE_INFINITY : minutes * 60_000
  }

  #idleMs(): number {
    const { wallMs, steadyMs } = this.#now()
    return Math.max(wallMs - this.#lastInput.wallMs, steadyMs - this.#lastInput.steadyMs)
  }

  #now(): { readonly wallMs: number; readonly steadyMs: number } {
    const { clock } = this.#options
    return { wallMs: clock.wallMs(), steadyMs: clock.steadyMs() }
  }
}

/** The setting may change, and somebody's time run out, while nobody touches anything, ms. */
const LOOK_EVERY_MS = 15_000
