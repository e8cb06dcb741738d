import { rmSync } from 'node:fs'
import type * as FsPromises from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type * as OpenPaper from '../../../src-main/app/compose/open-paper'
import type { BreakerId } from '../../../src-main/domain/breaker'
import { FIRST_VERIFY_MS } from '../../../src-main/engine/watch/watcher'
import { ok } from '../../../src-main/lib/result'
import type { AuditRow } from '../../../src-preload/contract/audit'
import type { WatchSettingsView } from '../../../src-preload/contract/watch'
import { PAPER_SELL } from '../../support/app/drafts'
import { editEntry } from '../../support/app/edit-entry'
import { armedDataDir, launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { papers } from '../../support/app/opened-papers'
import { FakeClock } from '../../support/fake-clock'

const { disk } = vi.hoisted(() => ({ disk: { freeMb: 10_000 } }))
vi.mock('../../../src-main/app/compose/open-paper', async (original) =>
  (await import('../../support/app/opened-papers')).notingPapers(await original<typeof OpenPaper>()),
)
vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof FsPromises>()),
  statfs: () => Promise.resolve({ bavail: disk.freeMb, bsize: 1_000_000, files: 1_000, ffree: 500 }),
}))

const MINUTE = 60_000
let clock: FakeClock
let app: TestApp
const vault = memoryVault()
const launch = (dataDir: string) => launchApp({ dataDir, clock, scheduler: clock, vault })
beforeEach(async () => {
  papers.length = 0
  disk.freeMb = 10_000
  clock = new FakeClock()
  app = await launch(armedDataDir(clock))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await app.stop()
  removeDataDir(app.dataDir)
})

const killSwitch = async () => (await app.must('app.status', {})).killSwitch
const recorded = async (type: string): Promise<readonly AuditRow[]> => {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null }
  return (await app.must('audit.page', { filter, offset: 0, limit: 50 })).rows
}
const change = (settings: Partial<WatchSettingsView>) => app.call('watch.update', { change: settings, reason: 'a test' })
/** Opens a breaker by what opens it in earnest. */
const fail = (id: BreakerId) => {
  const engine = app.holdfast.services.engine()
  if (!engine.ok) throw new Error(engine.error.code)
  while (engine.value.ports.breakers.views()[id].state !== 'open') engine.value.ports.breakers.record(id, 'failure', { why: 'a test' })
}
const restart = async (between: () => void = () => undefined) => {
  await app.stop()
  between()
  app = await launch(app.dataDir)
}

