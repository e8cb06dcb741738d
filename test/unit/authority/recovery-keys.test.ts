import fc from 'fast-check'
import { createSecretKey } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'

import { Attempts, FREE_ATTEMPTS, MAX_WAIT_MS } from '../../../src-main/authority/attempts'
import { newRecoveryCode, normaliseRecoveryCode } from '../../../src-main/authority/recovery-code'
import { RecoveryKeys, type RecoveryKeysOptions } from '../../../src-main/authority/recovery-keys'
import { FakeClock } from '../../support/fake-clock'
import { countingRandom } from '../engine/halt/support'

const MAC_KEY = createSecretKey(Buffer.alloc(32, 7))
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

let dataDir = ''
let clock = new FakeClock()
let uptimeMs = 1_000_000

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-recovery-'))
  clock = new FakeClock()
  uptimeMs = 1_000_000
  const made = dataDir
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
})

const open = (options: Partial<RecoveryKeysOptions> = {}) =>
  new RecoveryKeys({ dataDir, clock, random: countingRandom(), macKey: () => MAC_KEY, uptimeMs: () => uptimeMs, ...options })

async function created(keys = open(), request: Parameters<RecoveryKeys['prepare']>[0] = {}) {
  const made = await keys.prepare(request)
  if (!made.ok) throw new Error(made.error)
  const stored = made.value.commit()
  if (!stored.ok) throw new Error(stored.error)
  const [first, second] = made.value.codes.map(({ keyId, code }) => ({ keyId, code: code.toString() }))
  return { keys, first: first!, second: second! }
}

/** Whatever is left is enough. */
const anything = () => true

/** A code that is well formed and nobody's. */
const wrongCode = (seed: string) => newRecoveryCode(countingRandom(seed)).toString()

describe('a recovery code', () => {
  test('is typable: seven groups of four from an alphabet without look-alikes', () => {
    const code = newRecoveryCode(countingRandom()).toString()
    expect(code).toMatch(new RegExp(`^(?:[${ALPHABET}]{4}-){6}[${ALPHABET}]{4}$`))
  })

  test('reads back however it is typed', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.constantFrom('', ' ', '-', ' - ', '\t'), { minLength: 28, maxLength: 28 }),
        fc.boolean(),
        (seed, gaps, isLower) => {
          const code = newRecoveryCode(countingRandom(seed)).toString().replaceAll('-', '')
          const typed = Array.from(code)
            .map((character, index) => `${gaps[index] ?? ''}${character.replace('0', 'O').replace('1', isLower ? 'l' : 'I')}`)
            .join('')
          expect(normaliseRecoveryCode(Buffer.from(isLower ? typed.toLowerCase() : typed))?.toString()).toBe(code)
        },
      ),
    )
  })

  test('with a single slip, or two neighbours swapped, is almost always told from a code', () => {
    let slips = 0
    let caught = 0
    for (let count = 0; count < 40; count++) {
      const code = newRecoveryCode(countingRandom(String(count)))
        .toString()
        .replaceAll('-', '')
      for (let at = 0; at < code.length; at++) {
        const other = ALPHABET[(ALPHABET.indexOf(code[at]!) + 1 + (count % 31)) % 32]!
        const swapped = code.slice(0, at) + code.slice(at + 1, at + 2) + code[at]! + code.slice(at + 2)
        for (const typed of [code.slice(0, at) + other + code.slice(at + 1), swapped]) {
          if (typed === code || typed.length !== code.length) continue
          slips++
          if (normaliseRecoveryCode(Buffer.from(typed)) === null) caught++
        }
      }
    }
    expect(caught / slips).toBeGreaterThan(0.99)
  })

  test.for(['', '0', 'U'.repeat(28), 'é'.repeat(14), '0'.repeat(27), '0'.repeat(29), ' '.repeat(300)])('cannot be "%s"', (typed) => {
    expect(normaliseRecoveryCode(Buffer.from(typed))).toBeNull()
  })
})

