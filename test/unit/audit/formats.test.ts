import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { composeBody, parseBody } from '../../../src-main/audit/body'
import { lengthPrefixed, sha256, uint64 } from '../../../src-main/audit/encoding'
import { EntryHasher } from '../../../src-main/audit/entry-hash'
import { filterCondition } from '../../../src-main/audit/filter-sql'
import { deriveAuditKeys, hmac } from '../../../src-main/audit/keys'
import { formatRanges } from '../../../src-main/audit/retention-record'
import { canonicalJson } from '../../../src-main/lib/json'
import { fact, KEYS } from './chain-builder'

describe('the hash of an entry', () => {
  it('is SHA-256 over tag, number, previous hash and text, each behind its length', () => {
    const hasher = new EntryHasher()
    for (const [seq, body] of [
      [1, '{}'],
      [2 ** 40 + 5, '{"text":"é 🔒"}'],
      [7, 'x'.repeat(100_000)],
      [8, ''],
    ] as const) {
      const prev = 'ab'.repeat(32)
      const expected = lengthPrefixed('holdfast/audit-entry/v1', uint64(seq), Buffer.from(prev, 'hex'), body)
      expect(hasher.hash(seq, prev, body).equals(createHash('sha256').update(expected).digest())).toBe(true)
    }
  })

  it('stays what it is: entries written today are checked in years', () => {
    expect(new EntryHasher().hash(1, KEYS.genesisHex, '{"a":1}').toString('hex')).toMatchInlineSnapshot(
      `"d11791191c3a286642d5b8525522596a8df39dc3e902083c83873b6dc3d41d20"`,
    )
    expect(KEYS.genesisHex).toMatchInlineSnapshot(`"fc03e7afb0f30a75c55f2fa8e5f8da0d8a0f7025c05c363921cb33eb48cf8615"`)
    expect(hmac(KEYS.entryKey, Buffer.alloc(32)).toString('hex')).toMatchInlineSnapshot(
      `"a5e1581b1bd01bb4ef0e45c5d60bee1724f877da437e8371274f6de61d18f7ff"`,
    )
    expect(hmac(KEYS.anchorKey, Buffer.alloc(32)).toString('hex')).toMatchInlineSnapshot(
      `"c01be9a9bae3e4dc61daeb1733ccbecebcac844b5e384e3714fffc9f8ccdcac8"`,
    )
  })

  it('differs when a byte moves from one field to the next', () => {
    expect(lengthPrefixed('ab', 'c').equals(lengthPrefixed('a', 'bc'))).toBe(false)
    expect(lengthPrefixed('ab').equals(lengthPrefixed('a', 'b'))).toBe(false)
  })

  it('is the same by either way of hashing', () => {
    const bytes = Buffer.from('holdfast')
    expect(sha256(bytes).equals(createHash('sha256').update(bytes).digest())).toBe(true)
  })
})

describe('the keys of a log', () => {
  it('differ by purpose, environment, log and database key', () => {
    const logId = '0'.repeat(32)
    const key = Buffer.alloc(32, 1)
    const codes = [
      deriveAuditKeys(key, { environment: 'paper', logId }),
      deriveAuditKeys(key, { environment: 'live', logId }),
      deriveAuditKeys(key, { environment: 'paper', logId: '1'.repeat(32) }),
      deriveAuditKeys(Buffer.alloc(32, 2), { environment: 'paper', logId }),
    ].flatMap(({ entryKey, anchorKey }) => [entryKey, anchorKey].map((derived) => hmac(derived, key).toString('hex')))
    expect(new Set(codes).size).toBe(codes.length)
  })
})

describe('the text of an entry', () => {
  it('is the canonical JSON of the whole fact, with its time and place', () => {
    const given = fact(7, { data: { b: 1, a: 'x' }, subject: null })
    const body = composeBody(3, 1_700_000_000_123.9, given)
    expect(body).toBe(canonicalJson({ ...given, seq: 3, atMs: 1_700_000_000_123 }))
    expect(parseBody(body)).toEqual({ ...given, seq: 3, atMs: 1_700_000_000_123 })
  })

  it('is not read when it is not the text of an entry', () => {
    const good = JSON.parse(composeBody(1, 1, fact(1))) as Record<string, unknown>
    expect(parseBody(JSON.stringify(good))).not.toBeNull()
    const spoilt: unknown[] = [null, 1, [], {}, ...Object.keys(good).map((name) => ({ ...good, [name]: [] }))]
    for (const bad of spoilt) expect(parseBody(JSON.stringify(bad))).toBeNull()
    expect(parseBody('{')).toBeNull()
  })

  it('holds no secret that an actor or a subject carries by mistake', () => {
    const body = composeBody(1, 1, fact(1, { actor: 'https://user:hunter2@host', subject: 'Bearer abcdef0123456789' }))
    expect(body).not.toContain('hunter2')
    expect(body).not.toContain('abcdef0123456789')
  })
})

describe('formatRanges', () => {
  it('joins neighbours', () => {
    expect(formatRanges([1, 2, 3, 7, 9, 10])).toBe('1-3,7,9-10')
    expect(formatRanges([])).toBe('')
  })
})

describe('filterCondition', () => {
  it('only ever passes values as parameters', () => {
    const evil = `x' OR 1=1 --`
    const { sql, parameters } = filterCondition({ type: evil, actor: evil, subject: evil, text: evil, categories: [evil as never] })
    expect(sql).not.toContain('OR 1=1')
    expect(parameters).toContain(evil)
  })

  it('takes the signs of LIKE literally, and text as JSON writes it', () => {
    expect(filterCondition({ text: '100%_!"' }).parameters).toEqual(['%100!%!_!!\\"%'])
    expect(filterCondition({ text: '' }).readsText).toBe(false)
  })
})
