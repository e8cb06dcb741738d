import { denial, type Denial, type Failure } from '../../domain/codes'
import type { Verdict } from '../../domain/guard'
import type { VenueId } from '../../domain/instrument'
import type { OrderSource } from '../../domain/intent'
import type { OrderPlan } from '../../domain/plan'
import { firstDenial } from '../../guards/run-guards'
import { describeError } from '../../lib/errors'
import { collectFetched, type Fetched } from '../../lib/fetched'
import { toJson } from '../../lib/json'
import { err, ok, type Result } from '../../lib/result'
import type { OrderRecord } from '../journal/records'
import type { TransactionJournal } from '../journal/transactions'
import type { EnginePorts } from '../ports'
import { feedUnplanned } from './breaker-feed'
import { buildPlan, hashPlan, type DraftedPlan } from './build-plan'
import { planAttempt } from './next-attempt'
import { parseDraft, type OrderDraft } from './parse-draft'
import type { Pipeline } from './pipeline'
import type { Plans } from './plans'

/** A plan that awaits a person's word. */
export interface PreparedOrder {
  readonly plan: OrderPlan
  readonly planHash: string
  readonly verdicts: readonly Verdict[]
}

/** Where orders come in: preview, prepare, confirm. Nothing that a caller says is used but the draft; every figure is main's own. */
export class OrderDesk {
  constructor(
    private readonly ports: EnginePorts,
    private readonly transactions: TransactionJournal,
    private readonly plans: Plans,
    private readonly pipeline: Pipeline,
  ) {}

  /** What an order would cost and what every guard says of it, now. Leaves no trace. */
  async preview(draft: OrderDraft): Promise<Result<DraftedPlan, Denial>> {
    const intent = parseDraft(draft, this.ports.environment, 'person')
    if (!intent.ok) return intent
    return ok(await buildPlan(this.ports, this.transactions, intent.value))
  }

  /** Makes the exact plan to sign off. One that a guard denies is recorded as denied and not kept. */
  async prepare(draft: OrderDraft, source: OrderSource, by: string): Promise<Result<PreparedOrder, Denial | Failure>> {
    const intent = parseDraft(draft, this.ports.environment, source)
    if (!intent.ok) return intent
    return this.keep(intent.value.venue, by, () => buildPlan(this.ports, this.transactions, intent.value))
  }

  /** Makes the plan of a further attempt at an order that failed, to sign off. */
  async prepareAgain(record: OrderRecord, by: string): Promise<Result<PreparedOrder, Denial | Failure>> {
    return this.keep(record.plan.intent.venue, by, () => planAttempt(this.ports, this.transactions, record))
  }

  private async keep(venue: VenueId, by: string, draft: () => Promise<DraftedPlan>): Promise<Result<PreparedOrder, Denial | Failure>> {
    const { value: drafted, fetched } = await collectFetched(draft)
    const denied = firstDenial(drafted.verdicts)?.denial ?? null
    if (drafted.plan === null) {
      feedUnplanned(this.ports, venue, drafted)
      this.recordUnplanned(venue, drafted, fetched, by)
      return err(drafted.obstacle ?? denied ?? denial('QUOTE_UNAVAILABLE'))
    }
    const { plan } = drafted
    const planHash = hashPlan(plan)
    try {
      this.recordFetched(plan, planHash, fetched, by)
    } catch (thrown) {
      this.ports.breakers.record('system', 'failure', { orderId: plan.orderId, why: `AUDIT_UNAVAILABLE: ${describeError(thrown)}` })
      return err(denial('AUDIT_UNAVAILABLE', { reason: describeError(thrown) }))
    }
    const why = denied ?? drafted.obstacle
    if (why !== null) {
      const known: Denial = 'figures' in why ? why : denial('QUOTE_UNAVAILABLE', { detail: why.detail })
      return this.recorded(plan.orderId, known, () => {
        this.pipeline.recordDenied(plan, planHash, drafted.verdicts, known, by)
      })
    }
    this.plans.add(plan, planHash)
    return ok({ plan, planHash, verdicts: drafted.verdicts })
  }

  /** Starts a plan on its way, once, if every guard still lets it. `by` signs it off: a person, or a client of the local interface. */
  confirm(planId: string, planHash: string, by: string): Result<{ readonly orderId: string; readonly done: Promise<void> }, Denial> {
    const plan = this.plans.take(planId, planHash)
    if (!plan.ok) return plan
    try {
      return this.pipeline.start(plan.value, planHash, by)
    } catch (thrown) {
      return err(denial('JOURNAL_UNAVAILABLE', { reason: describeError(thrown) }))
    }
  }

  /** A kept plan, which stays kept; null when there is none of this id. */
  planned(planId: string): OrderPlan | null {
    return this.plans.peek(planId)
  }

  /** Forgets a plan. */
  discard(planId: string): void {
    this.plans.discard(planId)
  }

  /** Everything that was fetched to decide by: the quote, the simulation, the fees (product row X6). */
  private recordFetched(plan: OrderPlan, planHash: string, fetched: readonly Fetched[], by: string): void {
    this.ports.audit.append({
      category: 'TRADE_EXECUTION',
      severity: 'info',
      type: 'PlanPrepared',
      actor: by,
      subject: plan.orderId,
      data: {
        planId: plan.planId,
        planHash,
        quote: toJson(plan.quote),
        simulation: toJson(plan.simulation),
        networkFee: toJson(plan.networkFee),
        notionalUsd: plan.notionalUsd?.toFixed() ?? null,
        fetched: toJson(fetched),
      },
    })
  }

  /** What was fetched for a plan that could not be made is a decision's ground all the same. */
  private recordUnplanned(venue: VenueId, { quote, obstacle }: DraftedPlan, fetched: readonly Fetched[], by: string): void {
    try {
      this.ports.audit.append({
        category: 'TRADE_EXECUTION',
        severity: 'info',
        type: 'PlanNotPrepared',
        actor: by,
        subject: venue,
        data: { quote: quote === null ? null : toJson(quote), obstacle: obstacle?.code ?? null, fetched: toJson(fetched) },
      })
    } catch (thrown) {
      // Nothing was planned, so nothing can be done that is not on record.
      this.ports.breakers.record('system', 'failure', { why: `AUDIT_UNAVAILABLE: ${describeError(thrown)}` })
    }
  }

  private recorded<E>(orderId: string, why: E, record: () => void): Result<never, E | Denial> {
    try {
      record()
      return err(why)
    } catch (thrown) {
      this.ports.breakers.record('system', 'failure', { orderId, why: `JOURNAL_UNAVAILABLE: ${describeError(thrown)}` })
      return err(denial('JOURNAL_UNAVAILABLE', { reason: describeError(thrown) }))
    }
  }
}
