import { describe, expect, test } from 'vitest'

import type { Alert } from '../../../../src-main/domain/alert'
import type { AuditFact } from '../../../../src-main/domain/audit-event'
import { BREAKER_IDS, type BreakerId } from '../../../../src-main/domain/breaker'
import { DEFAULT_WATCH_SETTINGS, type WatchSettings } from '../../../../src-main/domain/watch'
import type { HaltRequest } from '../../../../src-main/engine/halt/kill-switch-types'
import {
  BALANCES_EVERY_MS,
  DISK_EVERY_MS,
  FIRST_VERIFY_MS,
  LOOK_EVERY_MS,
  Watcher,
  type WatcherParts,
} from '../../../../src-main/engine/watch/watcher'
import type { WatchMemory } from '../../../../src-main/engine/watch/watch-store'
import { LONGEST_OFF_MS } from '../../../../src-main/engine/watch/clock-jump'
import { decimal, ZERO } from '../../../../src-main/lib/decimal'
import { ok } from '../../../../src-main/lib/result'
import { FakeClock } from '../../../support/fake-clock'

const MINUTE = 60_000

/** A watcher over a world that the test moves. */
function world(change: Partial<WatchSettings> = {}) {
  const clock = new FakeClock()
  const it = {
    clock,
    settings: { ...DEFAULT_WATCH_SETTINGS, ...change },
    armed: true,
    open: new Set<BreakerId>(),
    refuses: null as string | null,
    broken: [] as { kind: string; fromSeq: number; toSeq: number }[],
    freeMb: 5_000,
    diskFails: false,
    usd: '1000',
    halts: [] as HaltRequest[],
    alerts: [] as Alert[],
    facts: [] as AuditFact[],
    changes: 0,
    memory: { lastWallMs: null, seenWallMs: null, acknowledged: [], accounts: {} } as WatchMemory,
    by: () => it.halts.map(({ by }) => by),
    release: () => {
      it.armed = true
      it.watcher.look()
    },
    /** Another run of the app, on what the last one left. */
    restart: (parts: Partial<WatcherParts> = {}) => {
      it.watcher.stop()
      it.watcher = begin(parts)
    },
  } as unknown as World
  const begin = (parts: Partial<WatcherParts> = {}): Watcher => {
    const watcher = new Watcher({
      clock,
      scheduler: clock,
      settings: () => it.settings,
      store: {
        recall: () => it.memory,
        remember: (memory) => {
          if (it.diskFails) throw new Error('the disk is full')
          it.memory = JSON.parse(JSON.stringify(memory)) as WatchMemory
        },
      },
      armed: () => it.armed,
      breakers: () => BREAKER_IDS.map((id) => ({ id, state: it.open.has(id) ? 'open' : 'closed' })),
      auditRefuses: () => it.refuses,
      verifyAudit: () => {
        watcher.auditChecked(it.broken)
        return Promise.resolve()
      },
      diskSpace: () => Promise.resolve({ freeBytes: it.freeMb * 1_000_000, freeFiles: 10_000 }),
      balances: () =>
        Promise.resolve([
          {
            id: 'a',
            label: 'Main',
            balances: ok([{ asset: 'USD', token: null, free: decimal(it.usd), held: ZERO, usd: decimal(it.usd) }]),
          },
        ]),
      halt: (request) => {
        it.halts.push(request)
        it.armed = false
        // As in the app: who hears of a halt looks again.
        watcher.look()
      },
      alerts: { raise: (alert) => void it.alerts.push(alert) },
      record: (fact) => void it.facts.push(fact),
      onChange: () => {
        it.changes += 1
      },
      seenThisRun: null,
      ...parts,
    })
    watcher.start()
    return watcher
  }
  it.watcher = begin()
  return it
}
interface World {
  clock: FakeClock
  settings: WatchSettings
  armed: boolean
  open: Set<BreakerId>
  refuses: string | null
  broken: { kind: string; fromSeq: number; toSeq: number }[]
  freeMb: number
  diskFails: boolean
  usd: string
  halts: HaltRequest[]
  alerts: Alert[]
  facts: AuditFact[]
  changes: number
  memory: WatchMemory
  watcher: Watcher
  by(): readonly string[]
  release(): void
  restart(parts?: Partial<WatcherParts>): void
}

