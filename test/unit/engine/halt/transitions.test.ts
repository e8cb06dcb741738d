import fc from 'fast-check'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { KILL_SWITCH_STATES, type KillSwitchStateName } from '../../../../src-main/domain/kill-switch'
import { latchesOf } from '../../../../src-main/engine/halt/places'
import { KILL_SWITCH_ACTS, nextState, type KillSwitchAct } from '../../../../src-main/engine/halt/transitions'
import { bench, BUTTON, tryRelease } from './support'

describe('the state machine', () => {
  test('halts from everywhere, and arms by one edge alone', () => {
    expect(KILL_SWITCH_STATES.map((state) => nextState(state, 'halt'))).toEqual(['triggered', 'triggered', 'triggered', 'triggered'])
    const arming = KILL_SWITCH_STATES.flatMap((state) =>
      KILL_SWITCH_ACTS.filter((act) => nextState(state, act) === 'armed').map((act) => [state, act]),
    )
    expect(arming).toEqual([['recovery-pending', 'release']])
  })

  test('every state can be left and come back to', () => {
    const reach = (from: KillSwitchStateName): Set<KillSwitchStateName> => {
      const seen = new Set([from])
      for (const state of seen)
        for (const act of KILL_SWITCH_ACTS) for (const next of [nextState(state, act)]) if (next !== null) seen.add(next)
      return seen
    }
    for (const state of KILL_SWITCH_STATES) expect(reach(state)).toEqual(new Set(KILL_SWITCH_STATES))
  })
})

const NOTE = { by: 'operator', reason: 'because' }

describe('the kill switch, driven at random', () => {
  test('moves only along the table; passes only while armed; a restart finds the same, or triggered', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KILL_SWITCH_ACTS, 'restart' as const), { maxLength: 14 }), (acts) => {
        const { open, clock, dataDir } = bench()
        let killSwitch = open()
        let expected: KillSwitchStateName = 'armed'
        let recoveryId = ''
        const perform = (act: KillSwitchAct): boolean => {
          switch (act) {
            case 'halt':
              return killSwitch.halt(BUTTON).durable
            case 'begin-recovery': {
              const begun = killSwitch.beginRecovery(NOTE)
              if (begun.ok) recoveryId = begun.value.recoveryId
              return begun.ok
            }
            case 'cancel-recovery':
              return killSwitch.cancelRecovery(NOTE)
            case 'enter-maintenance':
              return killSwitch.enterMaintenance(NOTE)
            case 'leave-maintenance':
              return killSwitch.leaveMaintenance(NOTE)
            case 'release':
              return killSwitch.release({
                authorised: { recoveryId, means: ['key'], permissions: ['deactivate'], provenAtMs: clock.steadyMs() },
                ...NOTE,
                facts: {
                  breakersNotClosed: [],
                  unknownOrders: [],
                  audit: { status: 'ok', detail: '' },
                  signer: { status: 'ok', detail: '' },
                  venue: { status: 'ok', detail: '' },
                  gatheredAtMs: clock.steadyMs(),
                },
                acknowledgements: [],
              }).ok
          }
        }
        for (const act of acts) {
          if (act === 'restart') {
            killSwitch = open()
            expected = expected === 'armed' ? 'armed' : 'triggered'
          } else {
            const next = nextState(expected, act)
            expect(perform(act)).toBe(next !== null)
            expected = next ?? expected
          }
          const { machine, environment } = latchesOf(dataDir, 'paper')
          expect(killSwitch.snapshot().state).toBe(expected)
          expect([existsSync(machine.leasePath), existsSync(environment.leasePath)]).toEqual([expected === 'armed', expected === 'armed'])
          expect(killSwitch.lastLook() === null).toBe(expected === 'armed')
          expect(killSwitch.snapshot().state).toBe(expected)
        }
        expect(killSwitch.history().intact).toBe(true)
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })

  test('a recovery that was cancelled or halted cannot be released by its proof', () => {
    const { open, clock } = bench()
    const killSwitch = open()
    killSwitch.halt(BUTTON)
    const begun = killSwitch.beginRecovery(NOTE)
    if (!begun.ok) throw new Error('not begun')
    killSwitch.halt(BUTTON)
    const authorised = {
      recoveryId: begun.value.recoveryId,
      means: ['key'],
      permissions: ['deactivate' as const],
      provenAtMs: clock.steadyMs(),
    }
    expect(tryRelease(killSwitch, clock, { authorised })).toMatchObject({ ok: false, error: { code: 'NOT_AUTHORISED' } })
    expect(killSwitch.snapshot().state).toBe('recovery-pending')
  })
})
