import { denial, failure, type Denial, type Failure } from '../../domain/codes'
import type { GuardId, Verdict } from '../../domain/guard'
import { isOpen } from '../../domain/order'
import type { OrderPlan, PlanStep } from '../../domain/plan'
import { firstDenial } from '../../guards/run-guards'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { Journal } from '../journal/journal'
import type { TransactionJournal } from '../journal/transactions'
import type { EnginePorts, PlacerOf } from '../ports'
import type { SigningGate } from '../signing-gate'
import { feedJudged, feedNoQuote } from './breaker-feed'
import { judgeSteps, stepFacts } from './build-plan'
import { earlierAttemptBack } from './earlier-attempt'
import type { OrderFollower } from './follow-order'
import { isOutdated, requotedData } from './judged-after-wait'
import { factsOf, StepPlacer } from './place-step'
import { stateOfUnplaced, type Placed } from './refusal'
import { settleFault } from './settle-fault'
import type { SigningWaits } from './signing-waits'

type EvmStep = Extract<PlanStep, { kind: 'evm-tx' }>

/** Ends of waiting for an allowance that say nothing about the allowance itself. */
const NOT_CONFIRMED: readonly string[] = ['TIMEOUT_ERROR', 'BAD_ANSWER', 'INTERNAL']

/** A plan on its way, and who signed it off: what is theirs is recorded in their name, what happens by itself as the machine's. */
type SignedOff = OrderPlan & { readonly by: string }

/** What the pipeline is made of. It is one of the few that may send. */
export interface PipelineParts {
  readonly ports: EnginePorts
  readonly placerOf: PlacerOf
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly gate: SigningGate
  readonly follower: OrderFollower
  readonly signingWaits: SigningWaits
  /** Hears of what an order does not expect: a bug, a full disk. */
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/**
 * The way of one order: guard → record → sign → verify → record → guard → last look → broadcast → follow. Each step is journaled before it is
 * done; when a record cannot be written, the step is not done.
 */
export class Pipeline {
  readonly #parts: PipelineParts
  readonly #steps: StepPlacer

  constructor(parts: PipelineParts) {
    this.#parts = parts
    this.#steps = new StepPlacer(parts)
  }

  /**
   * Judges a signed-off plan once more, records it in the name of who signed it off, and starts it on its way. Answers as soon as it is recorded; the rest is told by the
   * journal. Throws when it cannot be recorded: then nothing is started, and what it held is given back.
   */
  start(plan: OrderPlan, planHash: string, by: string): Result<{ readonly orderId: string; readonly done: Promise<void> }, Denial> {
    try {
      return this.begin(plan, planHash, by)
    } catch (thrown) {
      this.fault(plan.orderId, thrown)
      throw thrown
    }
  }

