import { failure, type Failure } from '../../domain/codes'
import type { Instrument, VenueId } from '../../domain/instrument'
import type { Depth, Quote, QuoteRequest } from '../../domain/quote'
import type { Clock } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { Balance, Health, PricePoint, VenueReader } from '../venue'
import { readBalances } from './balances'
import { checkChainId, readHead, type Head } from './chain-head'
import type { ChainProfile } from './chain-profile'
import { depthOf, depthReach } from './depth'
import { marketsOf, priceOf, type Market } from './markets'
import { pointsOf, rangeOf } from './price-history'
import type { PriceHistory, Protocol } from './protocol'
import type { RpcClient } from './rpc'
import { swapQuote, unfillableQuote } from './swap-quote'
import { tradeOf } from './trade'
import type { UsdPrices } from './usd-prices'

/** A history this old is read again, ms; the present price always joins it. */
const HISTORY_LIFETIME_MS = 10_000

/** Parts of a {@link DexReader}. */
export interface DexReaderParts {
  readonly rpc: RpcClient
  readonly profile: ChainProfile
  readonly protocol: Protocol
  readonly usd: UsdPrices
  readonly clock: Clock
}

/** The reading side of one Uniswap version. What belongs to one answer is read at one block. */
export class DexReader implements VenueReader {
  readonly id: VenueId
  private readonly markets: ReadonlyMap<string, Market>
  private readonly histories = new Map<string, { readonly readAtMs: number; readonly history: PriceHistory }>()
  private quotes = 0

  constructor(private readonly parts: DexReaderParts) {
    this.id = parts.protocol.venue
    this.markets = marketsOf(parts.profile, parts.protocol.venue)
  }

  async instruments(): Promise<Result<readonly Instrument[], Failure>> {
    return ok([...this.markets.values()].map((market) => market.instrument))
  }

  async quote(request: QuoteRequest): Promise<Result<Quote, Failure>> {
    const { clock, protocol, usd } = this.parts
    const quotedAtMs = clock.steadyMs()
    if (request.limitPrice !== null) return err(failure('UNSUPPORTED', 'a pool takes market orders only'))
    const found = this.market(request.instrument)
    if (!found.ok) return found
    const market = found.value
    const trade = tradeOf(market, request.side, request.amount, request.amountUnit)
    if (!trade.ok) return trade
    const head = await this.head()
    if (!head.ok) return head
    const [quoted, history, usdPerQuote] = await Promise.all([
      protocol.quote(market, trade.value, head.value.number),
      this.history(market, head.value),
      usd(market.quote, head.value.number),
    ])
    if (!quoted.ok) return quoted
    const { answer, midPrice } = quoted.value
    this.quotes += 1
    const context = {
      quoteId: `${this.id}.${head.value.number}.${this.quotes}`,
      // A range that cannot be known is null, and the guards refuse what they do not know.
      range: history.ok ? rangeOf(history.value, midPrice, headMs(head.value)) : null,
      usdPerQuote,
      quotedAtMs,
    }
    return ok(answer === null ? unfillableQuote(market, trade.value, midPrice, context) : swapQuote(market, trade.value, answer, context))
  }

  async depth(instrument: string, levels: number): Promise<Result<Depth, Failure>> {
    const found = this.market(instrument)
    if (!found.ok) return found
    const head = await this.head()
    if (!head.ok) return head
    const reach = depthReach(levels)
    const curve = await this.parts.protocol.curve(found.value, head.value.number, reach.reachTicks)
    return curve.ok ? ok(depthOf(found.value, curve.value, reach.levels, headMs(head.value))) : curve
  }

  async prices(instrument: string): Promise<Result<readonly PricePoint[], Failure>> {
    const found = this.market(instrument)
    if (!found.ok) return found
    const head = await this.head()
    if (!head.ok) return head
    const [history, price] = await Promise.all([
      this.history(found.value, head.value),
      this.parts.protocol.price(found.value, head.value.number),
    ])
    if (!history.ok) return history
    if (!price.ok) return price
    return ok(pointsOf(history.value, priceOf(found.value, price.value), headMs(head.value)))
  }

  async balances(account: string): Promise<Result<readonly Balance[], Failure>> {
    const head = await this.head()
    return head.ok ? readBalances(this.parts.rpc, this.parts.profile, this.parts.usd, account, head.value) : head
  }

  /** Asks for the chain id and the newest block: reachable, the right chain, and moving. */
  async health(): Promise<Health> {
    const { rpc, profile } = this.parts
    const [chain, head] = await Promise.all([checkChainId(rpc, profile.chainId), this.head()])
    const problem = chain.ok ? (head.ok ? null : head.error) : chain.error
    const detail = problem === null ? (head.ok ? `block ${head.value.number}` : '') : `${problem.code}: ${problem.detail}`
    return { ok: problem === null, lastSuccessMs: rpc.last?.atMs ?? null, latencyMs: rpc.last?.latencyMs ?? null, detail }
  }

  private market(instrument: string): Result<Market, Failure> {
    const market = this.markets.get(instrument)
    return market === undefined ? err(failure('NOT_FOUND', `no pool of ${instrument}`)) : ok(market)
  }

  private head(): Promise<Result<Head, Failure>> {
    return readHead(this.parts.rpc, this.parts.profile, this.parts.clock)
  }

  private async history(market: Market, head: Head): Promise<Result<PriceHistory, Failure>> {
    const nowMs = this.parts.clock.steadyMs()
    const kept = this.histories.get(market.instrument.symbol)
    if (kept !== undefined && nowMs - kept.readAtMs < HISTORY_LIFETIME_MS) return ok(kept.history)
    const history = await this.parts.protocol.history(market, head)
    if (history.ok) this.histories.set(market.instrument.symbol, { readAtMs: nowMs, history: history.value })
    return history
  }
}

function headMs(head: Head): number {
  return head.timestampSec * 1000
}
