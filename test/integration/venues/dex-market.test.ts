import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { lossPct } from '../../../src-main/domain/quote'
import { decimal, ZERO } from '../../../src-main/lib/decimal'
import type { DexConnection } from '../../../src-main/venues/dex/connect'
import { startDevnet, type Devnet } from '../../support/devnet'
import { connect, must, mustFail, onTheSide, profileOf, quoteFor, sideOf, type DexVenue } from './dex-harness'
import { forward, startProxy, type Proxy } from '../../support/chain-proxy'

const HOUR_MS = 3_600_000
const MARKETS: [DexVenue, string][] = [
  ['uniswap-v3', 'WETH-USDC'],
  ['uniswap-v3', 'WETH-DAI'],
  ['uniswap-v2', 'WETH-USDC'],
  ['uniswap-v2', 'WETH-DAI'],
  ['uniswap-v2', 'WETH-USDT'],
]

let devnet: Devnet
let dex: DexConnection
let proxy: Proxy

beforeAll(async () => {
  devnet = await startDevnet()
  proxy = await startProxy(devnet.url)
  dex = await connect(devnet)
})
afterAll(async () => {
  dex.close()
  await proxy.close()
  await devnet.stop()
})

describe.each(MARKETS)('%s %s', (venue, instrument) => {
  const quote = (side: 'buy' | 'sell', amount: string) => quoteFor(dex, { venue, instrument, side, amountUnit: 'base', amount })

  it('has the tokens in the order that the devnet promises', async () => {
    const [weth, counter] = ['WETH', instrument.slice(5)].map(
      (symbol) => devnet.chainProfile.tokens.find((token) => token.symbol === symbol)!.address,
    )
    expect(BigInt(weth!) < BigInt(counter!)).toBe(counter !== devnet.addresses.dai)
  })

  it('is listed with its tokens and for market orders only', async () => {
    const listed = must(await sideOf(dex, venue).reader.instruments()).find((item) => item.symbol === instrument)
    const [base, counter] = instrument.split('-')
    expect(listed).toMatchObject({ venue, base: { symbol: base, decimals: 18 }, quote: { symbol: counter }, orderTypes: ['market'] })
  })

  it('costs more, to the last digit, the larger the order, also across ticks', async () => {
    for (const side of ['buy', 'sell'] as const) {
      let [loss, segments] = [ZERO, 0]
      for (const amount of ['0.0001', '0.1', '1', '10', '50', '150', ...(venue === 'uniswap-v3' ? ['350'] : [])]) {
        const quoted = await quote(side, amount)
        const next = lossPct(side, quoted.expectedPrice, quoted.midPrice)!
        // The smallest amounts are rounded to whole units of the quote token, against the trader.
        if (amount !== '0.0001') expect(next.gt(loss)).toBe(true)
        loss = next
        expect(quoted.depthLevelsWalked).toBeGreaterThanOrEqual(segments)
        segments = quoted.depthLevelsWalked
      }
      // The larger V3 orders walk out of the narrower of the two positions.
      expect(segments).toBe(venue === 'uniswap-v3' ? 2 : 1)
    }
  })

  it('shows a depth whose walk costs what the quote says', async () => {
    const depth = must(await sideOf(dex, venue).reader.depth(instrument, 40))
    expect([depth.asks.length, depth.bids.length]).toEqual([40, 40])
    const { midPrice } = await quote('sell', '1')
    for (const [side, levels] of [
      ['buy', depth.asks],
      ['sell', depth.bids],
    ] as const) {
      // Each level is 0.1 % wide, best first.
      for (const [index, level] of levels.entries()) {
        const loss = lossPct(side, level.price, midPrice)!.toNumber()
        expect(loss).toBeGreaterThan(0.0999 * index * 0.97)
        expect(loss).toBeLessThan(0.1 * (index + 1) * 1.03)
      }
      // Taking whole levels costs exactly what they say: one curve, computed in two ways.
      const base = levels.reduce((sum, level) => sum.add(level.sizeBase), ZERO)
      const value = levels.reduce((sum, level) => sum.add(level.sizeBase.mul(level.price)), ZERO)
      // What is sold loses the pool's fee before it walks the curve.
      const keeps = venue === 'uniswap-v3' && instrument === 'WETH-DAI' ? '0.9995' : '0.997'
      const amount = side === 'sell' ? base.div(keeps).toDecimalPlaces(18) : base
      const quoted = await quote(side, amount.toFixed())
      expect(quoted.expectedPrice.sub(value.div(base)).abs().div(midPrice).lt('1e-9')).toBe(true)
    }
  })

  it('remembers the last hour, oldest first, up to the present price', async () => {
    const points = must(await sideOf(dex, venue).reader.prices(instrument))
    const { range, midPrice } = await quote('sell', '1')
    const headMs = (await devnet.provider.getBlock('latest'))!.timestamp * 1000
    expect(points.length).toBeGreaterThan(20)
    expect(points.at(-1)).toMatchObject({ atMs: headMs })
    expect(points.at(-1)!.price.eq(midPrice)).toBe(true)
    expect(points[0]!.atMs).toBeGreaterThanOrEqual(headMs - HOUR_MS)
    expect(points[0]!.atMs).toBeLessThanOrEqual(headMs - HOUR_MS + 60_000)
    expect(points.every((point, index) => index === 0 || point.atMs > points[index - 1]!.atMs)).toBe(true)
    expect(range!.coversMs).toBe(HOUR_MS)
    expect(range!.low.lt(range!.high)).toBe(true)
    expect(points.every((point) => point.price.gte(range!.low) && point.price.lte(range!.high))).toBe(true)
  })

  it('has a range that grows when the market moves', async () => {
    await onTheSide(devnet, async () => {
      const fresh = await connect(devnet)
      const before = (await quote('sell', '1')).range!
      await devnet.trade({ venue, quote: instrument.slice(5) as never, side: 'sell', weth: '100' })
      await devnet.mine(90)
      const after = (await quoteFor(fresh, { venue, instrument, side: 'sell', amountUnit: 'base', amount: '1' })).range!
      expect(after.low.lt(before.low)).toBe(true)
      // The hour moved on by a minute and a half; its highest prices are still in it.
      expect(after.high.sub(before.high).abs().div(before.high).lt('0.002')).toBe(true)
      fresh.close()
    })
  })
})

