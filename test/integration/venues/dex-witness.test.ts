import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../../src-main/lib/clock'
import { connectDex, type DexConnection } from '../../../src-main/venues/dex/connect'
import { parseChainProfile } from '../../../src-main/venues/dex/chain-profile'
import type { Disagreement } from '../../../src-main/venues/dex/witnessed-reader'
import { startDevnet, type Devnet } from '../../support/devnet'
import { must, mustFail, populate, quoteFor, send, transactionsOf, type OrderDraft } from './dex-harness'
import { forward, startProxy, type Behaviour, type Proxy } from '../../support/chain-proxy'

const SELL: OrderDraft = { venue: 'uniswap-v3', instrument: 'WETH-USDC', side: 'sell', amountUnit: 'base', amount: '0.1' }

let devnet: Devnet
let witness: Proxy
let dex: DexConnection
const told: Disagreement[] = []

beforeAll(async () => {
  devnet = await startDevnet()
  witness = await startProxy(devnet.url)
  dex = await open()
})
afterAll(async () => {
  dex.close()
  await witness.close()
  await devnet.stop()
})
beforeEach(() => {
  witness.behave(() => forward)
  told.length = 0
})

const profile = () => must(parseChainProfile(JSON.stringify({ ...devnet.chainProfile, rpcUrl: devnet.url, witnessRpcUrl: witness.url })))
const open = async () => must(await connectDex({ profile: profile(), clock: systemClock, onDisagreement: (what) => told.push(what) }))

/** The witness alters what the node answers to one method. */
const lie = (method: string, alter: (result: never) => unknown): void => {
  witness.behave((request): Behaviour =>
    request.method === method ? { kind: 'forward', alter: alter as (result: unknown) => unknown } : forward,
  )
}
const otherHash = `0x${'ab'.repeat(32)}`