describe('X5: the watch halts', () => {
  test('for nothing while all is well, whatever time passes', async () => {
    const it = world()
    await it.clock.advance(3 * 60 * MINUTE)
    expect([it.halts, it.alerts, it.facts]).toEqual([[], [], []])
  })

  test('on open breakers, as what found it, with the figures, once', () => {
    const it = world({ breakersCount: 3 })
    for (const id of ['trade', 'network', 'system'] as const) it.open.add(id)
    it.watcher.look()
    it.watcher.look()
    expect(it.halts).toEqual([
      {
        source: 'automatic',
        by: 'breakers',
        reason: '3 breakers are open (halts at 3): trade, network, system.',
        scope: 'machine',
        mode: 'graceful',
      },
    ])
    expect(it.facts).toMatchObject([{ type: 'AutomaticTriggerFired', subject: 'breakers', severity: 'critical', data: { open: '3' } }])
  })

  test('on a record that refuses, and on one that the check of the whole chain finds broken', async () => {
    const refusing = world()
    refusing.refuses = 'HEAD_MOVED'
    await refusing.clock.advance(LOOK_EVERY_MS)
    expect(refusing.by()).toEqual(['audit-chain'])
    const broken = world({ verifyEveryMin: 5 })
    await broken.clock.advance(FIRST_VERIFY_MS)
    broken.broken = [{ kind: 'EDITED', fromSeq: 3, toSeq: 3 }]
    await broken.clock.advance(5 * MINUTE - 1)
    expect(broken.halts).toEqual([])
    await broken.clock.advance(1)
    expect(broken.halts).toMatchObject([{ by: 'audit-chain', reason: 'The audit chain is broken: EDITED at entry 3.' }])
    expect(broken.alerts).toMatchObject([{ kind: 'audit-broken' }])
  })

  test('X6: on what was changed while the app was closed, soon after the start, whatever settings change meanwhile', async () => {
    const it = world({ verifyEveryMin: 60 })
    it.broken = [{ kind: 'EDITED', fromSeq: 3, toSeq: 3 }]
    it.watcher.settingsChanged()
    await it.clock.advance(FIRST_VERIFY_MS)
    expect(it.by()).toEqual(['audit-chain'])
  })

  test('on a clock that jumps, either way, and not where that is switched off', async () => {
    for (const ms of [31_000, -31_000]) {
      const it = world()
      it.clock.jumpWall(ms)
      await it.clock.advance(LOOK_EVERY_MS)
      expect(it.by()).toEqual(['clock-jump'])
      expect(it.alerts).toMatchObject([{ kind: 'clock-jump' }])
    }
    const off = world({ clockOn: false })
    off.clock.jumpWall(-1_000_000)
    await off.clock.advance(LOOK_EVERY_MS)
    expect(off.halts).toEqual([])
  })

  test('on a clock that was set back while the app was off', async () => {
    const it = world()
    await it.clock.advance(DISK_EVERY_MS)
    it.clock.jumpWall(-40_000)
    it.watcher.stop()
    it.memory = { ...it.memory, lastWallMs: it.clock.wallMs() + 40_000 }
    it.restart()
    expect(it.by()).toEqual(['clock-jump'])
  })

  test('X5 C12: on a calendar that is years ahead at the start; the doubt outlives a restart, and ends with a release in any environment', async () => {
    const it = world()
    await it.clock.advance(DISK_EVERY_MS)
    const before = it.memory.lastWallMs
    it.watcher.stop()
    it.clock.jumpWall(3 * LONGEST_OFF_MS)
    it.restart()
    expect(it.by()).toEqual(['clock-jump'])
    expect(it.halts[0]?.reason).toMatch(/^The clock stands 1095 days after the time of the last run/)
    await it.clock.advance(DISK_EVERY_MS)
    it.restart()
    expect(it.watcher.clockInDoubt).toBe(true)
    expect(Number(it.memory.lastWallMs) - Number(before)).toBeLessThan(2 * DISK_EVERY_MS)
    // Released elsewhere while this environment was closed.
    it.watcher.stop()
    it.armed = true
    it.restart()
    expect(it.by()).toEqual(['clock-jump'])
    expect(it.watcher.clockInDoubt).toBe(false)
    it.watcher.stop()
    expect(it.memory.lastWallMs).toBe(it.clock.wallMs())
  })

  test('C12: the calendar is in doubt from a jump on until somebody releases', async () => {
    const it = world()
    expect(it.watcher.clockInDoubt).toBe(false)
    it.clock.jumpWall(31_000)
    await it.clock.advance(LOOK_EVERY_MS)
    expect(it.watcher.clockInDoubt).toBe(true)
    it.release()
    expect(it.watcher.clockInDoubt).toBe(false)
  })

  test('on a disk without room, having told of it before', async () => {
    const it = world()
    it.freeMb = 500
    await it.clock.advance(DISK_EVERY_MS)
    expect(it.halts).toEqual([])
    expect(it.alerts).toMatchObject([{ kind: 'disk-full', figures: { level: 'little', freeMb: '500' } }])
    it.freeMb = 199
    await it.clock.advance(DISK_EVERY_MS)
    expect(it.halts).toMatchObject([{ by: 'disk-full', reason: '199 MB are free beside the data (halts below 200 MB).' }])
  })

  test('on a write that does not last: its own, and one that is told of', async () => {
    const own = world()
    own.diskFails = true
    await own.clock.advance(DISK_EVERY_MS)
    expect(own.halts).toMatchObject([{ by: 'disk-full', reason: 'A write did not last: the disk is full.' }])
    const told = world()
    told.watcher.writeFailed('journal: SQLITE_FULL')
    expect(told.by()).toEqual(['disk-full'])
  })

  test('on a balance that dropped, seen twice, also across a restart', async () => {
    const it = world()
    await it.clock.advance(BALANCES_EVERY_MS)
    it.restart()
    it.usd = '700'
    await it.clock.advance(0)
    expect(it.halts).toEqual([])
    await it.clock.advance(LOOK_EVERY_MS)
    expect(it.halts).toMatchObject([{ by: 'balance-drop' }])
    expect(it.alerts).toMatchObject([{ kind: 'balance-drop', subject: 'Main', figures: { pct: '30.0' } }])
  })

  test('when looking itself fails, once', () => {
    const it = world()
    let fails = true
    it.restart({
      breakers: () => {
        if (fails) throw new Error('no breakers')
        return []
      },
    })
    expect(it.halts).toMatchObject([{ by: 'watch-failed', reason: 'The watch itself failed: no breakers' }])
    it.armed = true
    it.watcher.look()
    expect(it.halts).toHaveLength(1)
    fails = false
    it.watcher.look()
    expect(it.halts).toHaveLength(1)
  })

  test('not again by what stood at the release, also across a restart; again by what is added or comes back', async () => {
    const it = world({ breakersCount: 3 })
    for (const id of ['trade', 'network', 'system'] as const) it.open.add(id)
    it.watcher.look()
    it.release()
    await it.clock.advance(MINUTE)
    expect(it.halts).toHaveLength(1)
    it.restart()
    expect(it.halts).toHaveLength(1)
    it.open.add('slippage')
    it.watcher.look()
    expect(it.halts).toHaveLength(2)
    it.release()
    it.open.delete('trade')
    it.watcher.look()
    expect(it.halts).toHaveLength(2)
    it.open.add('trade')
    it.watcher.look()
    expect(it.halts).toHaveLength(3)
  })

  test('not while trading is halted already, so that maintenance and recoveries are left alone; people are told all the same', async () => {
    const it = world()
    it.armed = false
    it.freeMb = 1
    it.clock.jumpWall(90_000)
    await it.clock.advance(DISK_EVERY_MS)
    expect(it.halts).toEqual([])
    expect(it.alerts.map(({ kind }) => kind).sort()).toEqual(['clock-jump', 'disk-full'])
    expect(it.watcher.view().findings).toHaveLength(2)
    it.release()
    await it.clock.advance(MINUTE)
    expect(it.halts).toEqual([])
    expect(it.watcher.view().findings).toHaveLength(1)
  })
})

