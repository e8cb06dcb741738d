import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { AuditError, type AuditRow } from '../../../src-main/audit/audit'
import { openAuditLog } from '../../../src-main/audit/audit-log'
import { StorageError } from '../../../src-main/storage/errors'
import { fact, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
})

const seqs = (): unknown[] => shop.db.prepare('SELECT seq FROM audit_entries ORDER BY seq').pluck().all()
const anchorSeq = (): number => (JSON.parse(readFileSync(shop.anchorPath, 'utf8')) as { seq: number }).seq
const codeOf = (act: () => unknown): string | undefined => {
  try {
    act()
  } catch (thrown) {
    if (thrown instanceof AuditError || thrown instanceof StorageError) return thrown.code
    throw thrown
  }
  return undefined
}

describe('a new log', () => {
  it('starts empty, intact and anchored', async () => {
    const log = shop.log()
    expect(log.openReport).toMatchObject({ intact: true, created: true, breaks: [], lag: null, checkedEntries: 0 })
    expect(log.head()).toMatchObject({ seq: 0 })
    expect(anchorSeq()).toBe(0)
    expect(statSync(shop.anchorPath).mode & 0o777).toBe(0o600)
    expect(await log.verify()).toMatchObject({ verdict: 'intact', entries: 0, lag: 0, anchorSeq: 0 })
  })

  it('keeps its identity', () => {
    const first = shop.log()
    first.append(fact(1))
    first.close()
    shop.close()
    const second = shop.log()
    expect(second.logId).toBe(first.logId)
    expect(second.openReport).toMatchObject({ intact: true, created: false, lag: 0, checkedEntries: 1 })
    expect(second.append(fact(2)).seq).toBe(2)
  })

  it.each([1, 63, 64, 65, 100, 128, 129])('is intact when it is opened again with %i entries', (count) => {
    shop.filled(count).close()
    expect(shop.log().openReport).toMatchObject({ intact: true, breaks: [], checkedEntries: Math.min(count, 64) })
  })

  it('is not started when its first anchor cannot be written', () => {
    mkdirSync(`${shop.anchorPath}.tmp`)
    mkdirSync(`${shop.anchorPath}.tmp/in-the-way`)
    expect(() => shop.log()).toThrow()
    rmSync(`${shop.anchorPath}.tmp`, { recursive: true })
    expect(shop.log().openReport.intact).toBe(true)
  })
})

