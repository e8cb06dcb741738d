import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { BREAKER_IDS, type BreakerStateName } from '../../../../src-main/domain/breaker'
import { DEFAULT_HALT_RULE } from '../../../../src-main/domain/trading-state'
import { DEFAULT_WATCH_SETTINGS, WATCH_BOUNDS, type WatchSettings } from '../../../../src-main/domain/watch'
import { judgeAudit } from '../../../../src-main/engine/watch/audit-chain'
import { judgeBreakers } from '../../../../src-main/engine/watch/breakers'
import {
  clockReference,
  judgeClock,
  judgeClockAtStart,
  LONGEST_OFF_MS,
  type ClockReading,
} from '../../../../src-main/engine/watch/clock-jump'
import { judgePresence } from '../../../../src-main/engine/watch/dead-man'
import { diskLevel, judgeDisk } from '../../../../src-main/engine/watch/disk'
import { compareWatchSettings, parseWatchSettings } from '../../../../src-main/engine/watch/settings'

const S = DEFAULT_WATCH_SETTINGS
const MINUTE = 60_000

describe('X5: open breakers', () => {
  const standing = (states: Partial<Record<(typeof BREAKER_IDS)[number], BreakerStateName>>) =>
    BREAKER_IDS.map((id) => ({ id, state: states[id] ?? ('closed' as const) }))

  test('halt from the set number on, with their names', () => {
    const three = { trade: 'open', network: 'open', system: 'open' } as const
    expect(judgeBreakers(standing(three), S)).toEqual([])
    expect(judgeBreakers(standing({ ...three, slippage: 'open' }), S)).toMatchObject([
      {
        trigger: 'breakers',
        reason: expect.stringMatching(/^4 breakers are open \(halts at 4\)/) as string,
        figures: { open: '4', limit: '4' },
      },
    ])
    expect(judgeBreakers(standing(three), { ...S, breakersCount: 3 })).toMatchObject([{ trigger: 'breakers' }])
  })

  test('X4: as usual the system-wide halt of the environment comes first, the kill switch when it gets worse', () => {
    expect(S.breakersCount).toBeGreaterThan(DEFAULT_HALT_RULE.openAtLeast)
  })

  test('the signer breaker halts alone', () => {
    expect(judgeBreakers(standing({ signer: 'open' }), S)).toMatchObject([{ trigger: 'signer-breaker' }])
    expect(judgeBreakers(standing({ signer: 'open' }), { ...S, signerBreakerOn: false })).toEqual([])
  })

  test('isolated and half-open ones do not count: the first a person opened, the second are on their way back', () => {
    const states = { signer: 'isolated', trade: 'open', network: 'half-open', system: 'isolated', slippage: 'open' } as const
    expect(judgeBreakers(standing(states), S)).toEqual([])
  })
})

describe('X5: the audit chain', () => {
  test('that is intact, or closing with its environment, is no finding', () => {
    expect(judgeAudit({ refuses: null, broken: null })).toEqual([])
    expect(judgeAudit({ refuses: null, broken: [] })).toEqual([])
    expect(judgeAudit({ refuses: 'CLOSED', broken: null })).toEqual([])
  })

  test('that refuses entries, or was found broken, is one with what and where', () => {
    expect(judgeAudit({ refuses: 'LOG_BROKEN', broken: null })).toMatchObject([{ reason: 'The audit log takes no entries: LOG_BROKEN.' }])
    const broken = [
      { kind: 'EDITED', fromSeq: 7, toSeq: 7 },
      { kind: 'DELETED', fromSeq: 9, toSeq: 12 },
    ]
    expect(judgeAudit({ refuses: null, broken })).toMatchObject([
      { atoms: ['audit:EDITED:7-7', 'audit:DELETED:9-12'], reason: 'The audit chain is broken: EDITED at entry 7 and 1 more.' },
    ])
  })
})

