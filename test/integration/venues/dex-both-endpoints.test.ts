import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { denial } from '../../../src-main/domain/codes'
import { systemClock } from '../../../src-main/lib/clock'
import { parseChainProfile } from '../../../src-main/venues/dex/chain-profile'
import { connectDex, type DexConnection } from '../../../src-main/venues/dex/connect'
import type { Disagreement } from '../../../src-main/venues/dex/witnessed-reader'
import type { LastLook } from '../../../src-main/venues/venue'
import { startDevnet, type Devnet } from '../../support/devnet'
import { goAhead, must, onTheSide, sign } from './dex-harness'
import { forward, startProxy, type Behaviour, type Proxy } from '../../support/chain-proxy'

const GWEI = 1_000_000_000n
const SEND = 'eth_sendRawTransaction'

let devnet: Devnet
let first: Proxy
let second: Proxy
let dex: DexConnection
const told: Disagreement[] = []

beforeAll(async () => {
  devnet = await startDevnet()
  first = await startProxy(devnet.url)
  second = await startProxy(devnet.url)
  const profile = must(parseChainProfile(JSON.stringify({ ...devnet.chainProfile, rpcUrl: first.url, witnessRpcUrl: second.url })))
  const onDisagreement = (what: Disagreement) => told.push(what)
  dex = must(await connectDex({ profile, clock: systemClock, fetchTimeoutMs: 2_000, onDisagreement }))
})
afterAll(async () => {
  dex.close()
  await first.close()
  await second.close()
  await devnet.stop()
})
beforeEach(() => {
  for (const proxy of [first, second]) {
    proxy.behave(() => forward)
    proxy.seen.length = 0
  }
  told.length = 0
})

const payment = async () =>
  sign(devnet.fundedKey, {
    chainId: 31337,
    from: devnet.fundedAddress,
    to: devnet.fundedAddress,
    nonce: await devnet.provider.getTransactionCount(devnet.fundedAddress, 'latest'),
    valueWei: 1n,
    data: '0x',
    gasLimit: 21_000n,
    maxFeePerGasWei: 20n * GWEI,
    maxPriorityFeePerGasWei: GWEI,
  })
const place = async (look: LastLook = goAhead) => dex.placer.place(await payment(), look)
const sendsOf = (proxy: Proxy) => proxy.seen.filter(({ method }) => method === SEND)
const onlySend = (behaviour: Behaviour) => (request: { readonly method: string }) => (request.method === SEND ? behaviour : forward)

const says = (message: string): Behaviour => ({ kind: 'error', error: { code: -32000, message } })
const gasShort = says('intrinsic gas too low')
const fundsShort = says('insufficient funds')
/** Takes it, says so, and keeps it. */
const keeps = (hash: string): Behaviour => ({ kind: 'raw', body: JSON.stringify({ jsonrpc: '2.0', id: 1, result: hash }) })

/** How one endpoint may do without sending what it is given. */
const WAYS_TO_HOLD_BACK: readonly (readonly [string, (hash: string) => Behaviour])[] = [
  ['keeps it to itself and says that it took it', keeps],
  ['refuses it', () => says('insufficient funds for gas * price + value')],
  ['says that its nonce is used', () => says('nonce too low')],
  ['turns it away', () => ({ kind: 'raw', status: 429, body: 'slow down' })],
  ['is silent', () => ({ kind: 'stall' })],
  ['hangs up', () => ({ kind: 'hang-up' })],
]

/** What the first one says, the second, and what it comes to. */
const NOBODY_TOOK_IT: readonly (readonly [string, string, Behaviour, Behaviour, object])[] = [
  ['a refusal', 'a refusal', gasShort, fundsShort, { kind: 'rejected', failure: { code: 'OUT_OF_GAS' } }],
  ['a refusal', 'silence', gasShort, { kind: 'stall' }, { kind: 'unknown', failure: { code: 'TIMEOUT_ERROR' } }],
  ['silence', 'a refusal', { kind: 'stall' }, gasShort, { kind: 'unknown', failure: { code: 'TIMEOUT_ERROR' } }],
  ['a hang-up', 'a hang-up', { kind: 'hang-up' }, { kind: 'hang-up' }, { kind: 'unknown', failure: { code: 'NETWORK_ERROR' } }],
  ['a refusal', 'a used nonce', fundsShort, says('nonce too low'), { kind: 'unknown', failure: { code: 'ENDPOINTS_DISAGREE' } }],
]

