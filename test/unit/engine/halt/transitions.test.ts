import fc from 'fast-check'
import { cpSync, existsSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { HALT_SCOPES, KILL_SWITCH_STATES, type HaltScope, type KillSwitchStateName } from '../../../../src-main/domain/kill-switch'
import { latchesOf } from '../../../../src-main/engine/halt/places'
import { KILL_SWITCH_ACTS, nextState, type KillSwitchAct } from '../../../../src-main/engine/halt/transitions'
import { allWell } from '../../../support/release-facts'
import { bench, BUTTON, proofFor, temporaryFolder, tryRelease } from './support'

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
type Act = KillSwitchAct | 'release-unauthorised' | 'kill-file' | 'restart'
interface Step {
  readonly act: Act
  readonly scope: HaltScope
  /** The power goes at the n-th step on the disk that this act takes, and the app starts again on what is there then; null when it stays. */
  readonly crashAt: number | null
}
const step: fc.Arbitrary<Step> = fc.record({
  // Acts that lead on weigh more, so that a release is reached.
  act: fc.constantFrom<Act>(
    'halt',
    'halt',
    'begin-recovery',
    'begin-recovery',
    'begin-recovery',
    'release',
    'release',
    'release',
    'cancel-recovery',
    'enter-maintenance',
    'leave-maintenance',
    'release-unauthorised',
    'kill-file',
    'restart',
  ),
  scope: fc.constantFrom(...HALT_SCOPES),
  crashAt: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(7) }),
})

describe('X5: the kill switch, driven at random', () => {
  test('X5: any sequence of acts, crashes between disk steps included, moves along the table alone; a halt sticks; nothing arms but an authorised release', () => {
    let releases = 0
    let crashes = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 24, size: 'max' }), (steps) => {
        const made = bench()
        const { clock } = made
        let { dataDir } = made
        let snapshot: { readonly left: number; readonly folder: string } | null = null
        const ports = {
          onChange: () => undefined,
          onStep: () => {
            if (snapshot === null) return
            // What the disk holds at this very step is what a crash would leave.
            if (snapshot.left === 0) cpSync(dataDir, snapshot.folder, { recursive: true })
            snapshot = { ...snapshot, left: snapshot.left - 1 }
          },
        }
        const open = () => made.open({ dataDir, ports })
        let killSwitch = open()
        let expected: KillSwitchStateName = 'armed'
        let recoveryId = ''
        const perform = (act: Exclude<Act, 'restart'>, scope: HaltScope): boolean => {
          switch (act) {
            case 'halt':
              return killSwitch.halt({ ...BUTTON, scope }).durable
            case 'kill-file':
              writeFileSync(join(dataDir, 'kill'), '')
              killSwitch.lastLook()
              unlinkSync(join(dataDir, 'kill'))
              return true
            case 'begin-recovery': {
              const begun = killSwitch.beginRecovery(NOTE)
              if (begun.ok) recoveryId = begun.value.recoveryId
              return begun.ok
            }
            case 'cancel-recovery':
              return killSwitch.cancelRecovery(NOTE)
            case 'enter-maintenance':
              return killSwitch.enterMaintenance({ ...NOTE, purpose: 'migration' })
            case 'leave-maintenance':
              return killSwitch.leaveMaintenance(NOTE)
            case 'release':
            case 'release-unauthorised': {
              const proof = proofFor(recoveryId, clock.steadyMs(), act === 'release' ? {} : { permissions: ['activate', 'maintenance'] })
              return killSwitch.release({ authorised: proof, ...NOTE, facts: allWell(clock.steadyMs()), acknowledgements: [] }).ok
            }
          }
        }
        for (const { act, scope, crashAt } of steps) {
          const before: KillSwitchStateName = expected
          const folder = crashAt === null ? '' : temporaryFolder()
          snapshot = crashAt === null ? null : { left: crashAt, folder }
          if (act === 'restart') {
            killSwitch = open()
            expected = afterRestart(expected)
          } else {
            const edge: KillSwitchAct | null = act === 'release-unauthorised' ? null : act === 'kill-file' ? 'halt' : act
            const next: KillSwitchStateName | null = edge === null ? null : nextState(expected, edge)
            // A look at a kill file is taken while armed alone: what is halted already looks no further.
            const moves = act === 'kill-file' ? expected === 'armed' : next !== null
            const done = perform(act, scope)
            if (act !== 'kill-file') expect(done).toBe(next !== null)
            if (moves && next !== null) expected = next
          }
          const crashed = snapshot !== null && snapshot.left < 0
          snapshot = null
          if (crashed) {
            crashes += 1
            dataDir = folder
            rmSync(join(dataDir, 'kill'), { force: true })
            killSwitch = open()
            const found: KillSwitchStateName = killSwitch.snapshot().state
            // Cut off anywhere, an act is found done or not begun; a recovery ends with the process.
            expect([afterRestart(before), afterRestart(expected)]).toContain(found)
            // Only a release that was under way with authority may be found done.
            if (found === 'armed' && before !== 'armed') expect(act).toBe('release')
            // Once its first lease is gone, a halt is never lost.
            if (act === 'halt' && (crashAt ?? 0) > 0) expect(found).not.toBe('armed')
            expected = found
          }
          if (before !== 'armed' && expected === 'armed') releases += 1
          const { machine, environment } = latchesOf(dataDir, 'paper')
          expect(killSwitch.snapshot().state).toBe(expected)
          expect(existsSync(machine.leasePath) && existsSync(environment.leasePath)).toBe(expected === 'armed')
          expect(killSwitch.lastLook() === null).toBe(expected === 'armed')
          expect(killSwitch.maintenance !== null).toBe(expected === 'maintenance')
        }
        const { lines, intact } = killSwitch.history()
        expect(intact).toBe(true)
        // Every release that was is on record with its authorisation before it.
        const kinds = lines.flatMap((line) => (line.kind === 'entry' ? [line.entry.kind] : []))
        for (const [index, kind] of kinds.entries())
          if (kind === 'Released' || kind === 'ReleaseFoundComplete') expect(kinds[index - 1]).toBe('ReleaseAuthorised')
      }),
      { numRuns: 50, endOnFailure: true, seed: 7 },
    )
    // The sequences reach what they are about.
    expect(releases).toBeGreaterThan(10)
    expect(crashes).toBeGreaterThan(20)
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

/** What a restart finds: a recovery ends with the process, maintenance does not. */
function afterRestart(state: KillSwitchStateName): KillSwitchStateName {
  return state === 'recovery-pending' ? 'triggered' : state
}
