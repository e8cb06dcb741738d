import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { AuditFact } from '../../../../src-main/domain/audit-event'
import { PolicyStore } from '../../../../src-main/engine/policy/policy-store'
import { withChain, withSigner } from '../../../../src-main/guards/policy/make-policy'
import type { Policy } from '../../../../src-main/guards/policy/policy'
import { decimal } from '../../../../src-main/lib/decimal'
import { openDatabase, type Database } from '../../../../src-main/storage/database'
import { ROUTER, SIGNER_ADDRESS, USDC, WETH } from '../../../support/app/bench-chain'
import { FakeClock } from '../../../support/fake-clock'

const OTHER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const CHAIN = { chainId: 5, routers: [ROUTER], tokens: [WETH, USDC] }
const ada = { actor: 'Ada', reason: 'a reason', origin: 'change' } as const

let folder: string
let db: Database
let facts: AuditFact[]
let refusing: boolean
const clock = new FakeClock()
const audit = {
  append: (fact: AuditFact) => {
    if (refusing) throw new Error('the disk is full')
    facts.push(fact)
    return { seq: facts.length, hashHex: '' }
  },
}
const open = (macKey = Buffer.alloc(32, 7)) => new PolicyStore({ db, environment: 'testnet', macKey, audit, clock })
const inForce = (store: PolicyStore): Policy => {
  const state = store.state()
  if (state.kind !== 'loaded') throw new Error(state.why)
  return state.policy
}
const tamper = (sql: string, ...values: readonly (string | number)[]) => {
  db.exec('DROP TRIGGER IF EXISTS policy_versions_no_update; DROP TRIGGER IF EXISTS policy_versions_no_delete')
  db.prepare(sql).run(...values)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-policy-'))
  const opened = openDatabase({ path: join(folder, 'test.db'), key: Buffer.alloc(32, 1) })
  if (!opened.ok) throw new Error(opened.error.message)
  db = opened.value
  facts = []
  refusing = false
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('C6: versions of the trading policy', () => {
  test('a fresh environment allows nothing, and that is on record', () => {
    expect(inForce(open())).toMatchObject({ version: 1, venues: [], chainIds: [], signerAddresses: [] })
    expect(facts).toMatchObject([{ type: 'PolicyChanged', data: { version: 1, origin: 'set-up' } }])
  })

  test('every version is kept: who, when, why, and what it changed; the newest is in force also after opening again', async () => {
    const store = open()
    store.change(withSigner(withChain(inForce(store), CHAIN), SIGNER_ADDRESS), { ...ada, origin: 'set-up' })
    await clock.advance(1_000)
    store.change({ ...inForce(store), maxOrderNotionalUsd: decimal(50) }, ada)
    const again = open()
    expect(inForce(again)).toMatchObject({ version: 3, chainIds: [5], signerAddresses: [SIGNER_ADDRESS] })
    expect(inForce(again).maxOrderNotionalUsd.toFixed()).toBe('50')
    const versions = again.versions()
    expect(versions.map(({ version, actor, reason, origin, intact }) => [version, actor, reason, origin, intact])).toEqual([
      [3, 'Ada', 'a reason', 'change', true],
      [2, 'Ada', 'a reason', 'set-up', true],
      [1, 'system', 'made for a fresh environment', 'set-up', true],
    ])
    expect(versions[0]!.atMs - versions[1]!.atMs).toBe(1_000)
    expect(facts.at(-1)).toMatchObject({
      actor: 'Ada',
      severity: 'medium',
      data: { version: 3, reason: 'a reason', changes: [{ field: 'maxOrderNotionalUsd', before: '10000', after: '50', loosens: false }] },
    })
  })

  test('no version is ever changed or taken away', () => {
    open()
    expect(() => db.prepare('UPDATE policy_versions SET actor = ?').run('Eve')).toThrow('never changed')
    expect(() => db.prepare('DELETE FROM policy_versions').run()).toThrow('never deleted')
  })

  test('set-up goes on by itself only while nobody has changed it', () => {
    const store = open()
    expect(store.isFromSetUp).toBe(true)
    store.change(withSigner(inForce(store), SIGNER_ADDRESS), { ...ada, origin: 'set-up' })
    expect(store.isFromSetUp).toBe(true)
    store.change(withSigner(inForce(store), OTHER), ada)
    expect(store.isFromSetUp).toBe(false)
  })

  test('decision 4: a change that cannot be recorded is not made', () => {
    const store = open()
    refusing = true
    expect(() => {
      store.change(withSigner(inForce(store), OTHER), ada)
    }).toThrow('disk')
    expect([inForce(store).version, inForce(open()).version]).toEqual([1, 1])
  })
})

describe('X10: what cannot be believed denies', () => {
  test('a log that takes nothing: it is opened all the same and denies everything, and begins at the next opening that can be recorded', () => {
    refusing = true
    expect(why(open())).toMatch(/could not be recorded/)
    refusing = false
    expect(inForce(open()).version).toBe(1)
  })

  const why = (store: PolicyStore) => {
    const state = store.state()
    return state.kind === 'unreadable' ? state.why : null
  }

  test.for(['policy_json', 'actor', 'reason', 'origin'])('a newest version whose %s was changed', (column) => {
    const store = open()
    const before = db.prepare('SELECT policy_json FROM policy_versions').pluck().get() as string
    store.change(withSigner(inForce(store), OTHER), ada)
    tamper(`UPDATE policy_versions SET ${column} = ? WHERE version = 2`, column === 'policy_json' ? before : 'another')
    expect(why(open())).toBe('the newest version of the policy is damaged')
  })

  test('a row that another key vouches for', () => {
    open()
    expect(why(open(Buffer.alloc(32, 8)))).toBe('the newest version of the policy is damaged')
  })

  test('a version that is missing in between', () => {
    const store = open()
    store.change(withSigner(inForce(store), OTHER), ada)
    tamper('DELETE FROM policy_versions WHERE version = 1')
    expect(why(open())).toBe('a version of the policy is missing')
  })

  test('an older version that was changed is shown as such, and the newest stays in force', () => {
    const store = open()
    store.change(withSigner(inForce(store), OTHER), ada)
    tamper('UPDATE policy_versions SET reason = ? WHERE version = 1', 'nothing to see')
    expect(
      open()
        .versions()
        .map(({ intact }) => intact),
    ).toEqual([true, false])
    expect(inForce(open()).version).toBe(2)
  })

  test('a person begins anew: the next number, the rows of before stay, and it is in force', () => {
    const store = open()
    const fresh = withSigner(inForce(store), OTHER)
    tamper('UPDATE policy_versions SET policy_json = ?', '{}')
    const broken = open()
    expect(() => broken.compare(fresh)).toThrow('nothing to compare')
    broken.beginAnew(fresh, { actor: 'Ada', reason: 'damaged' })
    expect(inForce(open())).toMatchObject({ version: 2, signerAddresses: [OTHER] })
    expect(
      open()
        .versions()
        .map(({ version, intact, origin }) => [version, intact, origin]),
    ).toEqual([
      [2, true, 'begun-anew'],
      [1, false, 'set-up'],
    ])
  })
})
