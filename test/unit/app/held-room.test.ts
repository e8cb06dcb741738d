import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { holdRoom } from '../../../src-main/app/compose/held-room'
import { RESERVE_BYTES } from '../../../src-main/storage/disk-reserve'
import { FakeClock } from '../../support/fake-clock'

let folder: string
let clock: FakeClock
const reserve = () => join(folder, 'reserve')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-room-'))
  clock = new FakeClock()
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('B5: room for cancels', () => {
  test('is held where there is a chain, and where there is none it is not', () => {
    holdRoom({ environment: 'paper', folder, scheduler: clock })
    expect(existsSync(reserve())).toBe(false)
    holdRoom({ environment: 'testnet', folder, scheduler: clock })
    expect(statSync(reserve()).size).toBe(RESERVE_BYTES)
  })

  test('what could not be held is tried again, until it is held or nobody wants it any more', async () => {
    const gone = join(folder, 'later')
    const room = holdRoom({ environment: 'testnet', folder: gone, scheduler: clock })
    await clock.advance(3_600_000)
    expect(clock.pendingTasks).toBe(1)
    room.stop()
    expect(clock.pendingTasks).toBe(0)
  })
})
