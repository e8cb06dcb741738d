import { createSecretKey } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { operatorMay, type KeyFacts } from '../../../src-main/authority/act-rules'
import { FREE_ATTEMPTS } from '../../../src-main/authority/attempts'
import type { AskDevice } from '../../../src-main/authority/operator-proof'
import { Operators } from '../../../src-main/authority/operators'
import { AUTHORITY_PERMISSIONS } from '../../../src-main/domain/authority'
import { memoryVault } from '../../support/app/vault'
import { FakeClock } from '../../support/fake-clock'
import { countingRandom } from '../engine/halt/support'

const PASSWORD = 'four random words here'
const ADDRESS = '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B'
const utf8 = (text: string) => new TextEncoder().encode(text)
const KEYS: readonly KeyFacts[] = ['k1', 'k2'].map((id) => ({
  id,
  permissions: [...AUTHORITY_PERMISSIONS],
  expiresAtMs: null,
  revokedAtMs: null,
}))
let dataDir = ''
let clock: FakeClock
let uptimeMs = 0
let operators: Operators
let ada: string
/** Addresses that were asked. */
let asked: string[]

const open = (): Operators =>
  new Operators({
    dataDir,
    clock,
    random: countingRandom(),
    vault: memoryVault(Buffer.alloc(8, 3)),
    macKey: () => createSecretKey(Buffer.alloc(32, 7)),
    keys: () => KEYS,
    uptimeMs: () => uptimeMs,
  })
const add = async (name: string): Promise<string> => {
  const added = await operators.add({ name, role: 'admin', permissions: [...AUTHORITY_PERMISSIONS], expiresAtMs: null }, utf8(PASSWORD))
  if (!added.ok) throw new Error(added.error)
  return added.value
}
const answering =
  (confirms: boolean, meanwhile: () => unknown = () => undefined): AskDevice =>
  async (address) => {
    asked.push(address)
    await meanwhile()
    return confirms
  }
const tries = async (second: AskDevice | Uint8Array | null, password = PASSWORD, by = operators) => {
  const answer = await by.authenticate(ada, utf8(password), second)
  return answer.ok ? answer.value.name : answer.error
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-device-'))
  clock = new FakeClock()
  uptimeMs = 1_000_000
  asked = []
  operators = open()
  ada = await add('Ada')
  expect(operators.enrolDevice(ada, ADDRESS).ok).toBe(true)
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

describe('B6: a device in place of a code', () => {
  test('B6: password and device believe; the password alone, or with any code, does not', async () => {
    expect(await tries(answering(true))).toBe('Ada')
    expect(asked).toEqual([ADDRESS])
    expect(await tries(null)).toBe('WRONG')
    expect(await tries(utf8('123456'))).toBe('WRONG')
  })

  test('B6: it outlives a restart, and revoking ends it', async () => {
    const again = open()
    expect(again.active(ada)?.device?.address).toBe(ADDRESS)
    expect(again.revoke(ada).ok).toBe(true)
    expect(again.ownerOf(ADDRESS, 'somebody else')).toBeNull()
    expect(await tries(answering(true), PASSWORD, again)).toBe('WRONG')
  })

  test('B6: a device that is not confirmed counts as a wrong try, and waits grow; the device is not asked meanwhile', async () => {
    for (let time = 0; time < FREE_ATTEMPTS; time += 1) expect(await tries(answering(false))).toBe('NOT_CONFIRMED')
    expect(await tries(answering(true))).toBe('RATE_LIMITED')
    expect(asked).toHaveLength(FREE_ATTEMPTS)
    uptimeMs += 1_000
    expect(await tries(answering(true))).toBe('Ada')
    expect(operators.failures(ada)).toBe(0)
  })

  test('B6: nobody is believed whose device, password or standing changed while the device was asked', async () => {
    expect(await tries(answering(true, () => operators.removeDevice(ada)))).toBe('WRONG')
    operators.enrolDevice(ada, ADDRESS)
    expect(await tries(answering(true, () => operators.setPassword(ada, utf8('another four words'))))).toBe('WRONG')
    expect(
      await tries(
        answering(true, () => operators.revoke(ada)),
        'another four words',
      ),
    ).toBe('WRONG')
  })

  test('B6: who ran out of time while the device was asked is not believed', async () => {
    operators.change(ada, { expiresAtMs: clock.wallMs() + 60_000 })
    expect(await tries(answering(true, () => clock.jumpWall(60_000)))).toBe('EXPIRED')
  })

  test('B6: one device is one person’s', async () => {
    const bob = await add('Bob')
    expect(operators.enrolDevice(bob, ADDRESS.toLowerCase())).toEqual({ ok: false, error: 'NAME_TAKEN' })
    operators.removeDevice(ada)
    expect(operators.enrolDevice(bob, ADDRESS.toLowerCase()).ok).toBe(true)
  })

  test('B6: where a second factor is always asked for, a device is one', () => {
    const person = operators.active(ada)!
    expect(operatorMay(person, 'release-halt', { secondFactor: 'always' }, 5)).toBe(true)
    expect(operatorMay({ ...person, device: null }, 'release-halt', { secondFactor: 'always' }, 5)).toBe(false)
  })
})