describe('a history that cannot be had in full', () => {
  it('is the same from a pool’s own memory and from its events', async () => {
    const draft = { venue: 'uniswap-v3', instrument: 'WETH-USDC', side: 'buy', amountUnit: 'base', amount: '1' } as const
    const remembered = (await quoteFor(dex, draft)).range!
    const forgetful = await connect(devnet, { profile: profileOf(devnet, proxy.url) })
    let asked = 0
    proxy.behave((request) => {
      const observes = request.method === 'eth_call' && JSON.stringify(request.params).includes('"0x883bdbfd')
      if (!observes) return forward
      asked += 1
      return { kind: 'error', error: { code: 3, message: 'execution reverted: OLD', data: '0x' } }
    })
    const told = (await quoteFor(forgetful, draft)).range!
    expect(asked).toBe(1)
    expect(told.coversMs).toBe(HOUR_MS)
    // A minute's average hides a little of each extreme.
    for (const end of ['low', 'high'] as const) expect(remembered[end].div(told[end]).sub(1).abs().lt('0.0005')).toBe(true)
    forgetful.close()
  })

  it('covers what it says when old state is gone, and is searched for less when the node refuses the whole hour', async () => {
    const heard: boolean[] = []
    const partial = await connect(devnet, { profile: profileOf(devnet, proxy.url), onCall: (call) => heard.push(call.ok) })
    const head = (await devnet.provider.getBlock('latest'))!
    const old = (tag: unknown) => typeof tag === 'string' && tag.startsWith('0x') && Number(tag) < head.number - 20
    const ask = async () =>
      (await quoteFor(partial, { venue: 'uniswap-v2', instrument: 'WETH-DAI', side: 'buy', amountUnit: 'base', amount: '1' })).range
    let refusals = 0
    proxy.behave((request) => {
      if (request.method !== 'eth_getLogs') return forward
      refusals += 1
      return { kind: 'error', error: { code: -32000, message: 'query returned more than 10000 results' } }
    })
    expect(await ask()).toBeNull()
    expect(refusals).toBe(2)

    // Without the state of old blocks, nothing tells what held before the first event.
    const since = head.timestamp - 1500
    proxy.behave((request) => {
      if (request.method === 'eth_call' && old(request.params[1]))
        return { kind: 'error', error: { code: -32000, message: 'missing trie node' } }
      const recent = (log: { blockTimestamp: string }) => Number(log.blockTimestamp) >= since
      return request.method === 'eth_getLogs'
        ? { kind: 'forward', alter: (logs) => (logs as { blockTimestamp: string }[]).filter(recent) }
        : forward
    })
    const covered = await ask()
    expect(covered!.coversMs).toBeLessThanOrEqual(1_500_000)
    expect(covered!.coversMs).toBeGreaterThan(1_300_000)
    // Usual limits of public nodes; the breaker hears of none.
    expect(heard).not.toContain(false)
    partial.close()
  })
})

