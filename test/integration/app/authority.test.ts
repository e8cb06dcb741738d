import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { HOTP, Secret } from 'otpauth'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { MAX_WAIT_MS } from '../../../src-main/authority/attempts'
import { systemClock, type Clock } from '../../../src-main/lib/clock'
import type { CallInput } from '../../../src-preload/contract'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import { PAPER_SELL } from '../../support/app/drafts'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

const utf8 = (text: string) => new TextEncoder().encode(text)
const PASSWORDS: Readonly<Record<string, string>> = { Ada: 'ada types four words', Bob: 'bob types four words', Vi: 'vi types four words' }
const ALL_PERMISSIONS = ['activate', 'deactivate', 'maintenance'] as const

const vault = memoryVault()
/** The calendar of the app; codes are of it. */
let aheadMs = 0
const clock: Clock = { wallMs: () => systemClock.wallMs() + aheadMs, steadyMs: () => systemClock.steadyMs() + aheadMs }
let app: TestApp
const secrets = new Map<string, Buffer>()
/** Everything that was asked in the main-owned window. */
let asked: SecureTask[] = []

beforeEach(async () => {
  aheadMs = 0
  asked = []
  secrets.clear()
  app = await launchApp({ vault, clock })
  await setUp(app)
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const restart = async (before: () => void = () => undefined): Promise<void> => {
  const { dataDir, recoveryKeys } = app
  await app.stop()
  before()
  app = await launchApp({ dataDir, vault, clock })
  app.recoveryKeys = recoveryKeys
}
type People = Extract<SecureTask, { kind: 'unlock-app' }>['people']
/** A code that was not used yet: each goes to a later step. */
const codeOf = (name: string) => {
  aheadMs += 30_000
  const secret = secrets.get(name)
  if (secret === undefined) throw new Error(`${name} has no authenticator`)
  return utf8(
    HOTP.generate({ secret: new Secret({ buffer: new Uint8Array(secret).buffer }), counter: Math.floor(clock.wallMs() / 30_000) }),
  )
}
const proofOf = (people: People, name: string, password = PASSWORDS[name]!) => {
  const person = people.find((each) => each.name === name)
  if (person === undefined) throw new Error(`${name} is not asked`)
  return { recoveryKeys: [], operator: { id: person.id, password: utf8(password), code: person.code ? codeOf(name) : null } }
}
type Way = (task: SecureTask) => SecureAnswer | null
/** A person's name, or recovery keys that are typed at once. */
type Means = string | readonly string[]
/** Answers whatever proves by these means, one after another; other tasks as a person would. */
const by = (...means: readonly Means[]): Way => {
  const left = [...means]
  return (task) => {
    asked.push(task)
    if (task.kind === 'authorise' || task.kind === 'unlock-app') {
      const next = left.shift()
      if (next === undefined) return null
      const proof = typeof next === 'string' ? proofOf(task.people, next) : { recoveryKeys: next.map(utf8) }
      return { kind: task.kind, id: task.id, ...proof }
    }
    if (task.kind === 'set-password') return { kind: task.kind, id: task.id, password: utf8(PASSWORDS[task.name]!) }
    if (task.kind === 'enrol-second-factor') {
      secrets.set(task.name, Buffer.from(Secret.fromBase32(task.base32).bytes))
      return { kind: task.kind, id: task.id, password: utf8(PASSWORDS[task.name]!), code: codeOf(task.name) }
    }
    if (task.kind === 'show-recovery-keys') {
      app.recoveryKeys = [...app.recoveryKeys, ...task.codes]
      return { kind: task.kind, id: task.id, lastCharacters: task.codes.map((code) => code.slice(-4)) }
    }
    return null
  }
}
const key = (index: number): readonly [string] => [app.recoveryKeys[index]!]
const bothKeys = (): readonly [string, string] => [app.recoveryKeys[0]!, app.recoveryKeys[1]!]
const add = async (name: string, role: 'viewer' | 'trader' | 'admin', means: Way = by(key(0))): Promise<string> => {
  app.answer = means
  const permissions = role === 'admin' ? [...ALL_PERMISSIONS] : ['activate' as const]
  expect(await app.must('authority.addOperator', { name, role, permissions, expiresAtMs: null }), JSON.stringify(app.lastProblem)).toEqual({
    done: true,
  })
  const { operators } = await app.must('authority.get', {})
  return operators.find((operator) => operator.name === name)!.id
}
const unlock = async (...means: readonly Means[]): Promise<boolean> => {
  app.answer = by(...means)
  return (await app.must('authority.unlock', {})).unlocked
}
const setRules = async (means: Way, change: Partial<CallInput<'authority.setRules'>>) => {
  app.answer = means
  return app.call('authority.setRules', { approvals: [], secondFactor: 'where-enrolled', lockAfterMinutes: 15, ...change })
}
const halt = () => app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
const release = async (means: Way) => {
  app.answer = means
  return (await app.must('halt.release', { reason: 'the drill is over', acknowledge: [] })).released
}
const records = async (type: string) => {
  const { rows } = await app.must('audit.page', {
    filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null },
    offset: 0,
    limit: 100,
  })
  return Promise.all(
    rows.map(async ({ seq, actor, subject, severity }) => {
      const { dataJson } = await app.must('audit.entry', { seq })
      return { actor, subject, severity, data: JSON.parse(dataJson) as Record<string, unknown> }
    }),
  )
}

describe('P7: operators', () => {
  test('P7: without any, the person is the operator, recovery keys authorise, and there is no lock', async () => {
    expect(await app.must('authority.session', {})).toEqual({
      locked: false,
      canLock: false,
      actor: 'operator',
      role: 'admin',
      verified: true,
    })
    await app.must('authority.lock', {})
    expect((await app.must('authority.session', {})).locked).toBe(false)
    await halt()
    expect(await release(by(key(1)))).toBe(true)
    expect((await records('ActAuthorised'))[0]).toMatchObject({ actor: 'operator', data: { act: 'release-halt' } })
  })

  test('P7: with a password and an authenticator, approve; who approved is on record; a code is good once', async () => {
    const id = await add('Ada', 'admin')
    app.answer = by()
    expect(await app.must('authority.enrolSecondFactor', { id })).toEqual({ done: true })
    await halt()
    expect(await release(by('Ada'))).toBe(true)
    expect((await records('ActAuthorised'))[0]).toMatchObject({ actor: 'Ada', data: { act: 'release-halt', means: [id] } })

    await halt()
    const code = codeOf('Ada')
    const again: Way = (task) =>
      task.kind === 'authorise'
        ? {
            kind: task.kind,
            id: task.id,
            recoveryKeys: [],
            operator: { id, password: utf8(PASSWORDS['Ada']!), code: new Uint8Array(code) },
          }
        : null
    expect(await release(again)).toBe(true)
    await halt()
    expect(await release(again)).toBe(false)
    expect(app.lastProblem).toMatchObject({ code: 'WRONG_CREDENTIALS' })
    expect((await records('OperatorRefused'))[0]).toMatchObject({ subject: 'Ada', severity: 'high' })
  })

  test('B6: two of two: one after another, what is missing is shown, the same person twice is not two, and a key counts', async () => {
    await add('Ada', 'admin')
    await add('Bob', 'admin')
    expect(await setRules(by('Ada'), { approvals: [{ act: 'release-halt', needed: 2 }] })).toEqual({ ok: true, value: { done: true } })
    await halt()
    asked = []
    expect(await release(by('Ada', 'Bob'))).toBe(true)
    expect(asked).toMatchObject([
      { approvals: { needed: 2, given: [] }, people: [{ name: 'Ada' }, { name: 'Bob' }] },
      { approvals: { needed: 2, given: ['Ada'] }, people: [{ name: 'Bob' }], keysNeeded: 1 },
    ])
    expect((await records('ActAuthorised'))[0]).toMatchObject({ actor: 'Ada, Bob' })

    await halt()
    expect(await release(by('Ada'))).toBe(false)
    const ada = asked[0]?.kind === 'authorise' ? asked[0].people : []
    expect(await release((task) => (task.kind === 'authorise' ? { kind: task.kind, id: task.id, ...proofOf(ada, 'Ada') } : null))).toBe(
      false,
    )
    expect(app.lastProblem).toMatchObject({ code: 'NOT_PERMITTED' })
    expect(await release(by('Ada', key(0)))).toBe(true)
    await halt()
    expect(await release(by(bothKeys()))).toBe(true)
    // One key in both boxes is one key.
    await halt()
    expect(await release(by([key(0)[0], key(0)[0]]))).toBe(false)
    expect(app.lastProblem).toMatchObject({ code: 'WRONG_KEY', figures: { reason: 'TWO_DIFFERENT_KEYS_NEEDED' } })
    // Raised rules also guard who may change who approves.
    expect(await setRules(by('Ada'), {})).toEqual({ ok: true, value: { done: false } })
    expect(await setRules(by('Bob', 'Ada'), { approvals: [{ act: 'release-halt', needed: 1 }] })).toEqual({
      ok: true,
      value: { done: true },
    })
  })

  test('P7: who may not approve an act is not asked, nor believed', async () => {
    await add('Ada', 'admin')
    const trader = await add('Bob', 'trader')
    await halt()
    asked = []
    const way: Way = (task) => {
      asked.push(task)
      if (task.kind !== 'authorise') return null
      return { kind: task.kind, id: task.id, recoveryKeys: [], operator: { id: trader, password: utf8(PASSWORDS['Bob']!), code: null } }
    }
    expect(await release(way)).toBe(false)
    expect(asked).toMatchObject([{ people: [{ name: 'Ada' }] }])
    expect(app.lastProblem).toMatchObject({ code: 'NOT_PERMITTED' })
    expect((await records('ApprovalRefused'))[0]).toMatchObject({ actor: 'Bob' })
  })

  test('P7: wrong passwords are on record, wait longer across a restart, raise an alert, and never bar the recovery keys', async () => {
    await add('Ada', 'admin')
    await halt()
    const wrong: Way = (task) =>
      task.kind === 'authorise' ? { kind: task.kind, id: task.id, ...proofOf(task.people, 'Ada', 'not her password') } : null
    for (let count = 0; count < 3; count++) expect(await release(wrong)).toBe(false)
    expect((await records('OperatorRefused')).map(({ data }) => data['code'])).toEqual(['WRONG', 'WRONG', 'WRONG'])
    expect(JSON.stringify(await app.must('alerts.list', {}))).toContain('authentication-failures')
    expect(await release(by('Ada'))).toBe(false)
    expect(app.lastProblem).toMatchObject({ code: 'RATE_LIMITED_ATTEMPTS' })
    await restart()
    expect(await unlock('Ada')).toBe(false)
    expect(app.lastProblem).toMatchObject({ code: 'RATE_LIMITED_ATTEMPTS' })
    expect(MAX_WAIT_MS).toBeLessThanOrEqual(15 * 60_000)
    expect(await unlock(key(0))).toBe(true)
    expect(await release(by(key(0)))).toBe(true)
  })
})

describe('P7: the app lock', () => {
  test('P7: locked, only the status, halting and canceling work; unlocking happens in the main-owned window and names the actor', async () => {
    await add('Ada', 'trader')
    const plan = await app.must('order.prepare', PAPER_SELL)
    await app.must('authority.lock', {})
    expect(await app.must('authority.session', {})).toMatchObject({ locked: true, canLock: true })
    const locked = { ok: false, problem: { code: 'APP_LOCKED', figures: {} } }
    expect(await app.call('order.confirm', { planId: plan.planId, planHash: plan.planHash })).toEqual(locked)
    expect(await app.call('order.list', { which: 'all', limit: 10, beforeMs: null })).toEqual(locked)
    expect(await app.call('market.balances', { account: 'paper-main' })).toEqual(locked)
    expect(await app.call('authority.get', {})).toEqual(locked)
    expect(await app.call('halt.release', { reason: 'x', acknowledge: [] })).toEqual(locked)
    expect((await app.must('app.status', {})).killSwitch.state).toBe('armed')
    expect((await halt()).state).toBe('triggered')
    expect(await app.must('order.cancelAll', {})).toMatchObject({ asked: 0 })

    expect(await unlock('Ada')).toBe(true)
    expect(await app.must('authority.session', {})).toMatchObject({ locked: false, actor: 'Ada', role: 'trader' })
    await app.must('settings.get', {})
    expect(await release(by(key(0)))).toBe(true)
    await app.must('order.prepare', PAPER_SELL)
    expect((await records('CommandReceived'))[0]).toMatchObject({ actor: 'Ada', data: { command: 'order.prepare' } })
    expect((await records('AppUnlocked'))[0]).toMatchObject({ actor: 'Ada' })
    expect((await records('AppLocked'))[0]).toMatchObject({ data: { reason: 'asked' } })
  })

  test('P7: orders are recorded in the name of who is here; what becomes of them is not', async () => {
    await add('Ada', 'trader')
    await app.must('authority.lock', {})
    expect(await unlock('Ada')).toBe(true)
    const plan = await app.must('order.prepare', PAPER_SELL)
    const filled = app.heard('order.changed', ({ state }) => state === 'filled')
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await filled
    const who = async (type: string) => (await records(type))[0]?.actor
    const { actor } = await app.must('authority.session', {})
    expect(actor).toBe('Ada')
    expect(await Promise.all(['PlanPrepared', 'OrderInitialized', 'OrderApproved', 'OrderSubmitting'].map(who))).toEqual(
      Array(4).fill('Ada'),
    )
    expect(await who('OrderFilled')).toBe('system')
  })

  test('P7: it starts locked, and locks after the time without input', async () => {
    await add('Ada', 'admin')
    await restart()
    expect((await app.must('authority.session', {})).locked).toBe(true)
    expect(await unlock('Ada')).toBe(true)
    aheadMs += 14 * 60_000
    app.holdfast.noteInput()
    aheadMs += 14 * 60_000
    expect((await app.must('authority.session', {})).locked).toBe(false)
    aheadMs += 60_000
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ problem: { code: 'APP_LOCKED' } })
  })

  test('P7: a viewer looks and halts, and neither trades nor changes settings', async () => {
    await add('Vi', 'viewer')
    await restart()
    expect(await unlock('Vi')).toBe(true)
    const refused = { ok: false, problem: { code: 'NOT_PERMITTED' } }
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject(refused)
    expect(await app.call('order.confirm', { planId: 'plan-1', planHash: `0x${'0'.repeat(64)}` })).toMatchObject(refused)
    expect(await app.must('settings.update', { maxQuoteAgeSec: 300 })).toMatchObject({ done: false, settings: { maxQuoteAgeSec: 30 } })
    expect(await app.call('environment.switch', { environment: 'testnet' })).toMatchObject(refused)
    await app.must('order.list', { which: 'all', limit: 10, beforeMs: null })
    await halt()
    expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', by: 'Vi' })
    expect((await records('CallRefused'))[0]).toMatchObject({ actor: 'Vi', severity: 'medium' })
  })

  test('P7: whoever is revoked is out at once; with the last one goes the lock', async () => {
    const ada = await add('Ada', 'admin')
    const vi = await add('Vi', 'viewer')
    await app.must('authority.lock', {})
    expect(await unlock('Vi')).toBe(true)
    app.answer = by('Ada')
    expect(await app.must('authority.revokeOperator', { id: vi })).toEqual({ done: true })
    expect((await app.must('authority.session', {})).locked).toBe(true)
    expect(await unlock('Ada')).toBe(true)
    app.answer = by('Ada')
    expect(await app.must('authority.revokeOperator', { id: ada })).toEqual({ done: true })
    expect(await app.must('authority.session', {})).toMatchObject({ locked: false, canLock: false, actor: 'operator' })
  })
})

