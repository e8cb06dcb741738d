import type { AuditFact } from '../../domain/audit-event'
import { denial, failure, type Failure } from '../../domain/codes'
import type { Hex, UnsignedTx } from '../../domain/evm'
import type { GuardId } from '../../domain/guard'
import { describeError, HoldfastError } from '../../lib/errors'
import { collectFetched, type Fetched } from '../../lib/fetched'
import { toJson, type JsonObject } from '../../lib/json'
import { err, ok, type Result } from '../../lib/result'
import type { GuardInput } from '../../guards/guard'
import { firstDenial } from '../../guards/run-guards'
import type { LastLook, PlaceOutcome } from '../../venues/venue'
import { guardFacts, judge } from '../guard-facts'
import { orderFact } from '../journal/order-facts'
import type { OrderEvent } from '../journal/records'
import { isUnsentReplacement } from '../journal/transactions'
import type { PlacerOf } from '../ports'
import type { SigningGate, VerifiedTx } from '../signing-gate'
import type { OrderFollower } from './follow-order'
import { askAgain, isOutdated } from './judged-after-wait'
import { guardOfLook, lastLookAt } from './last-look'
import {
  planReplacement,
  waitingRoot,
  type PlannedReplacement,
  type PlanningParts,
  type ReplacementKind,
  type ReplacementLimits,
  type ReplacementRefusal,
} from './plan-replacement'
import { stateOfUnplaced } from './refusal'
import { intentOf, quoteOf } from './stored-plan'
import { tellOfOrder } from './tell-of-order'
import { untilItLeft } from './until-it-left'

/** Signed bytes, and what they were judged by right before they leave. */
interface Judged {
  readonly tx: VerifiedTx
  readonly facts: GuardInput
}

/** What came of replacing. `sent`: the node took it; `unknown`: it may have left, and is followed like what was taken. */
export type ReplaceOutcome =
  | { readonly kind: 'sent'; readonly hash: Hex; readonly mostWei: bigint }
  | { readonly kind: 'unknown'; readonly hash: Hex; readonly failure: Failure }
  | ReplacementRefusal

/** Whether a replacement could be sent now, and what it may cost at most. */
export type ReplaceOption =
  { readonly kind: 'possible'; readonly mostWei: bigint; readonly perGasWei: bigint; readonly beforePerGasWei: bigint } | ReplacementRefusal

/** Parts of the replacer. It is one of the few that may send. */
export interface ReplacerParts extends Omit<PlanningParts, 'readinessOf'> {
  readonly placerOf: PlacerOf
  readonly gate: SigningGate
  readonly follower: OrderFollower
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/**
 * Replaces what waits to be mined by another transaction with the same nonce, of which the chain takes one: the same again for a higher fee, or
 * one to oneself that does nothing. Journaled like an order: the nonce is the order's own, the bytes are kept before they leave, and what may
 * have left is followed, all of it, until one is final.
 */
export class OrderReplacer {
  readonly #parts: ReplacerParts
  readonly #planning: PlanningParts
  readonly #busy = new Set<string>()

  constructor(parts: ReplacerParts) {
    this.#parts = parts
    const { ports, journal, transactions, gate } = parts
    this.#planning = { ports, journal, transactions, readinessOf: (signerId) => gate.readiness(signerId) }
  }

  /** The same transaction for a fee at least a tenth higher. All guards judge it again, so it is refused while halted. Never throws. */
  speedUp(orderId: string, actor: string, limits: ReplacementLimits = {}): Promise<ReplaceOutcome> {
    return this.#replace(orderId, 'speed-up', actor, limits)
  }

