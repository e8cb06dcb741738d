import { describe, expect, test } from 'vitest'

import { AppLock, OPERATOR } from '../../../src-main/authority/app-lock'
import type { Operators, PeopleState } from '../../../src-main/authority/operators'
import type { Role } from '../../../src-main/domain/authority'
import { FakeClock } from '../../support/fake-clock'

const MINUTE = 60_000

function bench(people: PeopleState, lockAfterMinutes: number | null = 15) {
  const clock = new FakeClock()
  const state = {
    people,
    lockAfterMinutes,
    keyCounts: true,
    active: new Map<string, Role>([
      ['ada', 'admin'],
      ['vi', 'viewer'],
    ]),
  }
  const told: string[] = []
  const operators = {
    people: () => state.people,
    body: () => ({
      lockAfterMinutes: state.lockAfterMinutes,
      operators: [
        { id: 'ada', name: 'Ada' },
        { id: 'vi', name: 'Vi' },
      ],
    }),
    active: (id: string) => {
      const role = state.active.get(id)
      return role === undefined ? null : { id, name: id === 'ada' ? 'Ada' : 'Vi', role }
    },
  } as unknown as Operators
  const recoveryKeys = { counts: () => state.keyCounts }
  const lock = new AppLock({
    operators,
    recoveryKeys,
    clock,
    scheduler: clock,
    onLocked: (reason, actor) => told.push(`${reason} ${actor}`),
  })
  lock.begin()
  return { clock, state, told, lock }
}

describe('P7: the app lock', () => {
  test('is none without operators: the person is the operator, and nothing locks', async () => {
    const { lock, clock, told } = bench('none')
    lock.lock('asked')
    await clock.advance(1_000 * MINUTE)
    expect([lock.presence(), told]).toEqual([{ locked: false, actor: OPERATOR, role: 'admin' }, []])
  })

  test('starts locked with operators, and with a file that nobody can vouch for', () => {
    expect(bench('some').lock.presence().locked).toBe(true)
    expect(bench('unknown').lock.presence().locked).toBe(true)
  })

  test('who unlocked it is the actor, with that role, until it locks after the time without input', async () => {
    const { lock, clock, told } = bench('some')
    lock.unlock({ kind: 'operator', id: 'vi' })
    expect(lock.presence()).toEqual({ locked: false, actor: 'Vi', role: 'viewer' })
    await clock.advance(14 * MINUTE)
    lock.noteInput()
    await clock.advance(14 * MINUTE)
    expect(lock.presence().locked).toBe(false)
    await clock.advance(MINUTE)
    expect(told).toEqual(['no-input Vi'])
    expect(lock.presence()).toEqual({ locked: true, actor: OPERATOR, role: 'viewer' })
  })

  test('X5: what a recovery key opened is locked as soon as that key counts no more', () => {
    const { lock, state, told } = bench('some')
    lock.unlock({ kind: 'recovery-key', id: 'k1' })
    expect(lock.presence()).toEqual({ locked: false, actor: 'recovery key k1', role: 'admin' })
    state.keyCounts = false
    expect(lock.presence()).toEqual({ locked: true, actor: OPERATOR, role: 'viewer' })
    state.keyCounts = true
    expect([lock.presence().locked, told]).toEqual([true, ['session-ended recovery key k1']])
  })

  test('time that the machine slept counts, and input that comes too late does not save it', () => {
    const { lock, clock, told } = bench('some')
    lock.unlock({ kind: 'operator', id: 'ada' })
    clock.jumpWall(16 * MINUTE)
    lock.noteInput()
    expect([lock.presence().locked, told]).toEqual([true, ['no-input Ada']])
  })

  test('a calendar that is set back does not keep it open', async () => {
    const { lock, clock, told } = bench('some')
    lock.unlock({ kind: 'operator', id: 'ada' })
    clock.jumpWall(-1_000 * MINUTE)
    await clock.advance(15 * MINUTE)
    expect(told).toEqual(['no-input Ada'])
  })

  test('locks on demand, and when whoever unlocked it no longer counts', async () => {
    const { lock, state, told, clock } = bench('some', null)
    lock.unlock({ kind: 'operator', id: 'ada' })
    lock.lock('asked')
    lock.lock('asked')
    expect(lock.presence().locked).toBe(true)
    lock.unlock({ kind: 'operator', id: 'ada' })
    state.active.delete('ada')
    await clock.advance(MINUTE)
    expect([lock.presence().locked, told]).toEqual([true, ['asked Ada', 'session-ended Ada']])
  })

  test('what was open when the first person was named goes on until it locks; a recovery key unlocks as itself', async () => {
    const { lock, state, clock, told } = bench('none')
    state.people = 'some'
    lock.reconsider()
    expect(lock.presence()).toEqual({ locked: false, actor: OPERATOR, role: 'admin' })
    await clock.advance(15 * MINUTE)
    expect([lock.presence().locked, told]).toEqual([true, ['no-input operator']])
    lock.unlock({ kind: 'recovery-key', id: 'ab12cd34' })
    expect(lock.presence()).toEqual({ locked: false, actor: 'recovery key ab12cd34', role: 'admin' })
  })
})
