import { Interface } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { systemClock } from '../../../src-main/lib/clock'
import { connectDex, type DexConnection } from '../../../src-main/venues/dex/connect'
import type { RpcCall } from '../../../src-main/venues/dex/rpc'
import { startDevnet, type Devnet } from '../../support/devnet'
import { FakeClock } from '../../support/fake-clock'
import {
  connect,
  intentOf,
  must,
  mustFail,
  onTheSide,
  populate,
  profileOf,
  quoteFor,
  send,
  sideOf,
  transactionsOf,
  type OrderDraft,
} from './dex-harness'
import { forward, startProxy, type Behaviour, type Proxy, type SeenRequest } from '../../support/chain-proxy'

const SELL: OrderDraft = { venue: 'uniswap-v3', instrument: 'WETH-USDC', side: 'sell', amountUnit: 'base', amount: '1' }
const BUY_EXACT: OrderDraft = { ...SELL, side: 'buy', amount: '0.5' }

let devnet: Devnet
let proxy: Proxy
let dex: DexConnection
const calls: RpcCall[] = []

beforeAll(async () => {
  devnet = await startDevnet()
  proxy = await startProxy(devnet.url)
  dex = await connect(devnet, { profile: profileOf(devnet, proxy.url), onCall: (call) => calls.push(call) })
})
afterAll(async () => {
  dex.close()
  await proxy.close()
  await devnet.stop()
})
beforeEach(() => {
  proxy.behave(() => forward)
  calls.length = 0
})

const ask = (draft: OrderDraft) => sideOf(dex, draft.venue).reader.quote({ ...intentOf(draft), limitPrice: null })
const selectorOf = (signature: string) =>
  new Interface([`function ${signature}`]).fragments.map((f) => (f as never as { selector: string }).selector)[0]!
const isCallOf = ({ method, params }: SeenRequest, signature: string) =>
  method === 'eth_call' && (params[0] as { data?: string }).data?.startsWith(selectorOf(signature)) === true

/** Changes one 32-byte word of the answers to one function. */
const alterWord = (signature: string, word: number, change: (value: bigint) => bigint) =>
  proxy.behave((request) => {
    if (!isCallOf(request, signature)) return forward
    const alter = (result: unknown) => {
      const hex = (result as string).slice(2)
      const value = BigInt(`0x${hex.slice(word * 64, word * 64 + 64)}`)
      return `0x${hex.slice(0, word * 64)}${change(value).toString(16).padStart(64, '0')}${hex.slice(word * 64 + 64)}`
    }
    return { kind: 'forward', alter }
  })

const QUOTE_IN = 'quoteExactInputSingle((address,address,uint256,uint24,uint160))'
const QUOTE_OUT = 'quoteExactOutputSingle((address,address,uint256,uint24,uint160))'
const badQuote = async (draft: OrderDraft) => mustFail(await ask(draft)).code

describe('an endpoint that lies about a quote', () => {
  it.each([0.5, 0.99, 0.9999, 1.0001, 1.01, 2])('is found out when an amount is %f of the true one', async (factor) => {
    const lie = (value: bigint) => (value * BigInt(Math.round(factor * 1e6))) / 1_000_000n
    alterWord(QUOTE_IN, 0, lie)
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
    expect(await badQuote({ ...BUY_EXACT, amountUnit: 'quote', amount: '1000' })).toBe('BAD_ANSWER')
    alterWord(QUOTE_OUT, 0, lie)
    expect(await badQuote(BUY_EXACT)).toBe('BAD_ANSWER')
    expect(await badQuote({ ...SELL, amountUnit: 'quote', amount: '1000' })).toBe('BAD_ANSWER')
    alterWord('getAmountsOut(uint256,address[])', 3, lie)
    expect(await badQuote({ ...SELL, venue: 'uniswap-v2' })).toBe('BAD_ANSWER')
    alterWord('getReserves()', 0, lie)
    expect(await badQuote({ ...SELL, venue: 'uniswap-v2' })).toBe('BAD_ANSWER')
  })

  it('is found out when the price after, the present price or the liquidity is another', async () => {
    alterWord(QUOTE_IN, 1, (sqrt) => (sqrt * 101n) / 100n)
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
    alterWord(QUOTE_IN, 1, (sqrt) => (sqrt * 99n) / 100n)
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
    alterWord('slot0()', 0, (sqrt) => (sqrt * 101n) / 100n)
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
    alterWord('slot0()', 0, (sqrt) => (sqrt * 99n) / 100n)
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
    alterWord('liquidity()', 0, (liquidity) => liquidity * 2n)
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
    alterWord('slot0()', 0, () => 0n)
    expect(await badQuote(SELL)).toBe('NOT_FOUND')
    alterWord('slot0()', 0, () => 1n)
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
  })

  it('is found out across ticks when it leaves the curve', async () => {
    const large: OrderDraft = { ...SELL, amount: '350' }
    expect(must(await ask(large)).depthLevelsWalked).toBe(2)
    for (const percent of [70n, 120n]) {
      alterWord(QUOTE_IN, 0, (amount) => (amount * percent) / 100n)
      expect(await badQuote(large)).toBe('BAD_ANSWER')
    }
  })

  it('cannot lead a trade to another pool: the address is computed', async () => {
    proxy.seen.length = 0
    must(await ask(SELL))
    expect(proxy.seen.some((request) => JSON.stringify(request).includes(selectorOf('getPool(address,address,uint24)').slice(2)))).toBe(
      false,
    )
  })
})