describe('creating', () => {
  test('stores two slow hashes for us alone, and neither code', async () => {
    const { keys, first, second } = await created(open(), { descriptions: ['Safe', 'Bank'], expiresAtMs: 9_000_000_000_000 })
    const path = join(dataDir, 'recovery.json')
    const text = readFileSync(path, 'utf8')
    for (const { code } of [first, second]) {
      expect(text.toUpperCase()).not.toContain(code)
      expect(text.toUpperCase()).not.toContain(code.replaceAll('-', ''))
    }
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    expect(keys.describe()).toEqual({
      kind: 'present',
      integrity: 'verified',
      seen: true,
      keys: [
        {
          id: first.keyId,
          description: 'Safe',
          permissions: ['activate', 'deactivate', 'maintenance'],
          createdAtMs: clock.wallMs(),
          expiresAtMs: 9_000_000_000_000,
          revokedAtMs: null,
        },
        {
          id: second.keyId,
          description: 'Bank',
          permissions: ['activate', 'deactivate', 'maintenance'],
          createdAtMs: clock.wallMs(),
          expiresAtMs: 9_000_000_000_000,
          revokedAtMs: null,
        },
      ],
    })
    const stored = JSON.parse(text) as { keys: { cost: { N: number }; saltHex: string }[] }
    expect(stored.keys.map(({ cost }) => cost.N)).toEqual([2 ** 15, 2 ** 15])
    expect(new Set(stored.keys.map(({ saltHex }) => saltHex)).size).toBe(2)
  })

  test('X5: stores nothing before both codes are written down; until then it begins anew, and of two begun the first to be confirmed counts', async () => {
    const keys = open()
    const [first, second] = [await keys.prepare(), await keys.prepare()]
    if (!first.ok || !second.ok) throw new Error('nothing was made')
    expect(keys.describe()).toEqual({ kind: 'absent' })
    expect(first.value.commit().ok).toBe(true)
    expect(second.value.commit()).toEqual({ ok: false, error: 'ALREADY_CREATED' })
    expect(await keys.verify(first.value.codes[0]!.code.toString())).toMatchObject({ ok: true })
    expect(await keys.verify(second.value.codes[0]!.code.toString())).toEqual({ ok: false, error: 'WRONG_KEY' })
  })

  test('is repeated only on authority, and then not in the place of a pair that was confirmed meanwhile', async () => {
    const { keys, first } = await created()
    expect(await keys.prepare()).toEqual({ ok: false, error: 'ALREADY_CREATED' })
    const late = await keys.prepare({ replacing: { authorisedBy: first.keyId } })
    const replaced = await created(keys, { replacing: { authorisedBy: first.keyId } })
    expect(late.ok && late.value.commit()).toEqual({ ok: false, error: 'ALREADY_CREATED' })
    expect(await keys.verify(replaced.first.code)).toMatchObject({ ok: true })
    expect(await keys.verify(first.code)).toEqual({ ok: false, error: 'WRONG_KEY' })
  })

  test('does not overwrite what it cannot read', async () => {
    writeFileSync(join(dataDir, 'recovery.json'), 'gibberish', { mode: 0o600 })
    expect(await open().prepare()).toEqual({ ok: false, error: 'ALREADY_CREATED' })
  })

  test('says when the disk refuses', async () => {
    mkdirSync(join(dataDir, 'recovery.json.tmp'))
    const made = await open().prepare()
    expect(made.ok && made.value.commit()).toEqual({ ok: false, error: 'STORAGE' })
  })
})

