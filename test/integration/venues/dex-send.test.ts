import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import { Wallet, parseEther, toQuantity } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { denial } from '../../../src-main/domain/codes'
import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import { systemClock } from '../../../src-main/lib/clock'
import { decimal } from '../../../src-main/lib/decimal'
import { connectDex, type DexConnection } from '../../../src-main/venues/dex/connect'
import type { RpcCall } from '../../../src-main/venues/dex/rpc'
import { startDevnet, type Devnet } from '../../support/devnet'
import {
  connect,
  goAhead,
  must,
  mustFail,
  onTheSide,
  populate,
  profileOf,
  quoteFor,
  send,
  sideOf,
  sign,
  transactionsOf,
  type OrderDraft,
} from './dex-harness'
import { forward, startProxy, type Behaviour, type Proxy } from '../../support/chain-proxy'

const SELL: OrderDraft = { venue: 'uniswap-v3', instrument: 'WETH-USDC', side: 'sell', amountUnit: 'base', amount: '1' }
const GWEI = 1_000_000_000n

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

/** A plain payment to itself, to be sent or refused. */
async function payment(over: Partial<UnsignedTx> = {}): Promise<UnsignedTx> {
  const to = devnet.fundedAddress
  const nonce = must(await dex.chain.transactionCount(devnet.fundedAddress))
  const fees = { maxFeePerGasWei: 20n * GWEI, maxPriorityFeePerGasWei: GWEI }
  return { chainId: 31337, from: devnet.fundedAddress, to, nonce, valueWei: 1n, data: '0x', gasLimit: 21_000n, ...fees, ...over }
}
const place = async (tx: UnsignedTx, look: () => ReturnType<typeof denial> | null = goAhead) =>
  dex.placer.place(await sign(devnet.fundedKey, tx), look)
const onlySend = (behaviour: Behaviour) => proxy.behave((request) => (request.method === 'eth_sendRawTransaction' ? behaviour : forward))

describe('sending', () => {
  it('sends the bytes once, right after the last look, and names the transaction', async () => {
    await onTheSide(devnet, async () => {
      const signed = await sign(devnet.fundedKey, await payment())
      let looks = 0
      let sentAtLook = -1
      const outcome = await dex.placer.place(signed, () => {
        looks += 1
        sentAtLook = proxy.seen.filter((request) => request.method === 'eth_sendRawTransaction').length
        return null
      })
      expect(outcome).toEqual({ kind: 'accepted', ref: signed.hash })
      expect([looks, sentAtLook]).toEqual([1, 0])
      expect(proxy.seen.filter((request) => request.method === 'eth_sendRawTransaction')).toEqual([
        { method: 'eth_sendRawTransaction', params: [signed.raw] },
      ])
      await devnet.mine()
      expect(must(await dex.chain.receipt(signed.hash))?.succeeded).toBe(true)
    })
  })

  it('lets not one byte out when the last look refuses, or throws', async () => {
    const received: Buffer[] = []
    let closed: (() => void) | null = null
    // Answers the chain id, then listens to whatever arrives on the second connection.
    const server = createServer((socket) => socket.on('data', (chunk) => received.push(chunk)).on('close', () => closed?.()))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { RpcClient } = await import('../../../src-main/venues/dex/rpc')
    const { systemScheduler } = await import('../../../src-main/lib/clock')
    const rpc = new RpcClient({ url, timeoutMs: 5_000, clock: systemClock, scheduler: systemScheduler, onCall: (call) => calls.push(call) })
    const refusal = denial('KILL_SWITCH_TRIGGERED')
    const end = new Promise<void>((resolve) => {
      closed = resolve
    })
    expect(await rpc.send('0x00', () => refusal)).toEqual({ kind: 'withheld', denial: refusal })
    await end
    const threw = await rpc.send('0x00', () => {
      throw new Error('no state')
    })
    expect(threw).toMatchObject({ kind: 'withheld', denial: { code: 'GUARD_FAILED' } })
    expect(Buffer.concat(received).length).toBe(0)
    expect(calls).toEqual([])
    rpc.close()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    expect(await place(await payment(), () => refusal)).toEqual({ kind: 'withheld', denial: refusal })
  })

  it('sends nothing that is not what it is called, not signed, or signed for another chain', async () => {
    const signed = await sign(devnet.fundedKey, await payment())
    const foreign = await sign(devnet.fundedKey, await payment({ chainId: 1 }))
    const before = proxy.seen.length
    const outcomes = [
      await dex.placer.place({ ...signed, hash: `0x${'11'.repeat(32)}` }, goAhead),
      await dex.placer.place({ ...signed, raw: `${signed.raw.slice(0, -2)}00` as Hex }, goAhead),
      await dex.placer.place({ ...signed, raw: '0x1234' }, goAhead),
      await dex.placer.place(foreign, goAhead),
    ]
    expect(outcomes.map((outcome) => (outcome.kind === 'rejected' ? [outcome.failure.code, outcome.neverOut] : outcome.kind))).toEqual([
      ['INVALID_INSTRUCTION', true],
      ['INVALID_INSTRUCTION', true],
      ['INVALID_INSTRUCTION', true],
      ['WRONG_CHAIN', true],
    ])
    expect(proxy.seen.length).toBe(before)
    expect(await dex.placer.cancel('order')).toMatchObject({ kind: 'rejected', failure: { code: 'UNSUPPORTED' } })
  })
})