describe('X5: trading halts by itself', () => {
  const triggered = async (by: string) => {
    expect(await killSwitch()).toMatchObject({ state: 'triggered', source: 'automatic', by, scope: 'machine' })
    expect(await recorded('AutomaticTriggerFired')).toMatchObject([{ subject: by, severity: 'critical' }])
    expect(await recorded('KillSwitchTriggered')).toMatchObject([{ actor: by }])
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false })
  }

  test('X4 X5: three open breakers halt the environment, a fourth all of them, at once, and sticks', async () => {
    fail('trade')
    fail('slippage')
    expect(await app.must('guards.status', {})).toMatchObject({ trading: { state: 'active' } })
    fail('system')
    expect(await app.must('guards.status', {})).toMatchObject({ trading: { state: 'halted', reason: 'breakers' } })
    expect((await killSwitch()).state).toBe('armed')
    fail('network')
    expect((await killSwitch()).reason).toMatch(/^4 breakers are open \(halts at 4\): /)
    await triggered('breakers')
    await restart()
    expect(await killSwitch()).toMatchObject({ state: 'triggered', by: 'breakers' })
  })

  test('X5: when the signer breaker is open', async () => {
    fail('signer')
    await triggered('signer-breaker')
  })

  test('X5: when the audit log is found broken at the start', async () => {
    await restart(() => rmSync(join(app.dataDir, 'paper', 'audit.anchor')))
    expect(await killSwitch()).toMatchObject({
      state: 'triggered',
      source: 'automatic',
      by: 'audit-chain',
      reason: 'The audit log takes no entries: LOG_BROKEN.',
    })
  })

  test('X5: when the clock jumps, and not when time merely passes', async () => {
    await clock.advance(10 * MINUTE)
    expect((await killSwitch()).state).toBe('armed')
    clock.jumpWall(-5 * MINUTE)
    await clock.advance(5_000)
    expect((await killSwitch()).reason).toBe('The clock jumped back by 300.0 s (halts above 30 s).')
    await triggered('clock-jump')
  })

  test('X6: a check of the chain that the watch makes reaches the screen, and so does the break that it finds', async () => {
    expect(await app.must('audit.status', {})).toMatchObject({ verdict: 'unverified', verifiedAtMs: null })
    expect(await change({ verifyEveryMin: 5 })).toMatchObject({ ok: true })
    const intact = app.heard('audit.status', ({ verdict }) => verdict === 'intact')
    await clock.advance(FIRST_VERIFY_MS)
    expect((await intact).verifiedEntries).toBeGreaterThan(0)
    expect(await app.must('audit.status', {})).toMatchObject({ verdict: 'intact' })

    await editEntry(app.dataDir, vault, 1)
    const broken = app.heard('audit.status', ({ verdict }) => verdict === 'broken')
    await clock.advance(5 * MINUTE)
    expect((await broken).breaks).toMatchObject([{ kind: 'EDITED', fromSeq: 1 }])
    expect(await app.must('audit.status', {})).toMatchObject({ verdict: 'broken', breaks: [{ kind: 'EDITED' }] })
    expect(await killSwitch()).toMatchObject({ state: 'triggered', by: 'audit-chain' })
  })

  test('C12 X5: a calendar three years ahead at the start halts, and empties nothing of the record', async () => {
    await app.must('trading.reduce', { reason: 'a reason that matters' })
    const first = await app.must('audit.entry', { seq: 1 })
    await restart(() => {
      clock.jumpWall(3 * 365 * 24 * 60 * MINUTE)
    })
    expect(await killSwitch()).toMatchObject({ state: 'triggered', by: 'clock-jump' })
    expect((await killSwitch()).reason).toMatch(/^The clock stands 1095 days after/)
    await clock.advance(15 * MINUTE)
    expect(await app.must('audit.entry', { seq: 1 })).toEqual(first)
    expect(await recorded('AuditRetentionApplied')).toEqual([])
    await restart(() => {
      clock.jumpWall(-3 * 365 * 24 * 60 * MINUTE)
    })
    expect(await app.must('audit.entry', { seq: 1 })).toEqual(first)
  })

  test('X5: when the disk has no room left', async () => {
    disk.freeMb = 150
    await clock.advance(30_000)
    expect((await killSwitch()).reason).toBe('150 MB are free beside the data (halts below 200 MB).')
    await triggered('disk-full')
    expect((await app.must('watch.get', {})).freeMb).toBe(150)
  })

  test('X5: when a balance drops, and a price that is unknown is noted and no drop', async () => {
    await clock.advance(MINUTE)
    const { reader } = papers.at(-1)!
    const held = await reader.balances('paper-main')
    if (!held.ok) throw new Error(held.error.code)
    const reading = vi.spyOn(reader, 'balances')
    reading.mockImplementation(() => Promise.resolve(ok(held.value.map((each) => ({ ...each, usd: null })))))
    await clock.advance(2 * MINUTE)
    expect((await killSwitch()).state).toBe('armed')
    reading.mockImplementation(() => Promise.resolve(ok(held.value.filter(({ asset }) => asset !== 'USD'))))
    await clock.advance(2 * MINUTE)
    expect((await killSwitch()).reason).toMatch(/^Paper account lost \d\d\.\d % of its value \(halts at 25 % within 60 min\)/)
    await triggered('balance-drop')
  })
})