describe('verifying', () => {
  test('knows either key, as text or as bytes, which it wipes', async () => {
    const { keys, first, second } = await created()
    const bytes = Buffer.from(second.code.toLowerCase())
    expect(await keys.verify(first.code)).toEqual({
      ok: true,
      value: { keyId: first.keyId, permissions: ['activate', 'deactivate', 'maintenance'], integrity: 'verified' },
    })
    expect(await keys.verify(bytes)).toMatchObject({ ok: true, value: { keyId: second.keyId } })
    expect(bytes.every((byte) => byte === 0)).toBe(true)
    expect(await open().verify(first.code)).toMatchObject({ ok: true })
  })

  test('X5: one that was accepted counts until it is revoked, replaced or out of time, and nobody else’s does', async () => {
    const { keys, first, second } = await created(open(), { expiresAtMs: clock.wallMs() + 1_000 })
    expect([first, second, { keyId: '00000000' }].map(({ keyId }) => keys.counts(keyId))).toEqual([true, true, false])
    keys.revoke(first.keyId, anything)
    expect(keys.counts(first.keyId)).toBe(false)
    clock.jumpWall(1_000)
    expect([keys.counts(second.keyId), open({ macKey: () => null }).counts(second.keyId)]).toEqual([false, true])
    writeFileSync(join(dataDir, 'recovery.json'), 'gibberish', { mode: 0o600 })
    expect(keys.counts(second.keyId)).toBe(false)
  })

  test('refuses others, expired and revoked ones', async () => {
    const { keys, first, second } = await created(open(), { expiresAtMs: clock.wallMs() + 1_000 })
    expect(await keys.verify(wrongCode('x'))).toEqual({ ok: false, error: 'WRONG_KEY' })
    expect(keys.revoke('00000000', anything)).toEqual({ ok: false, error: 'UNKNOWN_KEY' })
    expect(keys.revoke(first.keyId, anything).ok && keys.revoke(first.keyId, anything).ok).toBe(true)
    expect(keys.revoke(second.keyId, () => false)).toEqual({ ok: false, error: 'BEYOND_REACH' })
    expect(await keys.verify(first.code)).toEqual({ ok: false, error: 'REVOKED' })
    expect(await keys.verify(second.code)).toMatchObject({ ok: true })
    await clock.advance(1_000)
    expect(await keys.verify(second.code)).toEqual({ ok: false, error: 'EXPIRED' })
  })

  test.for([
    ['is missing', (path: string) => rmSync(path)],
    ['is open to others', (path: string) => chmodSync(path, 0o644)],
    ['is gibberish', (path: string) => writeFileSync(path, '{')],
    [
      'asks for all our memory',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"N":32768', '"N":1073741824')),
    ],
    [
      'had a key extended',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('"expiresAtMs":null', '"expiresAtMs":9000000000000')),
    ],
    ['lost its MAC', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace(/"macHex":"[0-9a-f]+"/, '"macHex":null'))],
  ] as const)('refuses while the file %s', async ([, damage]) => {
    const { keys, first } = await created()
    damage(join(dataDir, 'recovery.json'))
    expect(await keys.verify(first.code)).toEqual({ ok: false, error: 'UNREADABLE' })
  })

  test('shows a file that somebody else wrote; without the vault it says that it cannot tell', async () => {
    const forged = await created(open({ macKey: () => createSecretKey(Buffer.alloc(32, 8)) }))
    expect(await open().verify(forged.first.code)).toEqual({ ok: false, error: 'UNREADABLE' })
    expect(await open({ macKey: () => null }).verify(forged.first.code)).toMatchObject({ ok: true, value: { integrity: 'unverifiable' } })
    expect(open({ macKey: () => null }).describe()).toMatchObject({ integrity: 'unverifiable' })
  })
})

describe('limiting attempts', () => {
  test('lets people mistype, then waits longer and longer, across restarts and clock jumps, and always has an end', async () => {
    const { first } = await created()
    for (let count = 0; count < FREE_ATTEMPTS; count++) {
      expect(open().waitMs()).toBe(0)
      expect(await open().verify(wrongCode(String(count)))).toEqual({ ok: false, error: 'WRONG_KEY' })
    }
    expect(open().waitMs()).toBe(1_000)
    clock.jumpWall(1_000_000_000)
    expect(await open().verify(first.code)).toEqual({ ok: false, error: 'RATE_LIMITED' })
    uptimeMs += 1_000
    expect(await open().verify(wrongCode('y'))).toEqual({ ok: false, error: 'WRONG_KEY' })
    expect(open().waitMs()).toBe(2_000)
    uptimeMs += 2_000
    expect(await open().verify(first.code)).toMatchObject({ ok: true })
    expect(open().waitMs()).toBe(0)
  })

  test('counts attempts made side by side', async () => {
    const { keys } = await created()
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => keys.verify(wrongCode(String(index)))))
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error))).toEqual([
      ...Array<string>(3).fill('WRONG_KEY'),
      ...Array<string>(5).fill('RATE_LIMITED'),
    ])
  })

  test('does not count what cannot be a code', async () => {
    const { keys, first } = await created()
    for (let count = 0; count < 10; count++) expect(await keys.verify('0000-0000')).toEqual({ ok: false, error: 'WRONG_KEY' })
    expect(await keys.verify(first.code)).toMatchObject({ ok: true })
  })

  test('never waits longer than the longest wait, nor less after a restart of the machine', () => {
    const path = join(dataDir, 'attempts.json')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.nat(10_000_000), fc.nat(10_000_000), (failures, thenMs, nowMs) => {
        rmSync(path, { force: true })
        let atMs = thenMs
        const attempts = new Attempts(path, () => atMs)
        for (let count = 0; count < failures; count++) attempts.count()
        const wholeMs = attempts.waitMs()
        expect(wholeMs).toBeLessThanOrEqual(MAX_WAIT_MS)
        atMs = nowMs
        const again = new Attempts(path, () => atMs)
        // At least this much has passed since, whether the machine was started again or not.
        const surelyPassedMs = nowMs >= thenMs ? nowMs - thenMs : nowMs
        expect(again.waitMs()).toBe(Math.max(0, wholeMs - surelyPassedMs))
        atMs += MAX_WAIT_MS
        expect(again.waitMs()).toBe(0)
        expect(new Attempts(path, () => atMs).waitMs()).toBe(0)
      }),
      { numRuns: 25, endOnFailure: true },
    )
  })

  test('takes a file it cannot read for many failures, not for none, and not for ever', () => {
    const path = join(dataDir, 'recovery-attempts.json')
    writeFileSync(path, '{"failures":0}', { mode: 0o600 })
    const keys = open()
    expect(keys.waitMs()).toBe(64_000)
    uptimeMs += 64_000
    expect(keys.waitMs()).toBe(0)
    expect(existsSync(path)).toBe(true)
  })

  test('holds within the process where the disk does not take it', () => {
    mkdirSync(join(dataDir, 'a.json.tmp'))
    const attempts = new Attempts(join(dataDir, 'a.json'), () => uptimeMs)
    for (let count = 0; count <= FREE_ATTEMPTS; count++) attempts.count()
    expect(attempts.waitMs()).toBe(2_000)
  })
})

