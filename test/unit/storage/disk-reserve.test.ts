import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { DiskReserve } from '../../../src-main/storage/disk-reserve'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-reserve-'))
  path = join(folder, 'reserve')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})
const SMALL = { reserveBytes: 10_000, plentyBytes: 1 }

describe('B5: room that is held back', () => {
  test('is taken once, for its owner alone, and found again', () => {
    const reserve = new DiskReserve(path, SMALL)
    expect([reserve.held, reserve.hold(), reserve.hold(), reserve.held]).toEqual([false, true, true, true])
    expect([statSync(path).size, statSync(path).mode & 0o777]).toEqual([10_000, 0o600])
    expect(new DiskReserve(path, SMALL).held).toBe(true)
  })

  test('is not given up while there is room', () => {
    const reserve = new DiskReserve(path, SMALL)
    reserve.hold()
    expect([reserve.makeRoom(), existsSync(path)]).toEqual([false, true])
  })

  test('is not taken where others need it', () => {
    const reserve = new DiskReserve(path, { reserveBytes: 10_000, plentyBytes: Number.MAX_SAFE_INTEGER })
    expect([reserve.hold(), existsSync(path)]).toEqual([false, false])
  })

  test('half of it, as after a crash, is none, and is made whole', () => {
    writeFileSync(path, 'half')
    const reserve = new DiskReserve(path, SMALL)
    expect([reserve.held, reserve.hold(), statSync(path).size]).toEqual([false, true, 10_000])
  })

  test('never throws, also where its folder is gone', () => {
    const reserve = new DiskReserve(join(folder, 'nowhere', 'reserve'), SMALL)
    expect([reserve.hold(), reserve.held, reserve.makeRoom()]).toEqual([false, false, false])
  })
})
