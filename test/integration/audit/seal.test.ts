import { rmSync, writeFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { AuditLog, SealRequest } from '../../../src-main/audit/audit'
import type { Database } from '../../../src-main/storage/database'
import { fact, inShort, putRow, rowAt, setRow, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
})

const WORD = { by: ['Ada', 'Grace'], reason: 'the disk was repaired by hand' }
const reworded = (seq: number) => (db: Database) =>
  db.exec(`UPDATE audit_entries SET body = replace(body, 'operator', 'operater') WHERE seq = ${seq}`)

/** Seals what a check finds. */
async function sealAll(log: AuditLog, overrides: Partial<SealRequest> = {}) {
  const { breaks } = await log.verify({ witnesses: overrides.witnesses })
  return log.seal({ breaks, ...WORD, ...overrides })
}

describe('X6: a break that was sealed', () => {
  it('is named as sealed from then on, with who, when and why, and the log goes on', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    const sealed = await sealAll(log)
    expect(sealed).toMatchObject({ ok: true, value: { ref: { seq: 41 }, report: { verdict: 'sealed', breaks: [] } } })
    expect(log.get(41)).toMatchObject({
      category: 'SECURITY_VIOLATION',
      severity: 'critical',
      type: 'SEGMENT_SEALED',
      actor: 'Ada and Grace',
      data: { ...WORD, breaks: [{ kind: 'EDITED', fromSeq: 17, toSeq: 17, observed: expect.stringMatching(/^[0-9a-f]{64}$/) as string }] },
    })
    for (let n = 1; n <= 100; n++) log.append(fact(n))
    log.close()

    const again = shop.log()
    expect(again.openReport).toMatchObject({ intact: true, breaks: [] })
    const report = await again.verify()
    expect(report).toMatchObject({ verdict: 'sealed', breaks: [], omittedBreaks: 0, entries: 141, anchorSeq: 141 })
    expect(report.sealed).toMatchObject([
      { kind: 'EDITED', fromSeq: 17, toSeq: 17, sealSeq: 41, sealedAtMs: shop.clock.wallMs(), by: WORD.by, reason: WORD.reason },
    ])
  })

  it('is broken again when the sealed entry changes once more, or goes', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    await sealAll(log)
    shop.tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, 'operater', 'operatar') WHERE seq = 17`))
    expect(await log.verify()).toMatchObject({ verdict: 'broken', breaks: [{ kind: 'EDITED', fromSeq: 17 }], sealed: [] })
    shop.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq = 17'))
    expect(await log.verify()).toMatchObject({ verdict: 'broken', breaks: [{ kind: 'DELETED', fromSeq: 17 }], sealed: [] })
  })

  it('is broken by its neighbour, and by that alone', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    await sealAll(log)
    shop.tamper(reworded(18))
    const report = await log.verify()
    expect(inShort(report.breaks)).toEqual(['EDITED 18'])
    expect(inShort(report.sealed)).toEqual(['EDITED 17'])
    expect((await sealAll(log)).ok).toBe(true)
    expect(inShort((await log.verify()).sealed)).toEqual(['EDITED 17', 'EDITED 18'])
  })

  it('counts as the last seal says: what an earlier one had seen is no longer sealed', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    await sealAll(log)
    const first = rowAt(shop.db, 17)
    shop.tamper((db) => setRow(db, 17, { body: first.body.replace('operater', 'nobody') }))
    expect((await sealAll(log)).ok).toBe(true)
    expect(inShort((await log.verify()).sealed)).toEqual(['EDITED 17'])
    shop.tamper((db) => setRow(db, 17, { body: first.body }))
    expect(inShort((await log.verify()).breaks)).toEqual(['EDITED 17'])
  })

  it('stays known when somebody puts back what was there', async () => {
    shop.filled(40)
    const { body } = rowAt(shop.db, 17)
    shop.tamper(reworded(17))
    const log = shop.log()
    await sealAll(log)
    shop.tamper((db) => setRow(db, 17, { body }))
    expect(await log.verify()).toMatchObject({ verdict: 'sealed', breaks: [], sealed: [{ kind: 'EDITED', fromSeq: 17 }] })
  })

  it('is broken again when the seal itself is edited, removed or moved', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    await sealAll(log)
    log.append(fact(1))
    const seal = rowAt(shop.db, 41)
    const spoil: [string, (db: Database) => void][] = [
      ['EDITED 41', (db) => setRow(db, 41, { body: seal.body.replace('Ada', 'Eve') })],
      ['DELETED 41', (db) => db.exec('DELETE FROM audit_entries WHERE seq = 41')],
      ['EDITED 41', (db) => setRow(db, 41, { mac: Buffer.alloc(32), hash: Buffer.alloc(32) })],
    ]
    for (const [finding, change] of spoil) {
      shop.tamper(change)
      expect(inShort((await log.verify()).breaks)).toEqual(expect.arrayContaining(['EDITED 17', finding]))
      shop.tamper((db) => {
        db.exec('DELETE FROM audit_entries WHERE seq = 41')
        putRow(db, seal)
      })
      expect((await log.verify()).verdict).toBe('sealed')
    }
  })

  it('cannot be sealed by an entry that was not made with the key', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    await sealAll(log)
    const seal = rowAt(shop.db, 41)
    shop.tamper((db) => {
      reworded(18)(db)
      const body = seal.body.replace('"fromSeq":17', '"fromSeq":18').replace('"toSeq":17', '"toSeq":18')
      const hash = shop.hash(42, seal.hash, body)
      putRow(db, { seq: 42, body, prev_hash: seal.hash, hash, mac: Buffer.alloc(32, 1) })
    })
    expect(inShort((await log.verify()).breaks)).toEqual(['EDITED 18', 'BAD_MAC 42'])
  })
})

describe('X6: what can be sealed', () => {
  const attacks: [string, string[], (db: Database) => void][] = [
    ['a deleted range', ['DELETED 11-15'], (db) => db.exec('DELETE FROM audit_entries WHERE seq BETWEEN 11 AND 15')],
    ['a lost beginning', ['DELETED 1-9'], (db) => db.exec('DELETE FROM audit_entries WHERE seq < 10')],
    ['a truncated end', ['TRUNCATED 38-40'], (db) => db.exec('DELETE FROM audit_entries WHERE seq > 37')],
    ['a log that was emptied', ['TRUNCATED 1-40'], (db) => db.exec('DELETE FROM audit_entries')],
    ['an altered hash', ['EDITED 20'], (db) => setRow(db, 20, { hash: Buffer.alloc(32, 5) })],
    ['an altered hash at the end', ['EDITED 40'], (db) => setRow(db, 40, { hash: Buffer.alloc(32, 5) })],
    ['an altered link', ['LINK_BROKEN 20'], (db) => setRow(db, 20, { prev_hash: Buffer.alloc(32, 5) })],
    ['an altered code at the end', ['BAD_MAC 40'], (db) => setRow(db, 40, { mac: Buffer.alloc(32, 5) })],
    [
      'a stranger right behind the end',
      ['BAD_MAC 41'],
      (db) =>
        putRow(db, {
          ...rowAt(db, 40),
          seq: 41,
          prev_hash: rowAt(db, 40).hash,
          hash: shop.hash(41, rowAt(db, 40).hash, rowAt(db, 40).body),
        }),
    ],
    ['a stranger far behind the end', ['INSERTED 1000'], (db) => putRow(db, { ...rowAt(db, 40), seq: 1_000, mac: Buffer.alloc(32) })],
    ['an entry that was moved behind the end', ['DELETED 4', 'REORDERED 50'], (db) => setRow(db, 4, { seq: 50 })],
    ['an entry that was copied over another', ['INSERTED 30', 'DELETED 30'], (db) => setRow(db, 30, { ...rowAt(db, 10), seq: 30 })],
    ['an entry with an impossible number', ['INSERTED -3'], (db) => putRow(db, { ...rowAt(db, 5), seq: -3 })],
    [
      'a log written anew with another key',
      ['BAD_MAC 1-40', 'ANCHOR_MISMATCH 40'],
      (db) => {
        let prev = rowAt(db, 1).prev_hash
        for (let seq = 1; seq <= 40; seq++) {
          const hash = shop.hash(seq, prev, rowAt(db, seq).body.replace('ETH', 'BTC'))
          setRow(db, seq, { body: rowAt(db, seq).body.replace('ETH', 'BTC'), prev_hash: prev, hash, mac: Buffer.alloc(32, seq) })
          prev = hash
        }
      },
    ],
  ]
  it.each(attacks)('%s', async (_name, findings, change) => {
    shop.filled(40).tamper(change)
    const log = shop.log()
    expect(inShort((await log.verify()).breaks).sort()).toEqual([...findings].sort())
    const sealed = await sealAll(log)
    expect(sealed.ok || sealed.error).toBe(true)
    for (let n = 1; n <= 3; n++) log.append(fact(n))
    log.close()

    const again = shop.log()
    expect(inShort(again.openReport.breaks)).toEqual([])
    const report = await again.verify()
    expect(inShort(report.breaks)).toEqual([])
    expect(report.sealed.length).toBeGreaterThanOrEqual(findings.length)
    expect(report).toMatchObject({ verdict: 'sealed', lag: 0 })
    shop.tamper(reworded(report.head.seq - 1))
    expect((await again.verify()).verdict).toBe('broken')
  })

  const anchors: [string, string, () => void][] = [
    ['missing', 'ANCHOR_MISSING', () => rmSync(shop.anchorPath)],
    ['unreadable', 'ANCHOR_UNREADABLE', () => writeFileSync(shop.anchorPath, 'scribble')],
    ['of another log', 'ANCHOR_FOREIGN', () => replaceAnchor({ logId: '0'.repeat(32) })],
    ['forged', 'ANCHOR_FORGED', () => replaceAnchor({ seq: 3 })],
  ]
  function replaceAnchor(change: object): void {
    const anchor = { v: 1, environment: 'paper', logId: shop.log().logId, seq: 40, hash: 'a'.repeat(64), atMs: 1, mac: 'b'.repeat(64) }
    writeFileSync(shop.anchorPath, JSON.stringify({ ...anchor, ...change }))
  }
  it.each(anchors)('an anchor that is %s: sealed by a new one, and new damage when it happens again', async (_name, kind, spoil) => {
    shop.filled(40)
    spoil()
    const log = shop.log()
    expect((await sealAll(log)).ok).toBe(true)
    expect(await log.verify()).toMatchObject({ verdict: 'sealed', sealed: [{ kind }], anchorSeq: 41 })
    spoil()
    expect(await log.verify()).toMatchObject({ verdict: 'broken', breaks: [{ kind }], sealed: [{ kind }] })
  })

  it('a head that was kept elsewhere and is not in the chain', async () => {
    shop.filled(40)
    const log = shop.log()
    const witnesses = [{ seq: 7, hashHex: 'ab'.repeat(32), source: 'paper' }]
    expect((await sealAll(log, { witnesses })).ok).toBe(true)
    expect(await log.verify({ witnesses })).toMatchObject({ verdict: 'sealed', sealed: [{ kind: 'WITNESS_MISMATCH', fromSeq: 7 }] })
    const others = [{ seq: 7, hashHex: 'cd'.repeat(32), source: 'paper' }]
    expect((await log.verify({ witnesses: others })).verdict).toBe('broken')
  })

  it('an end that was cut off while the log was open: the log itself remembers', async () => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    shop.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq > 3'))
    expect(log.anchorNow().ok).toBe(false)
    expect((await log.verify()).breaks).toMatchObject([{ kind: 'TRUNCATED', fromSeq: 4, toSeq: 5 }])
    expect((await sealAll(log)).ok).toBe(true)
    expect(log.append(fact(6)).seq).toBe(5)
    expect(await log.verify()).toMatchObject({ verdict: 'sealed', sealed: [{ kind: 'TRUNCATED' }] })
  })

  it('more findings than one entry lists', async () => {
    shop.filled(1_300).tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, 'operator', 'nobody') WHERE seq % 2 = 0`))
    const log = shop.log()
    const sealed = await sealAll(log)
    expect(sealed).toMatchObject({ ok: true, value: { ref: { seq: 1_303 }, report: { verdict: 'sealed', breaks: [] } } })
    expect((await log.verify()).sealed).toHaveLength(650)
  })
})

