import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { KeptSecrets } from '../../../src-main/app/compose/signers/kept-secrets'
import { SecretStore } from '../../../src-main/credentials/secret-store'
import type { AuditFact } from '../../../src-main/domain/audit-event'
import type { SecretSource } from '../../../src-main/domain/secret-source'
import { openDatabase, type Database } from '../../../src-main/storage/database'

const SIGNERS = '00000000-0000-4000-8000-0000000000a1'
const PLACES = '00000000-0000-4000-8000-0000000000a2'
const NOBODYS = '00000000-0000-4000-8000-0000000000a3'
const place = (tokenId: string): SecretSource => ({
  kind: 'vault',
  service: { url: 'https://vault.example.org', timeoutMs: 5_000, trust: { type: 'system' }, clientCertificate: null },
  tokenRef: `secret:${tokenId}`,
})

let folder: string
let db: Database
let store: SecretStore
let facts: AuditFact[]
let logTakes: boolean
let kept: KeptSecrets

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-kept-'))
  const opened = openDatabase({
    path: join(folder, 'a.db'),
    key: Buffer.alloc(32, 7),
    nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'],
  })
  if (!opened.ok) throw opened.error
  db = opened.value
  store = new SecretStore(db, Buffer.alloc(32, 9))
  facts = []
  logTakes = true
  const append = (fact: AuditFact) => {
    if (!logTakes) throw new Error('the disk is full')
    return { seq: facts.push(fact), hashHex: '' }
  }
  kept = new KeptSecrets({ db, store, audit: { append } })
  for (const id of [SIGNERS, PLACES, NOBODYS]) store.put(id, 'pin', 'Office HSM', Buffer.from('4711'), 1)
  addSigner({ kind: 'pkcs11', libraryPath: '/usr/lib/hsm.so', tokenLabel: 'office', keyLabel: 'trading', pinRef: `secret:${SIGNERS}` })
  db.prepare("INSERT INTO secret_sources(kind, config_json, changed_at_ms) VALUES ('vault', ?, 1)").run(JSON.stringify(place(PLACES)))
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

function addSigner(config: object): void {
  db.prepare(
    "INSERT INTO signers(signer_id, kind, label, address, config_json, turn, created_at_ms) VALUES (?, 'pkcs11', 'x', '0x', ?, 1, 1)",
  ).run(`signer of ${JSON.stringify(config)}`, JSON.stringify(config))
}
const there = () => [...store.ids()].sort()

describe('P1: secrets that nothing names', () => {
  test('are forgotten, on record without their value; what a signer or a place names stays', () => {
    kept.forgetUnused()
    expect(there()).toEqual([SIGNERS, PLACES])
    expect(facts.map(({ type, subject }) => [type, subject])).toEqual([['SecretForgotten', NOBODYS]])
    expect(JSON.stringify(facts)).not.toContain('4711')
  })

  test('stay while a row cannot be read: it may name any of them', () => {
    addSigner({ kind: 'from another version', pinRef: `secret:${NOBODYS}` })
    kept.forgetUnused()
    kept.forget([NOBODYS])
    expect(there()).toEqual([SIGNERS, PLACES, NOBODYS])
    expect(facts).toEqual([])
  })

  test('stay where it cannot be recorded', () => {
    logTakes = false
    expect(() => kept.forgetUnused()).toThrow('the disk is full')
    expect(there()).toEqual([SIGNERS, PLACES, NOBODYS])
  })

  test('that something is being set up with are there until it has ended, and then only if it names them', async () => {
    const ends: (() => void)[] = []
    const settingUp = () => kept.using(place(NOBODYS), () => new Promise<void>((resolve) => ends.push(resolve)))
    const first = settingUp()
    const second = settingUp()
    kept.forgetUnused()
    expect(there()).toContain(NOBODYS)
    ends[0]!()
    await first
    expect(there(), 'another one still needs it').toContain(NOBODYS)
    ends[1]!()
    await second
    expect(there()).toEqual([SIGNERS, PLACES])
  })

  test('are there for another try where nobody has left', async () => {
    await expect(kept.using(place(NOBODYS), () => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer')
    expect(there()).toContain(NOBODYS)
  })
})
