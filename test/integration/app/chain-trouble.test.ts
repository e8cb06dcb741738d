import { writeFileSync } from 'node:fs'

import { Transaction } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import type * as ComposeEnvironment from '../../../src-main/app/compose/compose-environment'
import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import type { OrderState } from '../../../src-main/domain/order'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { allowRouter, answerFor, devnetSell, hasty, launchOnDevnet, writeProfile } from '../../support/app/devnet-app'
import { armedDataDir, launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { opened } from '../../support/app/opened-environments'
import { reach } from '../../support/app/reach'
import { withoutGuards } from '../../support/app/without-guards'
import { startDevnet, type Devnet } from '../../support/devnet'
import { forward, startProxy, type Behaviour, type Proxy } from '../../support/chain-proxy'

vi.mock('../../../src-main/app/compose/compose-environment', async (original) =>
  (await import('../../support/app/opened-environments')).noting(await original<typeof ComposeEnvironment>()),
)

const READ_TIMEOUT_MS = 10_000
/** Delays that a test makes shorter. */
const shorter = new Map<number, number>()

let devnet: Devnet
let proxy: Proxy
let app: TestApp
let account: string

beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  proxy = await startProxy(devnet.url)
  // This is about what chains do; that breakers open on it and limits are used up is shown elsewhere, and would bar the next test here.
  const guards = withoutGuards(...BREAKER_IDS.map((id) => `breaker-${id}` as const), 'limits')
  ;({ app, account } = await launchOnDevnet(devnet, proxy.url, { guards, scheduler: hasty(shorter) }))
})
afterEach(() => {
  proxy.behave(() => forward)
  shorter.clear()
  // Nor is what the slippage guard makes of its breaker.
  for (const id of BREAKER_IDS) opened[0]?.breakers.reset(id, { by: 'test', reason: 'the next test' })
})
afterAll(async () => {
  await app.stop()
  await proxy.close()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

const draft = () => devnetSell(account)
/** The next order that is placed, once it has ended: what an earlier one still comes to is not meant. */
const ended = () => {
  const sinceMs = Date.now()
  return app.heard('order.changed', ({ open, createdAtMs }) => !open && createdAtMs >= sinceMs)
}
const inState = (state: OrderState) => app.heard('order.changed', (order) => order.state === state)
const start = async (amount = '0.1') => {
  const plan = await app.must('order.prepare', { ...draft(), amount })
  return (await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })).orderId
}
const detail = (orderId: string) => app.must('order.detail', { orderId })
const sends = () => proxy.seen.filter(({ method }) => method === 'eth_sendRawTransaction')
/** Behaves oddly for one method, and well for all others. */
const when = (method: string, how: Behaviour | ((params: readonly unknown[]) => Behaviour)) => {
  proxy.behave((call) => (call.method === method ? (typeof how === 'function' ? how(call.params) : how) : forward))
}

describe('D1: who can reach what signs and what places', () => {
  test('from what windows call, and from an open environment, nobody: no signer, no placing side, no way to either', async () => {
    const paper = await launchApp({ dataDir: armedDataDir() })
    try {
      expect(opened).toHaveLength(2)
      for (const environment of opened) expect(reach(environment, environment.environment)).toEqual([])
      for (const { holdfast } of [app, paper]) {
        const engine = holdfast.services.engine()
        expect([engine.ok, reach([holdfast, holdfast.services, engine], 'services')]).toEqual([true, []])
      }
      // They are there: an environment with a chain and a signer, and one with the paper exchange.
      expect(opened[0]?.engine.ports.venues.all().map(({ id }) => id)).toEqual(['uniswap-v3', 'uniswap-v2'])
      expect(opened[0]?.signers.list()).toHaveLength(1)
      expect(opened[1]?.engine.ports.venues.all().map(({ id }) => id)).toEqual(['paper'])
    } finally {
      await paper.stop()
      removeDataDir(paper.dataDir)
    }
  })

  test('the walk would find them: wherever one is put, it is reached', () => {
    const environment = opened[0]!
    const signer = { signTransaction: () => 1 }
    const placer = { place: () => 1, cancel: () => 2 }
    const places: readonly object[] = [
      environment.engine.desk,
      environment.engine.canceller,
      environment.engine.journal,
      environment.engine.ports.venues.get('uniswap-v2')!.reader,
      environment.signers,
      environment.chain.connected!,
      environment.breakers,
    ]
    for (const place of places) {
      const planted = Object.assign(place, { planted: new Map([['deep', [{ signer }, new Set([placer])]]]), placerOf: () => placer })
      const found = reach(environment, 'testnet').map(({ what }) => what)
      expect(found.sort()).toEqual(['placing side', 'signer', 'way to a placing side'])
      Reflect.deleteProperty(planted, 'planted')
      Reflect.deleteProperty(planted, 'placerOf')
    }
    expect(reach(environment)).toEqual([])
  })
})

