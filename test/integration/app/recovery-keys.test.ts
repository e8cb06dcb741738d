import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { peopleBench } from '../../support/app/people-bench'

const bench = peopleBench()
const { restart, by, key, bothKeys, add, unlock, halt, release, records } = bench

describe('X5: recovery keys', () => {
  test('X5: one is replaced: the new one is shown once, works, and the old one does not', async () => {
    const [first] = (await bench.app.must('authority.get', {})).recoveryKeys
    bench.app.answer = by(key(1))
    expect(await bench.app.must('authority.replaceRecoveryKeys', { ids: [first!.id], expiresAtMs: null })).toEqual({ done: true })
    expect((await records('RecoveryKeysReplaced'))[0]).toMatchObject({ severity: 'critical', data: { revoked: [first!.id] } })
    await halt()
    expect(await release(by(key(0)))).toBe(false)
    expect(bench.app.lastProblem).toMatchObject({ figures: { reason: 'REVOKED' } })
    expect(await release(by(key(2)))).toBe(true)
  })

  test('X5: the app that one opened is locked once that one is revoked', async () => {
    await add('Ada', 'admin')
    await bench.app.must('authority.lock', {})
    expect(await unlock(key(1))).toBe(true)
    const { actor } = await bench.app.must('authority.session', {})
    const id = actor.replace('recovery key ', '')
    bench.app.answer = by('Ada')
    await bench.app.call('authority.revokeRecoveryKey', { id })
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: true })
    expect(await bench.app.call('order.list', { which: 'all', limit: 1, beforeMs: null })).toMatchObject({
      problem: { code: 'APP_LOCKED' },
    })
    expect(await unlock('Ada')).toBe(true)
    expect((await records('AppLocked'))[0]).toMatchObject({ actor, data: { reason: 'session-ended' } })
  })

  test('X5: what would leave an act that nobody could ever authorise is refused, before and after asking', async () => {
    const { recoveryKeys } = await bench.app.must('authority.get', {})
    const [first] = recoveryKeys
    bench.app.answer = by(key(0), key(0))
    expect(await bench.app.must('authority.revokeRecoveryKey', { id: first!.id })).toEqual({ done: false })
    expect(bench.app.lastProblem).toMatchObject({ code: 'BEYOND_REACH' })
    const soon = bench.clock.wallMs() + 1_000
    expect(await bench.app.call('authority.replaceRecoveryKeys', { ids: [first!.id], expiresAtMs: soon })).toMatchObject({
      problem: { code: 'BEYOND_REACH' },
    })
    bench.app.answer = by(key(0))
    expect(
      await bench.app.must('authority.changeRecoveryKey', {
        id: first!.id,
        description: 'In the safe',
        permissions: ['activate'],
        expiresAtMs: null,
      }),
    ).toEqual({ done: false })
    expect((await bench.app.must('authority.get', {})).recoveryKeys).toEqual(recoveryKeys)
    bench.app.answer = by(key(0))
    expect(
      await bench.app.must('authority.changeRecoveryKey', {
        id: first!.id,
        description: 'In the safe',
        permissions: ['activate', 'deactivate', 'maintenance'],
        expiresAtMs: null,
      }),
    ).toEqual({ done: true })
    // With somebody else who may do everything, and for good, one key may go.
    await add('Ada', 'admin')
    bench.app.answer = by('Ada')
    expect(await bench.app.must('authority.revokeRecoveryKey', { id: first!.id })).toEqual({ done: true })
  })

  test('X5: the key of this machine was lost: everything asks for both keys, says why, and both put it right', async () => {
    await add('Ada', 'admin')
    await restart(() => rmSync(join(bench.app.dataDir, 'machine.key')))
    expect(existsSync(join(bench.app.dataDir, 'machine.key'))).toBe(false)
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
    bench.asked = []
    expect(await unlock(key(0))).toBe(false)
    expect(bench.asked).toMatchObject([{ kind: 'unlock-app', people: [], keysNeeded: 2 }])
    expect(await unlock(bothKeys())).toBe(true)
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'unverifiable', operators: [] })
    // Nothing else can be changed before.
    bench.app.answer = by(bothKeys())
    expect(await bench.app.call('authority.addOperator', { name: 'Eve', role: 'admin', permissions: [], expiresAtMs: null })).toMatchObject(
      {
        problem: { code: 'UNREADABLE' },
      },
    )
    bench.asked = []
    bench.app.answer = by(bothKeys())
    expect(await bench.app.must('authority.vouchAnew', {}), JSON.stringify(bench.app.lastProblem)).toEqual({ done: true })
    expect(bench.asked).toMatchObject([{ act: 'change-authority', approvals: { needed: 2 }, checks: [{ ok: false }] }])
    expect((await records('AuthorityVouchedAnew'))[0]).toMatchObject({ severity: 'critical', data: { operators: 'set aside' } })
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'verified', operators: [] })
    expect(readdirSync(bench.app.dataDir).some((name) => name.startsWith('authority.json.aside-'))).toBe(true)
    await restart()
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
    await halt()
    expect(await release(by(key(0)))).toBe(true)
    expect(await bench.app.call('authority.vouchAnew', {})).toMatchObject({ problem: { code: 'UNSUPPORTED' } })
  })

  test('X5: one key alone does not put it right, and neither do two that are one', async () => {
    await restart(() => rmSync(join(bench.app.dataDir, 'machine.key')))
    for (const means of [by(key(0)), by([key(0)[0], key(0)[0]])]) {
      bench.app.answer = means
      expect(await bench.app.must('authority.vouchAnew', {})).toEqual({ done: false })
    }
    await halt()
    expect(await release(by(key(0)))).toBe(false)
    expect(await release(by(bothKeys()))).toBe(true)
    expect((await records('ActAuthorised'))[0]).toMatchObject({ data: { integrity: 'unverifiable' } })
  })

  test('P7: a changed file of operators lets nobody in but both recovery keys', async () => {
    await add('Ada', 'trader')
    const path = join(bench.app.dataDir, 'authority.json')
    await restart(() => writeFileSync(path, readFileSync(path, 'utf8').replace('"trader"', '"admin"'), { mode: 0o600 }))
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
    expect(await unlock(key(0))).toBe(false)
    expect(await unlock(bothKeys())).toBe(true)
  })

  test('B6: operators stay, where the file of the recovery keys was damaged, and make new ones', async () => {
    await add('Ada', 'admin')
    await restart(() => writeFileSync(join(bench.app.dataDir, 'recovery.json'), '{}', { mode: 0o600 }))
    expect(await unlock('Ada')).toBe(true)
    bench.app.answer = by('Ada')
    expect(
      await bench.app.must('authority.replaceRecoveryKeys', { ids: [], expiresAtMs: null }),
      JSON.stringify(bench.app.lastProblem),
    ).toEqual({
      done: true,
    })
    await halt()
    expect(await release(by(key(2)))).toBe(true)
  })
})
