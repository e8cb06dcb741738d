import { readFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fact, inShort, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
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
    expect(log.anchorNow()).toMatchObject({ ok: false, error: { code: 'HEAD_MOVED' } })
    expect(() => log.append(fact(6))).toThrow(expect.objectContaining({ code: 'HEAD_MOVED' }))
    expect(log.continueAfterBreak({ actor: 'operator', reason: 'known' }).seq).toBe(5)
    expect((await log.verify()).verdict).toBe('intact')
  })
})