describe('D1: connecting to a chain', () => {
  let other: Proxy
  let key: string
  beforeAll(async () => {
    other = await startProxy(devnet.url)
    const { recoveryKeys } = app.holdfast.people
    const made = await recoveryKeys.prepare()
    if (!made.ok || !made.value.commit().ok) throw new Error('no recovery keys')
    key = made.value.codes[0]!.code.toString()
  })
  afterAll(async () => {
    app.answer = answerFor(devnet)
    await other.close()
  })
  const allow = () => {
    const asked: SecureTask[] = []
    app.answer = (task) => {
      asked.push(task)
      return task.kind === 'authorise' ? { kind: task.kind, id: task.id, recoveryKeys: [new TextEncoder().encode(key)] } : null
    }
    return asked
  }

  /** Tries a profile, and then looks whether the one before is in use as if nothing had been. */
  const tryProfile = async (changed: object) => {
    writeProfile(app.dataDir, { ...devnet.chainProfile, rpcUrl: other.url, ...changed })
    allow()
    app.lastProblem = null
    const shown = () => app.lastProblem
    const reply = await app.call('chain.connect', { from: 'devnet' })
    const chain = await app.must('chain.get', {})
    // What goes wrong after it was allowed is said in the window that asked.
    return {
      code: reply.ok ? null : (shown() ?? reply.problem).code,
      connected: chain?.connected,
      name: chain?.name,
      chainId: chain?.chainId,
    }
  }
  const AS_BEFORE = { connected: true, name: 'Local devnet', chainId: 31_337 }

  test.for([
    ['an endpoint that is down', { rpcUrl: 'http://127.0.0.1:1', name: 'down' }, 'NETWORK_ERROR'],
    ['an endpoint of another chain than the profile says', { chainId: 11_155_111, name: 'other' }, 'WRONG_CHAIN'],
    ['an endpoint in the clear', { rpcUrl: 'http://example.com/', name: 'clear' }, 'BAD_ANSWER'],
    ['a chain on which money is real', { chainId: 1, name: 'mainnet' }, 'WRONG_CHAIN'],
    ['a profile with a field nobody knows', { gasPrice: 1, name: 'odd' }, 'BAD_ANSWER'],
  ] as const)('%s is refused, and the one before stays in use', async ([, changed, code]) => {
    expect(await tryProfile(changed)).toEqual({ code, ...AS_BEFORE })
  })

  test('a token with other decimals than it has is refused', async () => {
    const tokens = devnet.chainProfile.tokens.map((token) => (token.symbol === 'USDC' ? { ...token, decimals: 8 } : token))
    expect(await tryProfile({ tokens })).toEqual({ code: 'BAD_ANSWER', ...AS_BEFORE })
  })

  test.for([
    ['says it is another chain', 'eth_chainId', { kind: 'forward', alter: () => '0x1' }, 'WRONG_CHAIN'],
    ['stands still', 'eth_getBlockByNumber', { kind: 'forward', alter: (block: object) => ({ ...block, timestamp: '0x1' }) }, 'BAD_ANSWER'],
    ['talks nonsense', 'eth_chainId', { kind: 'raw', body: '<html>' }, 'BAD_ANSWER'],
    ['answers for other contracts', 'eth_call', { kind: 'forward', alter: () => `0x${'00'.repeat(31)}07` }, 'BAD_ANSWER'],
  ] as const)('an endpoint that %s is refused', async ([, method, how, code]) => {
    other.behave((call) => (call.method === method ? (how as Behaviour) : forward))
    expect(await tryProfile({ name: 'liar' })).toEqual({ code, ...AS_BEFORE })
  })

  test('a file that is no profile is refused with what is wrong with it', async () => {
    writeFileSync(writeProfile(app.dataDir, {}), '{"name":')
    expect(await app.call('chain.connect', { from: 'devnet' })).toMatchObject({ ok: false, problem: { code: 'BAD_ANSWER' } })
    writeFileSync(writeProfile(app.dataDir, {}), '\u0000\u0001')
    expect(await app.call('chain.connect', { from: 'devnet' })).toMatchObject({ ok: false, problem: { code: 'BAD_ANSWER' } })
  })

  test('P7: other endpoints than before are asked for with their hosts, and are not used without it; the same ones need nobody', async () => {
    other.behave(() => forward)
    const connect = () => app.call('chain.connect', { from: 'devnet' })
    const [before, after] = [proxy, other].map(({ url }) => new URL(url).host)
    let asked = allow()
    writeProfile(app.dataDir, { ...devnet.chainProfile, rpcUrl: proxy.url })
    expect([(await connect()).ok, asked]).toEqual([true, []])

    writeProfile(app.dataDir, { ...devnet.chainProfile, rpcUrl: other.url })
    const seen = other.seen.length
    app.answer = () => null
    expect(await connect()).toMatchObject({ ok: false, problem: { code: 'CANCELED_BY_USER' } })
    expect([other.seen.length, (await app.must('chain.get', {}))?.rpcUrl]).toEqual([seen, new URL(proxy.url).origin])

    asked = allow()
    expect(await connect()).toMatchObject({ ok: true, value: { rpcUrl: new URL(other.url).origin } })
    expect(asked).toMatchObject([{ kind: 'authorise', act: 'change-endpoints', changes: [{ label: 'Endpoint', before, after }] }])

    writeProfile(app.dataDir, { ...devnet.chainProfile, rpcUrl: proxy.url })
    expect((await connect()).ok).toBe(true)
  })
})