describe('decision 9: what is read of a chain is compared between two endpoints', () => {
  test('two that agree let an order be planned, sent and followed', async () => {
    const quote = await quoteFor(dex, SELL)
    const populated = must(await populate(dex, SELL, quote, devnet.fundedAddress))
    for (const tx of transactionsOf(populated)) {
      const { hash, outcome } = await send(devnet, dex, tx)
      expect(outcome.kind).toBe('accepted')
      expect(must(await dex.chain.receipt(hash))).toMatchObject({ succeeded: true })
      expect(must(await dex.chain.transaction(hash))).toMatchObject({ nonce: tx.nonce })
    }
    expect([dex.witnessed, told]).toEqual([true, []])
  })

  test.for([
    ['another block', 'eth_getBlockByNumber', (block: object) => ({ ...block, hash: otherHash }), 'block'],
    ['another count of transactions', 'eth_getTransactionCount', (count: string) => `0x${(Number(count) + 3).toString(16)}`, 'nonce'],
  ] as const)('%s: nothing is planned, and both are named', async ([, method, alter, about]) => {
    const quote = await quoteFor(dex, SELL)
    lie(method, alter)
    const failed = mustFail(await populate(dex, SELL, quote, devnet.fundedAddress))
    expect(failed.code).toBe('ENDPOINTS_DISAGREE')
    expect(failed.detail).toContain(new URL(witness.url).host)
    expect(failed.detail).toContain(new URL(devnet.url).host)
    expect(told.some((what) => what.about === about)).toBe(true)
  })

  test('a receipt that differs is not believed', async () => {
    const quote = await quoteFor(dex, SELL)
    const [first] = transactionsOf(must(await populate(dex, SELL, quote, devnet.fundedAddress)))
    if (first === undefined) throw new Error('no transaction')
    const { hash } = await send(devnet, dex, first)
    lie('eth_getTransactionReceipt', (receipt: object) => ({ ...receipt, gasUsed: '0x5209' }))
    expect(mustFail(await dex.chain.receipt(hash))).toMatchObject({ code: 'ENDPOINTS_DISAGREE' })
    expect(told).toMatchObject([{ about: 'receipt' }])
  })

  test('one that denies what is in a block that both have is not believed: told once it had time to look, and never taken for a proof', async () => {
    const quote = await quoteFor(dex, SELL)
    const [first] = transactionsOf(must(await populate(dex, SELL, quote, devnet.fundedAddress)))
    if (first === undefined) throw new Error('no transaction')
    const { hash, receipt } = await send(devnet, dex, first)
    lie('eth_getTransactionReceipt', () => null)
    // It may not have indexed its newest block yet: no news, and no proof either.
    expect(mustFail(await dex.chain.receipt(hash))).toMatchObject({ code: 'ENDPOINTS_DISAGREE' })
    expect(told).toEqual([])
    await devnet.mine()
    await devnet.mine()
    expect(mustFail(await dex.chain.receipt(hash))).toMatchObject({ code: 'ENDPOINTS_DISAGREE' })
    expect(told).toMatchObject([{ about: 'receipt' }])
    // Nor is the block denied, where it has later ones.
    const mined = receipt!.blockNumber
    const isMined = ({ method, params }: { readonly method: string; readonly params: readonly unknown[] }) =>
      method === 'eth_getTransactionReceipt' || (method === 'eth_getBlockByNumber' && params[0] === `0x${mined.toString(16)}`)
    witness.behave((request): Behaviour => (isMined(request) ? { kind: 'forward', alter: () => null } : forward))
    expect(mustFail(await dex.chain.receipt(hash))).toMatchObject({ code: 'ENDPOINTS_DISAGREE' })
    // One that has not got that far leaves it open: it is not mined as far as both can tell.
    witness.behave((request): Behaviour => {
      if (request.method === 'eth_getTransactionReceipt') return { kind: 'forward', alter: () => null }
      if (request.method !== 'eth_getBlockByNumber' || request.params[0] !== 'latest') return forward
      return { kind: 'forward', alter: (block) => ({ ...(block as object), number: `0x${(mined - 1).toString(16)}` }) }
    })
    expect(must(await dex.chain.receipt(hash))).toBeNull()
  })

  test('one endpoint alone says that something waits of the account, or who used a nonce: nothing is planned or concluded', async () => {
    const quote = await quoteFor(dex, SELL)
    const more = (count: unknown) => `0x${(Number(count) + 7).toString(16)}`
    witness.behave(({ method, params }): Behaviour =>
      method === 'eth_getTransactionCount' && params[1] === 'pending' ? { kind: 'forward', alter: more } : forward,
    )
    expect(mustFail(await populate(dex, SELL, quote, devnet.fundedAddress)).code).toBe('ENDPOINTS_DISAGREE')
    expect(told).toMatchObject([{ about: 'nonce' }])
    const nonce = must(await dex.chain.transactionCount(devnet.fundedAddress)) - 1
    const user = must(await dex.replacing.nonceUser(devnet.fundedAddress, nonce))
    expect(user).toMatch(/^0x[0-9a-f]{64}$/)
    const rename = (block: { readonly transactions: readonly object[] }) => ({
      ...block,
      transactions: block.transactions.map((tx) => ({ ...tx, hash: otherHash })),
    })
    witness.behave(({ method, params }): Behaviour =>
      method === 'eth_getBlockByNumber' && params[1] === true
        ? { kind: 'forward', alter: rename as (result: unknown) => unknown }
        : forward,
    )
    expect(mustFail(await dex.replacing.nonceUser(devnet.fundedAddress, nonce)).code).toBe('ENDPOINTS_DISAGREE')
  })

  test('a witness that is a block behind is waited for, one that is far behind is none', async () => {
    await devnet.mine()
    const behind = (blocks: number) => {
      witness.behave((request): Behaviour => {
        if (request.method !== 'eth_getBlockByNumber' || request.params[0] !== 'latest') return forward
        return {
          kind: 'forward',
          alter: (block) => ({ ...(block as object), number: `0x${(Number((block as { number: string }).number) - blocks).toString(16)}` }),
        }
      })
    }
    behind(1)
    const head = must(await dex.chain.block('latest'))
    const newest = Number(await devnet.rpc('eth_blockNumber'))
    expect([head?.number, told]).toEqual([newest - 1, []])
    for (let more = 0; more < 12; more += 1) await devnet.mine()
    behind(12)
    expect(mustFail(await dex.chain.block('latest'))).toMatchObject({ code: 'BAD_ANSWER' })
  })

  test('a witness that is down, or serves another chain, is no witness', async () => {
    const quote = await quoteFor(dex, SELL)
    witness.behave(() => ({ kind: 'hang-up' }))
    expect(mustFail(await populate(dex, SELL, quote, devnet.fundedAddress)).detail).toContain(new URL(witness.url).host)
    lie('eth_chainId', () => '0x1')
    expect(mustFail(await connectDex({ profile: profile(), clock: systemClock }))).toMatchObject({ code: 'WRONG_CHAIN' })
  })

  test('the same endpoint twice is no witness', () => {
    expect(
      parseChainProfile(JSON.stringify({ ...devnet.chainProfile, rpcUrl: devnet.url, witnessRpcUrl: `${devnet.url}/other` })),
    ).toMatchObject({
      ok: false,
    })
  })
})