  /**
   * A transaction to oneself that does nothing, in the place of what waits. Passes while halted, within a fee budget of its own. An order that is
   * leaving this very moment is waited for. Also for what an order that ended has left waiting. Never throws.
   */
  async cancelOnChain(orderId: string, actor: string, limits: ReplacementLimits = {}): Promise<ReplaceOutcome> {
    await untilItLeft(this.#parts, orderId)
    this.#parts.ports.makeRoom?.()
    return this.#replace(orderId, 'cancel', actor, limits)
  }

  /** What could be done now and for how much, without doing it; reads the chain. */
  async options(orderId: string, limits: ReplacementLimits = {}): Promise<Readonly<Record<ReplacementKind, ReplaceOption>>> {
    const [speedUp, cancel] = await Promise.all([this.#option(orderId, 'speed-up', limits), this.#option(orderId, 'cancel', limits)])
    return { 'speed-up': speedUp, cancel }
  }

  async #option(orderId: string, kind: ReplacementKind, limits: ReplacementLimits): Promise<ReplaceOption> {
    const { state } = this.#parts.ports.gate.snapshot()
    const planned = await planReplacement(this.#planning, orderId, kind, limits)
    if (!planned.ok) return planned.error
    if (kind === 'speed-up' && state !== 'armed') return { kind: 'denied', denial: denial('KILL_SWITCH_TRIGGERED', { state }) }
    const { tx, newest } = planned.value
    return {
      kind: 'possible',
      mostWei: mostOf(tx),
      perGasWei: tx.maxFeePerGasWei,
      beforePerGasWei: newest.unsigned.maxFeePerGasWei,
    }
  }

  async #replace(orderId: string, kind: ReplacementKind, actor: string, limits: ReplacementLimits): Promise<ReplaceOutcome> {
    if (this.#busy.has(orderId)) return { kind: 'busy' }
    this.#busy.add(orderId)
    try {
      const { value: planned, fetched } = await collectFetched(() => planReplacement(this.#planning, orderId, kind, limits))
      this.#recordFetched(orderId, kind, { outcome: planned.ok ? 'planned' : planned.error.kind }, fetched)
      return planned.ok ? await this.#carryOut(orderId, kind, actor, planned.value) : planned.error
    } catch (thrown) {
      this.#parts.onFault(orderId, thrown)
      return { kind: 'failed', failure: failure('INTERNAL', describeError(thrown)) }
    } finally {
      this.#busy.delete(orderId)
    }
  }

  async #carryOut(orderId: string, kind: ReplacementKind, actor: string, planned: PlannedReplacement): Promise<ReplaceOutcome> {
    const { ports } = this.#parts
    const heldProbe = ports.breakers.probes().includes(orderId)
    if (kind === 'speed-up') ports.breakers.acquireProbes(orderId)
    const outcome = await this.#send(orderId, kind, actor, planned)
    if (outcome.kind !== 'sent' && outcome.kind !== 'unknown' && !heldProbe) ports.breakers.releaseProbes(orderId)
    if (outcome.kind === 'sent' || outcome.kind === 'unknown') this.#parts.follower.join(orderId)
    return outcome
  }

  async #send(orderId: string, kind: ReplacementKind, actor: string, planned: PlannedReplacement): Promise<ReplaceOutcome> {
    const { ports, transactions } = this.#parts
    const { tx, root, purpose } = planned
    const facts = await this.#factsOf(orderId, kind, planned)
    if (!facts.ok) return this.#refused(orderId, kind, actor, { kind: 'failed', failure: facts.error })
    const refused = firstDenial(judge(ports, facts.value))
    if (refused !== null) return this.#refused(orderId, kind, actor, { kind: 'denied', denial: refused.denial }, { guard: refused.guard })

    // What was looked at above may be mined by now.
    if (!this.#stillWaits(orderId, root.txId)) return { kind: 'too-late' }
    const txId = `${root.txId}.r${planned.attempts + 1}`
    this.#giveUpStale(orderId)
    const reserved = transactions.reserveReplacement(root, { txId, purpose, tx })
    if (!reserved.ok) return reserved.error === 'under-way' ? { kind: 'busy' } : { kind: 'too-late' }
    let signed: Result<Judged, ReplaceOutcome>
    try {
      signed = await this.#sign(orderId, kind, actor, planned, txId, facts.value)
      if (signed.ok) transactions.setState(txId, 'sending')
    } catch (thrown) {
      // What cannot be recorded is not done; the nonce stays with what waits.
      transactions.setState(txId, 'abandoned')
      throw thrown
    }
    if (!signed.ok) return signed.error
    const { hash } = signed.value.tx
    const outcome = await this.#place(planned, signed.value, kind)
    try {
      return this.#settle(orderId, kind, actor, { txId, tx, hash }, outcome)
    } catch (thrown) {
      // It may have left, whatever can be written of it now.
      this.#parts.onFault(orderId, thrown)
      return { kind: 'unknown', hash, failure: failure('INTERNAL', describeError(thrown)) }
    }
  }

  /** Replacements of an order are made one at a time, and only here: what has not left is left of one that could not be written to its end. */
  #giveUpStale(orderId: string): void {
    const { transactions } = this.#parts
    transactions.setStates(
      transactions
        .ofOrder(orderId)
        .filter(isUnsentReplacement)
        .map(({ txId }) => [txId, 'abandoned']),
    )
  }

  /** Records, signs, keeps the bytes, has all guards judge once more, and looks whether there is still something to replace. */
  async #sign(
    orderId: string,
    kind: ReplacementKind,
    actor: string,
    planned: PlannedReplacement,
    txId: string,
    facts: GuardInput,
  ): Promise<Result<Judged, ReplaceOutcome>> {
    const { transactions, gate } = this.#parts
    const { tx, newest, purpose, root, record } = planned
    this.#tell(orderId, actor, kind, {
      type: 'OrderReplacing',
      data: {
        how: kind,
        nonce: String(tx.nonce),
        replaces: newest.hash ?? '',
        maxFeePerGasWei: String(tx.maxFeePerGasWei),
        maxPriorityFeePerGasWei: String(tx.maxPriorityFeePerGasWei),
        mostWei: String(mostOf(tx)),
      },
    })
    const signed = await gate.sign({ purpose, orderId, signerId: record.plan.intent.account, by: actor, tx, facts })
    if (!signed.ok) {
      transactions.setState(txId, 'abandoned')
      const { denial: why } = signed.error
      const refusal: ReplacementRefusal =
        why.code === 'SIGNER_LOCKED' ? { kind: 'needs-owner', why: 'SIGNER_LOCKED' } : { kind: 'denied', denial: why }
      return err(this.#refused(orderId, kind, actor, refusal, { code: why.code }))
    }
    const { raw, hash } = signed.value
    transactions.keepSigned(txId, raw, hash)
    this.#tell(orderId, actor, kind, { type: 'OrderReplacementSigned', data: { how: kind, hash } })
    const judged = await this.#judgeSigned(orderId, kind, planned, facts)
    if (judged.ok && this.#stillWaits(orderId, root.txId)) return ok({ tx: { raw, hash }, facts: judged.value })
    transactions.setState(txId, 'abandoned')
    const { why, guard } = judged.ok ? { why: { kind: 'too-late' } as const, guard: null } : judged.error
    return err(this.#refused(orderId, kind, actor, why, { hash, ...guardData(guard) }))
  }

  /** A signature takes its time: what would be sent again for more is judged once more, and what is refused never leaves. A cancel has passed. */
  async #judgeSigned(
    orderId: string,
    kind: ReplacementKind,
    planned: PlannedReplacement,
    before: GuardInput,
  ): Promise<Result<GuardInput, { readonly why: ReplacementRefusal; readonly guard: GuardId | null }>> {
    const { ports } = this.#parts
    if (kind === 'cancel') return ok(before)
    const facts = isOutdated(ports, before) ? await this.#factsOf(orderId, kind, planned) : ok(guardFacts(ports, before))
    if (!facts.ok) return err({ why: { kind: 'failed', failure: facts.error }, guard: null })
    const refused = firstDenial(judge(ports, facts.value))
    return refused === null ? facts : err({ why: { kind: 'denied', denial: refused.denial }, guard: refused.guard })
  }

  async #place(planned: PlannedReplacement, { tx, facts }: Judged, kind: ReplacementKind): Promise<PlaceOutcome> {
    const { ports, placerOf } = this.#parts
    const placer = placerOf(planned.record.plan.intent.venue)
    if (placer === null) return { kind: 'rejected', failure: failure('VENUE_CLOSED', 'the chain is not connected'), neverOut: true }
    // A cancel passes while halted: its one exact shape was judged, and proven of the very bytes that leave.
    const look: LastLook = kind === 'cancel' ? () => null : lastLookAt(ports, facts)
    try {
      return await placer.place({ kind: 'signed-tx', ...tx }, look)
    } catch (thrown) {
      return { kind: 'unknown', failure: failure('INTERNAL', describeError(thrown)) }
    }
  }

  #settle(
    orderId: string,
    kind: ReplacementKind,
    actor: string,
    { txId, tx, hash }: { readonly txId: string; readonly tx: UnsignedTx; readonly hash: Hex },
    outcome: PlaceOutcome,
  ): ReplaceOutcome {
    const { transactions } = this.#parts
    switch (outcome.kind) {
      case 'accepted':
        transactions.setState(txId, 'sent')
        this.#tell(orderId, actor, kind, { type: 'OrderReplaced', data: { how: kind, hash } })
        return { kind: 'sent', hash, mostWei: mostOf(tx) }
      case 'unknown':
        this.#tell(orderId, actor, kind, { type: 'OrderReplacementUnknown', data: { how: kind, hash, ...asData(outcome.failure) } })
        return { kind: 'unknown', hash, failure: outcome.failure }
      case 'withheld':
        transactions.setState(txId, 'abandoned')
        return this.#refused(
          orderId,
          kind,
          actor,
          { kind: 'denied', denial: outcome.denial },
          { hash, ...guardData(guardOfLook(outcome.denial)) },
        )
      case 'rejected':
        transactions.setState(txId, stateOfUnplaced(outcome))
        this.#parts.follower.join(orderId)
        return this.#refused(
          orderId,
          kind,
          actor,
          outcome.failure.code === 'NONCE_TOO_LOW' ? { kind: 'too-late' } : { kind: 'failed', failure: outcome.failure },
          { hash, ...asData(outcome.failure) },
        )
    }
  }

  /** What the guards judge by, on record. An order is judged by what the market says now, as after any wait. */
  async #factsOf(
    orderId: string,
    kind: ReplacementKind,
    { record, purpose, tx }: PlannedReplacement,
  ): Promise<Result<GuardInput, Failure>> {
    const { ports } = this.#parts
    const intent = intentOf(record.plan)
    const asked = { orderId, purpose, intent, request: null, tx }
    const unpriced = { ...asked, quote: null, notionalUsd: null, heldBase: null }
    const { value: now, fetched } = await collectFetched(async () =>
      purpose === 'cancel' ? null : askAgain(ports, { intent, quote: quoteOf(record.plan) }),
    )
    const quoted = now === null || now.ok
    this.#recordFetched(
      orderId,
      kind,
      { outcome: quoted ? 'quoted' : now.error.code, quote: now?.ok === true ? toJson(now.value.quote) : null },
      fetched,
    )
    if (now === null) return ok(guardFacts(ports, { ...unpriced, waitingNonces: this.#waitingNonces(orderId) }))
    if (!now.ok) return now
    const { quote, notionalUsd, heldBase } = now.value
    return ok(guardFacts(ports, { ...asked, quote, notionalUsd, heldBase }))
  }

  /** Where something of an order waits to be mined, by the journal: not by what was planned from it. */
  #waitingNonces(orderId: string): readonly number[] {
    const root = waitingRoot(this.#parts.transactions.ofOrder(orderId))
    return root === null ? [] : [root.nonce]
  }

  /** What a replacement is decided by (product row X6). */
  #recordFetched(orderId: string, how: ReplacementKind, data: JsonObject, fetched: readonly Fetched[]): void {
    const fact: AuditFact = {
      category: 'TRADE_EXECUTION',
      severity: 'info',
      type: 'ReplacementPrepared',
      actor: 'system',
      subject: orderId,
      data: { how, ...data, fetched: toJson(fetched) },
    }
    const { audit, recordAnyway } = this.#parts.ports
    if (how === 'cancel') recordAnyway(fact)
    else audit.append(fact)
  }

  /** Whether nothing at the nonce is known to be mined, as far as is on record. */
  #stillWaits(orderId: string, rootId: string): boolean {
    const state = this.#parts.journal.get(orderId)?.state
    if (state === 'confirming' || state === 'finalizing') return false
    return this.#parts.transactions
      .ofOrder(orderId)
      .every(({ txId, replaces, state: is }) => (txId !== rootId && replaces !== rootId) || (is !== 'mined' && is !== 'replaced'))
  }

  /** Says that nothing left, and why. */
  #refused(
    orderId: string,
    kind: ReplacementKind,
    actor: string,
    why: ReplacementRefusal,
    data: Readonly<Record<string, string>> = {},
  ): ReplaceOutcome {
    const told =
      why.kind === 'denied'
        ? { ...why.denial.figures, code: why.denial.code }
        : why.kind === 'failed'
          ? asData(why.failure)
          : { why: why.kind }
    this.#tell(orderId, actor, kind, { type: 'OrderReplacementFailed', data: { how: kind, ...told, ...data } })
    return why
  }

  /** An event of the order's life; of an order that has ended, a record in the audit log alone. A cancel goes on also where it cannot be written. */
  #tell(orderId: string, actor: string, kind: ReplacementKind, event: OrderEvent): void {
    const { journal, ports } = this.#parts
    try {
      tellOfOrder(journal, (fact) => ports.audit.append(fact), orderId, event, actor)
    } catch (thrown) {
      // What cannot follow the order's state is a mistake of ours, not of the log's.
      if (kind !== 'cancel' || (thrown instanceof HoldfastError && thrown.code === 'ILLEGAL_TRANSITION')) throw thrown
      ports.recordAnyway(orderFact(orderId, event, actor))
    }
  }
}

function guardData(guard: GuardId | null): Record<string, string> {
  return guard === null ? {} : { guard }
}

function mostOf({ gasLimit, maxFeePerGasWei }: UnsignedTx): bigint {
  return gasLimit * maxFeePerGasWei
}

function asData({ code, detail }: Failure): Record<string, string> {
  return { code, detail }
}
