import { failure, type Failure } from '../../../src-main/domain/codes'
import type { Hex, Simulation } from '../../../src-main/domain/evm'
import type { OrderIntent } from '../../../src-main/domain/intent'
import type { Quote } from '../../../src-main/domain/quote'
import type { ConfirmationEvent, ConfirmationMonitor, FollowRequest } from '../../../src-main/confirmations/confirmations'
import type { ChainSide, Venue } from '../../../src-main/engine/ports'
import type { Clock } from '../../../src-main/lib/clock'
import { decimal, toUnits, type Decimal } from '../../../src-main/lib/decimal'
import { err, ok, type Result } from '../../../src-main/lib/result'
import type { MarketFees, RealisedSwap } from '../../../src-main/venues/chain'
import type {
  LastLook,
  Placeable,
  PlaceOutcome,
  PopulatedStep,
  VenuePlacer,
  VenuePlanner,
  VenueReader,
} from '../../../src-main/venues/venue'
import { approveData, BENCH_CHAIN_ID, benchTx, ROUTER, SIGNER_ADDRESS, swapData, USDC, WETH, WETH_USDC } from './bench-chain'

type SignedTx = Extract<Placeable, { kind: 'signed-tx' }>

const DEADLINE_SEC = 120
const HUNDRED = decimal(100)

/** One transaction that the engine follows; the test says what becomes of it. */
export interface Followed {
  readonly request: FollowRequest
  emit(event: ConfirmationEvent): void
  stopped: boolean
}

/** A chain with one pool, in the test's hand. The steps it plans are real calldata, so that the real guards judge them. */
export class FakeChainVenue {
  /** Mid price, quote per base. */
  midPrice = decimal(2500)
  /** What the expected price loses against mid, percent. */
  slippagePct = decimal('0.1')
  range: Quote['range'] = { low: decimal(2450), high: decimal(2550), coversMs: 3_600_000 }
  quoteFailure: Failure | null = null
  usdPerQuote: Decimal | null = decimal(1)
  needsAllowance = false
  /** The chain's own next nonce. */
  chainNonce = 0
  changeSteps: (steps: readonly PopulatedStep[]) => readonly PopulatedStep[] = (steps) => steps
  simulation: Simulation | null | undefined
  /** What reached the placing side. */
  readonly placed: SignedTx[] = []
  /** What comes of placing; by default the look decides, and then it is taken. */
  onPlace: (what: SignedTx) => PlaceOutcome | Promise<PlaceOutcome> = (what) => ({ kind: 'accepted', ref: what.hash })
  readonly followed: Followed[] = []
  /** Transactions that the node knows. */
  readonly known = new Map<string, { readonly blockNumber: number | null }>()
  readFailure: Failure | null = null
  /** What the market asks for gas. */
  marketFees: Result<MarketFees, Failure> = ok({
    maxFeePerGasWei: 20_000_000_000n,
    maxPriorityFeePerGasWei: 1_000_000_000n,
    expectedPerGasWei: 10_000_000_000n,
  })
  /** Who took the nonce, as far as the chain can tell. */
  nonceUser: Hex | null = null
  realised: Result<RealisedSwap, Failure> = ok({ paid: decimal(1), received: decimal(2490) })

  constructor(private readonly clock: Clock) {}

  /** What was followed last. */
  get last(): Followed {
    return this.followed.at(-1)!
  }

  readonly reader: VenueReader = {
    id: 'uniswap-v3',
    instruments: async () => ok([WETH_USDC]),
    quote: async (request) => (this.quoteFailure === null ? ok(this.quoteOf(request.side, request.amount)) : err(this.quoteFailure)),
    depth: async () => ok({ bids: [], asks: [], atMs: this.clock.wallMs() }),
    prices: async () => ok([]),
    balances: async () => ok([]),
    health: async () => ({ ok: true, lastSuccessMs: null, latencyMs: 1, detail: '' }),
  }

  readonly planner: VenuePlanner = {
    populate: async (intent, quote, context) => {
      const minReceived = quote.expectedPrice
        .mul(quote.baseAmount)
        .mul(decimal('0.997'))
        .mul(HUNDRED.sub(context.slippageLimitPct))
        .div(HUNDRED)
      const amountInRaw = toUnits(intent.amount, 18)
      const { held } = context.ownNonces
      const free = (from: number): number => (held.includes(from) ? free(from + 1) : from)
      const nonce = free(this.chainNonce)
      const data = swapData({
        amountInRaw,
        minOutRaw: toUnits(minReceived, 6) + 1n,
        deadlineSec: Math.floor(context.nowMs / 1000) + DEADLINE_SEC,
      })
      const approve: PopulatedStep = {
        kind: 'evm-tx',
        purpose: 'approve',
        tx: benchTx({ to: WETH, nonce, data: approveData(amountInRaw) }),
      }
      const swap: PopulatedStep = {
        kind: 'evm-tx',
        purpose: 'order',
        tx: benchTx({ to: ROUTER, nonce: this.needsAllowance ? free(nonce + 1) : nonce, data }),
      }
      return ok({
        steps: this.changeSteps(this.needsAllowance ? [approve, swap] : [swap]),
        simulation: this.simulation === undefined ? simulationOf(intent, quote) : this.simulation,
        networkFee: { gasLimit: 300_000n, expectedWei: 1n, maxWei: 9_000_000_000_000_000n, expectedUsd: decimal('0.5') },
        minReceived,
      })
    },
  }