describe('B4: the dead-man switch', () => {
  beforeEach(async () => {
    expect(await change({ deadManOn: true, deadManAfterMin: 10, deadManWarnMin: 2 })).toEqual({ ok: true, value: { changed: true } })
  })

  test('B4: warns with the time at which it halts, takes a sign, and halts without one', async () => {
    const warned = app.heard('presence.changed', ({ presence }) => presence.state === 'warning')
    const startMs = clock.wallMs()
    await clock.advance(8 * MINUTE)
    expect((await warned).presence).toMatchObject({ haltsAtMs: startMs + 10 * MINUTE, seenAtMs: startMs })
    expect((await app.must('presence.here', {})).presence.state).toBe('present')
    await clock.advance(9 * MINUTE)
    expect((await killSwitch()).state).toBe('armed')
    app.holdfast.noteInput()
    await clock.advance(9 * MINUTE)
    expect((await killSwitch()).state).toBe('armed')
    await clock.advance(MINUTE)
    expect(await killSwitch()).toMatchObject({ state: 'triggered', source: 'automatic', by: 'dead-man' })
    expect((await killSwitch()).reason).toBe('No sign of the operator for 10 min (halts after 10 min).')
  })

  test('B4: questions that a window asks by itself are no sign', async () => {
    for (let minute = 0; minute < 10; minute++) {
      for (const call of ['app.status', 'guards.status', 'watch.get', 'presence.get', 'halt.checks'] as const) await app.must(call, {})
      await clock.advance(MINUTE)
    }
    expect(await killSwitch()).toMatchObject({ state: 'triggered', by: 'dead-man' })
  })

  test('B4: time off counts, and a restart is no sign', async () => {
    await clock.advance(MINUTE)
    await restart()
    expect((await app.must('presence.get', {})).presence.state).toBe('present')
    await app.stop()
    await clock.advance(9 * MINUTE)
    app = await launch(app.dataDir)
    expect(await killSwitch()).toMatchObject({ state: 'triggered', by: 'dead-man' })
  })
})

describe('X5: settings of what halts by itself', () => {
  test('X5: tightening needs nobody; loosening asks for authority and shows before and after', async () => {
    expect(await change({ clockOverSec: 10 })).toMatchObject({ ok: true, value: { changed: true } })
    const shown: unknown[] = []
    app.answer = (task) => {
      if (task.kind === 'authorise') shown.push({ act: task.act, changes: task.changes })
      return null
    }
    expect(await change({ clockOverSec: 60, breakersOn: false })).toEqual({ ok: true, value: { changed: false } })
    expect(shown).toEqual([
      {
        act: 'change-halt-settings',
        changes: [
          { label: 'Halt on open breakers', before: 'on', after: 'off' },
          { label: 'Clock jump that halts (seconds)', before: '10', after: '60' },
        ],
      },
    ])
    expect((await app.must('watch.get', {})).settings).toMatchObject({ clockOverSec: 10, breakersOn: true })
    expect(await change({ diskBelowMb: 1 })).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    expect(await change({ deadManAfterMin: 5, deadManWarnMin: 5 })).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    await restart()
    expect((await app.must('watch.get', {})).settings.clockOverSec).toBe(10)
    expect(await recorded('WatchSettingsChanged')).toHaveLength(1)
  })
})

describe('X5: recovery from an automatic halt', () => {
  const releasing = (acknowledge: Parameters<typeof app.must<'halt.release'>>[1]['acknowledge']) => {
    const key = app.recoveryKeys[0]!
    app.answer = (task) =>
      task.kind === 'authorise' ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(key)] } : null
    return app.must('halt.release', { reason: 'looked into it', acknowledge })
  }
  beforeEach(async () => {
    await app.stop()
    removeDataDir(app.dataDir)
    app = await launchApp({ clock, scheduler: clock, vault: memoryVault() })
    await setUp(app)
  })

  test('X5: what still stands bars the release until it is acknowledged, and does not halt again until it comes back', async () => {
    disk.freeMb = 150
    await clock.advance(30_000)
    const blocked = (await app.must('halt.checks', {})).filter(({ status }) => status !== 'ok')
    expect(blocked).toMatchObject([{ id: 'triggers-clear', status: 'blocked' }])
    expect((await releasing([])).released).toBe(false)
    const { released, verification } = await releasing(['triggers-clear'])
    expect({ released, failed: verification.filter(({ ok: fine }) => !fine) }).toEqual({ released: true, failed: [] })
    expect(verification.map(({ id }) => id)).toEqual(['leases-on-disk', 'last-look', 'chain-anchored', 'gate-armed'])
    await clock.advance(5 * MINUTE)
    expect((await killSwitch()).state).toBe('armed')
    disk.freeMb = 10_000
    await clock.advance(MINUTE)
    disk.freeMb = 150
    await clock.advance(MINUTE)
    expect((await killSwitch()).by).toBe('disk-full')
  })
})
