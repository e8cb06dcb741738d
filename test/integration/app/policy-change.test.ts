import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, describe, expect, test, vi } from 'vitest'

import type * as ComposeEnvironment from '../../../src-main/app/compose/compose-environment'
import { lightKeyHost, testnetDataDir, answerFor } from '../../support/app/devnet-app'
import { fromSetUp } from '../../../src-main/signers/policy-wrapper/make-signer-policy'
import { BENCH_CHAIN_ID, BENCH_POLICY, ROUTER, SIGNER_ADDRESS, SIGNER_KEY, WETH } from '../../support/app/bench-chain'
import { launchApp, memoryVault, removeDataDir, setUp, type LaunchOptions, type TestApp } from '../../support/app/launch'
import { opened } from '../../support/app/opened-environments'
import type { SecureTask } from '../../../src-preload/contract/secure'

vi.mock('../../../src-main/app/compose/compose-environment', async (original) =>
  (await import('../../support/app/opened-environments')).noting(await original<typeof ComposeEnvironment>()),
)

const STRANGER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const vault = memoryVault()
let app: TestApp
let shown: SecureTask[]

afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

/** An app in paper that was set up, whose person authorises with the first recovery key while `allows`. */
async function launch(options: LaunchOptions = {}, allows = true): Promise<void> {
  app = await launchApp({ vault, ...options })
  await setUp(app)
  shown = []
  app.answer = (task) => {
    shown.push(task)
    if (task.kind !== 'authorise' || !allows) return null
    return { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] }
  }
}
const policies = () => app.must('policy.get', {})
const trading = async (changed: object) => ({ which: 'trading', policy: { ...(await policies()).trading.policy!, ...changed } }) as const
const signing = async (changed: object) => ({ which: 'signing', policy: { ...(await policies()).signing.policy!, ...changed } }) as const
const types = async () => {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null }
  return (await app.must('audit.page', { filter, offset: 0, limit: 500 })).rows.map(({ type }) => type)
}