  readonly placer: VenuePlacer = {
    place: async (what: Placeable, lastLook: LastLook) => {
      if (what.kind !== 'signed-tx') return { kind: 'rejected', failure: failure('UNSUPPORTED', 'not here') }
      const refused = lastLook()
      if (refused !== null) return { kind: 'withheld', denial: refused }
      this.placed.push(what)
      return this.onPlace(what)
    },
    cancel: async () => ({ kind: 'rejected', failure: failure('UNSUPPORTED', 'not here') }),
  }

  readonly monitor: ConfirmationMonitor = {
    follow: (request, emit) => {
      const followed: Followed = { request, emit, stopped: false }
      this.followed.push(followed)
      return () => {
        followed.stopped = true
      }
    },
  }

  readonly chain: ChainSide = {
    reader: {
      chainId: BENCH_CHAIN_ID,
      finalityDeadlineMs: 600_000,
      block: async () => ok(null),
      receipt: async (hash) => {
        const mined = this.known.get(hash)?.blockNumber ?? null
        if (this.readFailure !== null) return err(this.readFailure)
        if (mined === null) return ok(null)
        return ok({ hash, blockNumber: mined, blockHash: HASH, succeeded: true, gasUsed: 50_000n, effectiveGasPriceWei: 1n })
      },
      transaction: async (hash: Hex) => {
        if (this.readFailure !== null) return err(this.readFailure)
        const found = this.known.get(hash)
        return ok(found === undefined ? null : { hash, from: SIGNER_ADDRESS, nonce: 0, blockNumber: found.blockNumber })
      },
      transactionCount: async () => (this.readFailure === null ? ok(this.chainNonce) : err(this.readFailure)),
      revertReason: async () => null,
    },
    receipts: { realised: async () => this.realised },
    monitor: this.monitor,
    replacing: {
      marketFees: async () => this.marketFees,
      selfTransferGas: async () => ok(21_000n),
      nonceUser: async () => ok(this.nonceUser),
      revertClass: (reason) => (reason === 'out of gas' ? 'OUT_OF_GAS' : reason === 'Transaction too old' ? 'EXPIRED' : 'REVERTED'),
    },
  }

  readonly venue: Venue = { id: 'uniswap-v3', reader: this.reader, planner: this.planner, orders: null, chain: this.chain }

  private quoteOf(side: Quote['side'], baseAmount: Decimal): Quote {
    const expectedPrice = this.midPrice.mul(HUNDRED.sub(this.slippagePct)).div(HUNDRED)
    return {
      quoteId: 'bench',
      instrument: WETH_USDC,
      side,
      baseAmount,
      quoteAmount: expectedPrice.mul(baseAmount),
      midPrice: this.midPrice,
      bestPrice: this.midPrice,
      expectedPrice,
      worstPrice: expectedPrice,
      fillable: decimal(1),
      depthLevelsWalked: 1,
      fee: decimal('7.5'),
      feeAsset: 'USDC',
      feePct: decimal('0.3'),
      range: this.range,
      usdPerQuote: this.usdPerQuote,
      quotedAtMs: this.clock.steadyMs(),
    }
  }
}

const HASH: Hex = `0x${'cd'.repeat(32)}`

/** What the swap of an intent does when all goes well. */
export function simulationOf(intent: OrderIntent, quote: Quote): Simulation {
  const received = quote.expectedPrice.mul(intent.amount).mul(decimal('0.997'))
  return {
    ok: true,
    revertReason: null,
    changes: [
      { account: SIGNER_ADDRESS, asset: 'WETH', token: WETH, decimals: 18, deltaRaw: -toUnits(intent.amount, 18) },
      { account: SIGNER_ADDRESS, asset: 'USDC', token: USDC, decimals: 6, deltaRaw: toUnits(received, 6) },
    ],
    gasUsed: 120_000n,
    method: 'eth_simulateV1',
    blockNumber: 1,
  }
}