describe('the node refuses', () => {
  it('what cannot be paid', async () => {
    expect(await place(await payment({ valueWei: parseEther('1000000') }))).toMatchObject({
      kind: 'rejected',
      failure: { code: 'INSUFFICIENT_FUNDS' },
    })
  })

  it('a used nonce; but not without looking whether it was this very transaction that used it', async () => {
    await onTheSide(devnet, async () => {
      const tx = await payment()
      const first = await sign(devnet.fundedKey, tx)
      expect((await dex.placer.place(first, goAhead)).kind).toBe('accepted')
      expect(await dex.placer.place(first, goAhead)).toEqual({ kind: 'accepted', ref: first.hash }) // already known
      await devnet.mine()
      expect(await dex.placer.place(first, goAhead)).toEqual({ kind: 'accepted', ref: first.hash }) // mined
      // Another has it, which the chain names: these bytes never can be mined.
      expect(await place({ ...tx, valueWei: 2n })).toMatchObject({ kind: 'rejected', failure: { code: 'NONCE_TOO_LOW' }, neverOut: true })
      proxy.behave((request) => (request.method === 'eth_getTransactionByHash' ? { kind: 'hang-up' } : forward))
      expect(await place({ ...tx, valueWei: 2n })).toMatchObject({ kind: 'unknown', failure: { code: 'NETWORK_ERROR' } })
    })
  })

  it('M26: a nonce that nobody has used: it says so and has the bytes, so nobody knows whether they are out', async () => {
    for (const how of [
      { kind: 'error', error: { code: -32000, message: 'nonce too low' } },
      { kind: 'error', error: { code: -32010, message: 'OldNonce' } },
    ] as const) {
      onlySend(how)
      expect(await place(await payment())).toMatchObject({ kind: 'unknown', failure: { code: 'ENDPOINTS_DISAGREE' } })
    }
  })

  it('M26: a refusal is its word: the bytes are in its hands, whatever it says, and only what never left is said never to be out', async () => {
    const refusals: readonly Behaviour[] = [
      { kind: 'error', error: { code: -32000, message: 'insufficient funds' } },
      { kind: 'error', error: { code: -32005, message: 'rate limited' } },
      { kind: 'raw', status: 429, body: 'slow down' },
      { kind: 'raw', status: 401, body: 'who are you' },
      { kind: 'raw', status: 403, body: 'no' },
    ]
    for (const refusal of refusals) {
      onlySend(refusal)
      const outcome = await place(await payment())
      expect([outcome.kind, 'neverOut' in outcome]).toEqual(['rejected', false])
    }
    proxy.behave((request) => (request.method === 'eth_chainId' ? { kind: 'hang-up' } : forward))
    expect(await place(await payment())).toMatchObject({ kind: 'rejected', neverOut: true })
  })

  it('a replacement that does not pay more', async () => {
    await onTheSide(devnet, async () => {
      const tx = await payment()
      expect((await place(tx)).kind).toBe('accepted')
      expect(await place({ ...tx, valueWei: 2n })).toMatchObject({ kind: 'rejected', failure: { code: 'REPLACEMENT_UNDERPRICED' } })
      const more = {
        ...tx,
        valueWei: 2n,
        maxFeePerGasWei: 2n * tx.maxFeePerGasWei,
        maxPriorityFeePerGasWei: 2n * tx.maxPriorityFeePerGasWei,
      }
      expect((await place(more)).kind).toBe('accepted')
    })
  })

  it('too little gas', async () => {
    expect(await place(await payment({ gasLimit: 20_999n }))).toMatchObject({
      kind: 'rejected',
      failure: { code: 'OUT_OF_GAS' },
    })
  })

  it.each([
    [{ code: -32603, message: 'internal error' }, 'unknown', 'NETWORK_ERROR'],
    [{ code: -32000, message: 'backend timed out' }, 'unknown', 'NETWORK_ERROR'],
    [{ code: -32005, message: 'daily request count exceeded, request rate limited' }, 'rejected', 'RATE_LIMITED'],
    [{ code: -32000, message: 'txpool is full' }, 'rejected', 'REPLACEMENT_UNDERPRICED'],
    [{ code: -32000, message: 'max fee per gas less than block base fee' }, 'rejected', 'REPLACEMENT_UNDERPRICED'],
    [{ code: -32000, message: 'invalid chain id for signer' }, 'rejected', 'WRONG_CHAIN'],
    [{ code: -32602, message: 'Failed to decode signed transaction' }, 'rejected', 'INVALID_INSTRUCTION'],
    [{ code: -32601, message: 'Method not found' }, 'rejected', 'UNSUPPORTED'],
  ] as const)('%o is %s %s', async (error, kind, code) => {
    onlySend({ kind: 'error', error })
    expect(await place(await payment())).toMatchObject({ kind, failure: { code } })
  })
})