describe('X3 B2: sending when the endpoint misbehaves', () => {
  /** What comes of an order whose one sending goes wrong in this way, when the chain is then mined. */
  const trade = async (how: Behaviour | ((params: readonly unknown[]) => Behaviour)) => {
    const before = sends().length
    const over = ended()
    when('eth_sendRawTransaction', how)
    const orderId = await start()
    return { over, orderId, sentTimes: () => sends().length - before }
  }

  test.for([
    ['takes it and hangs up', { kind: 'hang-up', forward: true }],
    [
      'takes it and names another transaction',
      { kind: 'raw', forward: true, body: `{"jsonrpc":"2.0","id":1,"result":"0x${'7'.repeat(64)}"}` },
    ],
    ['takes it and answers with nonsense', { kind: 'raw', forward: true, body: 'ok' }],
    ['takes it and says it failed', { kind: 'raw', forward: true, status: 502, body: 'bad gateway' }],
  ] as const)('%s: the outcome is unknown, asked after, and one', async ([, how]) => {
    const unknown = inState('unknown')
    const { over, orderId, sentTimes } = await trade(how)
    await unknown
    await inState('submitted')
    await devnet.mine(2)
    expect(await over).toMatchObject({ orderId, state: 'filled', filledBase: '0.1' })
    expect(sentTimes()).toBe(1)
    expect((await detail(orderId)).events.map(({ type }) => type)).toContain('OrderReconciled')
  })

  test('swallows it: it stays unknown and is not sent again; whoever has the bytes may still bring them, and it is one fill', async () => {
    const unknown = inState('unknown')
    const { over, orderId, sentTimes } = await trade({ kind: 'hang-up' })
    await unknown
    const asked = proxy.seen.length
    // It is asked after again and again.
    await vi.waitFor(
      () => expect(proxy.seen.slice(asked).filter(({ method }) => method === 'eth_getTransactionByHash').length).toBeGreaterThan(3),
      10_000,
    )
    expect([(await detail(orderId)).summary.state, sentTimes()]).toEqual(['unknown', 1])
    await devnet.rpc('eth_sendRawTransaction', sends().at(-1)!.params[0])
    await inState('submitted')
    await devnet.mine(2)
    expect(await over).toMatchObject({ orderId, state: 'filled' })
    expect(sentTimes()).toBe(1)
  })

  test('refuses it for good: it is rejected, and the nonce is used by the next', async () => {
    const { over, orderId } = await trade({
      kind: 'error',
      error: { code: -32_000, message: 'insufficient funds for gas * price + value' },
    })
    expect(await over).toMatchObject({ orderId, state: 'rejected', why: { code: 'INSUFFICIENT_FUNDS' } })
    const [rejected] = (await detail(orderId)).transactions
    const plan = await app.must('order.prepare', draft())
    const [step] = plan.steps
    expect([rejected?.state, step?.kind === 'evm-tx' && step.nonce]).toEqual(['refused', rejected?.nonce])
  })

  test('is another chain all of a sudden: nothing is sent', async () => {
    const over = ended()
    const plan = await app.must('order.prepare', draft())
    when('eth_chainId', { kind: 'forward', alter: () => '0x1' })
    const before = sends().length
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    expect(await over).toMatchObject({ state: 'rejected', why: { code: 'WRONG_CHAIN' } })
    expect(sends()).toHaveLength(before)
  })

  test('goes away while the order is followed, and comes back: it is followed to its end', async () => {
    const over = ended()
    const submitted = inState('submitted')
    const orderId = await start()
    await submitted
    proxy.behave(() => ({ kind: 'hang-up' }))
    const asked = proxy.connections()
    await devnet.mine(2)
    await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThan(asked + 1), 10_000)
    proxy.behave(() => forward)
    expect(await over).toMatchObject({ orderId, state: 'filled' })
  })
})