describe('an endpoint that answers in another form', () => {
  const answers: [string, unknown][] = [
    ['nothing', null],
    ['a number', 7],
    ['odd hex', '0x123'],
    ['no hex', 'hello'],
    ['too little', '0x00'],
    ['an object', {}],
  ]
  it.each(answers)('%s for a contract call', async (_name, result) => {
    proxy.behave((request) => (request.method === 'eth_call' ? { kind: 'forward', alter: () => result } : forward))
    expect(await badQuote(SELL)).toBe('BAD_ANSWER')
    expect(await badQuote({ ...SELL, venue: 'uniswap-v2' })).toBe('BAD_ANSWER')
    expect(mustFail(await dex.v3.reader.depth('WETH-USDC', 5)).code).toBe('BAD_ANSWER')
    expect(mustFail(await dex.v3.reader.balances(devnet.fundedAddress)).code).toBe('BAD_ANSWER')
  })

  it('a block that is old, without a number, or another than was asked for', async () => {
    const alterBlock = (over: object) =>
      proxy.behave((request) =>
        request.method === 'eth_getBlockByNumber' ? { kind: 'forward', alter: (block) => ({ ...(block as object), ...over }) } : forward,
      )
    alterBlock({ timestamp: '0x10' })
    expect(mustFail(await ask(SELL))).toMatchObject({ code: 'BAD_ANSWER', detail: expect.stringContaining('stands still') as string })
    expect((await dex.health()).ok).toBe(false)
    alterBlock({ number: 'latest' })
    expect(mustFail(await dex.chain.block('latest')).code).toBe('BAD_ANSWER')
    alterBlock({ number: '0x1' })
    expect(mustFail(await dex.chain.block(5)).code).toBe('BAD_ANSWER')
    alterBlock({ hash: '0x1234' })
    expect(mustFail(await dex.chain.block('finalized')).code).toBe('BAD_ANSWER')
  })

  it('a balance, a nonce or fees that cannot be', async () => {
    const quote = await quoteFor(dex, SELL)
    for (const [method, result, code] of [
      ['eth_getBalance', '-0x1', 'BAD_ANSWER'],
      ['eth_getBalance', `0x${'f'.repeat(65)}`, 'BAD_ANSWER'],
      ['eth_getTransactionCount', `0x${'f'.repeat(20)}`, 'BAD_ANSWER'],
      ['eth_feeHistory', { baseFeePerGas: [] }, 'BAD_ANSWER'],
      ['eth_feeHistory', { baseFeePerGas: ['0xfffffffffffffff'] }, 'BAD_ANSWER'],
      ['eth_simulateV1', [], 'BAD_ANSWER'],
      ['eth_simulateV1', [{ calls: [] }], 'BAD_ANSWER'],
    ] as const) {
      proxy.behave((request) => (request.method === method ? { kind: 'forward', alter: () => result } : forward))
      expect([method, mustFail(await populate(dex, SELL, quote, devnet.fundedAddress)).code]).toEqual([method, code])
    }
  })

  it('a receipt or a transaction of something else', async () => {
    await onTheSide(devnet, async () => {
      const [approval] = transactionsOf(must(await populate(dex, SELL, await quoteFor(dex, SELL), devnet.fundedAddress)))
      const { hash } = await send(devnet, dex, approval!)
      const alter = (method: string, over: object) =>
        proxy.behave((request) =>
          request.method === method ? { kind: 'forward', alter: (value) => ({ ...(value as object), ...over }) } : forward,
        )
      for (const over of [
        { transactionHash: `0x${'ab'.repeat(32)}` },
        { status: '0x2' },
        { status: undefined },
        { blockHash: null },
        { gasUsed: 'x' },
      ]) {
        alter('eth_getTransactionReceipt', over)
        expect([over, mustFail(await dex.chain.receipt(hash)).code]).toEqual([over, 'BAD_ANSWER'])
      }
      // Each field is part of what the hash was made of, or of who signed it.
      for (const over of [
        ...[{ hash: `0x${'ab'.repeat(32)}` }, { nonce: '0x63' }, { from: `0x${'11'.repeat(20)}` }, { to: `0x${'11'.repeat(20)}` }],
        ...[{ value: '0x1' }, { input: '0x' }, { gas: '0x1' }, { maxFeePerGas: '0x1' }, { chainId: '0x1' }, { s: '0x1' }, { r: '0x0' }],
      ]) {
        alter('eth_getTransactionByHash', over)
        expect([over, mustFail(await dex.chain.transaction(hash)).code]).toEqual([over, 'BAD_ANSWER'])
      }
      proxy.behave(() => forward)
      expect(must(await dex.chain.transaction(hash))).toMatchObject({ from: devnet.fundedAddress, nonce: approval!.nonce })
      expect(must(await dex.chain.receipt(`0x${'ab'.repeat(32)}`))).toBeNull()
      expect(must(await dex.chain.transaction(`0x${'ab'.repeat(32)}`))).toBeNull()
      expect(must(await dex.chain.block(1_000_000))).toBeNull()
    })
  })
})

