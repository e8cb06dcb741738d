import { failure, type Denial, type Failure, type FailureCode } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { isOpen } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import type { ConfirmationEvent } from '../../confirmations/confirmations'
import { decimal, fromUnits, ZERO, type Decimal } from '../../lib/decimal'
import { describeError } from '../../lib/errors'
import { NO_PROGRESS, type OrderEvent, type TransactionRecord } from '../journal/records'
import { mayBeMined, rivalsOf } from '../journal/transactions'
import type { ChainSide } from '../ports'
import { chainOf } from './chain-of'
import { guarded, RECONCILE_EVERY_MS, type FollowerHooks, type FollowerParts } from './follow-parts'
import { NonceFollower, type Rival } from './nonce-follower'
import { AmountDoubts, confirmedEvent } from './read-amounts'
import { isCancelOf, isKnownInclusion, isReplacement, leftoverRoot, recordEnd, settleStates, takenBy } from './nonce-facts'

/** How long an allowance may take to be mined before its order gives up, ms. */
const ALLOWANCE_DEADLINE_MS = 180_000

/** What came of an allowance. */
export type AllowanceOutcome =
  | { readonly kind: 'mined'; readonly hash: Hex; readonly blockNumber: number }
  | { readonly kind: 'canceled'; readonly hash: Hex }
  | { readonly kind: 'failed'; readonly why: Failure | Denial }

/** What is followed for an order: the transactions that compete for one nonce. */
interface Watch {
  readonly root: TransactionRecord
  readonly notionalUsd: Decimal | null
  readonly follower: NonceFollower
  stop(): void
}

/**
 * Follows what an order has out on a chain, all transactions of one nonce together, until one of them is final, and turns what the chain says
 * into events of the order's life. It reads; it never sends.
 */
export class ChainFollower {
  private readonly watches = new Map<string, Watch>()
  /** Confirmed swaps whose amounts are being read. */
  private readonly settling = new Map<string, Promise<void>>()
  private readonly doubts = new AmountDoubts()

  constructor(
    private readonly parts: FollowerParts,
    private readonly hooks: FollowerHooks,
    /** The node has forgotten the newest transaction of an order's nonce. */
    private readonly onDropped: (orderId: string, txId: string) => void,
  ) {}

  /** Follows an order's swap and what replaces it, or what an order that ended left waiting. Safe to call twice: it begins anew. */
  follow(orderId: string): void {
    const record = this.parts.journal.get(orderId)
    if (record === null) return
    if (!isOpen(record.state)) {
      this.followLeftover(orderId)
      return
    }
    const txs = this.parts.transactions.ofOrder(orderId)
    const root = txs.find(({ purpose, replaces, hash }) => purpose === 'order' && replaces === null && hash !== null)
    const chain = root === undefined ? null : this.chainOrStop(orderId, root)
    if (chain === null || root === undefined) return
    this.watch(orderId, chain, root, this.notionalOf(orderId), (rival, event) => {
      // Thrown on: what could not be recorded is said again by the monitor.
      guarded(this.parts, orderId, true, () => {
        this.hear(orderId, rival, chain, event)
      })
    })
  }

  /** What an order that has ended left waiting, such as an allowance that took too long: what becomes of it moves its nonces on, not the order. */
  private followLeftover(orderId: string): void {
    const root = leftoverRoot(this.parts.transactions.ofOrder(orderId))
    const chain = root === null ? null : this.chainOrStop(orderId, root)
    if (chain === null || root === null) return
    const isRefusedOrder = root.purpose === 'order' && root.state === 'refused'
    this.watch(orderId, chain, root, isRefusedOrder ? this.notionalOf(orderId) : ZERO, (rival, event) => {
      if (isRefusedOrder && event.kind === 'included') {
        this.comeBack(orderId, rival)
        return
      }
      // Whether it left was not known so far.
      if (event.kind === 'included') this.parts.transactions.found(rival.txId)
      const isLast = event.kind === 'reverted' || event.kind === 'replaced' || (event.kind === 'confirmed' && !event.awaitsFinality)
      if (!isLast) return
      this.parts.journal.together(() => {
        settleStates(this.parts.transactions, orderId, root, event.kind === 'replaced' ? '' : rival.txId)
        if (isRefusedOrder) this.parts.journal.note(orderId, { mayBeOut: false })
      })
      this.stop(orderId)
      this.followLeftover(orderId)
    })
  }

  /** An order that was refused is in a block all the same: it is followed to its end like any other. */
  private comeBack(orderId: string, { hash }: Rival): void {
    const data = { hash, found: 'yes' }
    this.parts.journal.append(orderId, { type: 'OrderReconciled', leadsTo: 'submitted', data, progress: { mayBeOut: false, why: null } })
    this.follow(orderId)
  }