describe('C6 C7: a change is proposed, compared, authorised and recorded', () => {
  test('tighter at once and on record; its history says who, when, why and what', async () => {
    await launch()
    const proposal = await trading({ maxOrderNotionalUsd: '500' })
    expect(await app.must('policy.compare', { proposal })).toEqual({
      wrong: null,
      base: 1,
      changes: [{ field: 'maxOrderNotionalUsd', before: '1000000', after: '500', loosens: false }],
    })
    expect(await app.must('policy.change', { proposal, base: 1, reason: 'less is enough' })).toEqual({ done: true })
    expect(shown).toEqual([])
    expect((await policies()).trading).toMatchObject({ version: 2, byHand: true, policy: { maxOrderNotionalUsd: '500' } })
    expect((await policies()).signing).toMatchObject({ version: 1, byHand: false })
    const [newest, first] = await app.must('policy.history', { which: 'trading' })
    expect(newest).toMatchObject({ version: 2, actor: 'operator', reason: 'less is enough', origin: 'change', intact: true })
    expect(newest?.changes).toEqual([{ field: 'maxOrderNotionalUsd', before: '1000000', after: '500', loosens: false }])
    expect(first).toMatchObject({ version: 1, origin: 'set-up', changes: null })
    expect(await types()).toContain('PolicyChanged')
  })

  test.for(['trading', 'signing'] as const)('looser asks in the main-owned window, with what changes: the %s policy', async (which) => {
    await launch()
    const proposal = which === 'trading' ? await trading({ tokens: [STRANGER] }) : await signing({ recipients: [STRANGER] })
    expect(await app.must('policy.change', { proposal, base: 1, reason: 'a new token' })).toEqual({ done: true })
    expect(shown).toMatchObject([
      {
        kind: 'authorise',
        act: 'change-policy',
        subject: `${which} policy`,
        reason: 'a new token',
        changes: [{ before: null, after: expect.stringMatching(new RegExp(STRANGER, 'i')) as string }],
      },
    ])
    const after = await policies()
    expect(after[which].version).toBe(2)
    expect(after[which === 'trading' ? 'signing' : 'trading'].version).toBe(1)
    expect(await types()).toContain('ActAuthorised')
  })

  test.for([
    ['the fee budget of cancels of the trading policy', 'trading', { cancelMaxFeePerGasWei: '300000000000' }],
    ['gas of the trading policy', 'trading', { maxGas: '400000' }],
    ['the account of the trading policy', 'trading', { signerAddresses: [] }],
    ['the chain of the trading policy', 'trading', { chainIds: [] }],
    ['the fee budget of cancels of the signing policy', 'signing', { maxCancelFeePerGasWei: '300000000000' }],
    ['gas of the signing policy', 'signing', { maxGas: '400000' }],
    ['the account of the signing policy', 'signing', { accounts: [] }],
    ['the chain of the signing policy', 'signing', { chainIds: [] }],
  ] as const)('X5: what a cancel needs is taken away by nobody who is not allowed to: %s', async ([, which, change]) => {
    await launch({}, false)
    const author = { actor: 'Ada', reason: 'a chain', origin: 'change' } as const
    const { policy, signerPolicy } = openedNow()
    policy.change({ ...BENCH_POLICY, version: 1 }, author)
    signerPolicy.change(fromSetUp([SIGNER_ADDRESS], { chainId: BENCH_CHAIN_ID, routers: [ROUTER], tokens: [WETH] }), author)
    const before = await policies()
    const proposal = which === 'trading' ? await trading(change) : await signing(change)
    const { wrong, changes } = await app.must('policy.compare', { proposal })
    expect([wrong, changes]).toMatchObject([null, [{ loosens: false, neededToCancel: true }]])
    expect(await app.must('policy.change', { proposal, base: before[which].version!, reason: 'tighter' })).toEqual({ done: false })
    expect(shown).toMatchObject([{ kind: 'authorise', act: 'change-policy' }])
    expect(await policies()).toEqual(before)
  })

  test.for([
    ['trading', { cancelMaxFeePerGasWei: '0' }],
    // A tenth above what waits is the least that replaces it.
    ['trading', { cancelMaxFeePerGasWei: '219999999999' }],
    ['trading', { maxGas: '20999' }],
    ['signing', { maxCancelFeePerGasWei: '0' }],
    ['signing', { maxFeePerGasWei: '454545454546' }],
    ['signing', { maxGas: '20999' }],
  ] as const)('X5: a policy under which nothing can be canceled is none, whoever asks for it: %s %o', async ([which, change]) => {
    await launch()
    const author = { actor: 'Ada', reason: 'a chain', origin: 'change' } as const
    const { policy, signerPolicy } = openedNow()
    policy.change({ ...BENCH_POLICY, version: 1 }, author)
    signerPolicy.change(fromSetUp([SIGNER_ADDRESS], { chainId: BENCH_CHAIN_ID, routers: [ROUTER], tokens: [WETH] }), author)
    const base = (await policies())[which].version!
    const proposal = which === 'trading' ? await trading(change) : await signing(change)
    expect(await app.call('policy.change', { proposal, base, reason: 'tighter' })).toMatchObject({
      ok: false,
      problem: { code: 'INVALID_INPUT', figures: { where: expect.stringMatching(/no way to cancel/) as string } },
    })
    expect(shown).toEqual([])
  })

  test('nothing changes while nobody allows it', async () => {
    await launch({}, false)
    const before = await policies()
    for (const proposal of [await trading({ chainIds: [1] }), await signing({ chainIds: [1] })])
      expect(await app.must('policy.change', { proposal, base: 1, reason: 'try' })).toEqual({ done: false })
    expect(await policies()).toEqual(before)
  })

  test('what is not sound is refused by name, and what was looked at must be what is in force', async () => {
    await launch()
    const wrongCase = STRANGER.replace('C5', 'c5')
    for (const proposal of [await trading({ tokens: [wrongCase] }), await signing({ tokens: [wrongCase] })]) {
      expect((await app.must('policy.compare', { proposal })).wrong).toMatch(/tokens/)
      expect(await app.call('policy.change', { proposal, base: 1, reason: 'x' })).toMatchObject({
        ok: false,
        problem: { code: 'INVALID_INPUT' },
      })
    }
    const stale = await trading({ maxOrderNotionalUsd: '1' })
    expect(await app.call('policy.change', { proposal: stale, base: 7, reason: 'x' })).toMatchObject({
      ok: false,
      problem: { code: 'CHECK_BLOCKED' },
    })
  })

  test('P7: the window hears of every change, whoever makes it, and what a proposal is compared with is named', async () => {
    await launch()
    const heard = app.heard('policy.changed', () => true)
    const { policy } = openedNow()
    const state = policy.state()
    if (state.kind !== 'loaded') throw new Error('no policy')
    policy.change({ ...state.policy, venues: [] }, { actor: 'another', reason: 'x', origin: 'change' })
    expect(await heard).toEqual({})
    const compared = await app.must('policy.compare', { proposal: await trading({ maxOrderNotionalUsd: '500' }) })
    expect(compared.base).toBe(2)

    const signing2 = app.heard('policy.changed', () => true)
    await app.must('policy.change', { proposal: await signing({ recipients: [STRANGER] }), base: 1, reason: 'x' })
    await signing2
  })

  test('changed while the window was open: not carried out', async () => {
    await launch()
    const proposal = await trading({ chainIds: [1] })
    const answer = app.answer
    app.answer = (task) => {
      const { policy } = openedNow()
      const state = policy.state()
      if (state.kind === 'loaded') policy.change({ ...state.policy, venues: [] }, { actor: 'another', reason: 'x', origin: 'change' })
      return answer(task)
    }
    expect(await app.must('policy.change', { proposal, base: 1, reason: 'x' })).toEqual({ done: false })
    expect((await policies()).trading.policy?.chainIds).toEqual([])
  })

  test('an earlier version comes back as a proposal, and is recorded as that', async () => {
    await launch()
    await app.must('policy.change', { proposal: await trading({ maxOrderNotionalUsd: '500' }), base: 1, reason: 'less' })
    const proposal = await app.must('policy.version', { which: 'trading', version: 1 })
    expect(await app.must('policy.change', { proposal, base: 2, reason: 'as it was' })).toEqual({ done: true })
    expect(shown).toHaveLength(1)
    expect((await app.must('policy.history', { which: 'trading' }))[0]).toMatchObject({ version: 3, origin: 'restore' })
    expect((await policies()).trading.policy?.maxOrderNotionalUsd).toBe('1000000')
  })
})