describe('an endpoint that misbehaves', () => {
  it.each<[string, Behaviour, string]>([
    ['hangs up', { kind: 'hang-up' }, 'NETWORK_ERROR'],
    ['sends without end', { kind: 'endless' }, 'BAD_ANSWER'],
    ['says that it will send too much', { kind: 'raw', body: 'x'.repeat((8 << 20) + 1) }, 'BAD_ANSWER'],
    ['turns away with 429', { kind: 'raw', status: 429, body: '' }, 'RATE_LIMITED'],
    ['breaks down with 500', { kind: 'raw', status: 500, body: 'oops' }, 'NETWORK_ERROR'],
    ['limits in JSON', { kind: 'error', error: { code: -32005, message: 'limit exceeded' } }, 'RATE_LIMITED'],
    ['sends a page', { kind: 'raw', body: '<html>' }, 'BAD_ANSWER'],
    ['answers another question', { kind: 'raw', body: '{"jsonrpc":"2.0","id":2,"result":"0x5"}' }, 'BAD_ANSWER'],
    ['says yes and no', { kind: 'raw', body: '{"jsonrpc":"2.0","id":1,"result":"0x5","error":{"code":1,"message":""}}' }, 'BAD_ANSWER'],
    ['compresses', { kind: 'raw', body: '{"jsonrpc":"2.0","id":1,"result":"0x5"}', headers: { 'content-encoding': 'br' } }, 'BAD_ANSWER'],
    ['redirects', { kind: 'raw', status: 302, body: '', headers: { location: 'http://127.0.0.1:1' } }, 'NETWORK_ERROR'],
  ])('%s: a failure that the breaker hears of', async (_name, behaviour, code) => {
    proxy.behave(() => behaviour)
    expect(mustFail(await dex.chain.transactionCount(devnet.fundedAddress)).code).toBe(code)
    expect(calls).toMatchObject([{ method: 'eth_getTransactionCount', ok: false, failure: code }])
    expect((await dex.health()).ok).toBe(false)
  })

  it('reverts are answers: the breaker hears of none', async () => {
    proxy.behave((request) =>
      isCallOf(request, QUOTE_IN) ? { kind: 'error', error: { code: 3, message: 'execution reverted: no', data: '0x' } } : forward,
    )
    await ask(SELL)
    expect(calls.length).toBeGreaterThan(3)
    expect(calls.filter((call) => !call.ok)).toEqual([])
  })

  it('stalls: time runs out, for reads and for what may have been sent', async () => {
    const clock = new FakeClock(Date.now())
    const slow = must(await connectDex({ profile: profileOf(devnet, proxy.url), clock, scheduler: clock, fetchTimeoutMs: 3_000 }))
    const arrived = () => proxy.seen.length
    const untilArrives = async (before: number) => {
      while (arrived() === before) await new Promise((resolve) => setImmediate(resolve))
    }
    const quote = await quoteFor(dex, SELL)
    const [approval] = transactionsOf(must(await populate(dex, SELL, quote, devnet.fundedAddress)))
    const { sign, goAhead } = await import('./dex-harness')
    const signed = await sign(devnet.fundedKey, approval!)

    proxy.behave((request) => (request.method === 'eth_chainId' ? forward : { kind: 'stall' }))
    let before = arrived()
    const reading = slow.chain.transactionCount(devnet.fundedAddress)
    await untilArrives(before)
    await clock.advance(3_000)
    expect(mustFail(await reading).code).toBe('TIMEOUT_ERROR')

    before = arrived()
    const placing = slow.placer.place(signed, goAhead)
    while (!proxy.seen.slice(before).some((request) => request.method === 'eth_sendRawTransaction')) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    await clock.advance(3_000)
    expect(await placing).toMatchObject({ kind: 'unknown', failure: { code: 'TIMEOUT_ERROR' } })
    slow.close()
  })

  it('serves without eth_simulateV1: the swap is tried alone, and not called good behind an allowance that is not there yet', async () => {
    await onTheSide(devnet, async () => {
      const quote = await quoteFor(dex, SELL)
      proxy.behave((request) =>
        request.method === 'eth_simulateV1' ? { kind: 'error', error: { code: -32601, message: 'the method does not exist' } } : forward,
      )
      const blind = must(await populate(dex, SELL, quote, devnet.fundedAddress))
      expect(blind.simulation).toMatchObject({
        ok: false,
        method: 'eth_call',
        revertReason: expect.stringContaining('eth_simulateV1') as string,
      })
      await send(devnet, dex, transactionsOf(blind)[0]!)
      const seen = must(await populate(dex, SELL, quote, devnet.fundedAddress))
      expect(seen.simulation).toMatchObject({ ok: true, method: 'eth_call' })
      expect(seen.simulation!.changes.map((change) => [change.asset, change.deltaRaw])).toEqual([
        ['WETH', -(10n ** 18n)],
        ['USDC', BigInt(quote.quoteAmount.sub(quote.fee).mul(1e6).toFixed(0))],
      ])
      expect((await send(devnet, dex, transactionsOf(seen)[0]!)).receipt?.status).toBe(1)
      await devnet.trade({ venue: 'uniswap-v3', quote: 'USDC', side: 'sell', weth: '300' })
      await send(devnet, dex, { ...transactionsOf(blind)[0]!, nonce: transactionsOf(blind)[0]!.nonce + 2 })
      const late = must(await populate(dex, SELL, quote, devnet.fundedAddress))
      expect(late.simulation).toMatchObject({ ok: false, revertReason: 'Too little received', method: 'eth_call' })
    })
  })
})

describe('a profile that does not describe the chain', () => {
  const code = async (change: (profile: ReturnType<typeof profileOf>) => object) => {
    const profile = profileOf(devnet)
    const failed = mustFail(await connectDex({ profile: { ...profile, ...change(profile) }, clock: systemClock }))
    return failed.code
  }
  it('is not connected to', async () => {
    expect(await code(() => ({ chainId: 1 }))).toBe('WRONG_CHAIN')
    expect(await code((p) => ({ tokens: p.tokens.map((token) => (token.symbol === 'USDC' ? { ...token, decimals: 18 } : token)) }))).toBe(
      'BAD_ANSWER',
    )
    expect(await code((p) => ({ uniswapV3: { ...p.uniswapV3, factory: p.uniswapV2.factory } }))).toBe('BAD_ANSWER')
    expect(await code((p) => ({ uniswapV3: { ...p.uniswapV3, swapRouter: devnet.fundedAddress } }))).toBe('NOT_FOUND')
    expect(await code((p) => ({ uniswapV2: { ...p.uniswapV2, router: p.uniswapV3.swapRouter } }))).not.toBe('ok')
    expect(await code((p) => ({ wrappedNative: p.tokens[1]!.address }))).toBe('BAD_ANSWER')
  })
})