describe('an account', () => {
  it('has its coin and tokens, valued', async () => {
    const balances = must(await dex.v3.reader.balances(devnet.fundedAddress))
    expect(balances.map(({ asset, free, token }) => [asset, free.toFixed(), token])).toEqual([
      ['ETH', '100', null],
      ['WETH', '50', devnet.addresses.weth],
      ['USDC', '200000', devnet.addresses.usdc],
      ['DAI', '200000', devnet.addresses.dai],
      ['USDT', '200000', devnet.addresses.usdt],
    ])
    const usd = new Map(balances.map((balance) => [balance.asset, balance.usd]))
    expect(usd.get('USDC')!.toFixed()).toBe('200000')
    expect(usd.get('ETH')!.toFixed(30)).toBe(usd.get('WETH')!.mul(2).toFixed(30))
    expect(usd.get('WETH')!.div(50).sub(decimal('2500')).abs().lt(50)).toBe(true)
    expect(mustFail(await dex.v3.reader.balances('me')).code).toBe('INVALID_INSTRUCTION')
  })
})

describe('a connection', () => {
  it('is healthy, knows the chain, and finalised blocks of it', async () => {
    expect(await dex.health()).toMatchObject({ ok: true, detail: expect.stringMatching(/^block \d+$/) as string })
    const latest = must(await dex.chain.block('latest'))!
    const finalized = must(await dex.chain.block('finalized'))!
    expect(latest.number - finalized.number).toBe(64)
    expect(must(await dex.chain.block(latest.number))).toEqual(latest)
    expect(must(await dex.chain.block(latest.number - 1))!.hash).toBe(latest.parentHash)
    expect(dex.chain).toMatchObject({ chainId: 31337, finalityDeadlineMs: 600_000 })
  })

  it('asks few questions for a quote', async () => {
    const counted: string[] = []
    const fresh = await connect(devnet, { onCall: (call) => counted.push(call.method) })
    counted.length = 0
    const draft = { venue: 'uniswap-v3', instrument: 'WETH-USDC', side: 'sell', amountUnit: 'base', amount: '1' } as const
    await quoteFor(fresh, draft)
    expect(counted.length).toBeLessThanOrEqual(5)
    counted.length = 0
    await quoteFor(fresh, draft)
    expect(counted.length).toBeLessThanOrEqual(4)
    fresh.close()
  })
})
