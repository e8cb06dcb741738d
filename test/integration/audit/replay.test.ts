import { readFileSync, rmSync, writeFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { makeAnchor, writeAnchor } from '../../../src-main/audit/anchor'
import { deriveAuditKeys } from '../../../src-main/audit/keys'
import { fact, inShort, KEY, rowAt, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
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

it('an anchor made by the holder of the key is accepted: what it proves is bounded by who has the key', async () => {
  shop.filled(40)
  const { logId } = shop.log()
  const keys = deriveAuditKeys(KEY, { environment: 'paper', logId })
  shop.tamper((db) => db.exec('DELETE FROM audit_entries WHERE seq > 37'))
  const hash = rowAt(shop.db, 37).hash.toString('hex')
  writeAnchor(shop.anchorPath, makeAnchor(keys, { seq: 37, hashHex: hash }, 0))
  expect((await shop.verify()).verdict).toBe('intact')
})