describe('the way there', () => {
  it.each<[string, Behaviour, string, string]>([
    ['an HTTP 429', { kind: 'raw', status: 429, body: 'slow down' }, 'rejected', 'RATE_LIMITED'],
    ['an HTTP 403', { kind: 'raw', status: 403, body: 'no' }, 'rejected', 'NETWORK_ERROR'],
    ['an HTTP 502', { kind: 'raw', status: 502, body: 'bad gateway', forward: true }, 'unknown', 'NETWORK_ERROR'],
    ['a redirect', { kind: 'raw', status: 307, body: '', headers: { location: 'http://127.0.0.1:1/' } }, 'unknown', 'NETWORK_ERROR'],
    ['something that is no JSON', { kind: 'raw', body: '<html>' }, 'unknown', 'BAD_ANSWER'],
    ['an empty answer', { kind: 'raw', body: '' }, 'unknown', 'BAD_ANSWER'],
    ['another id', { kind: 'raw', body: '{"jsonrpc":"2.0","id":7,"result":"0x"}' }, 'unknown', 'BAD_ANSWER'],
    ['no hash', { kind: 'raw', body: '{"jsonrpc":"2.0","id":1,"result":null}' }, 'unknown', 'BAD_ANSWER'],
    ['compressed bytes', { kind: 'raw', body: 'x', headers: { 'content-encoding': 'gzip' } }, 'unknown', 'BAD_ANSWER'],
    ['another hash', { kind: 'forward', alter: () => `0x${'ab'.repeat(32)}` }, 'unknown', 'BAD_ANSWER'],
    ['a hang-up', { kind: 'hang-up' }, 'unknown', 'NETWORK_ERROR'],
    ['a hang-up after the node took it', { kind: 'hang-up', forward: true }, 'unknown', 'NETWORK_ERROR'],
    ['an endless answer', { kind: 'endless' }, 'unknown', 'BAD_ANSWER'],
  ])('%s', async (_name, behaviour, kind, code) => {
    await onTheSide(devnet, async () => {
      proxy.seen.length = 0
      onlySend(behaviour)
      expect(await place(await payment())).toMatchObject({ kind, failure: { code } })
      expect(proxy.seen.filter((request) => request.method === 'eth_sendRawTransaction')).toHaveLength(1)
    })
  })

  it('is not taken when the endpoint serves another chain by now, or cannot say', async () => {
    proxy.seen.length = 0
    proxy.behave((request) => (request.method === 'eth_chainId' ? { kind: 'forward', alter: () => '0x1' } : forward))
    expect(await place(await payment())).toMatchObject({ kind: 'rejected', failure: { code: 'WRONG_CHAIN' } })
    proxy.behave((request) => (request.method === 'eth_chainId' ? { kind: 'hang-up' } : forward))
    expect(await place(await payment())).toMatchObject({ kind: 'rejected', failure: { code: 'NETWORK_ERROR' } })
    expect(proxy.seen.some((request) => request.method === 'eth_sendRawTransaction')).toBe(false)
  })

  it('is known not to have been taken when nobody listens', async () => {
    const gone = await startProxy(devnet.url)
    const lost = must(await connectDex({ profile: profileOf(devnet, gone.url), clock: systemClock }))
    const signed = await sign(devnet.fundedKey, await payment())
    await gone.close()
    expect(await lost.placer.place(signed, goAhead)).toMatchObject({ kind: 'rejected', failure: { code: 'NETWORK_ERROR' } })
    expect((await lost.health()).ok).toBe(false)
    expect(mustFail(await connectDex({ profile: profileOf(devnet, gone.url), clock: systemClock })).code).toBe('NETWORK_ERROR')
    lost.close()
  })
})

