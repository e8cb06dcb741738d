import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { RELEASE_CHECKS } from '../../../../src-main/domain/kill-switch'
import { FACTS_AGE_MS, PROOF_AGE_MS } from '../../../../src-main/engine/halt/why-not-release'
import { allWell } from '../../../support/release-facts'
import { bench, BUTTON, proofFor, tryRelease } from './support'

const NOTE = { by: 'operator', reason: 'because' }

function halted() {
  const made = bench(['paper', 'testnet'])
  const killSwitch = made.open()
  killSwitch.halt(BUTTON)
  made.steps.length = 0
  return { ...made, killSwitch }
}

describe('a release', () => {
  test('opens, in the order that a crash cannot turn into an opening', () => {
    const { killSwitch, clock, steps, open, dataDir } = halted()
    const released = tryRelease(killSwitch, clock)
    expect(released.ok && released.value.checks.map(({ id, status }) => [id, status])).toEqual(RELEASE_CHECKS.map((id) => [id, 'ok']))
    expect(steps).toEqual([
      'release:authorisation-recorded',
      'release:environment-lease-written',
      'release:machine-lease-written',
      'release:verified',
      'release:environment-record-cleared',
      'release:machine-record-cleared',
      'release:gate-open',
      'release:history-written',
    ])
    expect(killSwitch.snapshot()).toEqual({ state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null })
    expect(killSwitch.mode).toBeNull()
    expect(killSwitch.lastLook()).toBeNull()
    expect(open().lastLook()).toBeNull()
    expect(readdirSync(dataDir).sort()).toEqual(['halt-history.jsonl', 'initialized', 'machine.lease', 'paper', 'testnet'])
    const kinds = killSwitch.history().lines.map((line) => (line.kind === 'entry' ? line.entry.kind : 'bad'))
    expect(kinds).toEqual(['Halted', 'RecoveryBegun', 'ReleaseAuthorised', 'Released'])
  })

  test('of one environment leaves the machine lease as it is', () => {
    const { open, clock, steps } = bench()
    const killSwitch = open()
    killSwitch.halt({ ...BUTTON, scope: 'environment' })
    steps.length = 0
    expect(tryRelease(killSwitch, clock).ok).toBe(true)
    expect(steps.filter((step) => step.includes('machine'))).toEqual([])
    expect(killSwitch.lastLook()).toBeNull()
  })

  test('of one environment takes the machine along when that was halted meanwhile', () => {
    const { open, clock, dataDir } = bench()
    const killSwitch = open()
    killSwitch.halt({ ...BUTTON, scope: 'environment' })
    unlinkSync(join(dataDir, 'machine.lease'))
    expect(tryRelease(killSwitch, clock).ok).toBe(true)
    expect(killSwitch.lastLook()).toBeNull()
  })

  test('of the machine does not release another environment that was halted on its own', () => {
    const { killSwitch, clock, open } = halted()
    open({ environment: 'testnet' }).halt({ ...BUTTON, scope: 'environment' })
    expect(tryRelease(killSwitch, clock).ok).toBe(true)
    expect(killSwitch.lastLook()).toBeNull()
    expect(open({ environment: 'testnet' }).snapshot()).toMatchObject({ state: 'triggered', scope: 'environment', by: 'operator' })
  })

  test.for([
    [
      'before it was begun',
      (s: ReturnType<typeof halted>) =>
        s.killSwitch.release({ authorised: proofFor('x', 0), ...NOTE, facts: allWell(0), acknowledgements: [] }),
      'ILLEGAL_TRANSITION',
    ],
    [
      'with the proof for another recovery',
      (s: ReturnType<typeof halted>) => tryRelease(s.killSwitch, s.clock, { authorised: proofFor('x', s.clock.steadyMs()) }),
      'NOT_AUTHORISED',
    ],
    ['without a reason', (s: ReturnType<typeof halted>) => tryRelease(s.killSwitch, s.clock, { reason: ' \n' }), 'REASON_MISSING'],
    [
      'with facts of yesterday',
      (s: ReturnType<typeof halted>) => tryRelease(s.killSwitch, s.clock, { facts: allWell(s.clock.steadyMs() - FACTS_AGE_MS - 1) }),
      'FACTS_STALE',
    ],
    [
      'with facts from the future',
      (s: ReturnType<typeof halted>) => tryRelease(s.killSwitch, s.clock, { facts: allWell(s.clock.steadyMs() + 1) }),
      'FACTS_STALE',
    ],
  ] as const)('is refused %s', ([, attempt, code]) => {
    const made = halted()
    expect(attempt(made)).toMatchObject({ ok: false, error: { code } })
    expect(made.killSwitch.lastLook()?.code).toBe('KILL_SWITCH_TRIGGERED')
    expect(existsSync(join(made.dataDir, 'machine.lease'))).toBe(false)
    expect(made.open().snapshot()).toMatchObject({ state: 'triggered', source: 'button' })
  })

  test.for([
    ['too old', { provenAtMs: -PROOF_AGE_MS - 1 }],
    ['from the future', { provenAtMs: 1 }],
    ['without means', { means: [] }],
    ['without the permission', { permissions: ['activate', 'maintenance'] }],
  ] as const)('is refused by a proof %s', ([, flaw]) => {
    const { killSwitch, clock } = halted()
    const begun = killSwitch.beginRecovery(NOTE)
    if (!begun.ok) throw new Error('not begun')
    const nowMs = clock.steadyMs()
    const good = proofFor(begun.value.recoveryId, nowMs)
    const attempt = (authorised: typeof good) => killSwitch.release({ authorised, ...NOTE, facts: allWell(nowMs), acknowledgements: [] })
    expect(attempt({ ...good, ...flaw, provenAtMs: nowMs + ('provenAtMs' in flaw ? flaw.provenAtMs : 0) })).toMatchObject({
      error: { code: 'NOT_AUTHORISED' },
    })
    expect(attempt(good).ok).toBe(true)
    expect(attempt(good)).toMatchObject({ error: { code: 'ILLEGAL_TRANSITION' } })
  })

  test('is refused while a kill file or a variable persists, whatever is acknowledged', () => {
    const { killSwitch, clock, dataDir, open } = halted()
    const acknowledgements = RELEASE_CHECKS.map((check) => ({ check, reason: 'I know.' }))
    writeFileSync(join(dataDir, 'paper', 'kill'), '')
    expect(tryRelease(killSwitch, clock, { acknowledgements })).toMatchObject({
      error: { code: 'CHECKS_BLOCKED', checks: [{ id: 'kill-file-absent', status: 'blocked' }] },
    })
    unlinkSync(join(dataDir, 'paper', 'kill'))
    const other = open({ env: { KILL_SWITCH_ACTIVE: 'yes' } })
    expect(tryRelease(other, clock, { acknowledgements })).toMatchObject({
      error: { code: 'CHECKS_BLOCKED', checks: [{ id: 'environment-variable-absent' }] },
    })
    expect(tryRelease(open(), clock).ok).toBe(true)
  })

  test('of what is broken outside needs an acknowledgement each; of a broken audit chain, two means as well', () => {
    const { killSwitch, clock } = halted()
    const bad = { status: 'bad', detail: 'broken' } as const
    const facts = {
      breakersNotClosed: ['signer' as const],
      unknownOrders: ['o-1'],
      explainedOrders: [],
      audit: bad,
      signer: bad,
      venue: { status: 'unknown' as const, detail: '?' },
      triggers: ['12 MB are free beside the data (halts below 200 MB).'],
      gatheredAtMs: clock.steadyMs(),
    }
    const begun = killSwitch.beginRecovery(NOTE)
    if (!begun.ok) throw new Error('not begun')
    const outside = RELEASE_CHECKS.slice(2)
    const attempt = (checks: readonly (typeof outside)[number][], means: readonly string[], why = 'Looked at it.') =>
      killSwitch.release({
        authorised: proofFor(begun.value.recoveryId, clock.steadyMs(), { means }),
        ...NOTE,
        facts,
        acknowledgements: checks.map((check) => ({ check, reason: why })),
      })
    const blocked = (result: ReturnType<typeof attempt>) =>
      result.ok ? 'released' : result.error.checks.map(({ id, status }) => `${id}: ${status}`)
    expect(blocked(attempt([], ['a', 'b']))).toEqual([
      'breakers-closed-or-acknowledged: blocked',
      'no-unknown-orders: blocked',
      'audit-chain-verified: blocked',
      'signer-health: blocked',
      'venue-health: unknown',
      'triggers-clear: blocked',
    ])
    for (const left of outside)
      expect(
        blocked(
          attempt(
            outside.filter((check) => check !== left),
            ['a', 'b'],
          ),
        ),
      ).toHaveLength(1)
    expect(blocked(attempt(outside, ['a']))).toEqual(['audit-chain-verified: blocked'])
    expect(blocked(attempt(outside, ['a', 'a']))).toEqual(['audit-chain-verified: blocked'])
    expect(blocked(attempt(outside, ['a', 'b'], ' '))).toHaveLength(6)
    expect(attempt(outside, ['a', 'b']).ok).toBe(true)
  })

  test('says what the triggers find as they say it, one sentence after the other', () => {
    const { killSwitch, clock } = halted()
    const triggers = ['The clock jumped forward by 60.0 s.', 'The clock jumped back by 60.0 s.']
    const checks = killSwitch.checks({ ...allWell(clock.steadyMs()), triggers }, [])
    expect(checks.find(({ id }) => id === 'triggers-clear')?.detail).toBe(triggers.join(' '))
  })

  test('says on whose word orders of unknown outcome bar nothing any more', () => {
    const { killSwitch, clock } = halted()
    const detailOf = (facts: Partial<Parameters<typeof killSwitch.checks>[0]>) => {
      const { status, detail } = killSwitch
        .checks({ ...allWell(clock.steadyMs()), ...facts }, [])
        .find(({ id }) => id === 'no-unknown-orders')!
      return [status, detail]
    }
    const explainedOrders = [
      { orderId: 'o-1', by: 'Tom', reason: 'not there' },
      { orderId: 'o-2', by: 'Tom', reason: 'nor this' },
    ]
    expect(detailOf({})).toEqual(['ok', 'None'])
    expect(detailOf({ explainedOrders })).toEqual(['ok', '2 explained by Tom: “not there”, “nor this”'])
    expect(detailOf({ unknownOrders: ['o-3'], explainedOrders: explainedOrders.slice(1) })).toEqual([
      'blocked',
      'Outcome unknown: o-3; 1 explained by Tom: “nor this”',
    ])
  })

  test('passes a sealed audit chain, and blocks on what could not be found out', () => {
    const { killSwitch, clock } = halted()
    const facts = { ...allWell(clock.steadyMs()), audit: { status: 'sealed', detail: 'sealed by two' } as const }
    const checks = killSwitch.checks({ ...facts, breakersNotClosed: null, unknownOrders: null }, [])
    expect(checks.map(({ status }) => status)).toEqual(['ok', 'ok', 'unknown', 'unknown', 'acknowledged', 'ok', 'ok', 'ok'])
    expect(tryRelease(killSwitch, clock, { facts: { ...facts, unknownOrders: null } }).ok).toBe(false)
  })

  test('puts a widened folder mode right, and moves aside what stands in its way', () => {
    const { killSwitch, clock, dataDir, open } = halted()
    chmodSync(join(dataDir, 'paper'), 0o755)
    mkdirSync(join(dataDir, 'machine.lease'))
    rmSync(join(dataDir, 'halt.json'))
    mkdirSync(join(dataDir, 'halt.json'))
    rmSync(join(dataDir, 'halt-history.jsonl'))
    mkdirSync(join(dataDir, 'halt-history.jsonl'))
    rmSync(join(dataDir, 'initialized'))
    mkdirSync(join(dataDir, 'initialized'))
    expect(tryRelease(killSwitch, clock).ok).toBe(true)
    expect(statSync(join(dataDir, 'paper')).mode & 0o777).toBe(0o700)
    expect(killSwitch.lastLook()).toBeNull()
    expect(open().lastLook()).toBeNull()
    expect(readdirSync(dataDir).filter((name) => name.includes('.aside-'))).toHaveLength(4)
  })

  test('that the disk does not take leaves everything halted, and can be tried again', () => {
    const { killSwitch, clock, dataDir, open } = halted()
    // In the way of the machine's lease, after the environment's was written.
    mkdirSync(join(dataDir, 'machine.lease.tmp'))
    expect(tryRelease(killSwitch, clock)).toMatchObject({ error: { code: 'STORAGE' } })
    expect(existsSync(join(dataDir, 'paper', 'trading.lease'))).toBe(false)
    expect(open().snapshot()).toMatchObject({ state: 'triggered', source: 'button' })
    rmSync(join(dataDir, 'machine.lease.tmp'), { recursive: true })
    expect(killSwitch.cancelRecovery(NOTE)).toBe(true)
    expect(tryRelease(killSwitch, clock).ok).toBe(true)
  })

  test('is verified against the disk before it counts: a kill file that comes in between wins', () => {
    const made = bench()
    const killSwitch = made.open({
      ports: {
        onChange: () => undefined,
        onStep: (step) => {
          if (step === 'release:machine-lease-written') writeFileSync(join(made.dataDir, 'kill'), 'wait')
        },
      },
    })
    killSwitch.halt(BUTTON)
    expect(tryRelease(killSwitch, made.clock)).toMatchObject({ error: { code: 'NOT_VERIFIED' } })
    expect(killSwitch.lastLook()?.code).toBe('KILL_SWITCH_TRIGGERED')
    unlinkSync(join(made.dataDir, 'kill'))
    expect(made.open().snapshot()).toMatchObject({ state: 'triggered', source: 'button' })
  })

  test('into a folder behind a link is refused: a link is not followed', () => {
    const { killSwitch, clock, dataDir } = halted()
    renameSync(join(dataDir, 'paper'), join(dataDir, 'elsewhere'))
    symlinkSync('elsewhere', join(dataDir, 'paper'))
    expect(tryRelease(killSwitch, clock)).toMatchObject({ error: { code: 'STORAGE' } })
    unlinkSync(join(dataDir, 'paper'))
    expect(killSwitch.cancelRecovery(NOTE)).toBe(true)
    expect(tryRelease(killSwitch, clock).ok).toBe(true)
  })
})

