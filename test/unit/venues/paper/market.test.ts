import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { LISTINGS, listingOf } from '../../../../src-main/venues/paper/listings'
import { HOUR_TICKS, Market, SHOCK_TICKS, type Shock } from '../../../../src-main/venues/paper/market'
import type { Seed } from '../../../../src-main/venues/paper/price-walk'

const SEED: Seed = [0x12345678, 0x9abcdef0]
const START = 3_400_000_000
const symbols = LISTINGS.map(({ instrument }) => instrument.symbol)
const sol = listingOf('SOL-USD')!

function everything(market: Market) {
  return symbols.map((symbol) => ({
    hour: market.hour(symbol),
    range: market.range(symbol),
    ladder: market.ladder(listingOf(symbol)!),
    flow: market.flow(listingOf(symbol)!),
  }))
}

describe('the market', { timeout: 30_000 }, () => {
  it('knows the last hour from the very first moment', () => {
    const market = new Market(SEED, [], START)
    for (const symbol of symbols) {
      const hour = market.hour(symbol)
      expect(hour).toHaveLength(HOUR_TICKS + 1)
      expect(hour.at(-1)).toBe(market.fairTicks(symbol))
      expect(new Set(hour).size).toBeGreaterThan(symbol === 'ETH-BTC' ? 5 : 100)
    }
  })

  it('is the same however a tick is reached: at once, step by step, or over a gap', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 2 * HOUR_TICKS }), { minLength: 1, maxLength: 3 })
    const shocks = fc.array(fc.record({ instrument: fc.constantFrom(...symbols), movePpm: fc.integer({ min: -900_000, max: 900_000 }) }), {
      maxLength: 2,
    })
    fc.assert(
      fc.property(gaps, shocks, (steps, moves) => {
        const walked = new Market(SEED, [], START)
        for (const { instrument, movePpm } of moves) walked.shock(instrument, movePpm)
        let tick = START
        for (const step of steps) walked.advanceTo((tick += step))
        const shocked: Shock[] = moves.map((move) => ({ ...move, atTick: START + 1 }))
        expect(everything(walked)).toEqual(everything(new Market(SEED, shocked, tick)))
      }),
      { numRuns: 6 },
    )
  })

  it('moves plausibly: never still, a few percent an hour at most, and always back to its anchor', () => {
    const market = new Market(SEED, [], START)
    for (let hour = 1; hour <= 24; hour++) {
      market.advanceTo(START + hour * HOUR_TICKS)
      for (const { instrument, fair } of LISTINGS) {
        if (fair.kind !== 'walk') continue
        const { low, high } = market.range(instrument.symbol)
        const rangePpm = Number(((high - low) * 1_000_000n) / fair.anchorTicks)
        expect(rangePpm).toBeGreaterThan(1_000)
        expect(rangePpm).toBeLessThan(40_000)
        const offPpm = Number(((market.fairTicks(instrument.symbol) - fair.anchorTicks) * 1_000_000n) / fair.anchorTicks)
        expect(Math.abs(offPpm)).toBeLessThan(80_000)
      }
    }
  })

  it('keeps ETH-BTC at the quotient of its parts', () => {
    const market = new Market(SEED, [], START)
    const eth = Number(market.fairTicks('ETH-USD')) / 100
    const btc = Number(market.fairTicks('BTC-USD')) / 10
    expect(Number(market.fairTicks('ETH-BTC')) / 1e5).toBeCloseTo(eth / btc, 4)
  })

  it('quotes at least twenty levels a side, best first, apart and never crossed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.constantFrom(...symbols), (ahead, symbol) => {
        const market = new Market(SEED, [], START)
        market.advanceTo(START + ahead)
        const { bids, asks } = market.ladder(listingOf(symbol)!)
        expect(bids.length).toBeGreaterThanOrEqual(20)
        expect(asks.length).toBeGreaterThanOrEqual(20)
        expect(bids[0]!.priceTicks).toBeLessThan(asks[0]!.priceTicks)
        for (let level = 1; level < asks.length; level++) expect(asks[level]!.priceTicks).toBeGreaterThan(asks[level - 1]!.priceTicks)
        for (let level = 1; level < bids.length; level++) expect(bids[level]!.priceTicks).toBeLessThan(bids[level - 1]!.priceTicks)
        for (const { lots, priceTicks } of [...bids, ...asks]) expect(lots > 0n && priceTicks > 0n).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('is thin in SOL: less is bid and asked than the account holds', () => {
    const market = new Market(SEED, [], START)
    const { bids, asks } = market.ladder(sol)
    for (const side of [bids, asks]) {
      const total = side.reduce((sum, { lots }) => sum + lots, 0n)
      expect(total).toBeLessThan(500_000n)
      expect(total).toBeGreaterThan(300_000n)
    }
  })

  it('jumps at the tick after a shock, and comes back within half an hour', () => {
    const calm = new Market(SEED, [], START)
    const shaken = new Market(SEED, [], START)
    shaken.shock('SOL-USD', -600_000)
    expect(shaken.fairTicks('SOL-USD')).toBe(calm.fairTicks('SOL-USD'))
    calm.advanceTo(START + 1)
    shaken.advanceTo(START + 1)
    expect(shaken.fairTicks('SOL-USD')).toBe((calm.fairTicks('SOL-USD') * 400_000n) / 1_000_000n)
    expect(shaken.fairTicks('ETH-USD')).toBe(calm.fairTicks('ETH-USD'))
    calm.advanceTo(START + 1 + SHOCK_TICKS)
    shaken.advanceTo(START + 1 + SHOCK_TICKS)
    expect(shaken.fairTicks('SOL-USD')).toBe(calm.fairTicks('SOL-USD'))
    const { low, high } = shaken.range('SOL-USD')
    expect(low * 2n).toBeLessThan(high)
    shaken.advanceTo(START + 2 + SHOCK_TICKS + HOUR_TICKS)
    calm.advanceTo(START + 2 + SHOCK_TICKS + HOUR_TICKS)
    expect(shaken.range('SOL-USD')).toEqual(calm.range('SOL-USD'))
    expect(shaken.recentShocks).toEqual([])
  })

  it('differs by seed', () => {
    expect(new Market([1, 2], [], START).hour('ETH-USD')).not.toEqual(new Market([1, 3], [], START).hour('ETH-USD'))
  })
})