  private notionalOf(orderId: string): Decimal | null {
    const notionalUsd = this.parts.journal.get(orderId)?.plan.notionalUsd ?? null
    return notionalUsd === null ? null : decimal(notionalUsd)
  }

  /** Something that replaces what is followed may have left: from now on it is followed as well. */
  join(orderId: string): void {
    const watch = this.watches.get(orderId)
    if (watch === undefined) this.follow(orderId)
    else this.addRivals(orderId, watch)
  }

  /** Waits until an allowance is mined once, or says why it was not. */
  awaitAllowance(plan: OrderPlan, txId: string): Promise<AllowanceOutcome> {
    const { orderId } = plan
    const { transactions, ports } = this.parts
    const failed = (code: FailureCode, detail: string): AllowanceOutcome => ({ kind: 'failed', why: failure(code, detail) })
    const root = transactions.ofOrder(orderId).find((tx) => tx.txId === txId)
    const chain = root === undefined ? null : this.chainOrStop(orderId, root)
    if (chain === null || root === undefined) return Promise.resolve(failed('VENUE_CLOSED', 'the chain is not connected'))
    return new Promise((resolve) => {
      const finish = (outcome: AllowanceOutcome, winner: string | null): void => {
        // First: where it cannot be recorded, the monitor says it again.
        if (winner !== null) settleStates(this.parts.transactions, orderId, root, winner)
        this.stop(orderId)
        resolve(outcome)
      }
      const giveUp = ports.scheduler.after(ALLOWANCE_DEADLINE_MS, () => {
        finish(failed('TIMEOUT_ERROR', 'the allowance was not mined in time'), null)
      })
      const readReceipt = async ({ hash, txId: winner }: Rival): Promise<void> => {
        const receipt = await chain.reader.receipt(hash)
        if (receipt.ok && receipt.value !== null) finish({ kind: 'mined', hash, blockNumber: receipt.value.blockNumber }, winner)
        else finish(failed('BAD_ANSWER', 'no receipt'), null)
      }
      const taken = async (): Promise<void> => {
        const data = await takenBy(chain, root, transactions.ofOrder(orderId))
        if (data === null) {
          finish(failed('BAD_ANSWER', 'whose the nonce is cannot be told'), null)
          return
        }
        recordEnd(this.parts, orderId, [{ type: 'OrderNonceTaken', data }], { root, winner: '' })
        finish(failed('NONCE_TOO_LOW', 'another transaction took the nonce'), null)
      }
      const orFail = (work: Promise<void>): void => {
        work.catch((thrown: unknown) => {
          finish(failed('INTERNAL', describeError(thrown)), null)
        })
      }
      // An allowance is worth nothing by itself: the lowest tier is enough before the swap that it serves.
      this.watch(
        orderId,
        chain,
        root,
        ZERO,
        (rival, event) => {
          const isCancel = isCancelOf(this.parts.transactions.ofOrder(orderId), rival.txId)
          if (isCancel && (event.kind === 'confirmed' || event.kind === 'reverted'))
            finish({ kind: 'canceled', hash: rival.hash }, rival.txId)
          else if (event.kind === 'confirmed') orFail(readReceipt(rival))
          else if (event.kind === 'reverted') finish(failed('REVERTED', event.reason ?? 'the allowance was reverted'), rival.txId)
          else if (event.kind === 'replaced') orFail(taken())
          else if (event.kind === 'dropped') this.dropped(orderId, rival)
        },
        giveUp,
      )
    })
  }

  /** Asks the chain once what became of an order of unknown outcome; whether it now can be followed. */
  async tryReconcile(orderId: string, chain: ChainSide): Promise<boolean> {
    const { journal, transactions } = this.parts
    const txs = transactions.ofOrder(orderId)
    const root = txs.find(({ purpose, replaces }) => purpose === 'order' && replaces === null)
    // Another chain's word on what it never had is none.
    if (root?.chainId !== chain.reader.chainId) return false
    const isStillAsked = () => journal.get(orderId)?.state === 'unknown'
    for (const tx of mayBeMined(rivalsOf(txs, root))) {
      const seen = await chain.reader.transaction(tx.hash)
      if (!seen.ok || !isStillAsked()) return false
      if (seen.value === null) continue
      if (tx.state === 'sending') transactions.setState(tx.txId, 'sent')
      journal.append(orderId, { type: 'OrderReconciled', leadsTo: 'submitted', data: { hash: tx.hash, found: 'yes' } })
      this.follow(orderId)
      return true
    }
    const used = await chain.reader.transactionCount(root.from)
    if (!used.ok || used.value <= root.nonce || !isStillAsked()) return false
    // One read of one block is no proof: whose the nonce is, is settled at the same depth as a confirmation.
    this.follow(orderId)
    return true
  }

  /** Stops following an order; it stays as it is. */
  stop(orderId: string): void {
    this.watches.get(orderId)?.stop()
    this.watches.delete(orderId)
  }