describe('C6 C7: imports are proposals', () => {
  const policyVariables = {
    ALLOW_SIGN_CHAIN_IDS: '1,8453',
    MAX_SIGN_GAS: '500000',
    MAX_SIGN_DATA_BYTE: '1',
    SIGNER_ALLOWED_CHAIN_IDS: '1',
    SIGNER_MAX_GAS: 'many',
    SIGNER_DISALLOW_CONTRACT_CREATION: 'false',
  }

  test('the variables of the systems before: what is read and what is not; nothing is in force by it', async () => {
    await launch({ policyVariables })
    const before = await policies()
    expect(before.variables).toEqual({ trading: true, signing: true })
    expect(await app.must('policy.import', { which: 'trading', from: 'variables' })).toMatchObject({
      proposal: { which: 'trading', policy: { chainIds: [1, 8453], maxGas: '500000', venues: ['paper'] } },
      skipped: [{ name: 'MAX_SIGN_DATA_BYTE', why: 'UNKNOWN_NAME' }],
    })
    const second = await app.must('policy.import', { which: 'signing', from: 'variables' })
    expect(second).toMatchObject({
      proposal: { which: 'signing', policy: { chainIds: [1], maxGas: '0' } },
      skipped: [
        { name: 'SIGNER_DISALLOW_CONTRACT_CREATION', why: 'CANNOT_BE_OFF' },
        { name: 'SIGNER_MAX_GAS', why: 'UNREADABLE' },
      ],
    })
    expect(await policies()).toEqual(before)
    await app.must('policy.change', { proposal: second.proposal, base: 1, reason: 'as before' })
    expect((await app.must('policy.history', { which: 'signing' }))[0]).toMatchObject({ version: 2, origin: 'import' })
  })

  test('a file: lines of variables, a policy as JSON; anything else is said', async () => {
    await launch()
    const file = join(app.dataDir, 'chosen')
    app.chosenFile = file
    writeFileSync(file, '# limits\nexport MAX_SIGN_VALUE_WEI="7"\nSIGNER_MAX_VALUE_WEI=8\n')
    expect(await app.must('policy.import', { which: 'trading', from: 'file' })).toMatchObject({
      proposal: { policy: { maxValueWei: '7' } },
      skipped: [],
    })
    expect(await app.must('policy.import', { which: 'signing', from: 'file' })).toMatchObject({
      proposal: { policy: { maxValueWei: '8' } },
    })
    const { trading: old } = await policies()
    writeFileSync(file, JSON.stringify({ version: 9, ...old.policy, maxOrderNotionalUsd: '3' }))
    expect(await app.must('policy.import', { which: 'trading', from: 'file' })).toMatchObject({
      proposal: { policy: { maxOrderNotionalUsd: '3' } },
    })
    expect((await policies()).trading.policy?.maxOrderNotionalUsd).toBe('1000000')
    for (const text of ['', 'nothing here', '{', '{}', '{"version":1}']) {
      writeFileSync(file, text)
      expect(await app.call('policy.import', { which: 'trading', from: 'file' }), text).toMatchObject({
        ok: false,
        problem: { code: 'BAD_ANSWER' },
      })
    }
    app.chosenFile = null
    expect(await app.call('policy.import', { which: 'trading', from: 'file' })).toMatchObject({
      ok: false,
      problem: { code: 'CANCELED_BY_USER' },
    })
  })
})