describe('X5: replacing', () => {
  test('leaves the old keys in force until it is committed, and then revokes exactly those', async () => {
    const { keys, first, second } = await created()
    const prepared = await keys.prepareReplacement([first.keyId], { expiresAtMs: null }, anything)
    if (!prepared.ok) throw new Error(prepared.error)
    const [made] = prepared.value.codes.map(({ code }) => code.toString())
    expect(await keys.verify(made!)).toEqual({ ok: false, error: 'WRONG_KEY' })
    expect(await keys.verify(first.code)).toMatchObject({ ok: true })
    expect(await keys.prepareReplacement([first.keyId], {}, () => false)).toEqual({ ok: false, error: 'BEYOND_REACH' })
    expect(prepared.value.commit().ok).toBe(true)
    expect(await keys.verify(first.code)).toEqual({ ok: false, error: 'REVOKED' })
    expect(await keys.verify(second.code)).toMatchObject({ ok: true })
    expect(await keys.verify(made!)).toMatchObject({ ok: true })
    expect(await keys.prepareReplacement([first.keyId], {}, anything)).toEqual({ ok: false, error: 'UNKNOWN_KEY' })
  })

  test('again and again forgets the oldest that were revoked, never one that stands', async () => {
    const { keys, second } = await created()
    for (let round = 0; round < 9; round++) {
      clock.jumpWall(1_000)
      const [replaced] = keys.standing().filter(({ id }) => id !== second.keyId)
      const prepared = await keys.prepareReplacement([replaced!.id], {}, anything)
      if (!prepared.ok) throw new Error(prepared.error)
      expect(prepared.value.commit().ok).toBe(true)
    }
    expect(keys.standing().map(({ id }) => id)).toContain(second.keyId)
    expect([keys.standing().length, keys.describe()]).toMatchObject([2, { keys: { length: 8 } }])
  })
})

describe('X5: a file that nothing vouches for', () => {
  const OTHER_KEY = createSecretKey(Buffer.alloc(32, 9))

  test('is believed about revoking, not about an end, and can be put under another key', async () => {
    const { keys, first, second } = await created(open(), { expiresAtMs: clock.wallMs() + 1 })
    expect(keys.revoke(first.keyId, anything).ok).toBe(true)
    clock.jumpWall(10)
    expect(await keys.verify(second.code)).toEqual({ ok: false, error: 'EXPIRED' })
    const lost = open({ macKey: () => null })
    expect(await lost.verify(first.code)).toEqual({ ok: false, error: 'REVOKED' })
    expect(await lost.verify(second.code)).toMatchObject({ ok: true, value: { integrity: 'unverifiable' } })
    expect(open({ macKey: () => OTHER_KEY }).describe().kind).toBe('unreadable')
    expect(lost.vouch(OTHER_KEY).ok).toBe(true)
    expect(open({ macKey: () => OTHER_KEY }).describe()).toMatchObject({ kind: 'present', integrity: 'verified' })
  })
})