describe('M26: every signed transaction is given to both endpoints', () => {
  test('the very same bytes, each after a last look of its own; the one that is told it a second time knows it', async () => {
    await onTheSide(devnet, async () => {
      const signed = await payment()
      let looks = 0
      const look = () => {
        looks += 1
        return null
      }
      expect(await dex.placer.place(signed, look)).toEqual({ kind: 'accepted', ref: signed.hash })
      await expect.poll(() => [sendsOf(first), sendsOf(second)]).toEqual([1, 1].map(() => [{ method: SEND, params: [signed.raw] }]))
      expect(looks).toBe(2)
    })
  })

  test.for(WAYS_TO_HOLD_BACK)('one that %s cannot hold it back, whichever of the two it is', async ([, how]) => {
    for (const [bad, good] of [
      [first, second],
      [second, first],
    ] as const) {
      await onTheSide(devnet, async () => {
        const signed = await payment()
        bad.behave(onlySend(how(signed.hash)))
        good.behave(() => forward)
        expect(await dex.placer.place(signed, goAhead)).toEqual({ kind: 'accepted', ref: signed.hash })
        // One that claims to have it may be believed first: what the other was given is on its way all the same.
        await expect.poll(() => devnet.provider.getTransaction(signed.hash)).not.toBeNull()
      })
    }
  })

  test('one that is down altogether cannot either', async () => {
    for (const bad of [first, second]) {
      await onTheSide(devnet, async () => {
        for (const proxy of [first, second]) proxy.behave(() => (proxy === bad ? { kind: 'hang-up' } : forward))
        bad.seen.length = 0
        expect(await place()).toMatchObject({ kind: 'accepted' })
        expect(sendsOf(bad)).toEqual([])
      })
    }
  })

  test.for(NOBODY_TOOK_IT)('%s and %s: what nobody took is refused only where each said no', async ([, , one, other, outcome]) => {
    first.behave(onlySend(one))
    second.behave(onlySend(other))
    const came = await place()
    expect(came).toMatchObject(outcome)
    expect('neverOut' in came).toBe(false)
  })

  test('who calls a free nonce used is named', async () => {
    first.behave(onlySend(fundsShort))
    second.behave(onlySend(says('nonce too low')))
    await place()
    expect(told).toMatchObject([{ about: 'nonce', first: expect.stringContaining(new URL(second.url).host) as string }])
  })

  test('what one never was given and the other refused is refused, not out of the question', async () => {
    first.behave(({ method }) => (method === 'eth_chainId' ? { kind: 'hang-up' } : forward))
    second.behave(onlySend(fundsShort))
    const came = await place()
    expect([came, 'neverOut' in came]).toMatchObject([{ kind: 'rejected', failure: { code: 'INSUFFICIENT_FUNDS' } }, false])
  })

  test('what neither was given is not out; what the last look refuses leaves for neither', async () => {
    expect(await place(() => denial('KILL_SWITCH_TRIGGERED'))).toEqual({ kind: 'withheld', denial: denial('KILL_SWITCH_TRIGGERED') })
    for (const proxy of [first, second]) proxy.behave(({ method }) => (method === 'eth_chainId' ? { kind: 'hang-up' } : forward))
    expect(await place()).toMatchObject({ kind: 'rejected', failure: { code: 'NETWORK_ERROR' }, neverOut: true })
    expect([...sendsOf(first), ...sendsOf(second)]).toEqual([])
  })

  test('a look that closes between the two lets the second one keep its word', async () => {
    await onTheSide(devnet, async () => {
      let looks = 0
      const look = () => (looks++ === 0 ? null : denial('KILL_SWITCH_TRIGGERED'))
      expect((await place(look)).kind).toBe('accepted')
      await expect.poll(() => looks).toBe(2)
      expect(sendsOf(first).length + sendsOf(second).length).toBe(1)
    })
  })
})

describe('M26: what a replacement costs', () => {
  const costs = async () => ({
    ...must(await dex.replacing.marketFees()),
    gas: must(await dex.replacing.selfTransferGas(devnet.fundedAddress)),
  })

  test('one endpoint alone can neither say that it costs more than is allowed, nor keep it from being known', async () => {
    const honest = await costs()
    // Less than what cannot be at all.
    const much = `0x${(9_000n * GWEI).toString(16)}`
    for (const bad of [first, second]) {
      for (const proxy of [first, second]) proxy.behave(() => forward)
      const lies = ({ method }: { readonly method: string }): Behaviour => {
        if (method === 'eth_estimateGas' || method === 'eth_gasPrice' || method === 'eth_maxPriorityFeePerGas')
          return { kind: 'forward', alter: () => much }
        if (method !== 'eth_feeHistory') return forward
        const alter = (history: unknown) => ({ ...(history as object), baseFeePerGas: [much, much], reward: [[much], [much]] })
        return { kind: 'forward', alter }
      }
      bad.behave(lies)
      const told = await costs()
      // The ceiling alone is the higher one: what a replacement may cost at most holds it, and no lie makes it too low to be mined.
      expect(told).toEqual({ ...honest, maxFeePerGasWei: told.maxFeePerGasWei })
      expect(told.maxFeePerGasWei).toBeGreaterThanOrEqual(honest.maxFeePerGasWei)
      bad.behave(({ method }) =>
        method === 'eth_feeHistory'
          ? { kind: 'forward', alter: (history) => ({ ...(history as object), baseFeePerGas: ['0x1', '0x1'], reward: [['0x1'], ['0x1']] }) }
          : forward,
      )
      expect((await costs()).maxFeePerGasWei).toBe(honest.maxFeePerGasWei)
      bad.behave(() => ({ kind: 'hang-up' }))
      expect(await costs()).toEqual(honest)
    }
  })
})
