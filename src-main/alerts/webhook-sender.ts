import { ALERT_SEVERITIES } from '../domain/alert'
import type { Clock, Scheduler } from '../lib/clock'
import type { Random } from '../lib/random'
import type { AlertRecord } from './record'
import { backOffMs } from './back-off'
import { signBody } from './signature'
import type { Post, PostFailure, PostOutcome } from './webhook-post'

/** So many failures in a row, and the way counts as lost. */
export const LOST_AFTER_FAILURES = 3
/** An alert that could not be delivered for this long is given up: the alert centre still has it, ms. */
export const GIVE_UP_AFTER_MS = 24 * 60 * 60_000
/** How many may wait. */
export const MOST_WAITING = 200

/** Where messages go, and what they are signed with: the newest secret first. */
export interface WebhookTarget {
  readonly url: URL
  readonly secrets: readonly Uint8Array[]
}

/** How the webhook fares. */
export interface WebhookHealth {
  readonly state: 'untried' | 'working' | 'retrying' | 'lost'
  /** Wall time, ms. */
  readonly lastTakenMs: number | null
  readonly lastFailure: { readonly why: PostFailure; readonly detail: string; readonly atMs: number } | null
  /** Wall time of the next attempt, ms; null while none is planned. */
  readonly nextTryMs: number | null
}

/** What the sender works with. */
export interface WebhookSenderParts {
  readonly environment: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly post: Post
  readonly target: () => WebhookTarget | null
  /** The alerts that are to be sent, the next one first. */
  readonly due: () => readonly AlertRecord[]
  readonly onDelivery: (id: string, delivery: 'due' | 'sent' | 'dropped', attempts: number) => void
  readonly onHealth: (health: WebhookHealth) => void
  /** Once when the way is lost; again only after it worked in between. */
  readonly onLost: (why: PostFailure, detail: string) => void
  readonly onRestored: () => void
}

/** Nothing was sent yet. */
export const UNTRIED: WebhookHealth = { state: 'untried', lastTakenMs: null, lastFailure: null, nextTryMs: null }

/**
 * Sends what is due, one message at a time, and waits longer after each failure. Everything happens in turns of the event loop of its own: nobody who raises
 * an alert ever waits for a receiver. What was sent without an answer is sent again, so a receiver may hear of an alert twice, by the same id.
 */
export class WebhookSender {
  #health = UNTRIED
  #failures = 0
  #sending = false
  #stopped = false
  #cancelWait: (() => void) | null = null

  constructor(private readonly parts: WebhookSenderParts) {}

  /** How the webhook fares now. */
  get health(): WebhookHealth {
    return this.#health
  }

  /** Something is due. A wait that is under way is kept: a flood of alerts must not become a flood of attempts. */
  wake(): void {
    if (this.#stopped || this.#sending || this.#cancelWait !== null) return
    this.#cancelWait = this.parts.scheduler.after(0, () => {
      this.#cancelWait = null
      void this.#turn()
    })
  }

  /** The address or the secret changed: what failed before says nothing any more. */
  reset(): void {
    this.#cancelWait?.()
    this.#cancelWait = null
    this.#failures = 0
    this.#tell(UNTRIED)
    this.wake()
  }

  /** A last message to an address that is about to be left, once: whoever reads there learns that it was left. */
  async farewell(target: WebhookTarget, record: AlertRecord): Promise<void> {
    await this.#send(target, record)
  }

  /** Ends; what is due stays due, for the next start. */
  stop(): void {
    this.#stopped = true
    this.#cancelWait?.()
    this.#cancelWait = null
  }

  #isOver(): boolean {
    return this.#stopped
  }

  async #turn(): Promise<void> {
    const target = this.parts.target()
    if (this.#isOver() || target === null) return
    this.#giveUpHopeless()
    const record = this.parts.due()[0]
    if (record === undefined) return
    this.#sending = true
    const outcome = await this.#send(target, record).finally(() => {
      this.#sending = false
    })
    if (this.#isOver()) return
    // Moved to another address meanwhile: what the old one said counts for nothing, and the alert goes to the new one.
    if (this.parts.target()?.url.href !== target.url.href) {
      this.wake()
      return
    }
    if (outcome.ok) this.#succeeded(record)
    else this.#failed(record, outcome.why, outcome.detail)
  }

  async #send({ url, secrets }: WebhookTarget, record: AlertRecord): Promise<PostOutcome> {
    if (secrets.length === 0) return { ok: false, why: 'NO_SECRET', detail: 'the keychain does not give the secret' }
    const { id, kind, severity, subject, figures, firstAtMs, lastAtMs, count } = record
    const { environment } = this.parts
    const body = JSON.stringify({ id, kind, severity, subject, figures, atMs: lastAtMs, firstAtMs, count, environment })
    return this.parts.post({ url, body, headers: { ...signBody(secrets, body, this.parts.clock.wallMs()) } })
  }

  #succeeded({ id, attempts }: AlertRecord): void {
    const wasLost = this.#failures >= LOST_AFTER_FAILURES
    this.#failures = 0
    this.parts.onDelivery(id, 'sent', attempts + 1)
    this.#tell({ ...this.#health, state: 'working', lastTakenMs: Math.round(this.parts.clock.wallMs()), nextTryMs: null })
    if (wasLost) this.parts.onRestored()
    this.wake()
  }

  #failed({ id, attempts }: AlertRecord, why: PostFailure, detail: string): void {
    this.#failures += 1
    this.parts.onDelivery(id, 'due', attempts + 1)
    const waitMs = backOffMs(this.#failures, this.parts.random)
    const atMs = Math.round(this.parts.clock.wallMs())
    // Planned before anybody is told: a listener that raises a further alert must not start another attempt at once.
    this.#cancelWait = this.parts.scheduler.after(waitMs, () => {
      this.#cancelWait = null
      void this.#turn()
    })
    const state = this.#failures >= LOST_AFTER_FAILURES ? 'lost' : 'retrying'
    this.#tell({ ...this.#health, state, lastFailure: { why, detail, atMs }, nextTryMs: atMs + waitMs })
    if (this.#failures === LOST_AFTER_FAILURES) this.parts.onLost(why, detail)
  }

  #giveUpHopeless(): void {
    const nowMs = this.parts.clock.wallMs()
    // However often they were tried: what is urgent stays.
    const byUrgency = [...this.parts.due()].sort((a, b) => rank(a) - rank(b))
    byUrgency.forEach((record, place) => {
      if (nowMs - record.firstAtMs > GIVE_UP_AFTER_MS || place >= MOST_WAITING) this.parts.onDelivery(record.id, 'dropped', record.attempts)
    })
  }

  #tell(health: WebhookHealth): void {
    this.#health = health
    this.parts.onHealth(health)
  }
}

function rank({ severity }: AlertRecord): number {
  return ALERT_SEVERITIES.indexOf(severity)
}