describe('X5: a clock that jumps', () => {
  const at = (wallMs: number, steadyMs: number, bootMs = steadyMs): ClockReading => ({ wallMs, steadyMs, bootMs })
  const start = clockReference(at(1_000_000, 0))
  const jump = (reading: ClockReading) => judgeClock(start, reading, 30_000).found?.figures

  test('forward or back by more than the bound is found, with its size', () => {
    expect(jump(at(1_000_000 + 5_000 + 31_000, 5_000))).toEqual({ direction: 'forward', seconds: '31.0' })
    expect(jump(at(1_000_000 + 5_000 - 31_000, 5_000))).toEqual({ direction: 'back', seconds: '31.0' })
    expect(jump(at(1_000_000 + 5_000 + 30_000, 5_000))).toBeUndefined()
  })

  test('waking up is none, while steady time slept; a clock set in the sleep is one', () => {
    const nightMs = 8 * 60 * MINUTE
    expect(jump(at(1_000_000 + nightMs, 1_000, nightMs))).toBeUndefined()
    expect(jump(at(1_000_000 + nightMs - 3_600_000, 1_000, nightMs))).toEqual({ direction: 'back', seconds: '3600.0' })
  })

  test('a machine that does not tell the time since it started is judged by steady time', () => {
    expect(jump(at(1_000_000 + 60_000, 60_000, 0))).toBeUndefined()
  })

  test('many small steps are found as the jump that they are; what NTP does slowly is none', () => {
    const drift = (perTickMs: number) => {
      let reference = start
      for (let tick = 1; tick <= 720; tick++) {
        const steadyMs = tick * 5_000
        const judged = judgeClock(reference, at(1_000_000 + steadyMs + tick * perTickMs, steadyMs), 30_000)
        if (judged.found !== null) return tick
        reference = judged.reference
      }
      return null
    }
    expect(drift(2.5)).toBeNull() // 500 ppm, the most that the kernel slews
    expect(drift(1_000)).toBe(31)
  })

  test('property: whatever time passes, awake or asleep, alone it is never a jump', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(10_000_000), fc.nat(100_000_000)), { maxLength: 30 }), (spans) => {
        let reference = start
        let [wallMs, steadyMs, bootMs] = [1_000_000, 0, 0]
        for (const [awakeMs, asleepMs] of spans) {
          wallMs += awakeMs + asleepMs
          steadyMs += awakeMs
          bootMs += awakeMs + asleepMs
          const judged = judgeClock(reference, { wallMs, steadyMs, bootMs }, 5_000)
          expect(judged.found).toBeNull()
          reference = judged.reference
        }
      }),
    )
  })

  test('a start before the time of the last run is one', () => {
    expect(judgeClockAtStart(null, 5, 30_000)).toBeNull()
    expect(judgeClockAtStart(100_000, 71_000, 30_000)).toBeNull()
    expect(judgeClockAtStart(100_000, 60_000, 30_000)).toMatchObject({ figures: { direction: 'back', seconds: '40.0' } })
  })

  test('C12: a start more than a year after the last run is one, and a long holiday is none', () => {
    expect(judgeClockAtStart(100_000, 100_000 + LONGEST_OFF_MS, 30_000)).toBeNull()
    const found = judgeClockAtStart(100_000, 100_000 + 3 * LONGEST_OFF_MS, 30_000)
    expect(found).toMatchObject({ trigger: 'clock-jump', figures: { direction: 'forward', seconds: '94608000.0' } })
    expect(found?.reason).toBe(
      'The clock stands 1095 days after the time of the last run (halts above 365): see whether the calendar is right.',
    )
  })
})

describe('X5: the disk', () => {
  const space = (mb: number, freeFiles: number | null = null) => ({ freeBytes: mb * 1_000_000, freeFiles })

  test('is full below the bound, or without a file to be had, and said to be little before', () => {
    expect([199, 200, 599, 600].map((mb) => diskLevel(space(mb), 200))).toEqual(['full', 'little', 'little', 'enough'])
    expect(diskLevel(space(10_000, 0), 200)).toBe('full')
    expect(judgeDisk(space(300), null, 200)).toEqual([])
    expect(judgeDisk(space(12), null, 200)).toMatchObject([{ trigger: 'disk-full', figures: { freeMb: '12', belowMb: '200' } }])
  })

  test('that does not take a write is found, whatever room it says it has', () => {
    expect(judgeDisk(space(10_000), 'the disk is full', 200)).toMatchObject([{ reason: 'A write did not last: the disk is full.' }])
    expect(judgeDisk(null, null, 200)).toEqual([])
  })
})

