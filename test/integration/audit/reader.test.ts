import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { AuditFilter, AuditLog, AuditRow } from '../../../src-main/audit/audit'
import { AUDIT_CATEGORIES, AUDIT_SEVERITIES, type AuditFact } from '../../../src-main/domain/audit-event'
import { fact, Workshop } from './workshop'

const COUNT = 3_000

let shop: Workshop
let log: AuditLog
let startMs: number

/** Facts that can be told apart by every member of a filter. */
function varied(n: number): AuditFact {
  return {
    category: AUDIT_CATEGORIES[n % 5]!,
    severity: AUDIT_SEVERITIES[n % 3]!,
    type: n === 1_234 ? 'RareThing' : `Type${n % 7}`,
    actor: n % 11 === 0 ? 'agent' : 'operator',
    subject: n % 2 === 0 ? `order-${n % 100}` : null,
    data: { note: n === 2_000 ? 'a "needle" in 100% hay_stack' : 'hay', n },
  }
}

beforeAll(async () => {
  shop = new Workshop()
  log = shop.log()
  startMs = shop.clock.wallMs()
  for (let n = 1; n <= COUNT; n += 500) {
    shop.db.transaction(() => {
      for (let m = n; m < n + 500; m++) {
        log.append(varied(m))
        shop.clock.jumpWall(10)
      }
    })()
  }
  await shop.clock.settle()
})
afterAll(() => {
  shop.remove()
})

const expected = (test: (n: number, f: AuditFact) => boolean): number[] =>
  Array.from({ length: COUNT }, (_, index) => index + 1)
    .filter((n) => test(n, varied(n)))
    .reverse()
const seqsOf = (rows: readonly AuditRow[]): number[] => rows.map(({ seq }) => seq)

const filters: [string, AuditFilter, (n: number, f: AuditFact) => boolean][] = [
  ['everything', {}, () => true],
  ['nulls and empty lists', { sinceMs: null, type: null, text: null, categories: [], severities: [] }, () => true],
  ['one category', { categories: ['KEY_OPERATION'] }, (_n, f) => f.category === 'KEY_OPERATION'],
  ['two severities', { severities: ['low', 'medium'] }, (_n, f) => f.severity !== 'info'],
  ['a type', { type: 'Type3' }, (_n, f) => f.type === 'Type3'],
  ['a rare type', { type: 'RareThing' }, (n) => n === 1_234],
  ['an actor', { actor: 'agent' }, (_n, f) => f.actor === 'agent'],
  ['a subject', { subject: 'order-42' }, (_n, f) => f.subject === 'order-42'],
  ['text', { text: 'a "NEEDLE" in 100% hay_' }, (n) => n === 2_000],
  ['text and more', { text: 'hay', severities: ['low'] }, (_n, f) => f.severity === 'low'],
  ['nothing', { type: 'Type3', subject: 'no-such-order' }, () => false],
  [
    'all at once',
    { categories: ['TRADE_EXECUTION'], actor: 'operator', subject: 'order-20' },
    (_n, f) => f.category === 'TRADE_EXECUTION' && f.actor === 'operator' && f.subject === 'order-20',
  ],
]

describe.each(filters)('a filter for %s', (_name, filter, test) => {
  it('pages by offset, newest first', async () => {
    const all = expected(test)
    const { total, rows } = await log.page({ filter, offset: 0, limit: 50 })
    expect(total).toBe(all.length)
    expect(seqsOf(rows)).toEqual(all.slice(0, 50))
    const middle = Math.floor(all.length / 2)
    expect(seqsOf((await log.page({ filter, offset: middle, limit: 7 })).rows)).toEqual(all.slice(middle, middle + 7))
    expect((await log.page({ filter, offset: all.length, limit: 7 })).rows).toEqual([])
    expect(await log.count(filter)).toBe(all.length)
  })

  it('pages by the last number seen, with no entry twice and none left out', async () => {
    const all = expected(test)
    const seen: number[] = []
    for (let beforeSeq: number | undefined, turns = 0; turns < 100; turns++) {
      const { rows, next } = await log.query({ filter, limit: 333, beforeSeq })
      seen.push(...seqsOf(rows))
      if (next === null) break
      beforeSeq = next
    }
    expect(seen).toEqual(all)
  })
})

