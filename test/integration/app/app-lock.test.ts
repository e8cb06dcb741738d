import { describe, expect, test } from 'vitest'

import { PAPER_SELL } from '../../support/app/drafts'
import { peopleBench } from '../../support/app/people-bench'

const bench = peopleBench()
const { restart, by, key, add, unlock, halt, release, records } = bench

describe('P7: the app lock', () => {
  test('P7: locked, only the status, halting and canceling work; unlocking happens in the main-owned window and names the actor', async () => {
    await add('Ada', 'trader')
    const plan = await bench.app.must('order.prepare', PAPER_SELL)
    await bench.app.must('authority.lock', {})
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: true, canLock: true })
    const locked = { ok: false, problem: { code: 'APP_LOCKED', figures: {} } }
    expect(await bench.app.call('order.confirm', { planId: plan.planId, planHash: plan.planHash })).toEqual(locked)
    expect(await bench.app.call('order.list', { which: 'all', limit: 10, beforeMs: null })).toEqual(locked)
    expect(await bench.app.call('market.balances', { account: 'paper-main' })).toEqual(locked)
    expect(await bench.app.call('authority.get', {})).toEqual(locked)
    expect(await bench.app.call('halt.release', { reason: 'x', acknowledge: [] })).toEqual(locked)
    expect((await bench.app.must('app.status', {})).killSwitch.state).toBe('armed')
    expect((await halt()).state).toBe('triggered')
    expect(await bench.app.must('order.cancelAll', {})).toMatchObject({ asked: 0 })

    expect(await unlock('Ada')).toBe(true)
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: false, actor: 'Ada', role: 'trader' })
    await bench.app.must('settings.get', {})
    expect(await release(by(key(0)))).toBe(true)
    await bench.app.must('order.prepare', PAPER_SELL)
    expect((await records('CommandReceived'))[0]).toMatchObject({ actor: 'Ada', data: { command: 'order.prepare' } })
    expect((await records('AppUnlocked'))[0]).toMatchObject({ actor: 'Ada' })
    expect((await records('AppLocked'))[0]).toMatchObject({ data: { reason: 'asked' } })
  })

  test('P7: orders are recorded in the name of who is here; what becomes of them is not', async () => {
    await add('Ada', 'trader')
    await bench.app.must('authority.lock', {})
    expect(await unlock('Ada')).toBe(true)
    const plan = await bench.app.must('order.prepare', PAPER_SELL)
    const filled = bench.app.heard('order.changed', ({ state }) => state === 'filled')
    await bench.app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await filled
    const who = async (type: string) => (await records(type))[0]?.actor
    const { actor } = await bench.app.must('authority.session', {})
    expect(actor).toBe('Ada')
    expect(await Promise.all(['PlanPrepared', 'OrderInitialized', 'OrderApproved', 'OrderSubmitting'].map(who))).toEqual(
      Array(4).fill('Ada'),
    )
    expect(await who('OrderFilled')).toBe('system')
  })

  test('P7: it starts locked, and locks after the time without input', async () => {
    await add('Ada', 'admin')
    await restart()
    expect((await bench.app.must('authority.session', {})).locked).toBe(true)
    expect(await unlock('Ada')).toBe(true)
    bench.pass(14 * 60_000)
    bench.app.holdfast.noteInput()
    bench.pass(14 * 60_000)
    expect((await bench.app.must('authority.session', {})).locked).toBe(false)
    bench.pass(60_000)
    expect(await bench.app.call('order.prepare', PAPER_SELL)).toMatchObject({ problem: { code: 'APP_LOCKED' } })
  })

  test('P7: a viewer looks and halts, and neither trades nor changes settings', async () => {
    await add('Vi', 'viewer')
    await restart()
    expect(await unlock('Vi')).toBe(true)
    const refused = { ok: false, problem: { code: 'NOT_PERMITTED' } }
    expect(await bench.app.call('order.prepare', PAPER_SELL)).toMatchObject(refused)
    expect(await bench.app.call('order.confirm', { planId: 'plan-1', planHash: `0x${'0'.repeat(64)}` })).toMatchObject(refused)
    expect(await bench.app.must('settings.update', { maxQuoteAgeSec: 300 })).toMatchObject({
      done: false,
      settings: { maxQuoteAgeSec: 30 },
    })
    expect(await bench.app.call('environment.switch', { environment: 'testnet' })).toMatchObject(refused)
    await bench.app.must('order.list', { which: 'all', limit: 10, beforeMs: null })
    await halt()
    expect((await bench.app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', by: 'Vi' })
    expect((await records('CallRefused'))[0]).toMatchObject({ actor: 'Vi', severity: 'medium' })
  })

  test('P7: whoever is revoked is out at once; with the last one goes the lock', async () => {
    const ada = await add('Ada', 'admin')
    const vi = await add('Vi', 'viewer')
    await bench.app.must('authority.lock', {})
    expect(await unlock('Vi')).toBe(true)
    bench.app.answer = by('Ada')
    expect(await bench.app.must('authority.revokeOperator', { id: vi })).toEqual({ done: true })
    expect((await bench.app.must('authority.session', {})).locked).toBe(true)
    expect(await unlock('Ada')).toBe(true)
    bench.app.answer = by('Ada')
    expect(await bench.app.must('authority.revokeOperator', { id: ada })).toEqual({ done: true })
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: false, canLock: false, actor: 'operator' })
  })
})
