import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { dataKey, readDataKey } from '../../../src-main/credentials/data-key'
import { memoryVault } from '../../support/app/vault'

let folder: string
let path: string
let vault: ReturnType<typeof memoryVault>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-key-'))
  path = join(folder, 'db.key')
  vault = memoryVault()
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})
const kept = () => JSON.parse(readFileSync(path, 'utf8')) as { v: number; protection: string; key: string }
const must = async (databaseExists = false) => {
  const made = await dataKey(path, vault, databaseExists)
  if (!made.ok) throw new Error(made.error)
  return made.value
}

describe('D4 P1: the key of an environment’s database', () => {
  test('is random, sealed by the keychain, and nobody else’s to read', async () => {
    const { key, protection } = await must()
    expect([key.length, protection]).toEqual([32, 'keychain'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'latin1')).not.toContain(key.toString('base64'))
    expect(await must()).toEqual({ key, protection })
    rmSync(path)
    expect((await must()).key).not.toEqual(key)
  })

  test('without a keychain it is kept open and says so, and is sealed as soon as there is one', async () => {
    vault.available = false
    const { key, protection } = await must()
    expect([protection, kept().protection]).toEqual(['none', 'none'])
    vault.available = true
    expect(await must(true)).toEqual({ key, protection: 'keychain' })
    expect(readFileSync(path, 'latin1')).not.toContain(key.toString('base64'))
    expect(await must(true)).toEqual({ key, protection: 'keychain' })
  })

  test('a keychain that is gone, or another one, gives no key, and nothing is replaced', async () => {
    await must()
    const before = readFileSync(path)
    vault.available = false
    expect(await dataKey(path, vault, true)).toEqual({ ok: false, error: 'NO_KEYCHAIN' })
    expect(readFileSync(path)).toEqual(before)
  })

  test('a database whose key file is gone gets no new key: it would only look empty', async () => {
    expect(await dataKey(path, vault, true)).toEqual({ ok: false, error: 'UNREADABLE' })
    expect(existsSync(path)).toBe(false)
  })

  const odd = [
    '',
    'null',
    'not json',
    '{}',
    '{"v":1,"protection":"none"}',
    '{"v":2,"protection":"none","key":""}',
    '{"v":1,"protection":"none","key":""}',
    `{"v":1,"protection":"none","key":"${Buffer.alloc(31).toString('base64')}"}`,
    `{"v":1,"protection":"none","key":"${Buffer.alloc(32).toString('base64')}","more":1}`,
    `{"v":1,"protection":"plain","key":"${Buffer.alloc(32).toString('base64')}"}`,
    `{"v":1,"protection":"keychain","key":"${Buffer.alloc(8).toString('base64')}"}`,
  ]
  test.for(odd)('a key file that holds %j is unreadable, and stays as it is', async (text) => {
    writeFileSync(path, text)
    expect(await dataKey(path, vault, true)).toEqual({ ok: false, error: 'UNREADABLE' })
    expect(await dataKey(path, vault, false)).toEqual({ ok: false, error: 'UNREADABLE' })
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('reading changes nothing, also where a key could be sealed now', async () => {
    vault.available = false
    await must()
    vault.available = true
    const before = readFileSync(path)
    expect(await readDataKey(path, vault)).toMatchObject({ ok: true, value: { protection: 'none' } })
    expect(readFileSync(path)).toEqual(before)
  })
})
