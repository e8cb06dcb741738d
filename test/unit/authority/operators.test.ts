import { createSecretKey, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { HOTP, Secret } from 'otpauth'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { actsBeyondReach, type KeyFacts } from '../../../src-main/authority/act-rules'
import { FREE_ATTEMPTS } from '../../../src-main/authority/attempts'
import { Operators, type NewOperator, type OperatorsOptions } from '../../../src-main/authority/operators'
import { ADMIN_ACTS } from '../../../src-main/domain/admin-act'
import { AUTHORITY_PERMISSIONS, ROLES } from '../../../src-main/domain/authority'
import { memoryVault } from '../../support/app/vault'
import { FakeClock } from '../../support/fake-clock'
import { countingRandom } from '../engine/halt/support'

const MAC_KEY = createSecretKey(Buffer.alloc(32, 7))
const PASSWORD = 'four random words here'
const utf8 = (text: string) => new TextEncoder().encode(text)
const KEYS: readonly KeyFacts[] = ['k1', 'k2'].map((id) => ({
  id,
  permissions: [...AUTHORITY_PERMISSIONS],
  expiresAtMs: null,
  revokedAtMs: null,
}))
const ADA: NewOperator = { name: 'Ada', role: 'admin', permissions: [...AUTHORITY_PERMISSIONS], expiresAtMs: null }

let dataDir = ''
let clock = new FakeClock()
let uptimeMs = 1_000_000
const vault = memoryVault(Buffer.alloc(8, 3))
const random = countingRandom()

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-operators-'))
  clock = new FakeClock()
  uptimeMs = 1_000_000
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const open = (options: Partial<OperatorsOptions> = {}) =>
  new Operators({ dataDir, clock, random, vault, macKey: () => MAC_KEY, keys: () => KEYS, uptimeMs: () => uptimeMs, ...options })
const added = async (operators: Operators, changed: Partial<NewOperator> = {}): Promise<string> => {
  const id = await operators.add({ ...ADA, ...changed }, utf8(PASSWORD))
  if (!id.ok) throw new Error(id.error)
  return id.value
}
const codeAt = (secret: Uint8Array, wallMs: number) =>
  HOTP.generate({ secret: new Secret({ buffer: new Uint8Array(secret).buffer }), counter: Math.floor(wallMs / 30_000) })
const enrolled = async (operators: Operators, id: string): Promise<Buffer> => {
  const secret = operators.newSecondFactor()
  expect(await operators.enrol(id, secret, utf8(codeAt(secret, clock.wallMs())))).toEqual({ ok: true, value: undefined })
  clock.jumpWall(60_000)
  return secret
}
const tries = async (operators: Operators, id: string, password = PASSWORD, code: string | null = null) => {
  const answer = await operators.authenticate(id, utf8(password), code === null ? null : utf8(code))
  return answer.ok ? answer.value.name : answer.error
}

describe('P7: operators', () => {
  test('are kept in a file of ours alone, under a MAC, with neither password nor secret in it', async () => {
    const operators = open()
    const id = await added(operators)
    const secret = await enrolled(operators, id)
    const path = join(dataDir, 'authority.json')
    const text = readFileSync(path, 'utf8')
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    for (const canary of [PASSWORD, secret.toString('hex'), secret.toString('base64')]) expect(text).not.toContain(canary)
    expect(open().active(id)).toMatchObject({ name: 'Ada', role: 'admin' })
    expect(open().people()).toBe('some')
  })

  test('that somebody else wrote, or that nothing vouches for, count for nobody and are not taken for none', async () => {
    const id = await added(open())
    const path = join(dataDir, 'authority.json')
    const written = readFileSync(path, 'utf8')
    writeFileSync(path, written.replace('"admin"', '"trader"'), { mode: 0o600 })
    const lost: KeyObject | null = null
    for (const operators of [open(), open({ macKey: () => lost })]) {
      expect([operators.people(), operators.active(id), await tries(operators, id)]).toEqual(['unknown', null, 'UNREADABLE'])
      expect(await operators.add({ ...ADA, name: 'Eve' }, utf8(PASSWORD))).toEqual({ ok: false, error: 'UNREADABLE' })
    }
    expect(readFileSync(path, 'utf8')).not.toBe(written)
  })

  test('have names that records can tell apart, and that none of ours or of the past had', async () => {
    const operators = open()
    const id = await added(operators)
    expect(operators.revoke(id).ok).toBe(true)
    for (const name of ['ada', ' ADA ', 'Ａｄａ'])
      expect(await operators.add({ ...ADA, name }, utf8(PASSWORD)), name).toMatchObject({ ok: false })
    for (const name of ['', 'operator', 'System', 'recovery key 1', 'a\nb', 'a\u202eb', '-x', 'x'.repeat(41)])
      expect(await operators.add({ ...ADA, name }, utf8(PASSWORD)), name).toEqual({ ok: false, error: 'BAD_NAME' })
  })

  test('are believed by their password, which is wiped; not when revoked or expired', async () => {
    const operators = open()
    const id = await added(operators, { expiresAtMs: clock.wallMs() + 1_000 })
    const password = utf8(PASSWORD)
    expect(await operators.authenticate(id, password, null)).toMatchObject({ ok: true })
    expect(password.every((byte) => byte === 0)).toBe(true)
    expect(await tries(operators, id, 'another password')).toBe('WRONG')
    expect(await tries(operators, 'ffffffff')).toBe('UNREADABLE')
    clock.jumpWall(2_000)
    expect([await tries(operators, id), operators.active(id), operators.people()]).toEqual(['EXPIRED', null, 'some'])
    expect(operators.revoke(id).ok).toBe(true)
    expect([await tries(operators, id), operators.people()]).toEqual(['REVOKED', 'none'])
  })

  test('wait longer and longer after wrong attempts, each for himself, across a restart', async () => {
    const operators = open()
    const [id, other] = [await added(operators), await added(operators, { name: 'Bob' })]
    for (let count = 0; count < FREE_ATTEMPTS; count++) expect(await tries(operators, id, 'wrong wrong wrong')).toBe('WRONG')
    expect([await tries(operators, id), operators.failures(id)]).toEqual(['RATE_LIMITED', FREE_ATTEMPTS])
    expect(await tries(open(), id)).toBe('RATE_LIMITED')
    expect(await tries(operators, other)).toBe('Bob')
    uptimeMs += operators.waitMs(id)
    expect([await tries(operators, id), operators.failures(id)]).toEqual(['Ada', 0])
  })
})

describe('B6: a second factor', () => {
  test('counts after one right code, is then always asked for, and each code is good once, across a restart', async () => {
    const operators = open()
    const id = await added(operators)
    const secret = operators.newSecondFactor()
    expect(await operators.enrol(id, secret, utf8('000000'))).toEqual({ ok: false, error: 'WRONG' })
    expect(await tries(operators, id)).toBe('Ada')
    const first = codeAt(secret, clock.wallMs())
    expect(await operators.enrol(id, secret, utf8(first))).toMatchObject({ ok: true })
    expect(await tries(operators, id, PASSWORD, first)).toBe('WRONG')
    expect(await tries(operators, id)).toBe('WRONG')
    clock.jumpWall(30_000)
    const second = codeAt(secret, clock.wallMs())
    expect(await tries(operators, id, PASSWORD, second)).toBe('Ada')
    expect(await tries(open(), id, PASSWORD, second)).toBe('WRONG')
  })

  test('is not used up by a wrong password', async () => {
    const operators = open()
    const id = await added(operators)
    const secret = await enrolled(operators, id)
    const code = codeAt(secret, clock.wallMs())
    expect(await tries(operators, id, 'another password', code)).toBe('WRONG')
    expect(await tries(operators, id, PASSWORD, code)).toBe('Ada')
  })

  test('shown twice at once is believed once', async () => {
    const operators = open()
    const id = await added(operators)
    const code = codeAt(await enrolled(operators, id), clock.wallMs())
    const both = await Promise.all([tries(operators, id, PASSWORD, code), tries(operators, id, PASSWORD, code)])
    expect(both.sort()).toEqual(['Ada', 'WRONG'])
  })

  test('is not enrolled without a keychain, nor believed without it', async () => {
    const operators = open()
    const id = await added(operators)
    const secret = await enrolled(operators, id)
    vault.available = false
    try {
      expect(await tries(operators, id, PASSWORD, codeAt(secret, clock.wallMs()))).toBe('UNREADABLE')
      expect(await operators.enrol(id, secret, utf8(codeAt(secret, clock.wallMs())))).toEqual({ ok: false, error: 'NO_KEYCHAIN' })
    } finally {
      vault.available = true
    }
  })
})

describe('B6: rules', () => {
  test('are raised and lowered again, never below what the act needs', async () => {
    const operators = open()
    await added(operators)
    expect(operators.setRules({ raised: { 'release-halt': 2, 'seal-audit': 2 } }).ok).toBe(true)
    expect(operators.body()?.raised).toEqual({ 'release-halt': 2 })
    expect(operators.setRules({ raised: { 'release-halt': 1 }, lockAfterMinutes: null }).ok).toBe(true)
    expect(operators.body()).toMatchObject({ raised: {}, lockAfterMinutes: null })
    expect(operators.setRules({ raised: { 'seal-audit': 1 } })).toEqual({ ok: false, error: 'TOO_FEW_APPROVALS' })
    expect(operators.setRules({ raised: { 'release-halt': 6 } }).ok).toBe(false)
    expect(operators.setRules({ lockAfterMinutes: 0 }).ok).toBe(false)
  })

  test('no configuration is ever stored in which an act could never be authorised', async () => {
    const seeded = open()
    const ids = [await added(seeded), await added(seeded, { name: 'Bob' }), await added(seeded, { name: 'Cy', role: 'trader' })]
    const bytes = readFileSync(join(dataDir, 'authority.json'))
    const keySet = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('k1', 'k2'),
        permissions: fc.subarray([...AUTHORITY_PERMISSIONS]),
        expiresAtMs: fc.constantFrom(null, null, 9_000_000_000_000),
        revokedAtMs: fc.constantFrom(null, null, null, 1),
      }),
      { selector: ({ id }) => id },
    )
    const step = fc.oneof(
      fc.record({ kind: fc.constant('revoke' as const), id: fc.constantFrom(...ids) }),
      fc.record({
        kind: fc.constant('change' as const),
        id: fc.constantFrom(...ids),
        role: fc.constantFrom(...ROLES),
        permissions: fc.subarray([...AUTHORITY_PERMISSIONS]),
        expiresAtMs: fc.constantFrom(null, 9_000_000_000_000),
      }),
      fc.record({ kind: fc.constant('raise' as const), act: fc.constantFrom(...ADMIN_ACTS), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('second' as const), rule: fc.constantFrom('where-enrolled' as const, 'always' as const) }),
    )
    let stored = 0
    let refused = 0
    fc.assert(
      fc.property(keySet, fc.array(step, { maxLength: 12 }), (keys, steps) => {
        writeFileSync(join(dataDir, 'authority.json'), bytes, { mode: 0o600 })
        const operators = open({ keys: () => keys })
        for (const each of steps) {
          const before = readFileSync(join(dataDir, 'authority.json'), 'utf8')
          const outcome =
            each.kind === 'revoke'
              ? operators.revoke(each.id)
              : each.kind === 'change'
                ? operators.change(each.id, { role: each.role, permissions: each.permissions, expiresAtMs: each.expiresAtMs })
                : each.kind === 'raise'
                  ? operators.setRules({ raised: { [each.act]: each.count } })
                  : operators.setRules({ secondFactor: each.rule })
          if (outcome.ok) {
            stored += 1
            const body = open().body()
            expect(body === null ? null : actsBeyondReach(body, body.operators, keys)).toEqual([])
          } else {
            refused += 1
            expect(readFileSync(join(dataDir, 'authority.json'), 'utf8')).toBe(before)
          }
        }
      }),
      { numRuns: 60 },
    )
    // Both happen, or the property shows nothing.
    expect([stored > 2, refused > 2]).toEqual([true, true])
  })
})