describe('what the market does meanwhile', () => {
  const draft: OrderDraft = { ...SELL, amount: '2' }

  it('shows in the simulation when the price left before the plan', async () => {
    for (const venue of ['uniswap-v3', 'uniswap-v2'] as const) {
      await onTheSide(devnet, async () => {
        const quote = await quoteFor(dex, { ...draft, venue })
        await devnet.trade({ venue, quote: 'USDC', side: 'sell', weth: '200' })
        const populated = must(await populate(dex, { ...draft, venue }, quote, devnet.fundedAddress))
        expect(populated.simulation).toMatchObject({
          ok: false,
          revertReason: venue === 'uniswap-v3' ? 'Too little received' : 'UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT',
        })
      })
    }
  })

  it('makes the chain revert the swap when the price left after the plan, and the reason can be told', async () => {
    for (const [venue, side, reason] of [
      ['uniswap-v3', 'sell', 'Too little received'],
      // V3 takes the payment before it compares: what it wants by now is more than the exact allowance.
      ['uniswap-v3', 'buy', 'STF'],
      ['uniswap-v2', 'buy', 'UniswapV2Router: EXCESSIVE_INPUT_AMOUNT'],
    ] as const) {
      await onTheSide(devnet, async () => {
        const order: OrderDraft = { ...draft, venue, side }
        const populated = must(await populate(dex, order, await quoteFor(dex, order), devnet.fundedAddress))
        const [approval, swap] = transactionsOf(populated)
        await send(devnet, dex, approval!)
        await devnet.trade({ venue, quote: 'USDC', side, weth: '200' })
        const { outcome, hash, receipt } = await send(devnet, dex, swap!)
        expect([outcome.kind, receipt?.status]).toEqual(['accepted', 0])
        expect(await dex.chain.revertReason(hash)).toBe(reason)
        expect(must(await dex.chain.receipt(hash))?.succeeded).toBe(false)
        expect(mustFail(await dex.receipts.realised(hash, devnet.fundedAddress, order.instrument, side)).code).toBe('REVERTED')
      })
    }
  })

  it('lets a swap expire when it is mined too late', async () => {
    await onTheSide(devnet, async () => {
      const populated = must(await populate(dex, draft, await quoteFor(dex, draft), devnet.fundedAddress))
      const [approval, swap] = transactionsOf(populated)
      await send(devnet, dex, approval!)
      await devnet.rpc('evm_increaseTime', 3600)
      const { hash, receipt } = await send(devnet, dex, swap!)
      expect(receipt?.status).toBe(0)
      expect(await dex.chain.revertReason(hash)).toBe('Transaction too old')
    })
  })

  it('tells running out of gas from other reverts', async () => {
    await onTheSide(devnet, async () => {
      const populated = must(await populate(dex, draft, await quoteFor(dex, draft), devnet.fundedAddress))
      const [approval, swap] = transactionsOf(populated)
      await send(devnet, dex, approval!)
      const { hash, receipt } = await send(devnet, dex, { ...swap!, gasLimit: 60_000n })
      expect(receipt?.status).toBe(0)
      expect(await dex.chain.revertReason(hash)).toBe('out of gas')
    })
  })
})

