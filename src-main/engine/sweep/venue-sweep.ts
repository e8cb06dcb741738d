import type { VenueId } from '../../domain/instrument'
import { isFailing, isOver, type SweepItem, type SweepVenue, type SweepVenuePhase } from '../../domain/sweep'
import type { Cancel, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import { SweepItems } from './items'
import { within } from './within'

/** How long is waited between the quick tries, ms: about eight seconds in all. */
export const BACK_OFF_MS = [250, 500, 1_000, 2_000, 4_000] as const
/** How long is waited between tries once the quick ones are over, ms. */
export const SLOW_MS = 15_000
/** How long what was asked is waited for when a sweep is stopped, ms: longer than a venue may take for a round. */
const STOP_MS = 15_000

/** What a venue's part of a sweep works with. */
export interface VenueSweepParts {
  readonly venue: VenueId
  readonly scheduler: Scheduler
  /** One round: cancels, asks again, and says of every order what it has come to. Returns why the venue could not be asked; null when it could. */
  readonly round: (items: SweepItems) => Promise<string | null>
  readonly onChange: () => void
  /** The quick tries are over, or nothing is out any more; once. */
  readonly onSettled: () => void
  readonly onFault: (thrown: unknown) => void
  /** It is over with the quick tries: there is no halt that it would go on for. */
  readonly quickOnly?: boolean
}

/** One venue's part of a sweep: rounds with a back-off until nothing is out, then slow ones for as long as it goes on. */
export class VenueSweep {
  readonly items: SweepItems
  readonly venue: VenueId
  #phase: SweepVenuePhase = 'asking'
  #problem: string | null = null
  #stopped = false
  #settled = false
  #round: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined

  constructor(private readonly parts: VenueSweepParts) {
    this.venue = parts.venue
    this.items = new SweepItems(parts.onChange)
  }

  /** Begins; the first question leaves before this returns. Resolves when nothing more is asked. */
  start(): Promise<void> {
    return this.#run()
  }

  view(): SweepVenue {
    return { venue: this.venue, phase: this.#phase, problem: this.#problem, items: this.items.all() }
  }

  /** Whether the quick tries are over, or nothing is out any more. */
  get settled(): boolean {
    return this.#settled
  }

  failing(): readonly SweepItem[] {
    return this.items.all().filter(({ fate }) => isFailing(fate))
  }

  /** Tries again at once where the next slow try is waited for. */
  hurry(): void {
    if (this.#phase === 'retrying') this.#wake()
  }

  /** Asks for nothing more; resolves when what was asked has been answered. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake()
    // A signature that hangs must not keep a release waiting; what it cancels was out before.
    await within(this.parts.scheduler, STOP_MS, () => this.#round)
    if (this.#phase !== 'clear') this.#enter('stopped')
  }

  async #run(): Promise<void> {
    for (let tries = 0; !this.#stopped; tries += 1) {
      this.#round = this.#oneRound()
      await this.#round
      // It is stopped from outside, while a round is waited for.
      if (this.#stopped as boolean) return
      if (this.#problem === null && this.items.all().every(({ fate }) => isOver(fate))) {
        this.#enter('clear')
        this.#settle()
        return
      }
      const pauseMs = BACK_OFF_MS[tries]
      if (pauseMs === undefined) {
        this.#enter(this.parts.quickOnly === true ? 'stopped' : 'retrying')
        this.#settle()
        if (this.parts.quickOnly === true) return
      }
      await this.#pause(pauseMs ?? SLOW_MS)
    }
  }

  async #oneRound(): Promise<void> {
    try {
      this.#problem = await this.parts.round(this.items)
    } catch (thrown) {
      this.#problem = describeError(thrown).slice(0, 200)
      this.parts.onFault(thrown)
    }
    this.parts.onChange()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stopTimer: Cancel = this.parts.scheduler.after(ms, resolve)
      this.#wake = () => {
        stopTimer()
        resolve()
      }
    })
  }

  #enter(phase: SweepVenuePhase): void {
    if (this.#phase === phase) return
    this.#phase = phase
    this.parts.onChange()
  }

  #settle(): void {
    if (this.#settled) return
    this.#settled = true
    this.parts.onSettled()
  }
}
