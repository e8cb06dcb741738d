import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { AuditLog, ExportOptions, RetentionPolicy } from '../../../src-main/audit/audit'
import { DEFAULT_RETENTION } from '../../../src-main/audit/retention'
import { fact, inShort, Workshop } from './workshop'

const DAY_MS = 24 * 60 * 60 * 1_000

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
})

interface Line {
  readonly seq: number
  readonly prevHash: string
  readonly hash: string
  readonly mac: string
  readonly entry: Record<string, unknown>
}

async function exported(
  log: AuditLog,
  options?: ExportOptions,
): Promise<{ header: Record<string, unknown>; lines: Line[]; raw: string[]; end: unknown }> {
  const stream = new PassThrough()
  const all = text(stream)
  const summary = await log.exportJsonl(stream, options)
  stream.end()
  const raw = (await all).trimEnd().split('\n')
  const parsed = raw.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(summary.written).toBe(parsed.length - 2)
  return { header: parsed[0]!, lines: parsed.slice(1, -1) as unknown as Line[], raw: raw.slice(1, -1), end: parsed.at(-1) }
}

describe('export', () => {
  it('writes everything that is needed to check the chain elsewhere', async () => {
    const log = shop.log()
    for (let n = 1; n <= 30; n++) log.append(fact(n, { data: { text: `"entry":{"é ${n}\n` } }))
    const { header, lines, raw, end } = await exported(log)
    expect(header).toMatchObject({ format: 'holdfast-audit-export', v: 1, environment: 'paper', logId: log.logId, head: log.head() })
    expect(end).toEqual({ end: true, written: 30, headSeq: 30 })
    let prev = header['genesisHash'] as string
    lines.forEach((line, index) => {
      expect(line.seq).toBe(index + 1)
      expect(line.prevHash).toBe(prev)
      const marker = '"entry":'
      const body = raw[index]!.slice(raw[index]!.indexOf(marker) + marker.length, -1)
      const hash = shop.hash(line.seq, Buffer.from(prev, 'hex'), body)
      expect(hash.toString('hex')).toBe(line.hash)
      expect(shop.code(hash, log.logId).toString('hex')).toBe(line.mac)
      prev = line.hash
    })
  })

  it('writes only what matches', async () => {
    const log = shop.log()
    for (let n = 1; n <= 30; n++) log.append(fact(n))
    const { header, lines } = await exported(log, { filter: { type: 'OrderFilled' } })
    expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, index) => 2 * index + 1))
    expect(header['filter']).toEqual({ type: 'OrderFilled' })
  })

  it('waits for a slow reader, and tells when one fails', async () => {
    shop.filled(500)
    const log = shop.log()
    let held = 0
    const slow = new Writable({
      highWaterMark: 1_024,
      write(chunk: Buffer, _encoding, done) {
        held += chunk.length
        setImmediate(done)
      },
    })
    expect((await log.exportJsonl(slow)).written).toBe(500)
    expect(held).toBeGreaterThan(100_000)
    const failing = new Writable({
      highWaterMark: 10,
      write(_chunk, _encoding, done) {
        done(new Error('the stick was pulled'))
      },
    })
    failing.on('error', () => {})
    await expect(log.exportJsonl(failing)).rejects.toThrow('the stick was pulled')
  })
})