describe('C6 C7: set-up fills both policies, until somebody has changed one', () => {
  test('a signer is added to both, by each one’s own means; what a person has changed waits for a person', async () => {
    app = await launchApp({ vault, dataDir: testnetDataDir(), spawnKeyHost: lightKeyHost })
    app.answer = answerFor({ fundedKey: SIGNER_KEY })
    await app.must('policy.change', {
      proposal: await trading({ requireKnownNotional: true, maxOrderNotionalUsd: '0' }),
      base: 1,
      reason: 'x',
    })
    const { signerPolicy } = openedNow()
    expect((await policies()).trading.byHand).toBe(false) // nothing differed
    await app.must('signer.import', { label: 'Key', from: 'private-key' })
    const after = await policies()
    expect([after.trading.policy?.signerAddresses, after.signing.policy?.accounts]).toEqual([[SIGNER_ADDRESS], [SIGNER_ADDRESS]])
    expect([after.trading.version, after.signing.version]).toEqual([2, 2])
    expect(signerPolicy.versions()[0]).toMatchObject({ origin: 'set-up', reason: `signer ${SIGNER_ADDRESS} was added` })

    const { policy } = openedNow()
    const state = policy.state()
    if (state.kind !== 'loaded') throw new Error('no policy')
    policy.change({ ...state.policy, signerAddresses: [] }, { actor: 'Ada', reason: 'not this one', origin: 'change' })
    const left = (await policies()).trading
    expect(left).toMatchObject({ byHand: true, lacks: { chainId: null, accounts: [SIGNER_ADDRESS] } })
    const offered = await app.must('policy.import', { which: 'trading', from: 'set-up' })
    expect(offered.proposal.policy).toMatchObject({ signerAddresses: [SIGNER_ADDRESS] })
    expect((await policies()).trading.policy?.signerAddresses).toEqual([])
  })

  test('begun anew: only where a policy cannot be read, and only with authority', async () => {
    await launch()
    expect(await app.call('policy.beginAnew', { which: 'signing', reason: 'x' })).toMatchObject({
      ok: false,
      problem: { code: 'CHECK_BLOCKED' },
    })
    await app.stop()
    writeFileSync(join(app.dataDir, 'paper', 'signer-policy.jsonl'), 'odd', { mode: 0o600 })
    const keys = app.recoveryKeys
    app = await launchApp({ vault, dataDir: app.dataDir })
    expect((await policies()).signing).toMatchObject({ version: null, policy: null })
    expect(await app.must('policy.beginAnew', { which: 'signing', reason: 'damaged' })).toEqual({ done: false })
    shown = []
    app.answer = (task) => {
      shown.push(task)
      return task.kind === 'authorise' ? { kind: task.kind, id: task.id, recoveryKeys: [new TextEncoder().encode(keys[0])] } : null
    }
    expect(await app.must('policy.beginAnew', { which: 'signing', reason: 'damaged' })).toEqual({ done: true })
    // What was allowed was shown value by value, and is what is in force.
    const inForce = (await policies()).signing.policy!
    const values = Object.values(inForce).flatMap((value) => (!Array.isArray(value) ? [value] : value.length === 0 ? ['none'] : value))
    const [task] = shown
    expect(task?.kind === 'authorise' && task.changes.map(({ after }) => after)).toEqual([expect.any(String), ...values.map(String)])
    expect((await policies()).signing).toMatchObject({ version: 2, problem: null })
    expect((await app.must('policy.history', { which: 'signing' }))[0]).toMatchObject({ origin: 'begun-anew', reason: 'damaged' })
  })
})

/** The environment that was opened last. */
function openedNow(): ComposeEnvironment.OpenEnvironment {
  return opened.at(-1)!
}
