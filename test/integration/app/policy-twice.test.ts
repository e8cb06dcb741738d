import { AbiCoder, Interface } from 'ethers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type * as ComposeEnvironment from '../../../src-main/app/compose/compose-environment'
import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import type { SigningPurpose } from '../../../src-main/domain/guard'
import type * as EngineModule from '../../../src-main/engine/engine'
import { guardFacts } from '../../../src-main/engine/guard-facts'
import type { GuardTable } from '../../../src-main/guards/guard-table'
import { SigningGate } from '../../../src-main/engine/signing-gate'
import { policyForChain } from '../../../src-main/guards/policy/make-policy'
import { decimal } from '../../../src-main/lib/decimal'
import type * as JudgeTransaction from '../../../src-main/signers/policy-wrapper/judge-transaction'
import { fromSetUp } from '../../../src-main/signers/policy-wrapper/make-signer-policy'
import { answerFor, lightKeyHost, PASSWORD, testnetDataDir } from '../../support/app/devnet-app'
import { SIGNER_ADDRESS, SIGNER_KEY } from '../../support/app/bench-chain'
import { launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { opened } from '../../support/app/opened-environments'
import { chainIntent, quoteOf, ROUTER, STRANGER, swapData, USDC, WETH } from '../../unit/guards/support/input'
import { encode, ERC20, V3_ROUTER } from '../../unit/guards/support/routers'

const { secrets, broken } = vi.hoisted(() => ({
  secrets: [] as EngineModule.EngineSecrets[],
  broken: { c7: false },
}))
/** What the composition root hands to the engine, and to nothing else. */
vi.mock('../../../src-main/engine/engine', async (importOriginal) => {
  const real = await importOriginal<typeof EngineModule>()
  return {
    ...real,
    createEngine: (...handed: Parameters<typeof real.createEngine>) => {
      secrets.unshift(handed[2])
      return real.createEngine(...handed)
    },
  }
})
vi.mock('../../../src-main/app/compose/compose-environment', async (original) =>
  (await import('../../support/app/opened-environments')).noting(await original<typeof ComposeEnvironment>()),
)
/** Breaks the signers' policy alone: it lets everything through. */
vi.mock('../../../src-main/signers/policy-wrapper/judge-transaction', async (importOriginal) => {
  const real = await importOriginal<typeof JudgeTransaction>()
  return {
    ...real,
    judgeTransaction: (...asked: Parameters<typeof real.judgeTransaction>) => (broken.c7 ? null : real.judgeTransaction(...asked)),
  }
})

const PERMIT2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
const CHAIN = { chainId: 31_337, routers: [ROUTER], tokens: [WETH, USDC] }
const GWEI = 1_000_000_000n
const txOf = (changed: Partial<UnsignedTx> = {}): UnsignedTx => ({
  chainId: 31_337,
  from: SIGNER_ADDRESS,
  to: ROUTER,
  nonce: 0,
  valueWei: 0n,
  data: swapData(SIGNER_ADDRESS),
  gasLimit: 300_000n,
  maxFeePerGasWei: 30n * GWEI,
  maxPriorityFeePerGasWei: GWEI,
  ...changed,
})
const multicall = (...calls: readonly string[]): Hex => encode(V3_ROUTER, 'multicall', [calls])
const permit2Approve = new Interface(['function approve(address,address,uint160,uint48)']).encodeFunctionData('approve', [
  WETH,
  STRANGER,
  1n,
  1,
]) as Hex
const transferOut = new Interface(['function execute(bytes,bytes[],uint256)']).encodeFunctionData('execute', [
  '0x05',
  [AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint256'], [USDC, STRANGER, 1n])],
  1,
]) as Hex

interface Attack {
  readonly purpose: SigningPurpose
  readonly tx: UnsignedTx
}
const attack = (changed: Partial<UnsignedTx>, purpose: SigningPurpose = 'order'): Attack => ({ purpose, tx: txOf(changed) })
/** What a planner that somebody owns would have signed. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'an approval for a stranger': attack({ to: WETH, data: encode(ERC20, 'approve', [STRANGER, 1n]) }, 'approve'),
  'a transfer of tokens to a stranger': attack({ to: USDC, data: encode(ERC20, 'transfer', [STRANGER, 1n]) }),
  'a swap for a stranger': attack({ data: swapData(STRANGER) }),
  'a swap for a stranger in a multicall in a multicall': attack({ data: multicall(multicall(swapData(STRANGER))) }),
  'Permit2: a right for a stranger': attack({ to: PERMIT2, data: permit2Approve }, 'approve'),
  'a Universal Router’s transfer to a stranger': attack({ data: transferOut }),
  'a call that nobody can read': attack({ data: '0xdeadbeef' }),
  'another chain': attack({ chainId: 1 }),
  'another contract': attack({ to: STRANGER }),
  'too much coin': attack({ valueWei: 10n ** 18n }),
  'too much gas': attack({ gasLimit: 30_000_000n }),
  'too high a fee': attack({ maxFeePerGasWei: 10_000n * GWEI }),
  'too long data': attack({ data: `0x${'00'.repeat(5_000)}` }),
}

const vault = memoryVault()
let app: TestApp
let gate: SigningGate
let account: string
const onlyPolicy = (table: GuardTable): GuardTable =>
  Object.fromEntries(Object.entries(table).map(([purpose, guards]) => [purpose, guards.filter(({ id }) => id === 'policy')])) as never
const noGuards = (table: GuardTable): GuardTable => Object.fromEntries(Object.keys(table).map((purpose) => [purpose, []])) as never

/** An app in testnet with an unlocked key and both policies as set-up makes them, and its signing gate. */
async function launch(guards: (table: GuardTable) => GuardTable): Promise<void> {
  opened.length = 0
  app = await launchApp({ dataDir: testnetDataDir(), spawnKeyHost: lightKeyHost, vault, guards })
  const answer = answerFor({ fundedKey: SIGNER_KEY })
  app.answer = (task) =>
    task.kind === 'create-keystore' ? { kind: task.kind, id: task.id, password: new TextEncoder().encode(PASSWORD) } : answer(task)
  const { id } = await app.must('signer.import', { label: 'Key', from: 'private-key' })
  account = id!
  await app.must('signer.unlock', { id: account })
  const { policy, signerPolicy } = opened[0]!
  const author = { actor: 'test', reason: 'as set-up would', origin: 'set-up' } as const
  const made = policyForChain({ ...CHAIN, signers: [SIGNER_ADDRESS] })
  policy.change({ ...made, toAddresses: [...made.toAddresses, PERMIT2] }, author)
  const second = fromSetUp([SIGNER_ADDRESS], CHAIN)
  signerPolicy.change({ ...second, contracts: [...second.contracts, PERMIT2.toLowerCase()] }, author)
  const spied = vi.spyOn(SigningGate.prototype, 'sign')
  await opened[0]!.engine.testSigner(account, 31_337, 'test')
  gate = spied.mock.contexts[0] as SigningGate
  spied.mockRestore()
}
/** What becomes of it: a code of the first policy, one of the second, or a signature. */
async function sign({ purpose, tx }: Attack): Promise<string> {
  const { ports } = opened[0]!.engine
  const facts = guardFacts(ports, {
    orderId: 'order-1',
    purpose,
    intent: chainIntent({ account }),
    quote: quoteOf(),
    notionalUsd: decimal(100),
    heldBase: null,
    request: null,
    tx,
  })
  const signed = await gate.sign({ purpose, orderId: 'order-1', signerId: account, by: 'test', tx, facts })
  if (signed.ok) return 'signed'
  const { code, figures } = signed.error.denial
  return figures['reason'] ?? code
}

beforeEach(() => {
  broken.c7 = false
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

describe('C6 C7: two policies, each enough by itself', () => {
  test('with both, the first denies, and what is allowed is signed', async () => {
    await launch(onlyPolicy)
    expect(await sign(attack({}))).toBe('signed')
    for (const [name, each] of Object.entries(ATTACKS)) expect(await sign(each), name).not.toMatch(/^signed$|^DENIED_BY_POLICY$/)
  })

  test('with the first broken, the second denies everything that the first did', async () => {
    await launch(noGuards)
    expect(await sign(attack({}))).toBe('signed')
    for (const [name, each] of Object.entries(ATTACKS)) expect(await sign(each), name).toBe('DENIED_BY_POLICY')
    // On record as a denial, with the rule; and no breaker took it for a fault of the signer.
    const page = await app.must('audit.page', { filter: EVERYTHING, offset: 0, limit: 500 })
    const denied = page.rows.filter(({ type }) => type === 'SigningDenied')
    expect(denied).toHaveLength(Object.keys(ATTACKS).length)
    expect(opened[0]!.breakers.views().signer.state).toBe('closed')
  })

  test('with the second broken, the first denies everything all the same', async () => {
    broken.c7 = true
    await launch(onlyPolicy)
    for (const [name, each] of Object.entries(ATTACKS)) expect(await sign(each), name).not.toMatch(/^signed$|^DENIED_BY_POLICY$/)
  })

  test('with both broken it is signed: the attacks are real', async () => {
    broken.c7 = true
    await launch(noGuards)
    for (const [name, each] of Object.entries(ATTACKS)) expect(await sign(each), name).toBe('signed')
  })

  test('a contract is made by neither', async () => {
    const creation = { purpose: 'order', tx: { ...txOf({ data: '0x6000' }), to: '' } } as const
    await launch(noGuards)
    expect(await sign(creation)).toBe('DENIED_BY_POLICY')
    await app.stop()
    removeDataDir(app.dataDir)
    broken.c7 = true
    await launch(onlyPolicy)
    expect(await sign(creation)).toBe('CONTRACT_CREATION')
  })

  test('one that cannot be read leaves the other: neither reads the other’s place', async () => {
    await launch(noGuards)
    const { policy, signerPolicy } = opened[0]!
    vi.spyOn(policy, 'state').mockReturnValue({ kind: 'unreadable', why: 'test' })
    expect(await sign(ATTACKS['a swap for a stranger']!)).toBe('DENIED_BY_POLICY')
    expect(signerPolicy.state().kind).toBe('loaded')
  })
})

test('C7: every signer that the gate can get is inside the second policy, made now or when the environment opened', async () => {
  await launch(noGuards)
  const again = async () => {
    const { signers } = opened[0]!
    const wayToSigners = secrets[0]!.signerOf
    expect(signers.list().length).toBeGreaterThan(0)
    for (const { id } of signers.list()) {
      const signer = wayToSigners(id)!
      const answer = await signer.signTransaction(ATTACKS['a swap for a stranger']!.tx, new AbortController().signal)
      expect(answer).toMatchObject({ ok: false, error: { code: 'DENIED_BY_POLICY' } })
    }
  }
  await again()
  await app.must('signer.create', { label: 'Another' })
  expect(opened[0]!.signers.list()).toHaveLength(2)
  await again()
  await app.stop()
  opened.length = 0
  app = await launchApp({ dataDir: app.dataDir, spawnKeyHost: lightKeyHost, vault })
  await again()
})

const EVERYTHING = { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null }
