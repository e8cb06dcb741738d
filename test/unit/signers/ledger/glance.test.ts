import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { glanceAt } from '../../../../src-main/signers/ledger/glance'

const never = new AbortController().signal
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usb-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('X1: looking for a Ledger without speaking to it', () => {
  test('X1: it is in the kernel’s list of USB devices, or it is not, or there is no list', async () => {
    const look = (list: string) => glanceAt({ type: 'usb' }, never, list)
    plug('1-1', '8087')
    mkdirSync(join(folder, 'usb1'))
    expect(await look(folder)).toBe(false)
    plug('1-2', '2c97')
    expect(await look(folder)).toBe(true)
    expect(await look(join(folder, 'nowhere'))).toBeNull()
  })
})

function plug(device: string, vendor: string): void {
  mkdirSync(join(folder, device))
  writeFileSync(join(folder, device, 'idVendor'), `${vendor}\n`)
}