describe('X6: what is not sealed', () => {
  const requested = async (overrides: Partial<SealRequest>) => {
    const log = shop.log()
    const before = log.head()
    const sealed = await sealAll(log, overrides)
    expect(log.head()).toEqual(before)
    return sealed.ok ? 'sealed' : sealed.error.code
  }

  it('anything on the word of one, of one twice, of nobody, or without a reason', async () => {
    shop.filled(40).tamper(reworded(17))
    for (const by of [[], ['Ada'], ['Ada', ' Ada '], ['Ada', ' ']]) expect(await requested({ by })).toBe('NOT_AUTHORISED')
    expect(await requested({ reason: ' ' })).toBe('NOT_AUTHORISED')
  })

  it('what is not broken', async () => {
    shop.filled(40)
    expect(await requested({})).toBe('NOTHING_TO_SEAL')
  })

  it('what those who authorised it have not seen', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    const { breaks } = await log.verify()
    shop.tamper(reworded(30))
    expect(await log.seal({ breaks, ...WORD })).toMatchObject({ ok: false, error: { code: 'BREAKS_CHANGED' } })
    shop.tamper((db) => setRow(db, 30, { body: rowAt(db, 30).body.replace('operater', 'operator') }))
    shop.tamper((db) => setRow(db, 17, { body: rowAt(db, 17).body.replace('operater', 'nobody') }))
    expect(await log.seal({ breaks, ...WORD })).toMatchObject({ ok: false, error: { code: 'BREAKS_CHANGED' } })
    expect(log.head().seq).toBe(40)
  })

  it('a schema that somebody changed: it would go on acting', async () => {
    shop.filled(40)
    shop.db.exec('CREATE TRIGGER mute AFTER INSERT ON audit_entries BEGIN SELECT 1; END')
    expect(await requested({})).toBe('NOT_SEALABLE')
  })

  it('another log, or a closed one', async () => {
    shop.filled(40)
    const log = shop.log('live')
    expect(await log.seal({ breaks: [], ...WORD })).toMatchObject({ ok: false, error: { code: 'FOREIGN_LOG' } })
    const own = shop.log()
    own.close()
    expect(await own.seal({ breaks: [], ...WORD })).toMatchObject({ ok: false, error: { code: 'CLOSED' } })
  })

  it('twice at once', async () => {
    shop.filled(40).tamper(reworded(17))
    const log = shop.log()
    const { breaks } = await log.verify()
    const both = await Promise.all([log.seal({ breaks, ...WORD }), log.seal({ breaks, ...WORD })])
    expect(both.map((each) => (each.ok ? 'sealed' : each.error.code))).toEqual(['sealed', 'IN_PROGRESS'])
    expect(await log.count({ type: 'SEGMENT_SEALED' })).toBe(1)
  })

  it('in part: when the seal cannot be written, the log stays stopped as it was', async () => {
    shop.filled(1_000).tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, 'operator', 'nobody') WHERE seq % 2 = 0`))
    const log = shop.log()
    const { breaks } = await log.verify()
    const clock = vi
      .spyOn(shop.clock, 'wallMs')
      .mockReturnValueOnce(1)
      .mockImplementation(() => {
        throw new Error('no time')
      })
    await expect(log.seal({ breaks, ...WORD })).rejects.toThrow('no time')
    clock.mockRestore()
    expect(log.status()).toMatchObject({ refuses: 'LOG_BROKEN', head: { seq: 1_000 } })
    expect(await log.count({ type: 'SEGMENT_SEALED' })).toBe(0)
    expect((await log.seal({ breaks, ...WORD })).ok).toBe(true)
  })
})

it('X6: the quick look at opening takes a seal for what it is, and not for more', async () => {
  shop.filled(40).tamper(reworded(38))
  const log = shop.log()
  expect(log.openReport.intact).toBe(false)
  expect(() => log.append(fact(1))).toThrow(expect.objectContaining({ code: 'LOG_BROKEN' }))
  await sealAll(log)
  log.close()
  expect(shop.log().openReport).toMatchObject({ intact: true, breaks: [] })
  shop.tamper((db) => setRow(db, 38, { body: rowAt(db, 38).body.replace('operater', 'nobody') }))
  expect(inShort(shop.log().openReport.breaks)).toEqual(['EDITED 38'])
})