describe('B4: the dead-man switch', () => {
  const on = { ...S, deadManOn: true, deadManAfterMin: 60, deadManWarnMin: 10 }
  const now = { wallMs: 100 * MINUTE, steadyMs: 100 * MINUTE }
  const seen = (agoMs: number) => ({ wallMs: now.wallMs - agoMs, steadyMs: now.steadyMs - agoMs })

  test('is off by default', () => {
    expect(judgePresence(S, null, now)).toEqual({ kind: 'off' })
  })

  test('counts down, warns before, and finds nobody there', () => {
    expect(judgePresence(on, seen(0), now)).toEqual({ kind: 'present', leftMs: 60 * MINUTE })
    expect(judgePresence(on, seen(50 * MINUTE - 1), now)).toMatchObject({ kind: 'present' })
    expect(judgePresence(on, seen(50 * MINUTE), now)).toEqual({ kind: 'warning', leftMs: 10 * MINUTE })
    expect(judgePresence(on, seen(60 * MINUTE), now)).toEqual({ kind: 'absent', awayMs: 60 * MINUTE })
  })

  test('time off and asleep counts; a clock set back buys none', () => {
    expect(judgePresence(on, { wallMs: now.wallMs - 61 * MINUTE, steadyMs: null }, now)).toMatchObject({ kind: 'absent' })
    expect(judgePresence(on, { wallMs: now.wallMs - 61 * MINUTE, steadyMs: now.steadyMs - MINUTE }, now)).toMatchObject({ kind: 'absent' })
    expect(judgePresence(on, { wallMs: now.wallMs, steadyMs: now.steadyMs - 61 * MINUTE }, now)).toMatchObject({ kind: 'absent' })
  })

  test('never seen, or seen in the future by an earlier run: nobody is there', () => {
    expect(judgePresence(on, null, now)).toEqual({ kind: 'absent', awayMs: null })
    expect(judgePresence(on, { wallMs: now.wallMs + 2 * MINUTE, steadyMs: null }, now)).toEqual({ kind: 'absent', awayMs: null })
  })
})

describe('X5: settings of the triggers', () => {
  test('keep to their bounds, and the warning comes before what it warns of', () => {
    expect(parseWatchSettings(S)).toEqual(S)
    for (const [key, [least, most]] of Object.entries(WATCH_BOUNDS)) {
      for (const value of [least - 1, most + 1, least + 0.5, Number.NaN]) expect(parseWatchSettings({ ...S, [key]: value }), key).toBeNull()
    }
    expect(parseWatchSettings({ ...S, deadManAfterMin: 10, deadManWarnMin: 10 })).toBeNull()
    expect(parseWatchSettings({ ...S, more: 1 })).toBeNull()
  })

  test('say what changes, and whether it lets more pass', () => {
    const looser: Partial<WatchSettings>[] = [
      { breakersOn: false },
      { breakersCount: 5 },
      { signerBreakerOn: false },
      { verifyEveryMin: 61 },
      { clockOn: false },
      { clockOverSec: 31 },
      { diskBelowMb: 199 },
      { balanceOn: false },
      { balanceDropPct: 26 },
      { balanceWithinMin: 59 },
      { mode: 'gate-only' },
    ]
    for (const change of looser) {
      const after = { ...S, ...change }
      expect(compareWatchSettings(S, after).loosens, JSON.stringify(change)).toBe(true)
      expect(compareWatchSettings(after, S).loosens, JSON.stringify(change)).toBe(false)
    }
    const on = { ...S, deadManOn: true }
    expect(compareWatchSettings(S, on)).toEqual({ changes: [{ label: 'Dead-man switch', before: 'off', after: 'on' }], loosens: false })
    expect(compareWatchSettings(on, S).loosens).toBe(true)
    expect(compareWatchSettings(on, { ...on, deadManAfterMin: 481 }).loosens).toBe(true)
    expect(compareWatchSettings(on, { ...on, deadManWarnMin: 1 }).loosens).toBe(false)
    expect(compareWatchSettings(S, S)).toEqual({ changes: [], loosens: false })
  })
})
