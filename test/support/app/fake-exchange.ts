import type { Failure } from '../../../src-main/domain/codes'
import type { Instrument } from '../../../src-main/domain/instrument'
import type { Venue } from '../../../src-main/engine/ports'
import type { Clock } from '../../../src-main/lib/clock'
import { decimal } from '../../../src-main/lib/decimal'
import { err, ok } from '../../../src-main/lib/result'
import type {
  CancelOutcome,
  Placeable,
  PlaceOutcome,
  VenueOrderStatus,
  VenueOrderUpdate,
  VenuePlacer,
} from '../../../src-main/venues/venue'
import type { OrderDraft } from '../../../src-main/engine/orders/parse-draft'

const ETH_USD: Instrument = {
  symbol: 'ETH-USD',
  venue: 'paper',
  base: { symbol: 'ETH', decimals: 8, address: null },
  quote: { symbol: 'USD', decimals: 8, address: null },
  priceDigits: 2,
  amountDigits: 4,
  minAmountBase: '0.001',
  orderTypes: ['market', 'limit'],
}

/** Sells 1 ETH with a limit that rests. */
export const RESTING: Partial<OrderDraft> = {
  venue: 'paper',
  instrument: 'ETH-USD',
  type: 'limit',
  timeInForce: 'gtc',
  limitPrice: '2500',
  account: 'paper-main',
}

/** An exchange in the test's hand: it takes orders, and says of them what the test says. */
export class FakeExchange {
  readonly placed: Extract<Placeable, { kind: 'venue-order' }>[] = []
  onPlace: () => PlaceOutcome | Promise<PlaceOutcome> = () => ({ kind: 'accepted', ref: 'ref' })
  onCancel: () => CancelOutcome | Promise<CancelOutcome> = () => ({ kind: 'canceled' })
  readonly canceled: string[] = []
  /** What it holds of orders. */
  readonly held = new Map<string, VenueOrderStatus>()
  findFailure: Failure | null = null
  private readonly listeners = new Set<(updates: readonly VenueOrderUpdate[]) => void>()

  constructor(private readonly clock: Clock) {}

  tell(...updates: readonly VenueOrderUpdate[]): void {
    for (const listener of this.listeners) listener(updates)
  }

  readonly placer: VenuePlacer = {
    place: async (what, lastLook) => {
      const refused = lastLook()
      if (refused !== null) return { kind: 'withheld', denial: refused }
      if (what.kind === 'venue-order') this.placed.push(what)
      return this.onPlace()
    },
    cancel: async (clientOrderId) => {
      this.canceled.push(clientOrderId)
      return this.onCancel()
    },
  }

  readonly venue: Venue = {
    id: 'paper',
    reader: {
      id: 'paper',
      instruments: async () => ok([ETH_USD]),
      quote: async ({ side, amount }) =>
        ok({
          quoteId: 'bench',
          instrument: ETH_USD,
          side,
          baseAmount: amount,
          quoteAmount: amount.mul(2500),
          midPrice: decimal(2500),
          bestPrice: decimal(2500),
          expectedPrice: decimal(2500),
          worstPrice: decimal(2500),
          fillable: decimal(1),
          depthLevelsWalked: 1,
          fee: decimal(5),
          feeAsset: 'USD',
          feePct: decimal('0.2'),
          range: { low: decimal(2450), high: decimal(2550), coversMs: 3_600_000 },
          usdPerQuote: decimal(1),
          quotedAtMs: this.clock.steadyMs(),
        }),
      depth: async () => ok({ bids: [], asks: [], atMs: this.clock.wallMs() }),
      prices: async () => ok([]),
      balances: async () => ok([]),
      health: async () => ({ ok: true, lastSuccessMs: null, latencyMs: 1, detail: '' }),
    },
    planner: {
      populate: async (intent, quote, { orderId }) =>
        ok({
          steps: [
            {
              kind: 'venue-order',
              purpose: 'order',
              request: {
                clientOrderId: orderId,
                instrument: intent.instrument,
                side: intent.side,
                type: intent.type,
                timeInForce: intent.timeInForce,
                baseAmount: intent.amount,
                limitPrice: intent.limitPrice ?? quote.midPrice,
              },
            },
          ],
          simulation: null,
          networkFee: null,
          minReceived: decimal(1),
        }),
    },
    orders: {
      subscribe: (listener) => {
        this.listeners.add(listener)
        return () => {
          this.listeners.delete(listener)
        }
      },
      find: async (clientOrderId) => (this.findFailure === null ? ok(this.held.get(clientOrderId) ?? null) : err(this.findFailure)),
      open: async () => ok([...this.held.keys()]),
    },
    chain: null,
  }
}
