import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fact, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
})

const anchorSeq = (): number => (JSON.parse(readFileSync(shop.anchorPath, 'utf8')) as { seq: number }).seq

describe('the external anchor', () => {
  it('moves a second after the first entry that it lacks', async () => {
    const log = shop.log()
    log.append(fact(1))
    await shop.clock.advance(900)
    log.append(fact(2))
    expect(anchorSeq()).toBe(0)
    await shop.clock.advance(100)
    expect(anchorSeq()).toBe(2)
    expect(shop.clock.pendingTasks).toBe(0)
  })

  it('may come due right after a transaction that nobody has looked after yet: what we wrote ourselves is no foreign end', async () => {
    const log = shop.log()
    shop.clock.after(1_000, () => {
      shop.db.transaction(() => log.append(fact(2)))()
    })
    log.append(fact(1))
    await shop.clock.advance(1_000)
    expect(log.status().refuses).toBeNull()
    expect(log.append(fact(3)).seq).toBe(3)
    await shop.clock.advance(1_000)
    expect([anchorSeq(), (await log.verify()).verdict]).toEqual([3, 'intact'])
  })

  it('moves with every 256th entry', () => {
    const log = shop.log()
    for (let n = 1; n <= 300; n++) log.append(fact(n))
    expect(anchorSeq()).toBe(256)
    expect(log.status()).toMatchObject({ anchoredSeq: 256, lag: 44, anchorProblem: null, refuses: null })
  })

  it('moves at once when it is told to', () => {
    const log = shop.log()
    const ref = log.append(fact(1))
    expect(log.anchorNow()).toEqual({ ok: true, value: ref })
    expect(anchorSeq()).toBe(1)
    expect(shop.clock.pendingTasks).toBe(0)
  })

  it('moves when the log is closed, and when one that was cut off is opened again', () => {
    const log = shop.log()
    log.append(fact(1))
    log.close()
    expect(anchorSeq()).toBe(1)
    const cutOff = shop.log()
    cutOff.append(fact(2))
    expect(anchorSeq()).toBe(1)
    shop.close()
    const next = shop.log()
    expect(next.openReport).toMatchObject({ intact: true, lag: 1 })
    expect(anchorSeq()).toBe(2)
  })

  it('is tried again when it could not be written; facts are recorded meanwhile', async () => {
    const log = shop.log()
    mkdirSync(`${shop.anchorPath}.tmp/in-the-way`, { recursive: true })
    log.append(fact(1))
    const refused = log.anchorNow()
    expect(refused).toMatchObject({ ok: false, error: { code: 'ANCHOR_NOT_WRITTEN' } })
    expect(refused.ok ? '' : refused.error.message).toContain(shop.anchorPath)
    expect(log.append(fact(2)).seq).toBe(2)
    expect(log.status()).toMatchObject({ anchoredSeq: 0, lag: 2 })
    expect(log.status().anchorProblem).not.toBeNull()
    rmSync(`${shop.anchorPath}.tmp`, { recursive: true })
    await shop.clock.advance(1_000)
    expect(log.status()).toMatchObject({ anchoredSeq: 2, lag: 0, anchorProblem: null })
  })

  it('X5: a folder in its place is named, moved aside with all that is in it, and an anchor written', async () => {
    const log = shop.log()
    rmSync(shop.anchorPath)
    mkdirSync(shop.anchorPath)
    writeFileSync(join(shop.anchorPath, 'evidence'), 'kept')
    expect((await log.verify()).breaks).toMatchObject([
      { kind: 'ANCHOR_UNREADABLE', detail: expect.stringContaining('audit.anchor') as string },
    ])
    log.append(fact(1))
    expect(log.anchorNow()).toMatchObject({ ok: true })
    expect(anchorSeq()).toBe(1)
    const aside = readdirSync(dirname(shop.anchorPath)).find((name) => name.includes('.aside-'))
    expect(readFileSync(join(dirname(shop.anchorPath), aside ?? '', 'evidence'), 'utf8')).toBe('kept')
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('leaves no temporary file', () => {
    const log = shop.log()
    log.append(fact(1))
    log.anchorNow()
    expect(existsSync(`${shop.anchorPath}.tmp`)).toBe(false)
  })
})