  /** Stops following everything. */
  stopAll(): void {
    for (const watch of this.watches.values()) watch.stop()
    this.watches.clear()
  }

  /** Nothing more is kept of an order that has ended. */
  forget(orderId: string): void {
    this.stop(orderId)
    this.settling.delete(orderId)
    this.doubts.forget(orderId)
  }

  /** The chain of what is to be followed. While it is not the one that is connected, following pauses, until it is again. */
  private chainOrStop(orderId: string, root: TransactionRecord): ChainSide | null {
    const venue = this.parts.journal.get(orderId)?.plan.intent.venue
    const chain = venue === undefined ? null : chainOf(this.parts.ports.venues, venue, root)
    if (chain === null) this.stop(orderId)
    return chain
  }

  private watch(
    orderId: string,
    chain: ChainSide,
    root: TransactionRecord,
    notionalUsd: Decimal | null,
    tell: (rival: Rival, event: ConfirmationEvent) => void,
    alsoStop: () => void = () => undefined,
  ): void {
    this.stop(orderId)
    const follower = new NonceFollower(chain.monitor, tell)
    const stop = (): void => {
      follower.stop()
      alsoStop()
    }
    const watch: Watch = { root, notionalUsd, follower, stop }
    this.watches.set(orderId, watch)
    this.addRivals(orderId, watch)
  }

  private addRivals(orderId: string, { root, notionalUsd, follower }: Watch): void {
    for (const { txId, hash, from, nonce, state, updatedAtMs } of mayBeMined(rivalsOf(this.parts.transactions.ofOrder(orderId), root))) {
      follower.add({ txId, hash, from, nonce, notionalUsd, sentAtMs: updatedAtMs, refused: state === 'refused' })
    }
  }

  private hear(orderId: string, rival: Rival, chain: ChainSide, event: ConfirmationEvent): void {
    const { journal, ports, transactions } = this.parts
    const record = journal.get(orderId)
    if (record === null || !isOpen(record.state)) return
    const { hash, txId } = rival
    const isCancel = isCancelOf(this.parts.transactions.ofOrder(orderId), rival.txId)
    switch (event.kind) {
      case 'included':
        journal.together(() => {
          transactions.setState(txId, 'mined')
          if (isKnownInclusion(journal, orderId, event.blockHash)) return
          journal.append(orderId, {
            type: isCancel ? 'OrderCancelIncluded' : 'OrderIncluded',
            data: {
              hash,
              block: String(event.blockNumber),
              blockHash: event.blockHash,
              gasUsed: event.gasUsed.toString(),
              feePaidWei: event.feePaidWei.toString(),
              ...(!isCancel && isReplacement(transactions.ofOrder(orderId), txId) ? { how: 'repriced' } : {}),
            },
            progress: { fee: fromUnits(event.feePaidWei, 18).toFixed(), feeAsset: 'ETH' },
          })
        })
        return
      case 'confirmations':
        journal.note(orderId, { confirmations: { have: event.have, need: event.need, finalityNeeded: event.finality } })
        return
      case 'confirmed':
        ports.breakers.record('confirmation', 'success', { orderId })
        if (!isCancel) this.settling.set(orderId, this.settleSwap(orderId, rival, chain, event))
        else if (!event.awaitsFinality) this.canceled(orderId, rival)
        return
      case 'finalized':
        if (isCancel) this.canceled(orderId, rival)
        // Said in the same breath as `confirmed` where the block is old: what the swap moved is recorded first.
        else
          void this.settling.get(orderId)?.then(() => {
            this.finalize(orderId, rival, event.blockNumber)
          })
        return
      case 'reverted':
        // To oneself, of no value: what a revert of it did is use the nonce, which is what it was for.
        if (isCancel) {
          this.canceled(orderId, rival)
          return
        }
        this.reverted(orderId, rival, chain, event)
        return
      case 'reorged':
        journal.together(() => {
          journal.append(orderId, { type: 'OrderReorged', data: { hash, fromBlock: String(event.fromBlock) }, progress: NO_PROGRESS })
          transactions.waitsAgain(txId)
        })
        return
      case 'timed-out':
        journal.append(orderId, { type: 'OrderTimedOut', data: { phase: event.phase } })
        ports.breakers.record('confirmation', 'failure', { orderId, why: event.phase })
        return
      case 'replaced':
        void this.settleTaken(orderId, chain)
        return
      case 'dropped':
        this.dropped(orderId, rival)
        return
      case 'read-failed':
        // The transport has counted the call that failed; counted twice, one lost answer would open the breaker.
        return
      case 'read-succeeded':
        // The transport knows no orders: in the order's name, so that a probe closes the breaker it was sent to try.
        ports.breakers.record('network', 'success', { orderId })
    }
  }

