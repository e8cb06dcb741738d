import type { OrderDraft } from '../../src-preload/contract/orders'
import type { OrderState } from '../../src-main/domain/order'
import { PAPER_SELL } from '../support/app/drafts'
import type { TestApp } from '../support/app/launch'
import type { Chance } from '../crash/chance'

/** How long each worker rests between orders, ms: two of them stay within what a person may be allowed in a second and a minute. */
const REST_MS = 220
const WORKERS = 2
/** After so long an order that says nothing is let be: its end is looked for at the end of all. */
const SILENCE_MS = 5_000
/** How far an order gets by itself; one that rests is at work until it is canceled. */
const AS_FAR_AS: ReadonlySet<OrderState> = new Set(['unknown', 'filled', 'canceled', 'rejected', 'denied', 'failed'])

/** What came of orders so far; `refused` before anything left. */
export type Tally = Record<'placed' | 'refused' | OrderState, number>

/** Places paper orders of all kinds, one after another, as long as it may. Keeps nothing of what is over. */
export class Trader {
  readonly tally: Partial<Tally> = {}
  #app: TestApp | null = null
  #busy = 0
  #idle: () => void = () => undefined
  readonly #waiting = new Map<string, (state: OrderState) => void>()

  constructor(private readonly chance: Chance) {}

  /** Trades at this app from now on. */
  begin(app: TestApp): void {
    this.#app = app
    void app.heard('order.changed', ({ orderId, state }) => {
      this.#waiting.get(orderId)?.(state)
      return false
    })
    for (let worker = 0; worker < WORKERS; worker += 1) void this.#work(app)
  }

  /** Ends what is under way, and trades no more; resolves when nothing of it is left. */
  async pause(): Promise<void> {
    this.#app = null
    while (this.#busy > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
  }

  async #work(app: TestApp): Promise<void> {
    this.#busy += 1
    while (this.#app === app) {
      await this.#order(app)
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
    }
    this.#busy -= 1
    this.#idle()
  }

  async #order(app: TestApp): Promise<void> {
    const draft = this.#draft()
    const prepared = await app.call('order.prepare', draft)
    if (!prepared.ok) {
      this.#count('refused')
      return
    }
    const { planId, planHash, orderId } = prepared.value
    const rests = draft.type === 'limit'
    const answer = this.#answerOf(orderId, (state) => AS_FAR_AS.has(state) || (rests && state === 'working'))
    const confirmed = await app.call('order.confirm', { planId, planHash })
    if (!confirmed.ok) {
      answer.forget()
      this.#count('refused')
      return
    }
    this.#count('placed')
    const state = await answer.state
    if (state === null) return
    this.#count(state)
    if (rests) await app.call('order.cancel', { orderId })
  }

  #answerOf(orderId: string, fits: (state: OrderState) => boolean): { readonly state: Promise<OrderState | null>; forget(): void } {
    let forget = (): void => undefined
    const state = new Promise<OrderState | null>((resolve) => {
      const end = (told: OrderState | null): void => {
        clearTimeout(timer)
        this.#waiting.delete(orderId)
        resolve(told)
      }
      const timer = setTimeout(() => end(null), SILENCE_MS)
      forget = () => end(null)
      this.#waiting.set(orderId, (told) => {
        if (fits(told)) end(told)
      })
    })
    return { state, forget: () => forget() }
  }

  #draft(): OrderDraft {
    const { chance } = this
    const amount = `0.0${100 + chance.below(300)}`
    const draft: OrderDraft = { ...PAPER_SELL, side: chance.pick(['buy', 'sell']), amount }
    if (!chance.once(5)) return draft
    return { ...draft, side: 'buy', type: 'limit', timeInForce: 'gtc', limitPrice: '1500' }
  }

  #count(what: keyof Tally): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1
  }
}
