import { failure, type Failure } from '../../domain/codes'
import type { OrderPlan, PlanStep } from '../../domain/plan'
import { firstDenial } from '../../guards/run-guards'
import type { Cancel } from '../../lib/clock'
import { collectFetched } from '../../lib/fetched'
import { toJson } from '../../lib/json'
import { pendingEventsLand } from '../../lib/pending-events'
import type { Result } from '../../lib/result'
import type { Placeable } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import type { EnginePorts, PlacerOf } from '../ports'
import { judgeSteps, stepFacts, type PlanFacts } from './build-plan'
import { askAgain, type AskedAgain } from './judged-after-wait'
import { earlierAttemptBack } from './earlier-attempt'
import { guardOfLook, lastLookAt } from './last-look'
import { isRefused, sinceRefused, type Placed, type Refused } from './refusal'
import { MOST_RETRIES, pause, readPatiently, retryDelayMs } from './retry'

/** What placing works with: it may send. */
export interface StepPlacerParts {
  readonly ports: EnginePorts
  readonly placerOf: PlacerOf
  readonly journal: Journal
}

/** An order that was turned away and waits to be placed again. */
interface Pause {
  readonly code: string
  /** By the steady clock, ms. */
  readonly untilMs: number
  /** How often it is placed again at most, with the time that is waited for. */
  readonly left: number
}

/** Places one step of a plan that was judged and, where it must be, signed; and the same again where it was turned away. */
export class StepPlacer {
  readonly #parts: StepPlacerParts
  readonly #waits = new Set<Cancel>()
  readonly #pauses = new Map<string, Pause>()

  constructor(parts: StepPlacerParts) {
    this.#parts = parts
  }

  /** Ends all waiting; what waits never goes on. */
  stop(): void {
    for (const cancel of this.#waits) cancel()
    this.#waits.clear()
  }

  /** Waits, until it is stopped. */
  wait(delayMs: number): Promise<void> {
    return pause(this.#parts.ports.scheduler, delayMs, this.#waits)
  }

  /** Why an order waits to be placed again, in how many ms that is, and how often at most; nothing where it does not wait. */
  pauseOf(orderId: string): Readonly<Record<string, string>> {
    const paused = this.#pauses.get(orderId)
    if (paused === undefined) return {}
    const againInMs = Math.max(0, Math.round(paused.untilMs - this.#parts.ports.clock.steadyMs()))
    return { why: paused.code, againInMs: String(againInMs), triesLeft: String(paused.left) }
  }

  /** What the market says now, and all that was asked to know it, on record before anybody decides by it (product row X6). */
  async requote(plan: OrderPlan): Promise<Result<AskedAgain, Failure>> {
    const { ports } = this.#parts
    const { audit, random } = ports
    const ask = () =>
      readPatiently(
        () => askAgain(ports, plan),
        (delayMs) => this.wait(delayMs),
        random,
      )
    const { value: fresh, fetched } = await collectFetched(ask)
    audit.append({
      category: 'TRADE_EXECUTION',
      severity: 'info',
      type: 'QuoteFetched',
      actor: 'system',
      subject: plan.orderId,
      data: { ...(fresh.ok ? { quote: toJson(fresh.value.fresh) } : { failure: fresh.error.code }), fetched: toJson(fetched) },
    })
    return fresh
  }

  /**
   * Places, and places the very same again after a while where it was turned away and its class may go away by itself (product row X3): a chain takes the
   * same bytes once. Each time all guards judge it by what the market says then; what is of unknown outcome is never placed again.
   */
  async place(plan: OrderPlan, step: PlanStep, what: Placeable): Promise<Placed> {
    const { ports, journal } = this.#parts
    let judged = plan
    let refused: Refused | null = null
    for (let retry = 0; ; retry += 1) {
      const outcome = sinceRefused(refused, await this.placeOnce(judged, step, what))
      if (isRefused(what, outcome)) refused = outcome
      const delayMs = outcome.kind === 'rejected' ? retryDelayMs(outcome.failure.code, retry, ports.random) : null
      if (outcome.kind !== 'rejected' || delayMs === null) return outcome
      const { code, detail } = outcome.failure
      journal.append(plan.orderId, { type: 'OrderRetrying', data: { code, detail, attempt: String(retry + 2), afterMs: String(delayMs) } })
      this.#pauses.set(plan.orderId, { code, untilMs: ports.clock.steadyMs() + delayMs, left: MOST_RETRIES - retry })
      await this.wait(delayMs)
      this.#pauses.delete(plan.orderId)
      const fresh = await this.requote(plan)
      if (!fresh.ok) return outcome
      judged = { ...plan, ...factsOf(fresh.value) }
      const denied = firstDenial(judgeSteps(ports, judged, [step]))
      if (denied !== null) return sinceRefused(refused, { kind: 'withheld', denial: denied.denial, guard: denied.guard })
    }
  }

  private async placeOnce(plan: OrderPlan, step: PlanStep, what: Placeable): Promise<Placed> {
    const { ports, placerOf, journal } = this.#parts
    const placer = placerOf(plan.intent.venue)
    if (placer === null) return { kind: 'rejected', failure: failure('VENUE_CLOSED', 'the venue is not connected'), neverOut: true }
    await pendingEventsLand()
    const look = lastLookAt(ports, stepFacts(ports, plan, step))
    const outcome = await placer.place(what, () => look() ?? earlierAttemptBack(journal, plan))
    return outcome.kind === 'withheld' ? { ...outcome, guard: guardOfLook(outcome.denial) } : outcome
  }
}

/** What a plan is judged by once the market was asked again. */
export function factsOf({
  quote,
  notionalUsd,
  heldBase,
}: AskedAgain): Pick<PlanFacts, 'notionalUsd' | 'heldBase'> & Pick<OrderPlan, 'quote'> {
  return { quote, notionalUsd, heldBase }
}