describe('X5: maintenance', () => {
  const UPDATE = { ...NOTE, purpose: 'update' } as const

  test('lasts until it is left, opens nothing, and outlives the process: an update ends one', async () => {
    const { killSwitch, clock, open } = halted()
    await clock.advance(1_000)
    const sinceMs = clock.wallMs()
    expect(killSwitch.maintenance).toBeNull()
    expect(killSwitch.enterMaintenance(UPDATE)).toBe(true)
    expect(killSwitch.snapshot()).toMatchObject({ state: 'maintenance', source: 'button' })
    expect(killSwitch.lastLook()).toMatchObject({ code: 'KILL_SWITCH_TRIGGERED', figures: { state: 'maintenance' } })
    expect(tryRelease(killSwitch, clock)).toMatchObject({ error: { code: 'ILLEGAL_TRANSITION' } })
    const again = open()
    expect(again.snapshot()).toMatchObject({ state: 'maintenance', source: 'button' })
    expect(again.maintenance).toEqual({ ...UPDATE, sinceMs })
    expect(tryRelease(again, clock)).toMatchObject({ error: { code: 'ILLEGAL_TRANSITION' } })
    expect(again.leaveMaintenance(NOTE)).toBe(true)
    expect(again.leaveMaintenance(NOTE)).toBe(false)
    expect([again.snapshot().state, again.maintenance]).toEqual(['triggered', null])
    expect([open().snapshot().state, open().maintenance]).toEqual(['triggered', null])
  })

  test('ends by a halt, which is then the one on record', () => {
    const { killSwitch, open } = halted()
    killSwitch.enterMaintenance(UPDATE)
    killSwitch.halt({ ...BUTTON, source: 'automatic', by: 'loss limit', reason: 'Lost too much.' })
    expect(killSwitch.snapshot()).toMatchObject({ state: 'triggered', source: 'automatic', by: 'loss limit' })
    expect(killSwitch.maintenance).toBeNull()
    expect(open().snapshot()).toMatchObject({ state: 'triggered', source: 'automatic', reason: 'Lost too much.' })
  })

  test('needs a halt before it, and is no way around a set-up', () => {
    const { open } = bench()
    expect(open().enterMaintenance(UPDATE)).toBe(false)
    expect(bench([]).open().enterMaintenance(UPDATE)).toBe(false)
  })
})
