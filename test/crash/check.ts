import type { Heard } from './life'
import type { OrderOnRecord, TxOnRecord } from './on-record'

/** What happens to an order once at most. */
const ONCE = ['OrderInitialized', 'OrderApproved', 'AllowanceRequested', 'OrderSigning', 'OrderSigned', 'OrderSubmitting', 'OrderSubmitted']
/** What ends an order. */
const ENDS = ['OrderDenied', 'OrderWithheld', 'OrderRejected', 'OrderFilled', 'OrderCanceled', 'OrderFailed', 'OrderFinalized']
/** What may end one, or lead to something that is still open. */
const MAY_END = ['OrderReconciled', 'OrderConfirmed']
const ENDED: ReadonlySet<string> = new Set(['denied', 'rejected', 'filled', 'canceled', 'failed'])

/** What an exchange has of one of our orders. */
export interface HeldOrder {
  readonly state: 'open' | 'filled' | 'canceled' | 'rejected'
  readonly filled: string
}

/** What a chain has of us. */
export interface MinedTruth {
  /** Whether each mined transaction succeeded, by hash. */
  readonly receipts: ReadonlyMap<string, boolean>
  /** Transactions of ours in blocks since the beginning, whoever made them. */
  readonly minedSince: number
  readonly latest: number
  readonly pending: number
  /** What our base balance really changed by since the beginning, smallest units. */
  readonly baseDelta: bigint
  readonly baseUnits: (amount: string) => bigint
}

/** What is wrong with orders that should all have come to their end; nothing when all is well. Product row B2. */
export function checkLives(orders: readonly OrderOnRecord[], heard: Heard): string[] {
  const wrong = [...heard.contradictions]
  const known = new Map(orders.map((order) => [order.id, order]))
  for (const id of heard.confirmed) if (!known.has(id)) wrong.push(`LOST: ${id} was confirmed and is not on record`)
  for (const { id, state, filled, life } of orders) {
    if (!ENDED.has(state)) wrong.push(`STUCK: ${id} is still ${state}: ${life.join(' ')}`)
    for (const type of ONCE)
      if (count(life, type) > 1) wrong.push(`DOUBLED: ${id} has ${type} ${count(life, type)} times: ${life.join(' ')}`)
    const ends = life.filter((type) => ENDS.includes(type)).length
    if (ends > 1) wrong.push(`DOUBLED: ${id} ended ${ends} times: ${life.join(' ')}`)
    if (ends === 0 && !MAY_END.includes(life.filter((type) => !AFTER_THE_END.has(type)).at(-1) ?? ''))
      wrong.push(`LOST: ${id} is ${state} by nothing that ends an order: ${life.join(' ')}`)
    const told = heard.ends.get(id)
    if (told !== undefined && (told.state !== state || told.filled !== filled))
      wrong.push(`CHANGED: ${id} was told as ${told.state} (${told.filled}) and is ${state} (${filled})`)
  }
  return wrong
}

/** What may still be told of the transactions of an order that has ended. */
const AFTER_THE_END: ReadonlySet<string> = new Set(['OrderReplacementFailed', 'OrderReplacementUnknown', 'OrderTimedOut'])

/** What is wrong between the record and an exchange. */
export function checkExchange(orders: readonly OrderOnRecord[], held: ReadonlyMap<string, HeldOrder>, heard: Heard): string[] {
  const wrong: string[] = []
  const known = new Map(orders.map((order) => [order.id, order]))
  for (const id of held.keys()) if (!known.has(id)) wrong.push(`LOST: the exchange has ${id}, which is not on record`)
  for (const [id, times] of heard.handed) {
    if (times > 1) wrong.push(`DOUBLED: ${id} was handed to the exchange ${times} times`)
    if (known.get(id)?.life.includes('OrderSubmitting') !== true) wrong.push(`UNRECORDED: ${id} was handed over before that was on record`)
  }
  for (const { id, state, filled } of orders) {
    const there = held.get(id)
    const expected = there === undefined ? 'nothing' : `${there.state} ${there.filled}`
    const is = state === 'failed' || state === 'denied' ? 'nothing' : `${state} ${filled}`
    if (is !== expected) wrong.push(`DIFFERENT: ${id} is ${state} ${filled}; the exchange has ${expected}`)
  }
  return wrong
}

/** What is wrong between the record and a chain. */
export function checkChain(orders: readonly OrderOnRecord[], txs: readonly TxOnRecord[], truth: MinedTruth, heard: Heard): string[] {
  const wrong: string[] = []
  const { receipts, minedSince, latest, pending, baseDelta, baseUnits } = truth
  for (const [hash, times] of heard.handed) {
    if (times > 1) wrong.push(`DOUBLED: ${hash} was sent ${times} times`)
    if (!txs.some((tx) => tx.hash === hash)) wrong.push(`UNRECORDED: ${hash} was sent and is not on record`)
  }
  if (receipts.size !== minedSince) wrong.push(`LOST: ${minedSince} transactions of ours are mined, ${receipts.size} of them on record`)
  if (pending !== latest) wrong.push(`STUCK: nonces ${latest} to ${pending - 1} wait in the node`)
  for (const { order, nonce, state } of txs) {
    // Also where the chain has counted its nonce: what became of it is recorded together with what ended its order, and every order has ended.
    if (['reserved', 'signed', 'sending', 'sent'].includes(state)) wrong.push(`STUCK: nonce ${nonce} of ${order} is still ${state}`)
    if (state === 'mined' && nonce >= latest) wrong.push(`DIFFERENT: nonce ${nonce} of ${order} is mined on record and not on the chain`)
  }
  let moved = 0n
  for (const { id, side, state, filled } of orders) {
    const swaps = txs.filter(({ order, purpose, hash }) => order === id && purpose === 'order' && hash !== null && receipts.has(hash))
    const traded = swaps.filter(({ hash }) => receipts.get(hash ?? '') === true).length
    if (swaps.length > 1) wrong.push(`DOUBLED: ${swaps.length} transactions of ${id} are mined`)
    if ((state === 'filled') !== (traded === 1)) wrong.push(`DIFFERENT: ${id} is ${state}, and ${traded} swaps of it were carried out`)
    if (state === 'filled') moved += side === 'buy' ? baseUnits(filled) : -baseUnits(filled)
  }
  if (moved !== baseDelta) wrong.push(`DIFFERENT: the record moved ${moved} base units, the chain ${baseDelta}`)
  return wrong
}

function count(life: readonly string[], type: string): number {
  return life.filter((one) => one === type).length
}