describe('what the account lacks', () => {
  it('is said before anything is planned: tokens, and coin for gas', async () => {
    const rich: OrderDraft = { ...SELL, amount: '51' }
    expect(mustFail(await populate(dex, rich, await quoteFor(dex, rich), devnet.fundedAddress))).toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      detail: '51 WETH needed, 50 there',
    })
    await onTheSide(devnet, async () => {
      await devnet.rpc('anvil_setBalance', devnet.fundedAddress, toQuantity(1000n))
      const failed = mustFail(await populate(dex, SELL, await quoteFor(dex, SELL), devnet.fundedAddress))
      expect([failed.code, failed.detail.includes('ETH needed')]).toEqual(['INSUFFICIENT_FUNDS', true])
    })
    const stranger = Wallet.createRandom().address
    expect(mustFail(await populate(dex, SELL, await quoteFor(dex, SELL), stranger)).code).toBe('INSUFFICIENT_FUNDS')
  })

  it('refuses a quote that is for something else', async () => {
    const quote = await quoteFor(dex, SELL)
    const code = async (draft: OrderDraft) => mustFail(await populate(dex, draft, quote, devnet.fundedAddress)).code
    expect(await code({ ...SELL, side: 'buy' })).toBe('INVALID_INSTRUCTION')
    expect(await code({ ...SELL, amount: '1.1' })).toBe('INVALID_INSTRUCTION')
    expect(await code({ ...SELL, venue: 'uniswap-v2' })).toBe('INVALID_INSTRUCTION')
    const context = {
      orderId: 'o',
      from: devnet.fundedAddress,
      slippageLimitPct: decimal('100'),
      ownNonces: { held: [], refused: [] },
      nowMs: systemClock.wallMs(),
    }
    const { planner } = sideOf(dex, 'uniswap-v3')
    const { intentOf } = await import('./dex-harness')
    expect(mustFail(await planner.populate(intentOf(SELL), quote, context)).code).toBe('INVALID_INSTRUCTION')
    expect(mustFail(await planner.populate(intentOf(SELL), quote, { ...context, from: null })).code).toBe('INVALID_INSTRUCTION')
    const limit = { ...intentOf(SELL), type: 'limit' as const, limitPrice: decimal('2500') }
    expect(mustFail(await planner.populate(limit, quote, { ...context, slippageLimitPct: decimal('1') })).code).toBe('UNSUPPORTED')
  })
})