describe('X2 B1: what the chain does and what it says', () => {
  const calls = (reply: { ok: boolean; problem?: { code: string } }) => (reply.ok ? null : reply.problem?.code)

  test('a swap that reverts has failed, with the chain’s own reason, and nothing was traded', async () => {
    // Not any order that ends: one that was refused before is told of once more when its nonce is another's.
    const over = inState('failed')
    const submitted = inState('submitted')
    // The endpoint keeps the bytes for a while; meanwhile somebody else moves the price.
    when('eth_sendRawTransaction', (params) => ({
      kind: 'raw',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, result: Transaction.from(String(params[0])).hash }),
    }))
    const orderId = await start()
    await submitted
    const { balances } = await app.must('market.balances', { account })
    await devnet.trade({ venue: 'uniswap-v3', quote: 'USDC', side: 'sell', weth: '200' })
    await devnet.rpc('eth_sendRawTransaction', sends().at(-1)!.params[0])
    await devnet.mine(2)
    expect(await over).toMatchObject({ orderId, state: 'failed', filledBase: '0', why: { code: 'SLIPPAGE_EXCEEDED' } })
    const tokens = (list: typeof balances) => list.filter(({ token }) => token !== null).map(({ asset, free }) => [asset, free])
    expect(tokens((await app.must('market.balances', { account })).balances)).toEqual(tokens(balances))
    await devnet.trade({ venue: 'uniswap-v3', quote: 'USDC', side: 'buy', weth: '200' })
  })

  test('the price moves between the plan and its signing off: what was agreed holds, so the chain refuses the swap', async () => {
    const over = ended()
    const plan = await app.must('order.prepare', draft())
    await devnet.trade({ venue: 'uniswap-v3', quote: 'USDC', side: 'sell', weth: '200' })
    const submitted = inState('submitted')
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await submitted
    await devnet.mine(2)
    expect(await over).toMatchObject({ state: 'failed', why: { code: 'SLIPPAGE_EXCEEDED' } })
    await devnet.trade({ venue: 'uniswap-v3', quote: 'USDC', side: 'buy', weth: '200' })
  })

  test('more than the account has, of the token or of coin for gas, is refused before anything is signed', async () => {
    const before = sends().length
    expect(calls(await app.call('order.prepare', { ...draft(), amount: '60' }))).toBe('INSUFFICIENT_FUNDS')
    const coin: unknown = await devnet.rpc('eth_getBalance', devnet.fundedAddress, 'latest')
    await devnet.rpc('anvil_setBalance', devnet.fundedAddress, '0x1')
    try {
      expect(calls(await app.call('order.prepare', draft()))).toBe('INSUFFICIENT_FUNDS')
    } finally {
      await devnet.rpc('anvil_setBalance', devnet.fundedAddress, coin)
    }
    expect(sends()).toHaveLength(before)
  })

  test('an endpoint that says another price than the pool’s own liquidity gives: no quote', async () => {
    /** Multiplies what the V3 quoter says comes out. */
    const quoterSays = (numerator: bigint, denominator: bigint) => {
      const quoter = devnet.addresses.v3Quoter.toLowerCase()
      when('eth_call', (params) => {
        const { to } = params[0] as { to: string }
        const alter = (result: unknown) => {
          const words = String(result).slice(2)
          return `0x${((BigInt(`0x${words.slice(0, 64)}`) * numerator) / denominator).toString(16).padStart(64, '0')}${words.slice(64)}`
        }
        return to.toLowerCase() === quoter ? { kind: 'forward', alter } : forward
      })
    }
    for (const lie of [2_000n, 1_025n, 900n]) {
      quoterSays(lie, 1_000n)
      expect(calls(await app.call('order.prepare', draft()))).toBe('BAD_ANSWER')
    }
  })

  test.for([
    [
      'that the swap brings nothing',
      (result: { calls: { logs: unknown[] }[] }[]) =>
        result.map((block) => ({ ...block, calls: block.calls.map((call) => ({ ...call, logs: [] })) })),
      'SIMULATION_UNEXPECTED',
    ],
    ['nothing that can be read', () => 'nonsense', 'BAD_ANSWER'],
  ] as const)('an endpoint whose simulation says %s: refused', async ([, alter, code]) => {
    when('eth_simulateV1', { kind: 'forward', alter: alter as (result: unknown) => unknown })
    expect(calls(await app.call('order.prepare', draft()))).toBe(code)
  })

  test.for([
    ['stalls', { kind: 'stall' }, 'TIMEOUT_ERROR'],
    ['answers without end', { kind: 'endless' }, 'BAD_ANSWER'],
    ['hangs up', { kind: 'hang-up' }, 'NETWORK_ERROR'],
    ['talks nonsense', { kind: 'raw', body: '{}' }, 'BAD_ANSWER'],
    ['limits its callers', { kind: 'error', error: { code: -32_005, message: 'too many requests' } }, 'RATE_LIMITED'],
  ] as const)('an endpoint that %s when it is asked for a price: no plan, and the preview says why', async ([what, how, code]) => {
    if (what === 'stalls') shorter.set(READ_TIMEOUT_MS, 300)
    when('eth_call', how)
    const preview = await app.must('order.preview', draft())
    expect([preview.obstacle?.code, preview.quote]).toEqual([code, null])
    expect(calls(await app.call('order.prepare', draft()))).toBe(code)
  })
})

describe('C3: signers', () => {
  test('a key that was locked after the plan was made signs nothing', async () => {
    const over = ended()
    const plan = await app.must('order.prepare', draft())
    await app.must('signer.lock', { id: account })
    const before = sends().length
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    expect(await over).toMatchObject({ state: 'denied', why: { code: 'SIGNER_LOCKED' } })
    expect(sends()).toHaveLength(before)
    expect((await app.must('audit.verify', {})).verdict).toBe('intact')
  })
})
