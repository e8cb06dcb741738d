import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { composeRehearsal } from '../../../../src-main/app/compose/rehearsal'
import { systemRandom } from '../../../../src-main/app/random'
import { denial, type Denial } from '../../../../src-main/domain/codes'
import type { ChainRehearsal } from '../../../../src-main/engine/drills/chain-rehearsal'
import type { Gate } from '../../../../src-main/engine/ports'
import { ARMED, TRIGGERED } from '../../../support/app/engine-bench'
import { FakeChainVenue } from '../../../support/app/fake-chain-venue'
import { FakeClock } from '../../../support/fake-clock'

let folder: string
let clock: FakeClock
let rehearsal: ChainRehearsal
let halted: boolean
let isOver: boolean
const faults: unknown[] = []

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-rehearsal-')))
  clock = new FakeClock()
  halted = false
  isOver = false
  faults.length = 0
  const gate: Gate = {
    snapshot: () => (halted ? TRIGGERED : ARMED),
    lastLook: (): Denial | null => (halted ? denial('KILL_SWITCH_TRIGGERED', { state: 'triggered' }) : null),
  }
  rehearsal = composeRehearsal({
    ...{ folder, clock, scheduler: clock, random: systemRandom, gate },
    nativeBinding: undefined,
    venue: new FakeChainVenue(clock).venue,
    onFault: (thrown) => faults.push(thrown),
  })
})
afterEach(async () => {
  if (!isOver) await rehearsal.close()
  rmSync(folder, { recursive: true, force: true })
})

test('B7: what was sent waits for as long as nobody goes after it', async () => {
  await rehearsal.send(3, 'ada')
  await clock.advance(60_000)
  expect([rehearsal.count, rehearsal.replaced(), rehearsal.canceled()]).toEqual([3, 0, 0])
})

test('B7: an emergency replaces each by a cancel, and is over when the chain has taken them all', async () => {
  await rehearsal.send(3, 'ada')
  halted = true
  expect(await rehearsal.refusesToSend('ada')).toBe(true)
  expect(rehearsal.replaced()).toBe(0)
  rehearsal.cancelAll('ada')
  await clock.advance(400)
  expect([rehearsal.replaced(), rehearsal.canceled()]).toEqual([3, 0])
  await clock.advance(5_000)
  expect(rehearsal.canceled()).toBe(3)
  expect(faults).toEqual([])
})

test('B7: while nothing is halted nothing is gone after, and sending again is not refused: the rehearsal would fail', async () => {
  await rehearsal.send(1, 'ada')
  expect(await rehearsal.refusesToSend('ada')).toBe(false)
  rehearsal.cancelAll('ada')
  await clock.advance(60_000)
  expect(rehearsal.canceled()).toBe(0)
})

test('B7: nothing is sent where trading is halted already', async () => {
  halted = true
  await expect(rehearsal.send(1, 'ada')).rejects.toThrow('not taken: withheld')
})

test('B7: a rehearsal that is over leaves no file', async () => {
  await rehearsal.send(1, 'ada')
  expect(existsSync(join(folder, 'rehearsal', 'rehearsal.db'))).toBe(true)
  await rehearsal.close()
  expect(existsSync(join(folder, 'rehearsal'))).toBe(false)
  isOver = true
})
