import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { SecretStore } from '../../../src-main/credentials/secret-store'
import { openDatabase, type Database } from '../../../src-main/storage/database'

const KEY = Buffer.alloc(32, 7)
const ID = '3f0c8a52-7d1e-4a35-9a44-0a2b6a1a0001'
const OTHER = '3f0c8a52-7d1e-4a35-9a44-0a2b6a1a0002'

let folder: string
let db: Database
let store: SecretStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-secrets-'))
  const opened = openDatabase({ path: join(folder, 'a.db'), key: KEY, nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'] })
  if (!opened.ok) throw opened.error
  db = opened.value
  store = new SecretStore(db, KEY)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const put = (id: string, secret: string) => {
  store.put(id, 'pin', 'Office HSM', Buffer.from(secret), 1)
}
const sealedOf = (id: string): Buffer =>
  (db.prepare('SELECT sealed FROM stored_secrets WHERE secret_id = ?').get(id) as { sealed: Buffer }).sealed
const setSealed = (id: string, sealed: Buffer) => db.prepare('UPDATE stored_secrets SET sealed = ? WHERE secret_id = ?').run(sealed, id)

test('P1: a secret is found again, byte by byte, and the one that was handed in is wiped', () => {
  const secret = Buffer.from('1234\u0000\u00e4')
  const copy = Buffer.from(secret)
  store.put(ID, 'pin', 'Office HSM', secret, 1)
  expect(secret.every((byte) => byte === 0)).toBe(true)
  const found = store.find(ID, 'pin')
  expect(found.ok && found.value.equals(copy)).toBe(true)
})

test('P1: what is stored does not hold the secret, and the same secret never looks the same twice', () => {
  put(ID, 'correct horse battery staple')
  put(OTHER, 'correct horse battery staple')
  expect(sealedOf(ID).includes(Buffer.from('horse'))).toBe(false)
  expect(sealedOf(ID).equals(sealedOf(OTHER))).toBe(false)
})

test('P1: the key of another environment opens nothing', () => {
  put(ID, '1234')
  expect(new SecretStore(db, Buffer.alloc(32, 8)).find(ID, 'pin')).toEqual({ ok: false, error: 'UNREADABLE' })
})

test('P1: one bit changed anywhere, or a part cut off, and it is not opened', () => {
  put(ID, '1234')
  const sealed = sealedOf(ID)
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    setSealed(ID, changed)
    expect(store.find(ID, 'pin'), `byte ${index}`).toEqual({ ok: false, error: 'UNREADABLE' })
  }
  for (const length of [0, 11, 12, 27, 28, sealed.length - 1]) {
    setSealed(ID, sealed.subarray(0, length))
    expect(store.find(ID, 'pin'), `${length} bytes`).toEqual({ ok: false, error: 'UNREADABLE' })
  }
})

test('P1: a secret that was moved under another id is not opened', () => {
  put(ID, 'a token')
  put(OTHER, 'another token')
  const [first, second] = [sealedOf(ID), sealedOf(OTHER)]
  setSealed(ID, second)
  setSealed(OTHER, first)
  expect([store.find(ID, 'pin'), store.find(OTHER, 'pin')]).toEqual([
    { ok: false, error: 'UNREADABLE' },
    { ok: false, error: 'UNREADABLE' },
  ])
})

test('P1: removed or never there is not found; after it was closed nothing opens', () => {
  put(ID, '1234')
  expect(store.find(OTHER, 'pin')).toEqual({ ok: false, error: 'NOT_FOUND' })
  store.close()
  expect(store.find(ID, 'pin')).toEqual({ ok: false, error: 'UNREADABLE' })
  store.remove(ID)
  expect(store.find(ID, 'pin')).toEqual({ ok: false, error: 'NOT_FOUND' })
})

test('P1: what cannot be written throws, and is wiped all the same', () => {
  put(ID, '1234')
  const again = Buffer.from('5678')
  expect(() => {
    store.put(ID, 'pin', 'Office HSM', again, 1)
  }).toThrow()
  expect(again.every((byte) => byte === 0)).toBe(true)
})

test('P1: a secret is given for what it was typed for alone; a row that says otherwise does not open it', () => {
  put(ID, '1234')
  expect(store.find(ID, 'token')).toEqual({ ok: false, error: 'OTHER_PURPOSE' })
  db.prepare("UPDATE stored_secrets SET purpose = 'token' WHERE secret_id = ?").run(ID)
  expect(store.find(ID, 'token')).toEqual({ ok: false, error: 'UNREADABLE' })
  db.prepare("UPDATE stored_secrets SET purpose = 'pin', label = 'Another HSM' WHERE secret_id = ?").run(ID)
  expect(store.find(ID, 'pin')).toEqual({ ok: false, error: 'UNREADABLE' })
})
