import { failure, type Failure } from '../domain/codes'
import type { Hex } from '../domain/evm'
import { err, ok, type Result } from '../lib/result'
import type { ChainBlock, ChainReceipt } from '../venues/chain'
import type { ChainReads } from './chain-reads'
import type { ConfirmationTier, FollowRequest } from './confirmations'

/** A block by number and hash. */
export interface BlockRef {
  readonly number: number
  readonly hash: Hex
}

/** What one poll found of one transaction: a view of the chain that does not contradict itself. */
export type Observation =
  | {
      readonly kind: 'mined'
      readonly receipt: ChainReceipt
      /** Of the block it is in, ms since the Unix epoch. */
      readonly minedAtMs: number
      /** Blocks from its own to the newest, both counted. */
      readonly depth: number
      /** Whether the chain's finalised part holds it; false where that was not asked for. */
      readonly finalized: boolean
    }
  /** The block it was in is no longer part of the chain. */
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'pending'
      readonly headNumber: number
      /** Whether the node knows it at all. */
      readonly known: boolean
      /** A block at or below which another transaction used the nonce: the known one while it is part of the chain; null while it is unused. */
      readonly anchor: BlockRef | null
      /** Number of the newest final block; null when unknown or not asked for. */
      readonly finalizedNumber: number | null
    }
  /** The node is behind what it said before, or its parts are not in step: nothing can be concluded. */
  | { readonly kind: 'behind' }

/** What is already known, and therefore looked at again. */
export interface Known {
  readonly included: BlockRef | null
  /** A block at or below which the nonce was seen used by another transaction. */
  readonly anchor: BlockRef | null
  /** Whether finality matters by now. */
  readonly wantsFinality: boolean
}

type Observed = Result<Observation, Failure>

/**
 * Looks at one transaction. Nothing a single answer says is enough: a receipt counts only in the block that the chain has at that height, and
 * confirmations only as blocks that are linked to it. What contradicts itself is a failed read (BAD_ANSWER), never a confirmation.
 */
export async function observe(reads: ChainReads, request: FollowRequest, tier: ConfirmationTier, known: Known): Promise<Observed> {
  const head = await existing(reads, 'latest')
  if (!head.ok) return head
  // Before the receipt: were it the other way round, our own inclusion in between would look like another's use of the nonce.
  const count = known.included === null ? await reads.transactionCount(request.from) : null
  if (count?.ok === false) return count
  const receipt = await reads.receipt(request.hash)
  if (!receipt.ok) return receipt
  if (receipt.value !== null) {
    const mined = await minedIn(reads, request, tier, known, receipt.value, head.value)
    if (!mined.ok || mined.value !== null) return mined as Observed
  }
  if (known.included !== null) return fateOf(reads, known.included, head.value)
  return pending(reads, request, known, head.value, (count?.value ?? 0) > request.nonce)
}

/** The transaction in the block of its receipt; null when that block is not part of the chain. */
async function minedIn(
  reads: ChainReads,
  request: FollowRequest,
  tier: ConfirmationTier,
  known: Known,
  receipt: ChainReceipt,
  head: ChainBlock,
): Promise<Result<Observation | null, Failure>> {
  if (receipt.hash !== request.hash) return bad('the receipt is of another transaction')
  if (!isReceipt(receipt)) return bad('the receipt is incomplete')
  if (receipt.blockNumber > head.number) return ok({ kind: 'behind' })
  const block = await existing(reads, receipt.blockNumber)
  if (!block.ok) return block
  if (block.value.hash !== receipt.blockHash) return ok(null)
  const depth = head.number - receipt.blockNumber + 1
  const linked = await linkedTo(reads, block.value, Math.min(depth, tier.confirmations), head)
  if (!linked.ok) return linked
  const finalNumber = known.wantsFinality ? await finalizedNumber(reads) : null
  if (finalNumber?.ok === false) return finalNumber
  return ok({
    kind: 'mined',
    receipt,
    minedAtMs: block.value.timestampSec * 1_000,
    depth,
    finalized: (finalNumber?.value ?? -1) >= receipt.blockNumber,
  })
}