describe('X5: recovery keys', () => {
  test('X5: one is replaced: the new one is shown once, works, and the old one does not', async () => {
    const [first] = (await app.must('authority.get', {})).recoveryKeys
    app.answer = by(key(1))
    expect(await app.must('authority.replaceRecoveryKeys', { ids: [first!.id], expiresAtMs: null })).toEqual({ done: true })
    expect((await records('RecoveryKeysReplaced'))[0]).toMatchObject({ severity: 'critical', data: { revoked: [first!.id] } })
    await halt()
    expect(await release(by(key(0)))).toBe(false)
    expect(app.lastProblem).toMatchObject({ figures: { reason: 'REVOKED' } })
    expect(await release(by(key(2)))).toBe(true)
  })

  test('X5: the app that one opened is locked once that one is revoked', async () => {
    await add('Ada', 'admin')
    await app.must('authority.lock', {})
    expect(await unlock(key(1))).toBe(true)
    const { actor } = await app.must('authority.session', {})
    const id = actor.replace('recovery key ', '')
    app.answer = by('Ada')
    await app.call('authority.revokeRecoveryKey', { id })
    expect(await app.must('authority.session', {})).toMatchObject({ locked: true })
    expect(await app.call('order.list', { which: 'all', limit: 1, beforeMs: null })).toMatchObject({ problem: { code: 'APP_LOCKED' } })
    expect(await unlock('Ada')).toBe(true)
    expect((await records('AppLocked'))[0]).toMatchObject({ actor, data: { reason: 'session-ended' } })
  })

  test('X5: what would leave an act that nobody could ever authorise is refused, before and after asking', async () => {
    const { recoveryKeys } = await app.must('authority.get', {})
    const [first] = recoveryKeys
    app.answer = by(key(0), key(0))
    expect(await app.must('authority.revokeRecoveryKey', { id: first!.id })).toEqual({ done: false })
    expect(app.lastProblem).toMatchObject({ code: 'BEYOND_REACH' })
    const soon = clock.wallMs() + 1_000
    expect(await app.call('authority.replaceRecoveryKeys', { ids: [first!.id], expiresAtMs: soon })).toMatchObject({
      problem: { code: 'BEYOND_REACH' },
    })
    app.answer = by(key(0))
    expect(
      await app.must('authority.changeRecoveryKey', {
        id: first!.id,
        description: 'In the safe',
        permissions: ['activate'],
        expiresAtMs: null,
      }),
    ).toEqual({ done: false })
    expect((await app.must('authority.get', {})).recoveryKeys).toEqual(recoveryKeys)
    app.answer = by(key(0))
    expect(
      await app.must('authority.changeRecoveryKey', {
        id: first!.id,
        description: 'In the safe',
        permissions: [...ALL_PERMISSIONS],
        expiresAtMs: null,
      }),
    ).toEqual({ done: true })
    // With somebody else who may do everything, and for good, one key may go.
    await add('Ada', 'admin')
    app.answer = by('Ada')
    expect(await app.must('authority.revokeRecoveryKey', { id: first!.id })).toEqual({ done: true })
  })

  test('X5: the key of this machine was lost: everything asks for both keys, says why, and both put it right', async () => {
    await add('Ada', 'admin')
    await restart(() => rmSync(join(app.dataDir, 'machine.key')))
    expect(existsSync(join(app.dataDir, 'machine.key'))).toBe(false)
    expect(await app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
    asked = []
    expect(await unlock(key(0))).toBe(false)
    expect(asked).toMatchObject([{ kind: 'unlock-app', people: [], keysNeeded: 2 }])
    expect(await unlock(bothKeys())).toBe(true)
    expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'unverifiable', operators: [] })
    // Nothing else can be changed before.
    app.answer = by(bothKeys())
    expect(await app.call('authority.addOperator', { name: 'Eve', role: 'admin', permissions: [], expiresAtMs: null })).toMatchObject({
      problem: { code: 'UNREADABLE' },
    })
    asked = []
    app.answer = by(bothKeys())
    expect(await app.must('authority.vouchAnew', {}), JSON.stringify(app.lastProblem)).toEqual({ done: true })
    expect(asked).toMatchObject([{ act: 'change-authority', approvals: { needed: 2 }, checks: [{ ok: false }] }])
    expect((await records('AuthorityVouchedAnew'))[0]).toMatchObject({ severity: 'critical', data: { operators: 'set aside' } })
    expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'verified', operators: [] })
    expect(readdirSync(app.dataDir).some((name) => name.startsWith('authority.json.aside-'))).toBe(true)
    await restart()
    expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
    await halt()
    expect(await release(by(key(0)))).toBe(true)
    expect(await app.call('authority.vouchAnew', {})).toMatchObject({ problem: { code: 'UNSUPPORTED' } })
  })

  test('X5: one key alone does not put it right, and neither do two that are one', async () => {
    await restart(() => rmSync(join(app.dataDir, 'machine.key')))
    for (const means of [by(key(0)), by([key(0)[0], key(0)[0]])]) {
      app.answer = means
      expect(await app.must('authority.vouchAnew', {})).toEqual({ done: false })
    }
    await halt()
    expect(await release(by(key(0)))).toBe(false)
    expect(await release(by(bothKeys()))).toBe(true)
    expect((await records('ActAuthorised'))[0]).toMatchObject({ data: { integrity: 'unverifiable' } })
  })

  test('P7: a changed file of operators lets nobody in but both recovery keys', async () => {
    await add('Ada', 'trader')
    const path = join(app.dataDir, 'authority.json')
    await restart(() => writeFileSync(path, readFileSync(path, 'utf8').replace('"trader"', '"admin"'), { mode: 0o600 }))
    expect(await app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
    expect(await unlock(key(0))).toBe(false)
    expect(await unlock(bothKeys())).toBe(true)
  })

  describe('P7: an older file that is put back', () => {
    const fileOf = (name: 'authority.json' | 'recovery.json') => join(app.dataDir, name)
    const rolledBack = async () => (await app.must('alerts.list', {})).alerts.filter(({ kind }) => kind === 'authority-rolled-back')
    /** Takes the file as it is now, lets it change, and puts it back while the app is closed. */
    const rollBack = async (name: 'authority.json' | 'recovery.json', change: () => Promise<unknown>) => {
      const before = readFileSync(fileOf(name))
      await change()
      await restart(() => writeFileSync(fileOf(name), before, { mode: 0o600 }))
    }

    test('P7: of operators: whoever was revoked does not count again, it is an alarm, and both recovery keys put it right', async () => {
      await add('Ada', 'admin')
      const bob = await add('Bob', 'admin')
      await rollBack('authority.json', async () => {
        app.answer = by('Ada')
        expect(await app.must('authority.revokeOperator', { id: bob })).toEqual({ done: true })
      })
      expect(await app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
      asked = []
      expect(await unlock(key(0))).toBe(false)
      expect(asked).toMatchObject([{ kind: 'unlock-app', people: [], keysNeeded: 2 }])
      expect(await unlock(bothKeys())).toBe(true)
      expect(await rolledBack()).toMatchObject([{ severity: 'critical', subject: 'operators', figures: { fault: 'OLDER' } }])
      expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'rolled-back', wayOut: 'vouch-anew', operators: [] })
      app.answer = by(bothKeys())
      expect(await app.must('authority.vouchAnew', {}), JSON.stringify(app.lastProblem)).toEqual({ done: true })
      expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'verified', wayOut: null, operators: [] })
      await restart()
      expect(await app.must('authority.session', {})).toMatchObject({ locked: false, verified: true })
      expect(await rolledBack()).toHaveLength(1)
    })

    test('P7: of operators, taken away altogether, does not open the app to everybody; put back, all is well', async () => {
      await add('Ada', 'admin')
      const latest = readFileSync(fileOf('authority.json'))
      await restart(() => rmSync(fileOf('authority.json')))
      expect(await app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
      expect(await app.call('order.list', { which: 'all', limit: 1, beforeMs: null })).toMatchObject({ problem: { code: 'APP_LOCKED' } })
      await restart(() => writeFileSync(fileOf('authority.json'), latest, { mode: 0o600 }))
      expect(await unlock('Ada')).toBe(true)
      expect(await rolledBack()).toMatchObject([{ figures: { fault: 'REMOVED' } }])
    })

    test('X5: of recovery keys: one that was revoked releases nothing by itself; both of the file vouch anew', async () => {
      const old = bothKeys()
      await rollBack('recovery.json', async () => {
        const { recoveryKeys } = await app.must('authority.get', {})
        app.answer = by(key(1))
        expect(await app.must('authority.replaceRecoveryKeys', { ids: [recoveryKeys[0]!.id], expiresAtMs: null })).toEqual({ done: true })
      })
      await halt()
      expect(await release(by([old[0]]))).toBe(false)
      expect(await release(by([app.recoveryKeys[2]!]))).toBe(false)
      expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'rolled-back', wayOut: 'vouch-anew' })
      expect(await rolledBack()).toMatchObject([{ subject: 'recovery-keys', figures: { fault: 'OLDER' } }])
      app.answer = by(old)
      expect(await app.must('authority.vouchAnew', {}), JSON.stringify(app.lastProblem)).toEqual({ done: true })
      expect(await release(by([old[0]]))).toBe(true)
      await restart()
      expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
    })

    test('B6: of recovery keys, where there is an admin: her word makes new ones, and the old keys approve nothing', async () => {
      await add('Ada', 'admin')
      const old = bothKeys()
      await rollBack('recovery.json', async () => {
        const { recoveryKeys } = await app.must('authority.get', {})
        app.answer = by(key(1))
        await app.must('authority.replaceRecoveryKeys', { ids: [recoveryKeys[0]!.id], expiresAtMs: null })
      })
      expect(await unlock('Ada')).toBe(true)
      await halt()
      expect(await release(by(old))).toBe(false)
      expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'rolled-back', wayOut: 'new-keys' })
      app.answer = by('Ada')
      const had = app.recoveryKeys.length
      expect(await app.must('authority.replaceRecoveryKeys', { ids: [], expiresAtMs: null }), JSON.stringify(app.lastProblem)).toEqual({
        done: true,
      })
      expect(await release(by([app.recoveryKeys[had]!]))).toBe(true)
      expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
    })

    describe('and an environment that was not open since', () => {
      const openedNext = (environment: 'paper' | 'testnet') =>
        writeFileSync(join(app.dataDir, 'preferences.json'), JSON.stringify({ environment, colourScheme: 'dark' }))
      /** As {@link rollBack}, with both environments opened before the change, and the other one after it. */
      const rollBackInto = async (name: 'authority.json' | 'recovery.json', change: () => Promise<unknown>) => {
        await app.must('environment.switch', { environment: 'testnet' })
        await app.must('environment.switch', { environment: 'paper' })
        const before = readFileSync(fileOf(name))
        await change()
        await restart(() => {
          writeFileSync(fileOf(name), before, { mode: 0o600 })
          openedNext('testnet')
        })
      }

      test('P7: does not believe it either, of operators', async () => {
        await add('Ada', 'admin')
        const bob = await add('Bob', 'admin')
        await rollBackInto('authority.json', async () => {
          app.answer = by('Ada')
          await app.must('authority.revokeOperator', { id: bob })
        })
        expect(app.holdfast.people.operators.fault).toBe('OLDER')
        expect(await app.holdfast.people.operators.authenticate(bob, utf8(PASSWORDS['Bob']!), null)).toMatchObject({ ok: false })
        expect(await unlock(bothKeys())).toBe(true)
        expect(await rolledBack()).toMatchObject([{ severity: 'critical', subject: 'operators', figures: { fault: 'OLDER' } }])
        app.answer = by(bothKeys())
        expect(await app.must('authority.vouchAnew', {}), JSON.stringify(app.lastProblem)).toEqual({ done: true })
        await restart(() => openedNext('paper'))
        expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'verified', operators: [] })
      })

      test('X5: does not believe it either, of recovery keys', async () => {
        const old = bothKeys()
        await rollBackInto('recovery.json', async () => {
          const { recoveryKeys } = await app.must('authority.get', {})
          app.answer = by(key(1))
          await app.must('authority.replaceRecoveryKeys', { ids: [recoveryKeys[0]!.id], expiresAtMs: null })
        })
        await halt()
        expect(await release(by([old[0]]))).toBe(false)
        expect(await rolledBack()).toMatchObject([{ subject: 'recovery-keys', figures: { fault: 'OLDER' } }])
      })

      test('P7: one whose database cannot be read is told, and bars nobody', async () => {
        await add('Ada', 'admin')
        await app.must('environment.switch', { environment: 'testnet' })
        await restart(() => {
          writeFileSync(join(app.dataDir, 'paper', 'db.key'), '{}')
        })
        expect(await unlock('Ada')).toBe(true)
        expect(app.logged.map(({ what }) => what)).toContain('reading by what paper knows the files of people and keys')
      })
    })

    test('P2: what changed while another environment was open is newer there, and no alarm here', async () => {
      await add('Ada', 'admin')
      await app.must('environment.switch', { environment: 'testnet' })
      await add('Bob', 'trader', by('Ada'))
      await app.must('environment.switch', { environment: 'paper' })
      expect(await app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
      expect(await rolledBack()).toEqual([])
    })
  })

  test('B6: operators stay, where the file of the recovery keys was damaged, and make new ones', async () => {
    await add('Ada', 'admin')
    await restart(() => writeFileSync(join(app.dataDir, 'recovery.json'), '{}', { mode: 0o600 }))
    expect(await unlock('Ada')).toBe(true)
    app.answer = by('Ada')
    expect(await app.must('authority.replaceRecoveryKeys', { ids: [], expiresAtMs: null }), JSON.stringify(app.lastProblem)).toEqual({
      done: true,
    })
    await halt()
    expect(await release(by(key(2)))).toBe(true)
  })
})