  /** Records an attempt that a guard refused before anybody could sign it off. */
  recordDenied(plan: OrderPlan, planHash: string, verdicts: readonly Verdict[], why: Denial, by: string): void {
    feedJudged(this.#parts.ports, plan, verdicts)
    this.#parts.journal.create(plan, planHash, verdicts, by)
    this.deny(plan.orderId, why, firstDenial(verdicts)?.guard ?? null, by)
  }

  private begin(plan: OrderPlan, planHash: string, by: string): Result<{ readonly orderId: string; readonly done: Promise<void> }, Denial> {
    const { ports, journal } = this.#parts
    // A half-open breaker lets one order through as its probe; whether this may be it, its guard says.
    ports.breakers.acquireProbes(plan.orderId)
    const verdicts = judgeSteps(ports, plan, plan.steps)
    // What is decided in one go is durable in one go.
    const approved = journal.together(() => this.decide(plan, planHash, verdicts, by))
    // Apart from it: were that undone, breakers would remember what their records have lost.
    feedJudged(ports, plan, verdicts)
    if (!approved.ok) {
      ports.breakers.releaseProbes(plan.orderId)
      return approved
    }
    const done = this.run({ ...plan, by }).catch((thrown: unknown) => {
      this.fault(plan.orderId, thrown)
    })
    return ok({ orderId: plan.orderId, done })
  }

  /** Records what was judged, up to where the plan leaves this machine or goes to a signer. */
  private decide(plan: OrderPlan, planHash: string, verdicts: readonly Verdict[], by: string): Result<void, Denial> {
    const { journal, transactions } = this.#parts
    const refused = firstDenial(verdicts)
    journal.create(plan, planHash, verdicts, by)
    if (refused !== null) {
      this.deny(plan.orderId, refused.denial, refused.guard, by)
      return err(refused.denial)
    }
    const back = earlierAttemptBack(journal, plan)
    if (back !== null) {
      this.deny(plan.orderId, back, null, by)
      return err(back)
    }
    const evm = plan.steps.filter((step): step is EvmStep => step.kind === 'evm-tx')
    const reserved = transactions.reserve(
      plan.orderId,
      evm.map((step, index) => ({ txId: txIdOf(plan.orderId, index), purpose: step.purpose, tx: step.tx })),
      plan.createdAtMs,
    )
    if (!reserved.ok) {
      const why = this.whyNotReserved(reserved.error)
      this.deny(plan.orderId, why, null, by)
      return err(why)
    }
    journal.append(plan.orderId, { type: 'OrderApproved' }, by)
    const [first] = plan.steps
    if (first?.kind === 'venue-order')
      journal.append(plan.orderId, { type: 'OrderSubmitting', data: { clientOrderId: first.request.clientOrderId } }, by)
    return ok(undefined)
  }

  /** The nonce is another's, or an order before it has not left: then what is waited for, and how long until that is tried again. */
  private whyNotReserved({ nonce, behind }: { readonly nonce: number; readonly behind?: string }): Denial {
    if (behind === undefined) return denial('PLAN_MISMATCH', { nonce: String(nonce) })
    const state = this.#parts.journal.get(behind)?.state ?? 'unknown'
    return denial('EARLIER_ORDER_LEAVING', { nonce: String(nonce), orderId: behind, state, ...this.#steps.pauseOf(behind) })
  }

  private deny(orderId: string, why: Denial, guard: string | null, by: string): void {
    this.#parts.journal.append(orderId, deniedEvent(why, guard), by)
  }

  private async run(plan: SignedOff): Promise<void> {
    const { journal } = this.#parts
    let index = 0
    let judged = plan
    for (const step of plan.steps) {
      if (step.kind === 'venue-order') {
        const outcome = await this.#steps.place(plan, step, { kind: 'venue-order', request: step.request })
        this.settlePlacing(plan, outcome, {})
        return
      }
      const txId = txIdOf(plan.orderId, index)
      index += 1
      if (step.purpose === 'approve') {
        if (!(await this.approve(plan, step, txId))) return
        // The allowance took its time: the swap, unchanged, is judged against what the market says now.
        const fresh = await this.#steps.requote(plan)
        if (!fresh.ok) {
          feedNoQuote(this.#parts.ports, plan.intent.venue, plan.orderId, fresh.error.code)
          this.end(plan.orderId, fresh.error)
          return
        }
        judged = { ...plan, ...factsOf(fresh.value) }
        journal.append(plan.orderId, { type: 'OrderRequoted', data: requotedData(fresh.value) })
      } else {
        await this.swap(judged, step, txId)
        return
      }
    }
    this.end(plan.orderId, failure('INVALID_INSTRUCTION', 'the plan has no order in it'))
  }

  /** Signs, sends and awaits an exact allowance. False when the order ended here. */
  private async approve(plan: SignedOff, step: EvmStep, txId: string): Promise<boolean> {
    const { journal, transactions, follower } = this.#parts
    journal.append(plan.orderId, { type: 'AllowanceRequested', data: { token: step.tx.to, nonce: String(step.tx.nonce) } }, plan.by)
    const sent = await this.signAndSend(plan, step, txId)
    if (!sent.ok) {
      this.end(plan.orderId, sent.error)
      return false
    }
    const { outcome } = sent.value
    if (outcome.kind !== 'accepted') {
      if (outcome.kind !== 'unknown') transactions.setState(txId, stateOfUnplaced(outcome))
      else {
        const { code, detail } = outcome.failure
        journal.append(plan.orderId, { type: 'AllowanceOutcomeUnknown', data: { hash: sent.value.hash, code, detail } })
      }
      if (outcome.kind === 'withheld') this.end(plan.orderId, outcome.denial, outcome.guard)
      else this.end(plan.orderId, outcome.failure)
      transactions.answered(plan.orderId)
      // It is exact and to a known spender: if it is out it can do no harm, but the swap must not be sent after it, and of unknown outcome it holds its nonce.
      follower.follow(plan.orderId)
      return false
    }
    transactions.answered(plan.orderId)
    // Told when it is out, so that who looks on learns that it waits and can be replaced.
    if (journal.get(plan.orderId)?.state === 'approved')
      journal.append(plan.orderId, { type: 'AllowanceSubmitted', data: { hash: sent.value.hash } }, plan.by)
    const mined = await follower.awaitAllowance(plan, txId)
    if (mined.kind === 'failed') {
      // Not mined in time, or nobody can say whether: that is what the confirmation breaker watches.
      if (NOT_CONFIRMED.includes(mined.why.code))
        this.#parts.ports.breakers.record('confirmation', 'failure', { orderId: plan.orderId, why: mined.why.code })
      this.end(plan.orderId, mined.why)
      // It may still be mined, and holds its nonce until it is or is canceled.
      follower.follow(plan.orderId)
      return false
    }
    if (mined.kind === 'canceled') {
      transactions.abandonUnsent(plan.orderId)
      journal.append(plan.orderId, { type: 'OrderCanceled', data: { hash: mined.hash, why: 'replaced on the chain' } })
      this.#parts.ports.breakers.releaseProbes(plan.orderId)
      return false
    }
    journal.append(plan.orderId, { type: 'AllowanceConfirmed', data: { hash: mined.hash, block: String(mined.blockNumber) } })
    return true
  }

  /** Ends all waiting; what waits never goes on. */
  stop(): void {
    this.#steps.stop()
  }

  private async swap(plan: SignedOff, step: EvmStep, txId: string): Promise<void> {
    const { journal } = this.#parts
    journal.append(plan.orderId, { type: 'OrderSigning', data: { nonce: String(step.tx.nonce), account: plan.intent.account } }, plan.by)
    const sent = await this.signAndSend(plan, step, txId)
    if (!sent.ok) {
      this.end(plan.orderId, sent.error)
      return
    }
    this.settlePlacing(plan, sent.value.outcome, { txId, hash: sent.value.hash })
    this.#parts.transactions.answered(plan.orderId)
  }

  private async signAndSend({ by, ...plan }: SignedOff, step: EvmStep, txId: string) {
    const { ports, journal, gate, transactions, signingWaits } = this.#parts
    const facts = stepFacts(ports, plan, step)
    const asked = { purpose: step.purpose, orderId: plan.orderId, signerId: plan.intent.account, by, tx: step.tx, facts }
    // Only a person is waited for so long that an order may be given up meanwhile.
    const wait = gate.readiness(asked.signerId) === 'attended' ? signingWaits.begin(plan.orderId) : null
    const signed = await gate.sign(wait === null ? asked : { ...asked, signal: wait.signal }).finally(() => wait?.end())
    if (wait?.signal.aborted === true) return err('given-up' as const)
    if (!signed.ok) return err(signed.error.denial)
    const { raw, hash } = signed.value
    transactions.keepSigned(txId, raw, hash)
    const isOrder = step.purpose === 'order'
    if (isOrder) journal.append(plan.orderId, { type: 'OrderSigned', data: { hash } }, by)
    const judged = await this.judgeSigned(plan, step)
    if (!judged.ok) return 'kind' in judged.error ? ok({ outcome: judged.error, hash }) : err(judged.error)
    if (isOrder) journal.append(plan.orderId, { type: 'OrderSubmitting', data: { hash } }, by)
    transactions.leaving(plan.orderId, txId)
    const outcome = await this.#steps.place(judged.value, step, { kind: 'signed-tx', raw, hash })
    if (outcome.kind === 'accepted') transactions.setState(txId, 'sent')
    return ok({ outcome, hash })
  }

  /**
   * A signature takes as long as a person at a device does: all guards judge once more what is about to leave, by what the market says then where the
   * quote has grown old. What they refuse, and what nobody can judge, never leaves.
   */
  private async judgeSigned(plan: OrderPlan, step: EvmStep): Promise<Result<OrderPlan, Extract<Placed, { kind: 'withheld' }> | Failure>> {
    const { ports, journal } = this.#parts
    let judged = plan
    if (isOutdated(ports, plan)) {
      const fresh = await this.#steps.requote(plan)
      if (!fresh.ok) {
        feedNoQuote(ports, plan.intent.venue, plan.orderId, fresh.error.code)
        return fresh
      }
      judged = { ...plan, ...factsOf(fresh.value) }
      journal.append(plan.orderId, { type: 'OrderRequoted', data: requotedData(fresh.value) })
    }
    const refused = firstDenial(judgeSteps(ports, judged, [step]))
    return refused === null ? ok(judged) : err({ kind: 'withheld', denial: refused.denial, guard: refused.guard })
  }

  private settlePlacing(plan: SignedOff, outcome: Placed, tx: { readonly txId?: string; readonly hash?: string }): void {
    const { journal, transactions, follower, ports } = this.#parts
    const { orderId } = plan
    const data: Record<string, string> = tx.hash === undefined ? {} : { hash: tx.hash }
    switch (outcome.kind) {
      case 'accepted':
        // A market order may have filled before its placing was answered: the venue's own word has then moved the order on.
        if (journal.get(orderId)?.state === 'submitting')
          journal.append(orderId, { type: 'OrderSubmitted', data: { ...data, ref: outcome.ref } }, plan.by)
        // In the order's name, so that a probe closes the breaker it was sent to try.
        ports.breakers.record('network', 'success', { orderId })
        follower.follow(orderId)
        return
      case 'unknown': {
        // A chain's transport counts its own calls; an exchange's are counted here.
        const isCounted = ports.venues.get(plan.intent.venue)?.chain != null
        if (!isCounted) ports.breakers.record('network', 'failure', { orderId, why: outcome.failure.code })
        const state = journal.get(orderId)?.state
        if (state === undefined || !isOpen(state)) return // the venue's own word was quicker than the answer that was lost
        journal.append(orderId, {
          type: 'OrderOutcomeUnknown',
          data: { ...data, code: outcome.failure.code, detail: outcome.failure.detail },
        })
        follower.reconcile(orderId)
        return
      }
      case 'withheld':
        journal.together(() => {
          if (tx.txId !== undefined) transactions.setState(tx.txId, 'abandoned')
          journal.append(orderId, { ...deniedEvent(outcome.denial, outcome.guard), type: 'OrderWithheld' })
        })
        ports.breakers.releaseProbes(orderId)
        return
      case 'rejected': {
        const mayBeOut = tx.txId !== undefined && outcome.neverOut !== true
        journal.together(() => {
          if (tx.txId !== undefined) transactions.setState(tx.txId, stateOfUnplaced(outcome))
          journal.append(orderId, {
            type: 'OrderRejected',
            data: { code: outcome.failure.code, detail: outcome.failure.detail },
            progress: {
              why: { code: outcome.failure.code, figures: { detail: outcome.failure.detail } },
              ...(mayBeOut ? { mayBeOut } : {}),
            },
          })
        })
        ports.breakers.record('trade', 'failure', { orderId, why: outcome.failure.code })
        ports.breakers.releaseProbes(orderId)
        if (mayBeOut) follower.follow(orderId)
      }
    }
  }

  /** Ends an order that has not left. */
  private end(orderId: string, why: Denial | Failure | 'given-up', guard: GuardId | null = null): void {
    const { journal, transactions, ports } = this.#parts
    transactions.abandonUnsent(orderId)
    if (why === 'given-up') journal.append(orderId, { type: 'OrderCanceled', data: { why: 'before-signed' } })
    else if ('figures' in why) journal.append(orderId, deniedEvent(why, guard))
    else {
      journal.append(orderId, {
        type: 'OrderFailed',
        data: { code: why.code, detail: why.detail },
        progress: { why: { code: why.code, figures: { detail: why.detail } } },
      })
      ports.breakers.record('trade', 'failure', { orderId, why: why.code })
    }
    ports.breakers.releaseProbes(orderId)
  }

  private fault(orderId: string, thrown: unknown): void {
    const { ports } = this.#parts
    ports.breakers.record('system', 'failure', { orderId, why: describeError(thrown) })
    ports.breakers.releaseProbes(orderId)
    this.#parts.onFault(orderId, thrown)
    settleFault(this.#parts, orderId, (delayMs) => this.#steps.wait(delayMs))
    this.#parts.transactions.answered(orderId)
  }
}

/** The id under which a plan's n-th transaction is journaled. */
export function txIdOf(orderId: string, index: number): string {
  return `${orderId}.${index}`
}

function deniedEvent(why: Denial, guard: string | null) {
  return {
    type: 'OrderDenied' as const,
    data: { ...why.figures, code: why.code, ...(guard === null ? {} : { guard }) },
    progress: { why: { code: why.code, figures: why.figures } },
  }
}
