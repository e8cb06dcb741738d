import type * as Os from 'node:os'

import { describe, expect, test, vi } from 'vitest'

import { MAX_WAIT_MS } from '../../../src-main/authority/attempts'
import { PASSWORDS, peopleBench, utf8, type Way } from '../../support/app/people-bench'

// What waits after wrong passwords go by: here no time passes, however slow the machine is.
vi.mock('node:os', async (original) => ({ ...(await original<typeof Os>()), uptime: () => 100_000 }))

const bench = peopleBench()
const { restart, codeOf, by, key, bothKeys, add, unlock, setRules, halt, release, records, proofOf } = bench

describe('P7: operators', () => {
  test('P7: without any, the person is the operator, recovery keys authorise, and there is no lock', async () => {
    expect(await bench.app.must('authority.session', {})).toEqual({
      locked: false,
      canLock: false,
      actor: 'operator',
      role: 'admin',
      verified: true,
    })
    await bench.app.must('authority.lock', {})
    expect((await bench.app.must('authority.session', {})).locked).toBe(false)
    await halt()
    expect(await release(by(key(1)))).toBe(true)
    expect((await records('ActAuthorised'))[0]).toMatchObject({ actor: 'operator', data: { act: 'release-halt' } })
  })

  test('P7: with a password and an authenticator, approve; who approved is on record; a code is good once', async () => {
    const id = await add('Ada', 'admin')
    bench.app.answer = by()
    expect(await bench.app.must('authority.enrolSecondFactor', { id })).toEqual({ done: true })
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
    expect(bench.app.lastProblem).toMatchObject({ code: 'WRONG_CREDENTIALS' })
    expect((await records('OperatorRefused'))[0]).toMatchObject({ subject: 'Ada', severity: 'high' })
  })

  test('B6: two of two: one after another, what is missing is shown, the same person twice is not two, and a key counts', async () => {
    await add('Ada', 'admin')
    await add('Bob', 'admin')
    expect(await setRules(by('Ada'), { approvals: [{ act: 'release-halt', needed: 2 }] })).toEqual({ ok: true, value: { done: true } })
    await halt()
    bench.asked = []
    expect(await release(by('Ada', 'Bob'))).toBe(true)
    expect(bench.asked).toMatchObject([
      { approvals: { needed: 2, given: [] }, people: [{ name: 'Ada' }, { name: 'Bob' }] },
      { approvals: { needed: 2, given: ['Ada'] }, people: [{ name: 'Bob' }], keysNeeded: 1 },
    ])
    expect((await records('ActAuthorised'))[0]).toMatchObject({ actor: 'Ada, Bob' })

    await halt()
    expect(await release(by('Ada'))).toBe(false)
    const ada = bench.asked[0]?.kind === 'authorise' ? bench.asked[0].people : []
    expect(await release((task) => (task.kind === 'authorise' ? { kind: task.kind, id: task.id, ...proofOf(ada, 'Ada') } : null))).toBe(
      false,
    )
    expect(bench.app.lastProblem).toMatchObject({ code: 'NOT_PERMITTED' })
    expect(await release(by('Ada', key(0)))).toBe(true)
    await halt()
    expect(await release(by(bothKeys()))).toBe(true)
    // One key in both boxes is one key.
    await halt()
    expect(await release(by([key(0)[0], key(0)[0]]))).toBe(false)
    expect(bench.app.lastProblem).toMatchObject({ code: 'WRONG_KEY', figures: { reason: 'TWO_DIFFERENT_KEYS_NEEDED' } })
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
    bench.asked = []
    const way: Way = (task) => {
      bench.asked.push(task)
      if (task.kind !== 'authorise') return null
      return { kind: task.kind, id: task.id, recoveryKeys: [], operator: { id: trader, password: utf8(PASSWORDS['Bob']!), code: null } }
    }
    expect(await release(way)).toBe(false)
    expect(bench.asked).toMatchObject([{ people: [{ name: 'Ada' }] }])
    expect(bench.app.lastProblem).toMatchObject({ code: 'NOT_PERMITTED' })
    expect((await records('ApprovalRefused'))[0]).toMatchObject({ actor: 'Bob' })
  })

  test('P7: wrong passwords are on record, wait longer across a restart, raise an alert, and never bar the recovery keys', async () => {
    await add('Ada', 'admin')
    await halt()
    const wrong: Way = (task) =>
      task.kind === 'authorise' ? { kind: task.kind, id: task.id, ...proofOf(task.people, 'Ada', 'not her password') } : null
    for (let count = 0; count < 3; count++) expect(await release(wrong)).toBe(false)
    expect((await records('OperatorRefused')).map(({ data }) => data['code'])).toEqual(['WRONG', 'WRONG', 'WRONG'])
    expect(JSON.stringify(await bench.app.must('alerts.list', {}))).toContain('authentication-failures')
    expect(await release(by('Ada'))).toBe(false)
    expect(bench.app.lastProblem).toMatchObject({ code: 'RATE_LIMITED_ATTEMPTS' })
    await restart()
    expect(await unlock('Ada')).toBe(false)
    expect(bench.app.lastProblem).toMatchObject({ code: 'RATE_LIMITED_ATTEMPTS' })
    expect(MAX_WAIT_MS).toBeLessThanOrEqual(15 * 60_000)
    expect(await unlock(key(0))).toBe(true)
    expect(await release(by(key(0)))).toBe(true)
  })
})
