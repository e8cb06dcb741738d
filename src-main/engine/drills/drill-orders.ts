import { isOpen, type OrderState } from '../../domain/order'
import type { Clock, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import type { Engine } from '../engine'
import type { OrderDraft } from '../orders/parse-draft'

const INSTRUMENT = 'ETH-USD'
/** How long an order of a drill may take to get where it should, ms. */
const PATIENCE_MS = 20_000
const POLL_MS = 50

/** What placing a drill's orders works with. */
export interface DrillOrderParts {
  readonly engine: Engine
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
}

/** Small orders of a drill on the paper exchange, through the desk and every guard like any other. */
export class DrillOrders {
  constructor(private readonly parts: DrillOrderParts) {}

  /** Places orders that rest far from the market; their ids. Throws with the reason when one does not rest. */
  async rest(count: number, by: string): Promise<readonly string[]> {
    const ids: string[] = []
    for (let each = 0; each < count; each += 1) {
      const placed = await this.place('limit', by)
      if (!placed.ok) throw new Error(`an order of the drill was refused: ${placed.why}`)
      if ((await this.settled(placed.orderId, (state) => state === 'working')) !== 'working')
        throw new Error('an order of the drill does not rest')
      ids.push(placed.orderId)
    }
    return ids
  }

  /** Places one; `why` is the code of what refused it. */
  async place(
    type: 'market' | 'limit',
    by: string,
  ): Promise<{ readonly ok: true; readonly orderId: string } | { readonly ok: false; readonly why: string }> {
    const { engine } = this.parts
    const draft = await this.#draft(type)
    if (draft === null) return { ok: false, why: 'QUOTE_UNAVAILABLE' }
    const prepared = await engine.desk.prepare(draft, 'person', by)
    if (!prepared.ok) return { ok: false, why: prepared.error.code }
    const started = engine.desk.confirm(prepared.value.plan.planId, prepared.value.planHash, by)
    if (!started.ok) return { ok: false, why: started.error.code }
    await started.value.done
    return { ok: true, orderId: started.value.orderId }
  }

  /** Waits until an order stands as wanted, or has ended; where it stands then. */
  async settled(orderId: string, wanted: (state: OrderState) => boolean): Promise<OrderState | undefined> {
    const { engine } = this.parts
    const stateOf = () => engine.journal.get(orderId)?.state
    await this.until(() => {
      const state = stateOf()
      return state === undefined || wanted(state) || !isOpen(state)
    })
    return stateOf()
  }

  /** Waits for something to become true; whether it did in time. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
    const { clock, scheduler } = this.parts
    const startedMs = clock.steadyMs()
    while (!(await isSo())) {
      if (clock.steadyMs() - startedMs > PATIENCE_MS) return false
      await new Promise<void>((resolve) => void scheduler.after(POLL_MS, resolve))
    }
    return true
  }

  async #draft(type: 'market' | 'limit'): Promise<OrderDraft | null> {
    const { engine, random } = this.parts
    // No two alike: what is ordered again and again is throttled, in a drill as anywhere.
    const [byte = 0] = random.bytes(1)
    const amount = ((100 + byte) / 10_000).toFixed(4)
    let limitPrice: string | null = null
    if (type === 'limit') {
      const depth = await engine.ports.venues.get('paper')?.reader.depth(INSTRUMENT, 1)
      const best = depth?.ok === true ? depth.value.asks[0]?.price : undefined
      if (best === undefined) return null
      limitPrice = best.mul(2).toFixed(2)
    }
    return {
      venue: 'paper',
      instrument: INSTRUMENT,
      side: 'sell',
      type,
      timeInForce: type === 'limit' ? 'gtc' : 'ioc',
      amount,
      amountUnit: 'base',
      limitPrice,
      riskProfile: 'conservative',
      account: 'paper-main',
    }
  }
}
