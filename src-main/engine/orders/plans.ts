import { denial, type Denial } from '../../domain/codes'
import type { OrderPlan } from '../../domain/plan'
import type { Clock } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import { hashPlan } from './build-plan'

const MOST_PLANS = 200

/**
 * Plans that await a person's word. What is confirmed is an id bound to the hash of exactly what was shown; a plan is used once and
 * lives a minute. Plans are kept in memory alone: after a restart nothing is left to confirm.
 */
export class Plans {
  private readonly waiting = new Map<string, { readonly plan: OrderPlan; readonly hash: string; readonly steadyExpiryMs: number }>()
  private readonly used = new Set<string>()

  constructor(private readonly clock: Clock) {}

  /** Keeps a plan under its hash, and returns that. */
  add(plan: OrderPlan, hash: string = hashPlan(plan)): string {
    this.forgetExpired()
    if (this.waiting.size >= MOST_PLANS) this.waiting.delete(this.waiting.keys().next().value ?? '')
    this.waiting.set(plan.planId, { plan, hash, steadyExpiryMs: this.clock.steadyMs() + (plan.expiresAtMs - plan.createdAtMs) })
    return hash
  }

  /** Takes a plan out for use. A second call for the same plan, a late one, or one for another hash is refused. */
  take(planId: string, planHash: string): Result<OrderPlan, Denial> {
    const found = this.waiting.get(planId)
    if (found === undefined) return err(denial(this.used.has(planId) ? 'PLAN_ALREADY_USED' : 'PLAN_UNKNOWN'))
    if (found.hash !== planHash || hashPlan(found.plan) !== planHash) return err(denial('PLAN_MISMATCH'))
    this.waiting.delete(planId)
    this.used.add(planId)
    // By both clocks: one stands still while the machine sleeps, the other may be set back.
    const isOver = this.clock.steadyMs() > found.steadyExpiryMs || this.clock.wallMs() > found.plan.expiresAtMs
    if (isOver) return err(denial('PLAN_EXPIRED'))
    return ok(found.plan)
  }

  /** Looks at a plan without using it. */
  peek(planId: string): OrderPlan | null {
    return this.waiting.get(planId)?.plan ?? null
  }

  /** Forgets a plan that nobody will confirm. */
  discard(planId: string): void {
    this.waiting.delete(planId)
  }

  private forgetExpired(): void {
    const now = this.clock.steadyMs()
    for (const [id, { steadyExpiryMs }] of this.waiting) if (now > steadyExpiryMs + 600_000) this.waiting.delete(id)
    if (this.used.size > 10_000) this.used.clear()
  }
}
