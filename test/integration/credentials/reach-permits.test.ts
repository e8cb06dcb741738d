import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ReachPermits } from '../../../src-main/app/compose/signers/reach-permits'
import { SecretStore } from '../../../src-main/credentials/secret-store'
import type { Pkcs11Config } from '../../../src-main/domain/signer'
import { openDatabase, type Database } from '../../../src-main/storage/database'

let folder: string
let db: Database
let store: SecretStore
let permits: ReachPermits
let hsm: Pkcs11Config

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-permits-')))
  const opened = openDatabase({
    path: join(folder, 'a.db'),
    key: Buffer.alloc(32, 7),
    nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'],
  })
  if (!opened.ok) throw opened.error
  db = opened.value
  store = new SecretStore(db, Buffer.alloc(32, 9))
  permits = new ReachPermits({ db, store })
  hsm = { kind: 'pkcs11', libraryPath: library('a.so'), tokenLabel: 'office', keyLabel: 'k', pinRef: 'vault:kv/hsm#pin' }
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

function library(name: string): string {
  const path = join(folder, name)
  writeFileSync(path, '')
  chmodSync(path, 0o644)
  return path
}
const keep = (config: unknown) =>
  db
    .prepare(
      `INSERT INTO signers(signer_id, kind, label, address, config_json, turn, created_at_ms) VALUES ('a', 'pkcs11', 'a', '0x', ?, 1, 1)`,
    )
    .run(JSON.stringify(config))
/** The lines that a person would be asked about. */
const asked = (config: Pkcs11Config): readonly string[] => {
  const needed = permits.needs(config)
  if (!needed.ok) throw new Error(needed.error.detail)
  return needed.value.asked.map(({ label }) => label)
}

describe('P1: what a signer that is kept uses already', () => {
  test('its library and its reference are asked for by nobody; each other one is', () => {
    keep(hsm)
    expect(asked(hsm)).toEqual([])
    expect(asked({ ...hsm, keyLabel: 'another key of the token' })).toEqual([])
    expect(asked({ ...hsm, libraryPath: library('b.so') })).toContain('Loads the library')
    expect(asked({ ...hsm, tokenLabel: 'another token' })).toContain('Uses the PIN')
    expect(asked({ ...hsm, tokenLabel: 'another token' })).not.toContain('Loads the library')
    expect(asked({ ...hsm, pinRef: 'vault:kv/hsm#other' })).toContain('Uses the PIN')
  })

  test('a row that cannot be read allows nothing', () => {
    keep({ ...hsm, more: 1 })
    expect(asked(hsm)).toEqual(expect.arrayContaining(['Loads the library', 'Uses the PIN']))
  })

  test('a library that others can change meanwhile is not to be had, kept or not', () => {
    keep(hsm)
    chmodSync(hsm.libraryPath, 0o666)
    expect(permits.needs(hsm)).toMatchObject({ ok: false, error: { code: 'NOT_SUPPORTED' } })
  })
})

test('P1: what was allowed while its set-up was left is allowed no more afterwards', () => {
  const needed = permits.needs(hsm)
  permits.left()
  if (needed.ok) needed.value.allow()
  expect(asked(hsm)).not.toEqual([])
})

test('P1: an address that cannot be read is nothing that could be allowed', () => {
  const service = { url: 'https://', timeoutMs: 1, trust: { type: 'system' }, clientCertificate: null } as const
  expect(permits.needs({ kind: 'mpc_2pc', service, tokenRef: 'vault:a/b#c' })).toMatchObject({ ok: false })
})
