import { createHash, createHmac } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { composeBody, envelopeName, isRecordable, parseBody } from '../../../src-main/audit/body'
import { lengthPrefixed, sha256, uint64 } from '../../../src-main/audit/encoding'
import { EntryHasher } from '../../../src-main/audit/entry-hash'
import { filterCondition } from '../../../src-main/audit/filter-sql'
import { HmacSha256 } from '../../../src-main/audit/hmac'
import { deriveAuditKeys } from '../../../src-main/audit/keys'
import { redactedJson } from '../../../src-main/audit/redact'
import { formatRanges } from '../../../src-main/audit/retention-record'
import { decimal } from '../../../src-main/lib/decimal'
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
    expect(KEYS.entryKey.ofHex('00'.repeat(32))).toMatchInlineSnapshot(`"a5e1581b1bd01bb4ef0e45c5d60bee1724f877da437e8371274f6de61d18f7ff"`)
    expect(KEYS.anchorKey.ofHex('00'.repeat(32))).toMatchInlineSnapshot(
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

describe('HmacSha256', () => {
  it('is what createHmac computes, for every key and message', () => {
    const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength })
    fc.assert(
      fc.property(bytes(1, 64), bytes(32, 32), (key, message) => {
        const expected = createHmac('sha256', key).update(message).digest('hex')
        expect(new HmacSha256(Buffer.from(key)).ofHex(Buffer.from(message).toString('hex'))).toBe(expected)
      }),
    )
  })

  it('gives the same for the same message, whatever came between', () => {
    const code = new HmacSha256(Buffer.alloc(32, 9))
    const first = code.ofHex('11'.repeat(32))
    expect(code.ofHex('22'.repeat(32))).not.toBe(first)
    expect(code.ofHex('11'.repeat(32))).toBe(first)
  })

  it('wipes the key that it was given, and takes no longer one', () => {
    const key = Buffer.alloc(32, 9)
    new HmacSha256(key)
    expect(key.equals(Buffer.alloc(32))).toBe(true)
    expect(() => new HmacSha256(Buffer.alloc(65))).toThrow(RangeError)
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
    ].flatMap(({ entryKey, anchorKey }) => [entryKey, anchorKey].map((derived) => derived.ofHex('ab'.repeat(32))))
    expect(new Set(codes).size).toBe(codes.length)
  })
})

describe('the text of an entry', () => {
  it('is the canonical JSON of the whole fact, with its time and place', () => {
    const given = fact(7, { data: { b: 1, a: 'x' }, subject: null })
    const body = composeBody(3, 1_700_000_000_123, given)
    expect(body).toBe(canonicalJson({ ...given, seq: 3, atMs: 1_700_000_000_123 }))
    expect(parseBody(body)).toEqual({ ...given, seq: 3, atMs: 1_700_000_000_123 })
  })

  it('X6: shortens an actor or a subject that is too long, and keeps it whole beside', () => {
    const [actor, subject] = ['Ada, '.repeat(60), `${'a'.repeat(198)}\u{1f512}.example`]
    const read = parseBody(composeBody(3, 1, fact(7, { actor, subject, data: { act: 'x' } })))
    expect(read).toMatchObject({ actor: `${actor.slice(0, 199)}…`, subject: `${'a'.repeat(198)}…` })
    expect(read?.data).toEqual({ act: 'x', wholeActor: actor, wholeSubject: subject })
    const fits = fact(7, { actor: 'x'.repeat(200), subject: null })
    expect(parseBody(composeBody(3, 1, fits))).toMatchObject(fits)
  })

  it('shortens no secret so that it is not known for one', () => {
    const subject = `https://host/${'b'.repeat(170)}/k3y${'c'.repeat(60)}/end`
    const body = composeBody(1, 1, fact(1, { subject }))
    expect(body).not.toContain('k3y')
    expect(envelopeName(subject)).toContain('[redacted]')
  })

  it('cannot be made of every fact, and it can be known beforehand', () => {
    expect(isRecordable(fact(1, { actor: 'x'.repeat(10_000), subject: 'y'.repeat(10_000) }))).toBe(true)
    for (const bad of [fact(1, { type: '' }), fact(1, { data: { text: 'x'.repeat(200_000) } }), fact(1, { data: { at: Number.NaN } })]) {
      expect(isRecordable(bad)).toBe(false)
    }
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

describe('redactedJson', () => {
  it('is what canonicalJson writes, for every value that has a JSON form and no secret', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        fc.pre(!/pin|otp|seed|auth|wif|key|sk|token|share|:\/\/|eyJ|=/i.test(JSON.stringify(value)))
        expect(redactedJson(value)).toBe(canonicalJson(value))
      }),
    )
    const odd = { b: undefined, a: 12n, d: decimal('1.50'), '10': 1, '9': [undefined, { z: 1, y: -0 }], '': '\ud800' }
    expect(redactedJson(odd)).toBe(canonicalJson(odd))
    expect(redactedJson(Object.assign(Object.create(null) as object, { b: 1, a: 2 }))).toBe('{"a":2,"b":1}')
  })

  it('throws where canonicalJson throws', () => {
    for (const bad of [Number.NaN, Infinity, () => 1, new Date(0), { deep: [Symbol('x')] }]) expect(() => redactedJson(bad)).toThrow()
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