describe('reading', () => {
  it('restricts by time: from the first moment on, before the last', async () => {
    const filter = { sinceMs: startMs + 100 * 10, untilMs: startMs + 200 * 10 }
    const { total, rows } = await log.page({ filter, offset: 0, limit: 1_000 })
    expect(total).toBe(100)
    expect(rows.at(-1)?.seq).toBe(101)
    expect(rows[0]?.seq).toBe(200)
  })

  it('gives whole rows', async () => {
    const { rows } = await log.page({ filter: { type: 'RareThing' }, offset: 0, limit: 5 })
    const { data: _data, ...row } = varied(1_234)
    expect(rows).toEqual([{ ...row, seq: 1_234, atMs: startMs + 1_233 * 10 }])
  })

  it('lists the types that occur', async () => {
    expect(await log.types()).toEqual(['RareThing', 'Type0', 'Type1', 'Type2', 'Type3', 'Type4', 'Type5', 'Type6'])
  })

  it('finds nothing where nothing is', () => {
    expect(log.get(0)).toBeNull()
    expect(log.get(COUNT + 50)).toBeNull()
    expect(log.get(1.5)).toBeNull()
  })

  it('takes odd offsets and limits for what they can only mean', async () => {
    expect((await log.page({ filter: {}, offset: -5, limit: 2 })).rows).toHaveLength(2)
    expect((await log.page({ filter: {}, offset: 0, limit: 1e9 })).rows).toHaveLength(1_000)
    expect((await log.query({ filter: {}, limit: 0 })).rows).toEqual([])
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await expect(log.count({ text: 'never looked for before' }, { signal: stop.signal })).rejects.toThrow('enough')
    await expect(log.verify({ signal: stop.signal })).rejects.toThrow('enough')
  })

  it('may ask for the same at once', async () => {
    const filter = { text: 'asked for at once' }
    const counts = await Promise.all([log.count(filter), log.count(filter), log.count(filter)])
    expect(counts).toEqual([0, 0, 0])
    const hay = await Promise.all([1, 2, 3].map(() => log.page({ filter: { text: 'hay', actor: 'agent' }, offset: 0, limit: 3 })))
    expect(new Set(hay.map(({ total }) => total)).size).toBe(1)
  })
})

describe('a list without a filter', () => {
  it('is the same whether places are counted or looked up', async () => {
    const all = { actor: null, text: '', categories: [] }
    const everyone = { severities: [...AUDIT_SEVERITIES] }
    for (const [offset, limit] of [
      [0, 10],
      [17, 1_000],
      [COUNT - 5, 50],
      [COUNT, 5],
      [COUNT + 50, 5],
    ] as const) {
      expect(await log.page({ filter: all, offset, limit })).toEqual(await log.page({ filter: everyone, offset, limit }))
    }
  })

  it('shows what is there when entries are missing', async () => {
    const gappy = new Workshop().filled(40)
    gappy.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq BETWEEN 20 AND 30 OR seq < 3'))
    const { total, rows } = await gappy.log().page({ filter: {}, offset: 5, limit: 10 })
    expect(rows.map(({ seq }) => seq)).toEqual([35, 34, 33, 32, 31, 19, 18, 17, 16, 15])
    expect(total).toBe(27)
    gappy.remove()
  })
})

describe('a log that grows', () => {
  it('shows what was appended since, in views that were read before', async () => {
    const filter = { type: 'Later' }
    expect(await log.count(filter)).toBe(0)
    const before = await log.count({})
    log.append(fact(1, { type: 'Later' }))
    expect(await log.count(filter)).toBe(1)
    expect(await log.count({})).toBe(before + 1)
    expect((await log.page({ filter, offset: 0, limit: 1 })).rows[0]?.type).toBe('Later')
    expect(await log.types()).toContain('Later')
  })

  it('does not show what a transaction took back', async () => {
    const before = await log.count({})
    try {
      shop.db.transaction(() => {
        log.append(fact(1, { type: 'Undone' }))
        throw new Error('undone')
      })()
    } catch {
      // As meant.
    }
    expect(await log.count({ type: 'Undone' })).toBe(0)
    expect(await log.count({})).toBe(before)
  })
})
