import { beforeEach, describe, expect, test } from 'vitest'

import { ChainReach, LOST_AFTER_MS } from '../../../src-main/app/compose/chain-reach'
import { FakeClock } from '../../support/fake-clock'

let clock: FakeClock
let told: string[]
let reach: ChainReach
beforeEach(() => {
  clock = new FakeClock()
  told = []
  reach = new ChainReach(clock, {
    onLost: (sinceMs) => void told.push(`lost for ${clock.wallMs() - sinceMs}`),
    onBack: (afterMs) => void told.push(`back after ${afterMs}`),
  })
})

/** Calls a second apart. */
const calls = async (outcomes: string): Promise<void> => {
  for (const outcome of outcomes) {
    reach.heard(outcome === '+')
    await clock.advance(1_000)
  }
}

describe('X4 D1: a network that is gone, told from a call that failed', () => {
  test('nothing gets through for a while: told once, and once when something does again', async () => {
    await calls('+'.repeat(3) + '-'.repeat(40))
    expect(told).toEqual([`lost for ${LOST_AFTER_MS}`])
    expect(reach.lost).toBe(true)
    await calls('++')
    expect(told).toEqual([`lost for ${LOST_AFTER_MS}`, 'back after 40000'])
    expect(reach.lost).toBe(false)
  })

  test('as long as now and then something gets through, it is not gone', async () => {
    await calls('----------+'.repeat(10))
    expect(told).toEqual([])
  })

  test('few calls prove nothing, however long they lie apart', async () => {
    await calls('-')
    await clock.advance(3_600_000)
    await calls('-')
    expect(told).toEqual([])
    await calls('-')
    expect(told).toHaveLength(1)
  })

  test('what was heard of other endpoints says nothing of these', async () => {
    await calls('-'.repeat(14))
    reach.forget()
    await calls('-'.repeat(14))
    expect(told).toEqual([])
  })
})
