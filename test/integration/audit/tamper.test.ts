import { readFileSync, writeFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { inShort, putRow, rowAt, setRow, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
})

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
      const { body, prev_hash } = rowAt(db, 20)
      const edited = body.replace('20.5', '99.5')
      setRow(db, 20, { body: edited, hash: shop.hash(20, prev_hash, edited) })
    })
    expect(await shop.findings()).toEqual(['EDITED 20'])
  })

  it('cannot be edited in what they are searched by', () => {
    shop.filled(3)
    expect(() => shop.tamper((db) => db.exec(`UPDATE audit_entries SET severity = 'info' WHERE seq = 2`))).toThrow(
      /no such column: severity/,
    )
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
      for (let seq = 31; seq <= 40; seq++) setRow(db, seq, { seq: seq - 1 })
    })
    expect((await shop.findings()).sort()).toEqual(['DELETED 30', 'REORDERED 30-39'])
  })

  it('reordered: both are named, with where they belong', async () => {
    shop.filled(40).tamper((db) => {
      setRow(db, 20, { seq: 1_000 })
      setRow(db, 21, { seq: 20 })
      setRow(db, 1_000, { seq: 21 })
    })
    const { breaks } = await shop.verify()
    expect(inShort(breaks)).toEqual(['REORDERED 20', 'REORDERED 21'])
    expect(breaks[0]?.detail).toBe('belongs at entry 21')
  })

  it('inserted between others: the stranger and those that made room are named', async () => {
    shop.filled(40).tamper((db) => {
      for (let seq = 40; seq >= 20; seq--) setRow(db, seq, { seq: seq + 1 })
      const before = rowAt(db, 19)
      const body = before.body.replace('19.5', '77.5')
      putRow(db, { ...before, seq: 20, body, prev_hash: before.hash, hash: shop.hash(20, before.hash, body) })
    })
    expect(await shop.findings()).toEqual(['INSERTED 20', 'REORDERED 21-41'])
  })

  it('inserted behind the end: the stranger is named', async () => {
    shop.filled(40).tamper((db) => {
      const last = rowAt(db, 40)
      putRow(db, { ...last, seq: 41, prev_hash: last.hash, hash: shop.hash(41, last.hash, last.body) })
    })
    expect(await shop.findings()).toEqual(['BAD_MAC 41'])
  })

  it('inserted with a number that is none: named, and reading goes on', async () => {
    shop.filled(10).tamper((db) => {
      putRow(db, { ...rowAt(db, 5), seq: -3 })
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
    shop.filled(40).tamper((db) => setRow(db, 30, { ...rowAt(db, 10), seq: 30 }))
    expect((await shop.findings()).sort()).toEqual(['DELETED 30', 'INSERTED 30'])
  })

  it('emptied without retention: named', async () => {
    shop.filled(40).tamper((db) => db.exec(`UPDATE audit_entries SET body = '{}' WHERE seq = 20`))
    expect(await shop.findings()).toEqual(['EDITED 20'])
  })

  it('rewritten from the first to the last without the key: all are named, and the anchor does not fit', async () => {
    shop.filled(40).tamper((db) => {
      let prev = rowAt(db, 1).prev_hash
      for (let seq = 1; seq <= 40; seq++) {
        const body = rowAt(db, seq).body.replace('ETH', 'BTC')
        const hash = shop.hash(seq, prev, body)
        setRow(db, seq, { body, prev_hash: prev, hash })
        prev = hash
      }
    })
    expect(await shop.findings()).toEqual(['BAD_MAC 1-40', 'ANCHOR_MISMATCH 40'])
  })

  it('rewritten with the key: only the anchor tells, where it is older than the rewriting', async () => {
    const { logId } = shop.log()
    shop.filled(40).tamper((db) => {
      let prev = rowAt(db, 20).prev_hash
      for (let seq = 20; seq <= 40; seq++) {
        const body = rowAt(db, seq).body.replace('ETH', 'BTC')
        const hash = shop.hash(seq, prev, body)
        setRow(db, seq, { body, prev_hash: prev, hash, mac: shop.code(hash, logId) })
        prev = hash
      }
    })
    expect(await shop.findings()).toEqual(['ANCHOR_MISMATCH 40'])
  })

  it('that are no JSON any more are named, and lists go on showing that they are there', async () => {
    shop.filled(10).tamper((db) => db.exec(`UPDATE audit_entries SET body = 'scribble' WHERE seq = 4`))
    expect(await shop.findings()).toEqual(['EDITED 4'])
    const log = shop.log()
    for (const filter of [{}, { severities: ['critical' as const] }, { text: 'scribble' }]) await log.query({ filter, limit: 10 })
    const { rows } = await log.page({ filter: { untilMs: 1 }, offset: 0, limit: 10 })
    expect(rows).toMatchObject([{ seq: 4, type: 'UnreadableEntry', severity: 'critical' }])
    expect((await log.page({ filter: {}, offset: 0, limit: 10 })).total).toBe(10)
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
    ['a table that was added', 'CREATE TABLE audit_entries_x (seq INTEGER)'],
    ['a trigger that was dropped', 'DROP TRIGGER audit_entries_no_delete'],
    ['an index that was added', 'CREATE INDEX shadow ON audit_entries (hash)'],
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

describe('damage on the disk', () => {
  it('is named by the entries on the damaged page, and what is behind it is checked', async () => {
    shop.filled(600)
    shop.close()
    const bytes = readFileSync(shop.path)
    const pageSize = 4_096
    // Not every page holds entries, and without some the database does not even open: tried until one is hit.
    let hit: string[] = []
    for (let page = 20; page < bytes.length / pageSize && hit.length === 0; page += 3) {
      const damaged = Buffer.from(bytes)
      const at = page * pageSize + 100
      damaged[at] = damaged[at]! ^ 1
      writeFileSync(shop.path, damaged)
      const found = await shop.findings().catch((): string[] => [])
      if (found.some((finding) => finding.startsWith('UNREADABLE'))) hit = found
      shop.close()
    }
    expect(hit).toHaveLength(1)
    expect(hit[0]).toMatch(/^UNREADABLE \d+-\d+$/)
  })
})
