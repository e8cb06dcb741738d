import { readFileSync, rmSync, writeFileSync } from 'node:fs'

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { deriveAuditKeys } from '../../../src-main/audit/keys'
import { makeAnchor, writeAnchor } from '../../../src-main/audit/anchor'
import type { Database } from '../../../src-main/storage/database'
import { fact, inShort, KEY, Workshop } from './workshop'

interface Row {
  readonly seq: number
  readonly body: string
  readonly prev_hash: Buffer
  readonly hash: Buffer
  readonly mac: Buffer
}

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
})

const row = (db: Database, seq: number): Row =>
  db.prepare<[number], Row>('SELECT seq, body, prev_hash, hash, mac FROM audit_entries WHERE seq = ?').get(seq)!
const set = (db: Database, seq: number, changes: Partial<Row>): void => {
  for (const [column, value] of Object.entries(changes)) db.prepare(`UPDATE audit_entries SET ${column} = ? WHERE seq = ?`).run(value, seq)
}
const put = (db: Database, { seq, body, prev_hash, hash, mac }: Row): void => {
  db.prepare('INSERT INTO audit_entries (seq, body, prev_hash, hash, mac) VALUES (?, ?, ?, ?, ?)').run(seq, body, prev_hash, hash, mac)
}

describe('entries in the table', () => {
  it('untouched, are intact', async () => {
    shop.filled(40)
    expect(await shop.verify()).toMatchObject({ verdict: 'intact', breaks: [], entries: 40, anchorSeq: 40, lag: 0, omittedBreaks: 0 })
  })

  it('edited: the entry is named', async () => {
    shop.filled(40).tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, '20.5', '99.5') WHERE seq = 20`))
    expect(await shop.findings()).toEqual(['EDITED 20'])
  })

  it('edited with a hash that fits: the entry is named', async () => {
    shop.filled(40).tamper((db) => {
      const { body, prev_hash } = row(db, 20)
      const edited = body.replace('20.5', '99.5')
      set(db, 20, { body: edited, hash: shop.hash(20, prev_hash, edited) })
    })
    expect(await shop.findings()).toEqual(['EDITED 20'])
  })

  it('cannot be edited in what they are searched by', () => {
    shop.filled(3)
    expect(() => shop.tamper((db) => db.exec(`UPDATE audit_entries SET severity = 'info' WHERE seq = 2`))).toThrow(/generated column/)
  })

  it('deleted: the range is named', async () => {
    shop.filled(40).tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq BETWEEN 11 AND 15'))
    expect(await shop.findings()).toEqual(['DELETED 11-15'])
  })

  it('deleted at the beginning: the range is named', async () => {
    shop.filled(40).tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq < 10'))
    expect(await shop.findings()).toEqual(['DELETED 1-9'])
  })

  it('deleted at the end: what the anchor attests is named as missing', async () => {
    shop.filled(40).tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq > 37'))
    expect(await shop.findings()).toEqual(['TRUNCATED 38-40'])
  })

  it('deleted altogether: the whole range is named', async () => {
    shop.filled(40).tamper((db) => db.exec('DELETE FROM audit_entries'))
    expect(await shop.findings()).toEqual(['TRUNCATED 1-40'])
  })

  it('deleted and renumbered: the missing one and the moved ones are named', async () => {
    shop.filled(40).tamper((db) => {
      db.exec('DELETE FROM audit_entries WHERE seq = 30')
      for (let seq = 31; seq <= 40; seq++) set(db, seq, { seq: seq - 1 })
    })
    expect((await shop.findings()).sort()).toEqual(['DELETED 30', 'REORDERED 30-39'])
  })

  it('reordered: both are named, with where they belong', async () => {
    shop.filled(40).tamper((db) => {
      set(db, 20, { seq: 1_000 })
      set(db, 21, { seq: 20 })
      set(db, 1_000, { seq: 21 })
    })
    const { breaks } = await shop.verify()
    expect(inShort(breaks)).toEqual(['REORDERED 20', 'REORDERED 21'])
    expect(breaks[0]?.detail).toBe('belongs at entry 21')
  })

  it('inserted between others: the stranger and those that made room are named', async () => {
    shop.filled(40).tamper((db) => {
      for (let seq = 40; seq >= 20; seq--) set(db, seq, { seq: seq + 1 })
      const before = row(db, 19)
      const body = before.body.replace('19.5', '77.5')
      put(db, { ...before, seq: 20, body, prev_hash: before.hash, hash: shop.hash(20, before.hash, body) })
    })
    expect(await shop.findings()).toEqual(['INSERTED 20', 'REORDERED 21-41'])
  })

  it('inserted behind the end: the stranger is named', async () => {
    shop.filled(40).tamper((db) => {
      const last = row(db, 40)
      put(db, { ...last, seq: 41, prev_hash: last.hash, hash: shop.hash(41, last.hash, last.body) })
    })
    expect(await shop.findings()).toEqual(['BAD_MAC 41'])
  })

  it('inserted with a number that is none: named, and reading goes on', async () => {
    shop.filled(10).tamper((db) => {
      put(db, { ...row(db, 5), seq: -3 })
      db.exec('INSERT INTO audit_entries SELECT 9223372036854775807, body, prev_hash, hash, mac FROM audit_entries WHERE seq = 6')
    })
    const log = shop.log()
    const { breaks } = await log.verify()
    expect(breaks.map(({ kind, detail }) => `${kind} ${detail}`)).toEqual([
      'INSERTED the number -3 is not one of a chain',
      'INSERTED the number 9223372036854775807 is not one of a chain',
    ])
    expect((await log.page({ filter: {}, offset: 0, limit: 5 })).rows.map(({ seq }) => seq)).toEqual([10, 9, 8, 7, 6])
  })

  it('copied over another: the place is named', async () => {
    shop.filled(40).tamper((db) => set(db, 30, { ...row(db, 10), seq: 30 }))
    expect((await shop.findings()).sort()).toEqual(['DELETED 30', 'INSERTED 30'])
  })

  it('emptied without retention: named', async () => {
    shop.filled(40).tamper((db) => db.exec(`UPDATE audit_entries SET body = '{}' WHERE seq = 20`))
    expect(await shop.findings()).toEqual(['EDITED 20'])
  })

  it('rewritten from the first to the last without the key: all are named, and the anchor does not fit', async () => {
    shop.filled(40).tamper((db) => {
      let prev = row(db, 1).prev_hash
      for (let seq = 1; seq <= 40; seq++) {
        const body = row(db, seq).body.replace('ETH', 'BTC')
        const hash = shop.hash(seq, prev, body)
        set(db, seq, { body, prev_hash: prev, hash })
        prev = hash
      }
    })
    expect(await shop.findings()).toEqual(['BAD_MAC 1-40', 'ANCHOR_MISMATCH 40'])
  })

  it('rewritten with the key: only the anchor tells, where it is older than the rewriting', async () => {
    const { logId } = shop.log()
    shop.filled(40).tamper((db) => {
      let prev = row(db, 20).prev_hash
      for (let seq = 20; seq <= 40; seq++) {
        const body = row(db, seq).body.replace('ETH', 'BTC')
        const hash = shop.hash(seq, prev, body)
        set(db, seq, { body, prev_hash: prev, hash, mac: shop.code(hash, logId) })
        prev = hash
      }
    })
    expect(await shop.findings()).toEqual(['ANCHOR_MISMATCH 40'])
  })

  it('of the wrong kind are named', async () => {
    shop.filled(10).tamper((db) => {
      db.exec(`UPDATE audit_entries SET mac = x'00' WHERE seq = 3`)
      db.exec(`UPDATE audit_entries SET hash = zeroblob(100000) WHERE seq = 5`)
    })
    expect(await shop.findings()).toEqual(['EDITED 3', 'EDITED 5'])
  })
})

describe('the schema', () => {
  it.each([
    ['a generated column that was redefined', 'CREATE TABLE audit_entries_x (seq INTEGER)'],
    ['a trigger that was dropped', 'DROP TRIGGER audit_entries_no_delete'],
    ['an index that was added', 'CREATE INDEX shadow ON audit_entries (type)'],
    ['a trigger that was added', 'CREATE TRIGGER mute AFTER INSERT ON audit_entries BEGIN SELECT 1; END'],
  ])('%s is named, and the log still reads', async (_name, sql) => {
    shop.filled(10)
    shop.db.exec(sql)
    const log = shop.log()
    expect(log.openReport.intact).toBe(false)
    expect(inShort((await log.verify()).breaks)).toEqual(['SCHEMA_CHANGED'])
    expect((await log.page({ filter: { type: 'OrderFilled' }, offset: 0, limit: 3 })).total).toBe(5)
  })
})

describe('the anchor', () => {
  it('missing', async () => {
    shop.filled(40)
    rmSync(shop.anchorPath)
    expect(await shop.findings()).toEqual(['ANCHOR_MISSING'])
  })

  it.each([
    ['empty', ''],
    ['no JSON', 'not an anchor'],
    ['another form', '{"v":2}'],
    ['too long', ' '.repeat(10_000)],
  ])('%s', async (_name, text) => {
    shop.filled(40)
    writeFileSync(shop.anchorPath, text)
    expect(await shop.findings()).toEqual(['ANCHOR_UNREADABLE'])
  })

  it('forged, in any of its parts', async () => {
    shop.filled(40)
    const anchor = JSON.parse(readFileSync(shop.anchorPath, 'utf8')) as Record<string, unknown>
    const log = shop.log()
    const forgeries: [Record<string, unknown>, string][] = [
      [{ seq: 39 }, 'ANCHOR_FORGED'],
      [{ hash: 'a'.repeat(64) }, 'ANCHOR_FORGED'],
      [{ atMs: 1 }, 'ANCHOR_FORGED'],
      [{ mac: 'a'.repeat(64) }, 'ANCHOR_FORGED'],
      [{ environment: 'live' }, 'ANCHOR_FOREIGN'],
      [{ logId: '0'.repeat(32) }, 'ANCHOR_FOREIGN'],
    ]
    for (const [change, kind] of forgeries) {
      writeFileSync(shop.anchorPath, JSON.stringify({ ...anchor, ...change }))
      expect(inShort((await log.verify()).breaks), JSON.stringify(change)).toEqual([kind])
    }
  })

  it('of entries that are gone is no proof against a chain that lags behind by a crash', async () => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    log.anchorNow()
    for (let n = 6; n <= 9; n++) log.append(fact(n))
    expect(await log.verify()).toMatchObject({ verdict: 'intact', anchorSeq: 5, lag: 4 })
  })

  it('that is older than a crash can leave it is named', async () => {
    const log = shop.log()
    log.append(fact(1))
    log.anchorNow()
    shop.keepAnchor('old')
    shop.db.transaction(() => {
      for (let n = 2; n <= 1_100; n++) log.append(fact(n))
    })()
    log.close()
    shop.restoreAnchor('old')
    expect(await shop.findings()).toEqual(['ANCHOR_STALE 2-1100'])
  })
})

describe('old copies put back', () => {
  it('an old database under the new anchor: the lost range is named', async () => {
    shop.filled(20).keepDatabase('old.db')
    shop.filled(20, 21)
    shop.restoreDatabase('old.db')
    expect(await shop.findings()).toEqual(['TRUNCATED 21-40'])
  })

  it('an old database with its own old anchor: only a head that was kept elsewhere tells', async () => {
    shop.filled(20).keepAnchor('old.anchor')
    shop.keepDatabase('old.db')
    shop.filled(20, 21)
    const head = shop.log().head()
    shop.restoreDatabase('old.db')
    shop.restoreAnchor('old.anchor')
    const log = shop.log()
    expect((await log.verify()).verdict).toBe('intact')
    const { breaks } = await log.verify({ witnesses: [{ ...head, source: 'the head signed in March' }] })
    expect(inShort(breaks)).toEqual(['TRUNCATED 21-40'])
    expect(breaks[0]?.detail).toContain('the head signed in March')
  })

  it('a witness of another course of events is not in the chain', async () => {
    shop.filled(20)
    const log = shop.log()
    const good = log.get(7)!
    expect((await log.verify({ witnesses: [{ seq: 7, hashHex: `0x${good.hashHex.toUpperCase()}`, source: 'x' }] })).verdict).toBe('intact')
    const { breaks } = await log.verify({ witnesses: [{ seq: 7, hashHex: 'ab'.repeat(32), source: 'paper' }] })
    expect(inShort(breaks)).toEqual(['WITNESS_MISMATCH 7'])
  })

  it('the database of another log of the same environment and key: the anchor is not its own', async () => {
    const other = new Workshop().filled(40)
    other.keepDatabase('other.db')
    shop.filled(40)
    shop.close()
    for (const suffix of ['-wal', '-shm']) rmSync(shop.path + suffix, { force: true })
    writeFileSync(shop.path, readFileSync(`${other.folder}/other.db`))
    other.remove()
    expect(await shop.findings()).toEqual(['ANCHOR_FOREIGN'])
  })

  it('the database of another environment: the log is foreign, even with the same key', async () => {
    shop.filled(40)
    const asLive = shop.log('live')
    expect(asLive.openReport.intact).toBe(false)
    expect(asLive.openReport.breaks[0]).toMatchObject({ kind: 'FOREIGN_LOG', detail: 'the log belongs to the environment paper' })
    expect(() => asLive.append(fact(1))).toThrow(expect.objectContaining({ code: 'FOREIGN_LOG' }))
    expect(() => asLive.continueAfterBreak({ actor: 'operator', reason: 'x' })).toThrow(expect.objectContaining({ code: 'FOREIGN_LOG' }))
  })

  it('the database of another environment with its name changed: nothing in it fits', async () => {
    shop.filled(40)
    shop.db.exec(`UPDATE audit_meta SET value = 'live' WHERE key = 'environment'`)
    expect(inShort((await shop.log('live').verify()).breaks)).toEqual(['BAD_MAC 1-40', 'ANCHOR_FOREIGN'])
  })

  it('a log that lost its identity is not taken for a new one', () => {
    shop.filled(40)
    shop.db.exec('DELETE FROM audit_meta')
    const log = shop.log()
    expect(log.openReport).toMatchObject({ intact: false, created: false })
    expect(log.openReport.breaks[0]?.kind).toBe('FOREIGN_LOG')
  })

  it('an anchor without its database: the new log is not silently started over it', () => {
    shop.filled(40)
    shop.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(shop.path + suffix, { force: true })
    const log = shop.log()
    expect(log.openReport).toMatchObject({ intact: false, created: true })
    expect(inShort(log.openReport.breaks)).toEqual(['ANCHOR_FOREIGN'])
    expect(() => log.append(fact(1))).toThrow(expect.objectContaining({ code: 'LOG_BROKEN' }))
  })
})

describe('a log that is opened broken', () => {
  it('is checked at its end only, and says so', () => {
    shop.filled(200).tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, '.5', '.6') WHERE seq IN (10, 190)`))
    expect(shop.log().openReport).toMatchObject({ intact: false, checkedEntries: 64, lag: 0 })
    expect(inShort(shop.log().openReport.breaks)).toEqual(['EDITED 190'])
  })

  it('reads, refuses to append, and leaves the anchor as evidence', async () => {
    shop.filled(40).tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq > 37'))
    const before = readFileSync(shop.anchorPath)
    const log = shop.log()
    expect(inShort(log.openReport.breaks)).toEqual(['TRUNCATED 38-40'])
    expect(() => log.append(fact(1))).toThrow(expect.objectContaining({ code: 'LOG_BROKEN' }))
    expect(log.anchorNow()).toMatchObject({ ok: false, error: { code: 'LOG_BROKEN' } })
    expect(log.status()).toMatchObject({ refuses: 'LOG_BROKEN', anchoredSeq: null })
    expect((await log.page({ filter: {}, offset: 0, limit: 1 })).total).toBe(37)
    log.close()
    expect(readFileSync(shop.anchorPath).equals(before)).toBe(true)
  })

  it('goes on from its actual end when somebody says so, on record', async () => {
    shop.filled(40).tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq > 37'))
    const log = shop.log()
    expect(log.continueAfterBreak({ actor: 'operator', reason: 'restored from the backup of Monday' }).seq).toBe(38)
    expect(log.get(38)).toMatchObject({
      category: 'SECURITY_VIOLATION',
      severity: 'critical',
      type: 'AuditContinuedAfterBreak',
      data: { reason: 'restored from the backup of Monday', breaks: [{ kind: 'TRUNCATED', fromSeq: 38, toSeq: 40 }] },
    })
    expect(log.append(fact(1)).seq).toBe(39)
    log.close()
    expect(shop.log().openReport.intact).toBe(true)
    expect((await shop.verify()).verdict).toBe('intact')
  })

  it('still names the old break after it went on', async () => {
    shop.filled(40).tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, '.5', '.6') WHERE seq = 39`))
    const log = shop.log()
    log.continueAfterBreak({ actor: 'operator', reason: 'known' })
    log.append(fact(1))
    expect(inShort((await log.verify()).breaks)).toEqual(['EDITED 39'])
  })

  it('can be gone on with when its end was moved while it was open', async () => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    shop.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq = 5'))
    expect(() => log.append(fact(6))).toThrow(expect.objectContaining({ code: 'HEAD_MOVED' }))
    expect(log.continueAfterBreak({ actor: 'operator', reason: 'known' }).seq).toBe(5)
    expect((await log.verify()).verdict).toBe('intact')
  })
})

it('an anchor made by the holder of the key is accepted: what it proves is bounded by who has the key', async () => {
  shop.filled(40)
  const { logId } = shop.log()
  const keys = deriveAuditKeys(KEY, { environment: 'paper', logId })
  shop.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq > 37'))
  const hash = row(shop.db, 37).hash.toString('hex')
  writeAnchor(shop.anchorPath, makeAnchor(keys, { seq: 37, hashHex: hash }, 0))
  expect((await shop.verify()).verdict).toBe('intact')
})

describe('any single random change of a stored value', () => {
  const LENGTH = 12

  it('is noticed, and the entry is named', async () => {
    shop.filled(LENGTH)
    const log = shop.log()
    const change = fc.record({
      seq: fc.integer({ min: 1, max: LENGTH }),
      column: fc.constantFrom('body' as const, 'prev_hash' as const, 'hash' as const, 'mac' as const),
      at: fc.nat(10_000),
      mask: fc.integer({ min: 1, max: 255 }),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({ seq, column, at, mask }) => {
        const before = row(shop.db, seq)
        // The table takes no text that is not JSON, so in the body a letter becomes a letter and a digit a digit.
        const changed = column === 'body' ? otherJson(before.body, at, mask) : otherBytes(before[column], at, mask)
        shop.tamper((db) => set(db, seq, { [column]: changed }))
        const { breaks } = await log.verify()
        shop.tamper((db) => set(db, seq, { [column]: before[column] }))
        expect(breaks.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])).toEqual([[seq, seq]])
      }),
      { numRuns: 150 },
    )
    expect((await log.verify()).verdict).toBe('intact')
  })

  function otherBytes(bytes: Buffer, at: number, mask: number): Buffer {
    const changed = Buffer.from(bytes)
    changed[at % bytes.length] = changed[at % bytes.length]! ^ mask
    return changed
  }

  function otherJson(body: string, at: number, mask: number): string {
    const places = [...body.matchAll(/[a-zA-Z1-9]/g)].map(({ index }) => index)
    const index = places[at % places.length]!
    const alphabet = /[1-9]/.test(body[index]!) ? '123456789' : 'abcdefghijklmnopqrstuvwxyz'
    const next = alphabet[(alphabet.indexOf(body[index]!.toLowerCase()) + 1 + (mask % (alphabet.length - 1))) % alphabet.length]!
    return body.slice(0, index) + next + body.slice(index + 1)
  }
})

describe('damage on the disk', () => {
  it('is named by the entries on the damaged page, and what is behind it is checked', async () => {
    shop.filled(600)
    shop.close()
    const bytes = readFileSync(shop.path)
    const pageSize = 4_096
    // A page in the middle of the file that holds entries: try until one is hit that does not keep the database from opening.
    let hit: string[] = []
    for (let page = 20; page < bytes.length / pageSize && hit.length === 0; page += 3) {
      const damaged = Buffer.from(bytes)
      const at = page * pageSize + 100
      damaged[at] = damaged[at]! ^ 1
      writeFileSync(shop.path, damaged)
      const report = await shop.verify()
      if (report.breaks.some(({ kind }) => kind === 'UNREADABLE')) hit = inShort(report.breaks)
      shop.close()
    }
    expect(hit).toHaveLength(1)
    expect(hit[0]).toMatch(/^UNREADABLE \d+-\d+$/)
  })
})
