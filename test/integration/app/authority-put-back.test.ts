import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { PASSWORDS, peopleBench, utf8 } from '../../support/app/people-bench'

const bench = peopleBench()
const { restart, by, key, bothKeys, add, unlock, halt, release } = bench

describe('P7: an older file that is put back', () => {
  const fileOf = (name: 'authority.json' | 'recovery.json') => join(bench.app.dataDir, name)
  const rolledBack = async () => (await bench.app.must('alerts.list', {})).alerts.filter(({ kind }) => kind === 'authority-rolled-back')
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
      bench.app.answer = by('Ada')
      expect(await bench.app.must('authority.revokeOperator', { id: bob })).toEqual({ done: true })
    })
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
    bench.asked = []
    expect(await unlock(key(0))).toBe(false)
    expect(bench.asked).toMatchObject([{ kind: 'unlock-app', people: [], keysNeeded: 2 }])
    expect(await unlock(bothKeys())).toBe(true)
    expect(await rolledBack()).toMatchObject([{ severity: 'critical', subject: 'operators', figures: { fault: 'OLDER' } }])
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'rolled-back', wayOut: 'vouch-anew', operators: [] })
    bench.app.answer = by(bothKeys())
    expect(await bench.app.must('authority.vouchAnew', {}), JSON.stringify(bench.app.lastProblem)).toEqual({ done: true })
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'verified', wayOut: null, operators: [] })
    await restart()
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: false, verified: true })
    expect(await rolledBack()).toHaveLength(1)
  })

  test('P7: of operators, taken away altogether, does not open the app to everybody; put back, all is well', async () => {
    await add('Ada', 'admin')
    const latest = readFileSync(fileOf('authority.json'))
    await restart(() => rmSync(fileOf('authority.json')))
    expect(await bench.app.must('authority.session', {})).toMatchObject({ locked: true, verified: false })
    expect(await bench.app.call('order.list', { which: 'all', limit: 1, beforeMs: null })).toMatchObject({
      problem: { code: 'APP_LOCKED' },
    })
    await restart(() => writeFileSync(fileOf('authority.json'), latest, { mode: 0o600 }))
    expect(await unlock('Ada')).toBe(true)
    expect(await rolledBack()).toMatchObject([{ figures: { fault: 'REMOVED' } }])
  })

  test('X5: of recovery keys: one that was revoked releases nothing by itself; both of the file vouch anew', async () => {
    const old = bothKeys()
    await rollBack('recovery.json', async () => {
      const { recoveryKeys } = await bench.app.must('authority.get', {})
      bench.app.answer = by(key(1))
      expect(await bench.app.must('authority.replaceRecoveryKeys', { ids: [recoveryKeys[0]!.id], expiresAtMs: null })).toEqual({
        done: true,
      })
    })
    await halt()
    expect(await release(by([old[0]]))).toBe(false)
    expect(await release(by([bench.app.recoveryKeys[2]!]))).toBe(false)
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'rolled-back', wayOut: 'vouch-anew' })
    expect(await rolledBack()).toMatchObject([{ subject: 'recovery-keys', figures: { fault: 'OLDER' } }])
    bench.app.answer = by(old)
    expect(await bench.app.must('authority.vouchAnew', {}), JSON.stringify(bench.app.lastProblem)).toEqual({ done: true })
    expect(await release(by([old[0]]))).toBe(true)
    await restart()
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
  })

  test('B6: of recovery keys, where there is an admin: her word makes new ones, and the old keys approve nothing', async () => {
    await add('Ada', 'admin')
    const old = bothKeys()
    await rollBack('recovery.json', async () => {
      const { recoveryKeys } = await bench.app.must('authority.get', {})
      bench.app.answer = by(key(1))
      await bench.app.must('authority.replaceRecoveryKeys', { ids: [recoveryKeys[0]!.id], expiresAtMs: null })
    })
    expect(await unlock('Ada')).toBe(true)
    await halt()
    expect(await release(by(old))).toBe(false)
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'rolled-back', wayOut: 'new-keys' })
    bench.app.answer = by('Ada')
    const had = bench.app.recoveryKeys.length
    expect(
      await bench.app.must('authority.replaceRecoveryKeys', { ids: [], expiresAtMs: null }),
      JSON.stringify(bench.app.lastProblem),
    ).toEqual({
      done: true,
    })
    expect(await release(by([bench.app.recoveryKeys[had]!]))).toBe(true)
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
  })

  describe('and an environment that was not open since', () => {
    const openedNext = (environment: 'paper' | 'testnet') =>
      writeFileSync(join(bench.app.dataDir, 'preferences.json'), JSON.stringify({ environment, colourScheme: 'dark' }))
    /** As {@link rollBack}, with both environments opened before the change, and the other one after it. */
    const rollBackInto = async (name: 'authority.json' | 'recovery.json', change: () => Promise<unknown>) => {
      await bench.app.must('environment.switch', { environment: 'testnet' })
      await bench.app.must('environment.switch', { environment: 'paper' })
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
        bench.app.answer = by('Ada')
        await bench.app.must('authority.revokeOperator', { id: bob })
      })
      expect(bench.app.holdfast.people.operators.fault).toBe('OLDER')
      expect(await bench.app.holdfast.people.operators.authenticate(bob, utf8(PASSWORDS['Bob']!), null)).toMatchObject({ ok: false })
      expect(await unlock(bothKeys())).toBe(true)
      expect(await rolledBack()).toMatchObject([{ severity: 'critical', subject: 'operators', figures: { fault: 'OLDER' } }])
      bench.app.answer = by(bothKeys())
      expect(await bench.app.must('authority.vouchAnew', {}), JSON.stringify(bench.app.lastProblem)).toEqual({ done: true })
      await restart(() => openedNext('paper'))
      expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'verified', operators: [] })
    })

    test('X5: does not believe it either, of recovery keys', async () => {
      const old = bothKeys()
      await rollBackInto('recovery.json', async () => {
        const { recoveryKeys } = await bench.app.must('authority.get', {})
        bench.app.answer = by(key(1))
        await bench.app.must('authority.replaceRecoveryKeys', { ids: [recoveryKeys[0]!.id], expiresAtMs: null })
      })
      await halt()
      expect(await release(by([old[0]]))).toBe(false)
      expect(await rolledBack()).toMatchObject([{ subject: 'recovery-keys', figures: { fault: 'OLDER' } }])
    })

    test('P7: one whose database cannot be read is told, and bars nobody', async () => {
      await add('Ada', 'admin')
      await bench.app.must('environment.switch', { environment: 'testnet' })
      await restart(() => {
        writeFileSync(join(bench.app.dataDir, 'paper', 'db.key'), '{}')
      })
      expect(await unlock('Ada')).toBe(true)
      expect(bench.app.logged.map(({ what }) => what)).toContain('reading by what paper knows the files of people and keys')
    })
  })

  test('P2: what changed while another environment was open is newer there, and no alarm here', async () => {
    await add('Ada', 'admin')
    await bench.app.must('environment.switch', { environment: 'testnet' })
    await add('Bob', 'trader', by('Ada'))
    await bench.app.must('environment.switch', { environment: 'paper' })
    expect(await bench.app.must('authority.get', {})).toMatchObject({ integrity: 'verified' })
    expect(await rolledBack()).toEqual([])
  })
})