describe('retention', () => {
  const policy: RetentionPolicy = { rules: [{ types: ['OrderFilled'], keepMs: 30 * DAY_MS }], otherwiseMs: 50 * DAY_MS }
  const brief: RetentionPolicy = { rules: [], otherwiseMs: 20 * DAY_MS }

  it('empties what was kept long enough, by the rule that fits, and the chain stays whole', async () => {
    const log = shop.log()
    for (let n = 1; n <= 20; n++) log.append(fact(n))
    shop.clock.jumpWall(40 * DAY_MS)
    for (let n = 21; n <= 25; n++) log.append(fact(n))
    expect(await log.count({})).toBe(25)

    expect(await log.applyRetention({ policy, actor: 'system' })).toBe(10)
    expect(log.get(1)).toBeNull()
    expect(log.get(2)?.type).toBe('OrderSubmitted')
    expect(log.get(26)).toMatchObject({
      type: 'AuditRetentionApplied',
      actor: 'system',
      data: { count: 10, emptied: '1,3,5,7,9,11,13,15,17,19' },
    })
    expect(await log.count({})).toBe(16)
    expect(await log.count({ type: 'OrderFilled' })).toBe(3)
    expect(await log.verify()).toMatchObject({ verdict: 'intact', entries: 26, emptiedEntries: 10 })
    expect(shop.db.prepare(`SELECT count(*) FROM audit_entries WHERE body LIKE '%order-1"%'`).pluck().get()).toBe(0)

    shop.clock.jumpWall(60 * DAY_MS)
    expect(await log.applyRetention({ policy, actor: 'system' })).toBe(13)
    expect(await log.verify()).toMatchObject({ verdict: 'intact', emptiedEntries: 23 })
    log.close()
    expect(shop.log().openReport.intact).toBe(true)
  })

  it('does nothing, and says nothing, when there is nothing to do', async () => {
    const log = shop.log()
    log.append(fact(1))
    expect(await log.applyRetention({ policy, actor: 'system' })).toBe(0)
    expect(log.head().seq).toBe(1)
  })

  it('works in batches, each on record', async () => {
    shop.filled(1_500)
    shop.clock.jumpWall(100 * DAY_MS)
    const log = shop.log()
    expect(await log.applyRetention({ policy: brief, actor: 'system' })).toBe(1_499)
    expect(await log.count({ type: 'AuditRetentionApplied' })).toBe(4)
    expect(await log.verify()).toMatchObject({ verdict: 'intact', emptiedEntries: 1_499 })
  })

  it('never empties within a day, nor its own records', async () => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    const atOnce: RetentionPolicy = { rules: [], otherwiseMs: 0 }
    expect(await log.applyRetention({ policy: atOnce, actor: 'system' })).toBe(0)
    for (let round = 0; round < 3; round++) {
      shop.clock.jumpWall(2 * DAY_MS)
      log.append(fact(9))
      await log.applyRetention({ policy: atOnce, actor: 'system' })
    }
    expect(await log.count({ type: 'AuditRetentionApplied' })).toBe(3)
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('is no cover for emptying anything else', async () => {
    const log = shop.log()
    for (let n = 1; n <= 20; n++) log.append(fact(n))
    shop.clock.jumpWall(40 * DAY_MS)
    log.append(fact(21))
    await log.applyRetention({ policy, actor: 'system' })
    shop.tamper((db) => db.exec(`UPDATE audit_entries SET body = '{}' WHERE seq = 4`))
    expect(inShort((await log.verify()).breaks)).toEqual(['EDITED 4'])
    // Not even by pointing at other records, or at none.
    shop.db.exec(`UPDATE audit_meta SET value = '5' WHERE key = 'last_retention_seq'`)
    expect(inShort((await log.verify()).breaks)[0]).toBe('EDITED 1')
  })

  it('C12: never empties what is damaged, or stands next to it: the damage would be gone from sight', async () => {
    const log = shop.log()
    for (let n = 1; n <= 20; n++) log.append(fact(n))
    shop.tamper((db) => {
      db.exec(`UPDATE audit_entries SET body = replace(body, '.5', '.6') WHERE seq = 3`)
      db.exec(`UPDATE audit_entries SET prev_hash = zeroblob(32) WHERE seq = 8`)
      db.exec('DELETE FROM audit_entries WHERE seq = 12')
      db.exec(`UPDATE audit_entries SET body = 'scribble' WHERE seq = 15`)
    })
    const before = inShort((await log.verify()).breaks)
    shop.clock.jumpWall(100 * DAY_MS)
    log.append(fact(21))
    // 7, 11 and 13 are whole, and stand next to a link that is broken or to an entry that is missing.
    expect(await log.applyRetention({ policy: brief, actor: 'system' })).toBe(20 - 4 - 3)
    expect(log.get(3)?.data['quantity']).toBe('3.6')
    expect(inShort((await log.verify()).breaks)).toEqual(before)
  })

  it('C12: leaves a seal valid, and what it seals in place', async () => {
    const log = shop.log()
    for (let n = 1; n <= 20; n++) log.append(fact(n))
    shop.tamper((db) => {
      db.exec(`UPDATE audit_entries SET body = replace(body, '.5', '.6') WHERE seq = 3`)
      db.exec(`UPDATE audit_entries SET prev_hash = zeroblob(32) WHERE seq = 8`)
    })
    await log.seal({ breaks: (await log.verify()).breaks, by: ['Ada', 'Grace'], reason: 'known' })
    shop.clock.jumpWall(1_000 * DAY_MS)
    log.append(fact(21))
    expect(await log.applyRetention({ policy: brief, actor: 'system' })).toBeGreaterThan(10)
    expect(await log.verify()).toMatchObject({ verdict: 'sealed', breaks: [], sealed: [{ fromSeq: 3 }, { fromSeq: 8 }] })
  })

  it('may be applied while the chain is checked', async () => {
    shop.filled(3_000)
    shop.clock.jumpWall(40 * DAY_MS)
    const log = shop.log()
    const checking = log.verify()
    const [report] = await Promise.all([checking, log.applyRetention({ policy, actor: 'system' })])
    expect(report.breaks).toEqual([])
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('C12: one wrong calendar empties nothing, whether it goes back or stays: age is what later entries bear out', async () => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    shop.clock.jumpWall(3 * 365 * DAY_MS)
    const apply = () => log.applyRetention({ policy: DEFAULT_RETENTION, actor: 'system' })
    expect(await apply()).toBe(0)
    for (let n = 6; n <= 10; n++) log.append(fact(n))
    expect(await apply()).toBe(0)
    shop.clock.jumpWall(-3 * 365 * DAY_MS)
    log.append(fact(11))
    expect(await apply()).toBe(0)
    expect(log.get(1)?.type).toBe('OrderFilled')
    // Two years that were seen to pass, a month at a time.
    for (let month = 0; month < 25; month++) {
      shop.clock.jumpWall(30 * DAY_MS)
      log.append(fact(20 + month))
    }
    expect(await apply()).toBeGreaterThanOrEqual(11)
    expect(log.get(1)).toBeNull()
    expect(await log.verify()).toMatchObject({ verdict: 'intact' })
  })

  it.each([
    ['swings to and fro', [30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0]],
    ['swings the other way', [-30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0, -30, 0]],
    ['goes back far and comes up in steps', [...Array.from({ length: 27 }, (_, step) => (step - 26) * 30)]],
  ])('C12: a calendar that %s, all within a minute, empties nothing; what is set right ages from then on', async (_, days) => {
    const log = shop.log()
    for (let n = 1; n <= 5; n++) log.append(fact(n))
    let at = 0
    for (const day of days) {
      shop.clock.jumpWall((day - at) * DAY_MS)
      at = day
      log.append(fact(100 + day))
    }
    const apply = () => log.applyRetention({ policy: DEFAULT_RETENTION, actor: 'system' })
    await apply()
    expect([1, 2, 3, 4, 5].map((seq) => log.get(seq)?.subject)).toEqual(['order-1', 'order-2', 'order-3', 'order-4', 'order-5'])
    for (let month = 0; month < 25; month++) {
      shop.clock.jumpWall(30 * DAY_MS)
      log.append(fact(200 + month))
    }
    await apply()
    expect([1, 2, 3, 4, 5].map((seq) => log.get(seq))).toEqual([null, null, null, null, null])
    expect(await log.verify()).toMatchObject({ verdict: 'intact' })
  })

  it('has a default that keeps everything for a year at least', () => {
    const year = 365 * DAY_MS
    for (const { keepMs } of DEFAULT_RETENTION.rules) expect(keepMs).toBeGreaterThanOrEqual(year)
    expect(DEFAULT_RETENTION.otherwiseMs).toBe(2 * year)
  })
})
