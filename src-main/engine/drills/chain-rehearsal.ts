import type { Hex, UnsignedTx } from '../../domain/evm'
import type { Instrument } from '../../domain/instrument'
import type { OrderPlan } from '../../domain/plan'
import { decimal, ZERO } from '../../lib/decimal'
import type { Clock } from '../../lib/clock'
import type { Random } from '../../lib/random'
import type { Engine } from '../engine'

/** What a rehearsal on a chain works with: an engine of its own, on records, a key and a chain that are gone when it is over. */
export interface ChainRehearsalParts {
  readonly engine: Engine
  /** The account that everything is sent from, checksummed. */
  readonly account: { readonly id: string; readonly address: string }
  readonly chain: {
    readonly chainId: number
    /** Which transaction used a nonce, by the chain's own word. */
    minedAt(nonce: number): Hex | null
    waitingAt(nonce: number): Hex | null
  }
  /** Signs and sends: for what waits when the rehearsal begins. Throws when the chain does not take it. */
  readonly send: (tx: UnsignedTx) => Promise<{ readonly raw: Hex; readonly hash: Hex }>
  readonly clock: Clock
  readonly random: Random
  /** Ends it and takes away everything that it left. */
  readonly close: () => Promise<void>
}

interface Sent {
  readonly orderId: string
  readonly nonce: number
  readonly hash: Hex
}

/** Offers half of what the chain's blocks ask for: it waits until something takes its place. */
const WAITING_FEES = { maxFeePerGasWei: 5_000_000_000n, maxPriorityFeePerGasWei: 1_000_000_000n } as const

/**
 * Transactions that were sent and wait to be mined, for the rehearsal of an emergency (product row B7). How they came to wait is played; that each is
 * replaced by a cancel is done by the very parts that do it in an emergency: the sweep, the replacer, its guard, the signing gate, the proof of the
 * signature and the following until the chain has taken the cancel.
 */
export class ChainRehearsal {
  readonly #sent: Sent[] = []

  constructor(private readonly parts: ChainRehearsalParts) {}

  /** Sends so many that wait. Throws with the reason when one does not. */
  async send(count: number, by: string): Promise<void> {
    for (let nonce = 0; nonce < count; nonce += 1) this.#sent.push(await this.#sendOne(nonce, by))
    this.parts.engine.resumeFollowing()
  }

  /** How many wait or waited. */
  get count(): number {
    return this.#sent.length
  }

  /** Whether the engine refuses to send one again for more because trading is halted. */
  async refusesToSend(by: string): Promise<boolean> {
    const [first] = this.#sent
    if (first === undefined) return false
    const outcome = await this.parts.engine.replacer.speedUp(first.orderId, by)
    return outcome.kind === 'denied' && outcome.denial.code === 'KILL_SWITCH_TRIGGERED'
  }

  /** Goes after them as an emergency does. */
  cancelAll(by: string): void {
    this.parts.engine.sweeper.start({ mode: 'emergency', cause: 'drill', by })
  }

  /** Of how many the chain holds something else at their nonce now. */
  replaced(): number {
    const { chain } = this.parts
    return this.#sent.filter(({ nonce, hash }) => {
      const there = chain.minedAt(nonce) ?? chain.waitingAt(nonce)
      return there !== null && there !== hash
    }).length
  }

  /** Of how many the chain has taken the cancel for good, and the journal says so. */
  canceled(): number {
    const { chain, engine } = this.parts
    return this.#sent.filter(({ orderId, nonce, hash }) => {
      const mined = chain.minedAt(nonce)
      return mined !== null && mined !== hash && engine.journal.get(orderId)?.state === 'canceled'
    }).length
  }

  close(): Promise<void> {
    return this.parts.close()
  }

  async #sendOne(nonce: number, by: string): Promise<Sent> {
    const { engine, account, chain, send, clock } = this.parts
    const { journal, transactions } = engine
    const { address } = account
    const tx: UnsignedTx = {
      chainId: chain.chainId,
      from: address,
      to: address,
      nonce,
      valueWei: 1n,
      data: '0x',
      gasLimit: 21_000n,
      ...WAITING_FEES,
    }
    const plan = this.#plan(tx)
    const { orderId } = plan
    const txId = `${orderId}.0`
    journal.create(plan, 'rehearsal', [], by)
    journal.append(orderId, { type: 'OrderApproved' })
    if (!transactions.reserve(orderId, [{ txId, purpose: 'order', tx }], clock.wallMs()).ok)
      throw new Error('a nonce of the rehearsal is taken')
    journal.append(orderId, { type: 'OrderSigning' })
    const { raw, hash } = await send(tx)
    transactions.keepSigned(txId, raw, hash)
    journal.append(orderId, { type: 'OrderSigned', data: { hash } })
    journal.append(orderId, { type: 'OrderSubmitting' })
    transactions.setState(txId, 'sent')
    journal.append(orderId, { type: 'OrderSubmitted', data: { hash } })
    return { orderId, nonce, hash }
  }

  #plan(tx: UnsignedTx): OrderPlan {
    const { random, clock, account } = this.parts
    const nowMs = clock.wallMs()
    return {
      planId: random.uuid(),
      orderId: random.uuid(),
      intent: {
        environment: 'paper',
        venue: 'paper',
        instrument: INSTRUMENT.symbol,
        side: 'sell',
        type: 'market',
        timeInForce: 'ioc',
        amount: AMOUNT,
        amountUnit: 'base',
        limitPrice: null,
        riskProfile: 'conservative',
        account: account.id,
        source: 'person',
      },
      quote: {
        quoteId: random.uuid(),
        instrument: INSTRUMENT,
        side: 'sell',
        baseAmount: AMOUNT,
        quoteAmount: ONE,
        midPrice: ONE,
        bestPrice: ONE,
        expectedPrice: ONE,
        worstPrice: ONE,
        fillable: ONE,
        depthLevelsWalked: 1,
        fee: ZERO,
        feeAsset: INSTRUMENT.quote.symbol,
        feePct: ZERO,
        range: null,
        usdPerQuote: ONE,
        quotedAtMs: clock.steadyMs(),
      },
      steps: [{ kind: 'evm-tx', purpose: 'order', tx, call: { kind: 'transfer-native', recipient: tx.to } }],
      simulation: null,
      networkFee: null,
      slippageLimitPct: ONE,
      minReceived: ZERO,
      notionalUsd: ONE,
      heldBase: null,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + 60_000,
    }
  }
}

const ONE = decimal(1)
const AMOUNT = decimal('0.01')
const INSTRUMENT: Instrument = {
  symbol: 'ETH-USD',
  venue: 'paper',
  base: { symbol: 'ETH', decimals: 18, address: null },
  quote: { symbol: 'USD', decimals: 8, address: null },
  priceDigits: 2,
  amountDigits: 4,
  minAmountBase: '0.0001',
  orderTypes: ['market', 'limit'],
}