describe('B4: the dead-man switch', () => {
  const on = { deadManOn: true, deadManAfterMin: 60, deadManWarnMin: 10 }

  test('warns, counts down, and halts; a sign in time starts it anew', async () => {
    const it = world(on)
    it.release()
    it.halts.length = 0
    it.alerts.length = 0
    it.watcher.personSeen()
    await it.clock.advance(49 * MINUTE)
    expect(it.alerts).toEqual([])
    await it.clock.advance(2 * MINUTE)
    expect(it.alerts).toMatchObject([{ kind: 'dead-man', figures: { phase: 'warning', minutesLeft: '10' } }])
    expect(it.watcher.view().presence).toMatchObject({ kind: 'warning', leftMs: 9 * MINUTE })
    it.watcher.personSeen()
    expect(it.watcher.view().presence).toMatchObject({ kind: 'present' })
    await it.clock.advance(60 * MINUTE)
    expect(it.halts).toMatchObject([
      { source: 'automatic', by: 'dead-man', reason: 'No sign of the operator for 60 min (halts after 60 min).' },
    ])
    it.release()
    await it.clock.advance(MINUTE)
    expect(it.halts).toHaveLength(1)
  })

  test('time off counts', async () => {
    const it = world({ ...on })
    it.release()
    it.halts.length = 0
    it.watcher.personSeen()
    await it.clock.advance(MINUTE)
    it.watcher.stop()
    await it.clock.advance(58 * MINUTE)
    it.restart()
    expect(it.halts).toEqual([])
    await it.clock.advance(MINUTE)
    expect(it.by()).toEqual(['dead-man'])
  })

  test('a sign in another environment of this run counts; one that was never seen does not', () => {
    const it = world(on)
    expect(it.halts).toMatchObject([{ by: 'dead-man', reason: 'No sign of the operator since nobody knows when (halts after 60 min).' }])
    const other = world()
    other.settings = { ...other.settings, ...on }
    other.restart({ seenThisRun: { wallMs: other.clock.wallMs(), steadyMs: other.clock.steadyMs() } })
    expect(other.halts).toEqual([])
  })

  test('is off by default', async () => {
    const it = world()
    await it.clock.advance(24 * 60 * MINUTE)
    expect(it.halts).toEqual([])
  })
})
