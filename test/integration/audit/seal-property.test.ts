import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Database } from '../../../src-main/storage/database'
import { inShort, putRow, rowAt, setRow, type StoredRow, Workshop } from './workshop'

const LENGTH = 12
const AWAY = 900_000

const place = fc.integer({ min: 1, max: LENGTH })
const damage = fc.oneof(
  fc.record({ kind: fc.constant('edit' as const), seq: place }),
  fc.record({
    kind: fc.constant('flip' as const),
    seq: place,
    column: fc.constantFrom('prev_hash' as const, 'hash' as const, 'mac' as const),
    at: fc.nat(31),
  }),
  fc.record({ kind: fc.constant('delete' as const), seq: place, count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('insert' as const), seq: place, vouched: fc.boolean() }),
  fc.record({ kind: fc.constant('append' as const), behind: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('swap' as const), seq: place, other: place }).filter(({ seq, other }) => seq !== other),
  fc.record({ kind: fc.constant('truncate' as const), keep: fc.integer({ min: 0, max: LENGTH - 1 }) }),
)
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

function inflict(shop: Workshop, db: Database, done: Damage): void {
  const renumber = (from: number, to: number): unknown => db.prepare('UPDATE audit_entries SET seq = ? WHERE seq = ?').run(to, from)
  const stranger = (seq: number, like: StoredRow, vouched: boolean): void => {
    const body = like.body.replace('.5', '.7')
    const hash = vouched ? shop.hash(seq, like.hash, body) : like.hash
    putRow(db, { seq, body, prev_hash: like.hash, hash, mac: like.mac })
  }
  switch (done.kind) {
    case 'edit':
      setRow(db, done.seq, { body: rowAt(db, done.seq).body.replace('.5', '.6') })
      return
    case 'flip': {
      const bytes = Buffer.from(rowAt(db, done.seq)[done.column])
      bytes[done.at] = bytes[done.at]! ^ 0x5a
      setRow(db, done.seq, { [done.column]: bytes })
      return
    }
    case 'delete':
      db.prepare('DELETE FROM audit_entries WHERE seq BETWEEN ? AND ?').run(done.seq, done.seq + done.count - 1)
      return
    case 'insert':
      for (let seq = LENGTH; seq >= done.seq; seq--) renumber(seq, seq + 1)
      stranger(done.seq, rowAt(db, done.seq + 1), done.vouched)
      return
    case 'append':
      stranger(LENGTH + done.behind, rowAt(db, LENGTH), true)
      return
    case 'swap':
      renumber(done.seq, AWAY)
      renumber(done.other, done.seq)
      renumber(AWAY, done.other)
      return
    case 'truncate':
      db.prepare('DELETE FROM audit_entries WHERE seq > ?').run(done.keep)
  }
}

describe('X6: whatever is done to a log', () => {
  it('is named, can be sealed, stays sealed while the log goes on, and is broken by one more change anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        damage,
        fc.nat(1_000),
        fc.constantFrom('body' as const, 'hash' as const, 'mac' as const),
        async (done, pick, column) => {
          const shop = new Workshop()
          try {
            shop.filled(LENGTH).tamper((db) => inflict(shop, db, done))
            const log = shop.log()
            const { breaks, verdict } = await log.verify()
            expect(verdict).toBe('broken')
            const sealed = await log.seal({ breaks, by: ['Ada', 'Grace'], reason: 'known' })
            expect(sealed.ok || sealed.error).toBe(true)
            log.append({ category: 'SYSTEM_EVENT', severity: 'info', type: 'Next', actor: 'system', subject: null, data: {} })
            log.close()

            const again = shop.log()
            expect(inShort(again.openReport.breaks)).toEqual([])
            const after = await again.verify()
            expect(after).toMatchObject({ verdict: 'sealed', breaks: [] })
            expect(after.sealed.length).toBeGreaterThan(0)

            // One more change, be it of an entry that was damaged before, of one that was not, or of the seal.
            const seqs = shop.db.prepare<[], number>('SELECT seq FROM audit_entries').pluck().all()
            const seq = seqs[pick % seqs.length]!
            shop.tamper((db) => {
              const row = rowAt(db, seq)
              if (column === 'body') setRow(db, seq, { body: `${row.body} ` })
              else setRow(db, seq, { [column]: Buffer.from(row[column].map((byte, at) => (at === 3 ? byte ^ 1 : byte))) })
            })
            expect((await again.verify()).verdict, `changed ${column} of ${seq}`).toBe('broken')
          } finally {
            shop.remove()
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
