import type { InstrumentView } from '../../../src-preload/contract/market'
import type { CallOutput } from '../../../src-preload/contract/index'
import { decimal, type Decimal } from '../../../src-main/lib/decimal'
import { seeded } from './random'

type Depth = CallOutput<'market.depth'>

const asset = (symbol: string, decimals: number, address: string | null = null) => ({ symbol, decimals, address })
export const TOKENS = {
  USDC: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
  WETH: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2',
  WBTC: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
}

const PAPER: InstrumentView[] = [
  ['ETH', 2, 4, '0.001'],
  ['BTC', 2, 5, '0.0001'],
  ['SOL', 3, 2, '0.1'],
].map(([symbol, priceDigits, amountDigits, min]) => ({
  symbol: `${symbol}-USD`,
  venue: 'paper',
  base: asset(String(symbol), 8),
  quote: asset('USD', 2),
  priceDigits: Number(priceDigits),
  amountDigits: Number(amountDigits),
  minAmountBase: String(min),
  orderTypes: ['market', 'limit'],
}))

const CHAIN: InstrumentView[] = (['uniswap-v3', 'uniswap-v2'] as const).map((venue) => ({
  symbol: 'ETH-USDC',
  venue,
  base: asset('ETH', 18),
  quote: asset('USDC', 6, TOKENS.USDC),
  priceDigits: 2,
  amountDigits: 6,
  minAmountBase: '0.0001',
  orderTypes: ['market'],
}))

const START: Readonly<Record<string, number>> = { 'ETH-USD': 2_498.2, 'BTC-USD': 67_350, 'SOL-USD': 148.25, 'ETH-USDC': 2_497.6 }
const HOUR_MS = 3_600_000

/** A market that wanders a little, the same way every time. */
export class FakeMarket {
  private readonly random = seeded(7)
  private readonly series = new Map<string, { atMs: number; price: string }[]>()

  constructor(
    private readonly withChain: boolean,
    nowMs: number,
  ) {
    for (const instrument of this.instruments()) this.series.set(instrument.symbol, this.past(instrument, nowMs))
  }

  instruments(): InstrumentView[] {
    return this.withChain ? [...CHAIN, ...PAPER] : PAPER
  }

  find(venue: string, symbol: string): InstrumentView | undefined {
    return this.instruments().find((each) => each.venue === venue && each.symbol === symbol)
  }

  prices(symbol: string): { atMs: number; price: string }[] {
    return this.series.get(symbol) ?? []
  }

  mid(symbol: string): Decimal {
    return decimal(this.prices(symbol).at(-1)?.price ?? '1')
  }

  /** Moves a pair one step. */
  move(symbol: string, nowMs: number): string {
    const { priceDigits } = this.instruments().find((each) => each.symbol === symbol) ?? { priceDigits: 2 }
    const step = 1 + (this.random() - 0.5) * 0.0006
    const price = this.mid(symbol).mul(step.toFixed(8)).toFixed(priceDigits)
    this.prices(symbol).push({ atMs: nowMs, price })
    return price
  }

  depth(symbol: string, levels: number, nowMs: number): Depth {
    const random = seeded(symbol.length * 31)
    const mid = this.mid(symbol)
    const side = (direction: 1 | -1) =>
      Array.from({ length: levels }, (_, index) => ({
        price: mid.mul(1 + direction * (0.0001 + index * 0.00022 + random() * 0.00008)).toFixed(2),
        sizeBase: decimal((0.4 + random() * (1.2 + index * 0.25)).toFixed(4)).toFixed(),
      }))
    return { bids: side(-1), asks: side(1), atMs: nowMs }
  }

  private past({ symbol, priceDigits }: InstrumentView, nowMs: number): { atMs: number; price: string }[] {
    let price = START[symbol] ?? 100
    const points = 240
    return Array.from({ length: points }, (_, index) => {
      price *= 1 + (this.random() - 0.497) * 0.0016
      return { atMs: nowMs - HOUR_MS + index * (HOUR_MS / points), price: price.toFixed(priceDigits) }
    })
  }
}