describe('append', () => {
  it('records what it is given, and returns the place in the chain', () => {
    const log = shop.log()
    const first = log.append(fact(1))
    const second = log.append(fact(2, { subject: null, severity: 'critical' }))
    expect([first.seq, second.seq]).toEqual([1, 2])
    expect(log.head()).toEqual(second)
    expect(log.get(2)).toEqual({
      seq: 2,
      atMs: shop.clock.wallMs(),
      category: 'TRADE_EXECUTION',
      severity: 'critical',
      type: 'OrderSubmitted',
      actor: 'operator',
      subject: null,
      data: { quantity: '2.5', instrument: 'ETH-USDC' },
      hashHex: second.hashHex,
      prevHashHex: first.hashHex,
    })
  })

  it('is on disk when it returns', () => {
    shop.log().append(fact(1))
    const beside = new Workshop()
    beside.remove()
    Object.assign(beside, { folder: shop.folder })
    // Another connection sees it, so it is committed; synchronous=FULL makes a commit durable.
    expect(beside.db.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(1)
    expect(shop.db.pragma('synchronous', { simple: true })).toBe(2)
    beside.close()
  })

  it('keeps text as it is, whatever is in it', async () => {
    const log = shop.log()
    const data = { text: 'a "b" \\ \n \u0000 \ud83d\udd12 \ud800 é', nested: [{ a: [1, null, true] }], empty: {} }
    log.append(fact(1, { data }))
    expect(log.get(1)?.data).toEqual({ ...data, text: data.text })
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('refuses what is no fact, and goes on', async () => {
    const log = shop.log()
    const refused: unknown[] = [
      fact(1, { type: '' }),
      fact(1, { type: 'X'.repeat(201) }),
      fact(1, { actor: '' }),
      { ...fact(1), category: 'GOSSIP' },
      { ...fact(1), severity: 'mild' },
      fact(1, { data: { quantity: Number.NaN } }),
      fact(1, { data: { text: 'x'.repeat(200_000) } }),
      fact(1, { data: { at: new Date(0) } as never }),
    ]
    for (const bad of refused) expect(codeOf(() => log.append(bad as never))).toBe('INVALID_FACT')
    expect(log.append(fact(1)).seq).toBe(1)
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('takes secrets out before anything is written', () => {
    const log = shop.log()
    log.append(fact(1, { data: { apiKey: 'AKIA-very-secret', hash: `0x${'ab'.repeat(32)}` } }))
    expect(shop.db.prepare('SELECT body FROM audit_entries').pluck().get()).not.toContain('very-secret')
    expect(log.get(1)?.data).toEqual({ apiKey: '[redacted]', hash: `0x${'ab'.repeat(32)}` })
  })

  it('cannot be undone by our own code', () => {
    shop.log().append(fact(1))
    expect(() => shop.db.exec('DELETE FROM audit_entries')).toThrow(/never deleted/)
    expect(() => shop.db.exec(`UPDATE audit_entries SET body = '{"a":1}'`)).toThrow(/never changed/)
    expect(() => shop.db.exec('UPDATE audit_entries SET seq = 5')).toThrow(/never changed/)
    expect(() => shop.db.exec(`UPDATE audit_entries SET body = '{}', hash = zeroblob(32)`)).toThrow(/never changed/)
    expect(() => shop.db.exec(`INSERT OR REPLACE INTO audit_entries SELECT seq, body, prev_hash, hash, mac FROM audit_entries`)).toThrow()
  })

  it('is refused after close', () => {
    const log = shop.log()
    log.close()
    log.close()
    expect(codeOf(() => log.append(fact(1)))).toBe('CLOSED')
    expect(log.anchorNow()).toMatchObject({ ok: false, error: { code: 'CLOSED' } })
  })
})

describe("within the caller's transaction", () => {
  it('stays when the transaction commits', async () => {
    const log = shop.log()
    shop.db.transaction(() => {
      log.append(fact(1))
      log.append(fact(2))
    })()
    expect(log.head().seq).toBe(2)
    log.append(fact(3))
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('vanishes when the transaction is rolled back, and the chain goes on from before it', async () => {
    const log = shop.log()
    log.append(fact(1))
    expect(() =>
      shop.db.transaction(() => {
        log.append(fact(2))
        log.append(fact(3))
        throw new Error('the act failed')
      })(),
    ).toThrow('the act failed')
    expect(log.head().seq).toBe(1)
    expect(log.append(fact(4)).seq).toBe(2)
    expect(seqs()).toEqual([1, 2])
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('loses only what a savepoint takes back', async () => {
    const log = shop.log()
    shop.db.transaction(() => {
      log.append(fact(1))
      try {
        shop.db.transaction(() => {
          log.append(fact(2))
          log.append(fact(3))
          throw new Error('inner')
        })()
      } catch {
        // The outer transaction goes on.
      }
      log.append(fact(4))
    })()
    expect(seqs()).toEqual([1, 2])
    expect(log.get(2)?.subject).toBe('order-4')
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('never forks when one transaction is rolled back and the next one writes at once', async () => {
    const log = shop.log()
    for (let round = 0; round < 6; round++) {
      try {
        shop.db.transaction(() => {
          log.append(fact(10 * round))
          if (round % 2 === 0) throw new Error('rolled back')
          log.append(fact(10 * round + 1))
        })()
      } catch {
        // As meant.
      }
    }
    log.append(fact(99))
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('is announced, and anchored, only once it is on disk', async () => {
    const log = shop.log()
    const rows: AuditRow[] = []
    log.onAppend((row) => rows.push(row))
    shop.db.transaction(() => {
      log.append(fact(1))
      expect(log.anchorNow()).toMatchObject({ ok: false, error: { code: 'IN_TRANSACTION' } })
      expect(log.head().seq).toBe(0)
    })()
    expect(rows).toEqual([])
    await shop.clock.advance(1)
    expect(rows.map(({ seq }) => seq)).toEqual([1])
    expect(anchorSeq()).toBe(1)
    try {
      shop.db.transaction(() => {
        log.append(fact(2))
        throw new Error('rolled back')
      })()
    } catch {
      // As meant.
    }
    await shop.clock.advance(2_000)
    expect(rows).toHaveLength(1)
    expect(anchorSeq()).toBe(1)
  })

  it('waits for a transaction that is kept open over turns of the event loop', async () => {
    const log = shop.log()
    const rows: AuditRow[] = []
    log.onAppend((row) => rows.push(row))
    shop.db.exec('BEGIN')
    log.append(fact(1))
    await shop.clock.advance(100)
    expect(rows).toEqual([])
    shop.db.exec('COMMIT')
    await shop.clock.advance(100)
    expect(rows).toHaveLength(1)
  })
})

describe('when the database does not let us write', () => {
  it('says that the disk is full, and goes on when there is room again', async () => {
    const log = shop.log()
    log.append(fact(1))
    shop.db.pragma('wal_checkpoint(TRUNCATE)')
    shop.db.pragma(`max_page_count = ${String(shop.db.pragma('page_count', { simple: true }))}`)
    const long = fact(2, { data: { text: 'x'.repeat(30_000) } })
    let code: string | undefined
    let written = 1
    for (let n = 0; n < 50 && code === undefined; n++) {
      code = codeOf(() => log.append(long))
      if (code === undefined) written++
    }
    expect(code).toBe('DISK_FULL')
    expect(log.head().seq).toBe(written)
    expect(codeOf(() => log.append(long))).toBe('DISK_FULL')
    shop.db.pragma('max_page_count = 100000')
    expect(log.append(fact(3)).seq).toBe(written + 1)
    expect((await log.verify()).verdict).toBe('intact')
  })

  it("says so inside the caller's transaction, too, and stays consistent with what became of it", async () => {
    const log = shop.log()
    log.append(fact(1))
    shop.db.pragma('wal_checkpoint(TRUNCATE)')
    shop.db.pragma(`max_page_count = ${Number(shop.db.pragma('page_count', { simple: true })) + 2}`)
    let code: string | undefined
    expect(() =>
      shop.db.transaction(() => {
        log.append(fact(2))
        code = codeOf(() => log.append(fact(3, { data: { text: 'x'.repeat(100_000) } })))
        throw new Error('give up')
      })(),
    ).toThrow()
    expect(code).toBe('DISK_FULL')
    shop.db.pragma('max_page_count = 100000')
    expect(log.append(fact(4)).seq).toBe(2)
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('names a database that another process holds', () => {
    const log = shop.log()
    const beside = new Workshop()
    beside.remove()
    Object.assign(beside, { folder: shop.folder })
    beside.db.exec('BEGIN IMMEDIATE')
    shop.db.pragma('busy_timeout = 10')
    expect(codeOf(() => log.append(fact(1)))).toBe('BUSY')
    beside.db.exec('ROLLBACK')
    expect(log.append(fact(1)).seq).toBe(1)
    beside.close()
  })

  it('goes on behind what it wrote when somebody takes the end away, and says so when the anchor is to move', async () => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    shop.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq = 5'))
    expect(log.anchorNow()).toMatchObject({ ok: false, error: { code: 'HEAD_MOVED' } })
    expect(codeOf(() => log.append(fact(6)))).toBe('HEAD_MOVED')
    expect(log.status()).toMatchObject({ refuses: 'HEAD_MOVED', anchoredSeq: 0 })
    expect(seqs()).toEqual([1, 2, 3, 4])
  })

  it('keeps the evidence of an end that was taken away before the anchor moved', async () => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    shop.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq = 5'))
    log.append(fact(6))
    expect((await log.verify()).breaks).toMatchObject([{ kind: 'DELETED', fromSeq: 5, toSeq: 5 }])
  })

  it('never takes a number twice: behind an entry that somebody else added nothing is appended', () => {
    const log = shop.log()
    log.append(fact(1))
    shop.tamper((db) =>
      db.exec('INSERT INTO audit_entries (seq, body, prev_hash, hash, mac) SELECT 2, body, prev_hash, mac, hash FROM audit_entries'),
    )
    expect(codeOf(() => log.append(fact(2)))).toBe('HEAD_MOVED')
    expect(codeOf(() => log.append(fact(2)))).toBe('HEAD_MOVED')
    expect(log.anchorNow()).toMatchObject({ ok: false, error: { code: 'HEAD_MOVED' } })
  })
})

describe('listeners', () => {
  it('hear of every entry until they stop listening, and may append themselves', () => {
    const log = shop.log()
    const heard: string[] = []
    const stop = log.onAppend(({ type, seq }) => {
      heard.push(`${seq} ${type}`)
      if (seq === 1) log.append(fact(2))
    })
    log.append(fact(1))
    stop()
    log.append(fact(3))
    expect(heard).toEqual(['1 OrderFilled', '2 OrderSubmitted'])
  })

  it('cannot make an append look failed', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const log = shop.log()
    log.onAppend(() => {
      throw new Error('a fault of the listener')
    })
    expect(log.append(fact(1)).seq).toBe(1)
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })
})

it('throws a classified error when the database is closed under it', () => {
  const { db } = shop
  db.close()
  expect(() =>
    openAuditLog({ db, key: shop.key, environment: 'paper', anchorPath: shop.anchorPath, clock: shop.clock, scheduler: shop.clock }),
  ).toThrow()
  Object.assign(shop, { opened: null })
})