  private reverted(orderId: string, rival: Rival, chain: ChainSide, event: Extract<ConfirmationEvent, { kind: 'reverted' }>): void {
    const code = chain.replacing.revertClass(event.reason)
    const data = { code, reason: event.reason ?? '', block: String(event.blockNumber) }
    const progress = { why: { code, figures: { detail: event.reason ?? '' } } }
    this.end(orderId, rival, { type: 'OrderFailed', data, progress }, 'failure', code)
  }

  /** Nodes forget; the bytes may still be mined, so the order stays open and followed. */
  private dropped(orderId: string, { hash, txId }: Rival): void {
    this.parts.journal.append(orderId, { type: 'OrderTransactionDropped', data: { hash } })
    this.onDropped(orderId, txId)
  }

  private canceled(orderId: string, rival: Rival): void {
    this.end(orderId, rival, { type: 'OrderCanceled', data: { hash: rival.hash, why: 'replaced on the chain' } }, null)
  }

  /** Another transaction has the nonce: one of ours that was not seen, or somebody else's, with the same key. */
  private async settleTaken(orderId: string, chain: ChainSide): Promise<void> {
    const { journal, transactions } = this.parts
    const root = this.watches.get(orderId)?.root
    if (root === undefined) return
    try {
      const txs = transactions.ofOrder(orderId)
      for (const { hash } of mayBeMined(rivalsOf(txs, root))) {
        const receipt = await chain.reader.receipt(hash)
        if (receipt.ok && receipt.value === null) continue
        this.followLater(orderId)
        return
      }
      const data = await takenBy(chain, root, txs)
      const record = journal.get(orderId)
      if (record === null || !isOpen(record.state)) return
      if (data === null) {
        this.followLater(orderId)
        return
      }
      const code = 'NONCE_TOO_LOW'
      const end: OrderEvent = { type: 'OrderFailed', data: { code }, progress: { why: { code, figures: {} } } }
      recordEnd(this.parts, orderId, [{ type: 'OrderNonceTaken', data }, end], { root, winner: '' })
      this.hooks.finish(orderId, 'failure', 'NONCE_TOO_LOW')
    } catch (thrown) {
      this.parts.onFault(orderId, thrown)
      this.followLater(orderId)
    }
  }

  /** Records what the swap really moved, from its receipt, when it has its confirmations. */
  private async settleSwap(
    orderId: string,
    rival: Rival,
    chain: ChainSide,
    event: Extract<ConfirmationEvent, { kind: 'confirmed' }>,
  ): Promise<void> {
    const { journal, ports } = this.parts
    try {
      const record = journal.get(orderId)
      if (record === null) return
      const { intent } = record.plan
      const account = ports.accounts.addressOf(intent.account) ?? ''
      const realised = await chain.receipts.realised(rival.hash, account, intent.instrument, intent.side)
      const now = journal.get(orderId)
      if (now?.state !== 'confirming') return // a reorg came in between; following goes on
      if (!realised.ok && this.doubts.readAgain(orderId, realised.error.code)) {
        this.followLater(orderId)
        return
      }
      // It is mined, but what it moved cannot be read: the confirmation is not whole.
      if (!realised.ok) ports.breakers.record('confirmation', 'failure', { orderId, why: `amounts: ${realised.error.code}` })
      const confirmed = confirmedEvent(record.plan, event, realised)
      if (event.awaitsFinality) journal.append(orderId, confirmed)
      else this.end(orderId, rival, confirmed, 'success')
    } catch (thrown) {
      ports.breakers.record('system', 'failure', { orderId, why: describeError(thrown) })
      this.parts.onFault(orderId, thrown)
      this.followLater(orderId)
    }
  }

  private finalize(orderId: string, rival: Rival, blockNumber: number): void {
    try {
      if (this.parts.journal.get(orderId)?.state !== 'finalizing') return
      this.end(orderId, rival, { type: 'OrderFinalized', data: { block: String(blockNumber) } }, 'success')
    } catch (thrown) {
      this.parts.onFault(orderId, thrown)
      this.followLater(orderId)
    }
  }

  private end(orderId: string, { txId }: Rival, event: OrderEvent, trade: 'success' | 'failure' | null, why?: string): void {
    const root = this.watches.get(orderId)?.root
    recordEnd(this.parts, orderId, [event], root === undefined ? null : { root, winner: txId })
    this.hooks.finish(orderId, trade, why)
  }

  /** The monitor has said all it had to say: it is asked again, from the beginning. */
  private followLater(orderId: string): void {
    const watch = this.watches.get(orderId)
    if (watch === undefined) return
    watch.stop()
    const cancel = this.parts.ports.scheduler.after(RECONCILE_EVERY_MS, () => {
      this.follow(orderId)
    })
    this.watches.set(orderId, { ...watch, stop: cancel })
  }
}