/** That `count` blocks from `first` on are one chain, by their parents' hashes; the head among them must be the head we know. */
async function linkedTo(reads: ChainReads, first: ChainBlock, count: number, head: ChainBlock): Promise<Result<null, Failure>> {
  let last = first
  for (let number = first.number + 1; number < first.number + count; number++) {
    const next = await existing(reads, number)
    if (!next.ok) return next
    if (next.value.parentHash !== last.hash) return bad(`block ${number} does not follow block ${last.number}`)
    last = next.value
  }
  return last.number === head.number && last.hash !== head.hash ? bad('the newest block is not part of the chain') : ok(null)
}

/** What became of a block that held the transaction, when its receipt no longer says so. */
async function fateOf(reads: ChainReads, included: BlockRef, head: ChainBlock): Promise<Observed> {
  if (head.number < included.number) return ok({ kind: 'behind' })
  const block = await existing(reads, included.number)
  if (!block.ok) return block
  return block.value.hash === included.hash ? bad('the receipt has gone but its block has not') : ok({ kind: 'gone' })
}

async function pending(reads: ChainReads, request: FollowRequest, known: Known, head: ChainBlock, nonceUsed: boolean): Promise<Observed> {
  const transaction = await reads.transaction(request.hash)
  if (!transaction.ok) return transaction
  if (transaction.value !== null && transaction.value.hash !== request.hash) return bad('it is another transaction')
  // The node says mined here and has no receipt there: wait until it agrees with itself.
  if (transaction.value !== null && transaction.value.blockNumber !== null) return ok({ kind: 'behind' })
  if (!nonceUsed)
    return ok({ kind: 'pending', headNumber: head.number, known: transaction.value !== null, anchor: null, finalizedNumber: null })
  const anchor = await anchorOf(reads, known.anchor, head)
  if (!anchor.ok) return anchor
  const finalNumber = known.wantsFinality ? await finalizedNumber(reads) : null
  if (finalNumber?.ok === false) return finalNumber
  return ok({
    kind: 'pending',
    headNumber: head.number,
    known: transaction.value !== null,
    anchor: anchor.value,
    finalizedNumber: finalNumber?.value ?? null,
  })
}

/** The anchor there was, if the chain still has it, or a new one: read after the nonce was, for the poll's own head may be older than its use. */
async function anchorOf(reads: ChainReads, before: BlockRef | null, head: ChainBlock): Promise<Result<BlockRef, Failure>> {
  if (before !== null && before.number <= head.number) {
    const block = await existing(reads, before.number)
    if (!block.ok) return block
    if (block.value.hash === before.hash) return ok(before)
  }
  const newest = checked(await reads.newestNow(), 'latest')
  return newest.ok ? ok({ number: newest.value.number, hash: newest.value.hash }) : newest
}

/** The newest final block's number, if it is part of the chain that we see; null where the chain has none yet. */
async function finalizedNumber(reads: ChainReads): Promise<Result<number | null, Failure>> {
  const final = await reads.block('finalized')
  if (!final.ok) return final
  if (final.value === null) return ok(null)
  const seen = await existing(reads, final.value.number)
  if (!seen.ok) return seen
  return seen.value.hash === final.value.hash ? ok(final.value.number) : bad('the final block is not part of the chain')
}

/** A block that must be there. */
async function existing(reads: ChainReads, which: number | 'latest'): Promise<Result<ChainBlock, Failure>> {
  return checked(await reads.block(which), which)
}

function checked(block: Result<ChainBlock | null, Failure>, which: number | 'latest'): Result<ChainBlock, Failure> {
  if (!block.ok) return block
  if (block.value === null) return bad(`there is no block ${which}`)
  if (!isBlock(block.value)) return bad(`block ${which} is incomplete`)
  if (which !== 'latest' && block.value.number !== which) return bad(`asked for block ${which}, got block ${block.value.number}`)
  return { ok: true, value: block.value }
}

/** A number that is none compares false with every bound, and a missing status looks like a failure: neither may get that far. */
function isBlock({ number, hash, timestampSec }: ChainBlock): boolean {
  return Number.isSafeInteger(number) && typeof hash === 'string' && Number.isSafeInteger(timestampSec)
}

function isReceipt({ blockNumber, succeeded, gasUsed, effectiveGasPriceWei }: ChainReceipt): boolean {
  return (
    Number.isSafeInteger(blockNumber) &&
    typeof succeeded === 'boolean' &&
    typeof gasUsed === 'bigint' &&
    typeof effectiveGasPriceWei === 'bigint'
  )
}

function bad(detail: string): { readonly ok: false; readonly error: Failure } {
  return err(failure('BAD_ANSWER', detail))
}
