import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fact, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
})

const subjects = (): unknown[] => shop.db.prepare(`SELECT body ->> '$.subject' FROM audit_entries ORDER BY seq`).pluck().all()
/** Nothing of this subject can be written until the returned is called. */
const refuse = (subject: string) => {
  shop.db.exec(
    `CREATE TEMP TRIGGER no_entry BEFORE INSERT ON audit_entries WHEN new.body LIKE '%"${subject}"%' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
  )
  return () => shop.db.exec('DROP TRIGGER no_entry')
}

describe('X6: what is held back until the next entry', () => {
  it('goes ahead of it, and both are one transaction', async () => {
    const log = shop.log()
    const heard: number[] = []
    log.onAppend(({ seq }) => heard.push(seq))
    log.appendWithNext(fact(1))
    log.appendWithNext(fact(2))
    expect([subjects(), heard]).toEqual([[], []])
    const allow = refuse('order-3')
    expect(() => log.append(fact(3))).toThrow()
    // All or none: neither is there without the other.
    expect(subjects()).toEqual([])
    allow()
    expect(log.append(fact(3)).seq).toBe(3)
    log.append(fact(4))
    expect(subjects()).toEqual(['order-1', 'order-2', 'order-3', 'order-4'])
    expect(heard).toEqual([1, 2, 3, 4])
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('keeps the next entry out of the log where it cannot be written itself', () => {
    const log = shop.log()
    log.appendWithNext(fact(1))
    const allow = refuse('order-1')
    expect(() => log.append(fact(2))).toThrow()
    expect(() => log.writeHeld()).toThrow()
    expect(subjects()).toEqual([])
    allow()
    log.append(fact(2))
    expect(subjects()).toEqual(['order-1', 'order-2'])
  })

  it('is written by itself when nothing followed, and once', () => {
    const log = shop.log()
    log.appendWithNext(fact(1))
    log.writeHeld()
    log.writeHeld()
    expect(subjects()).toEqual(['order-1'])
  })

  it("shares the caller's transaction; undone with it, it waits for the next", async () => {
    const log = shop.log()
    log.append(fact(1))
    log.appendWithNext(fact(2))
    const act = shop.db.transaction((fails: boolean) => {
      log.append(fact(3))
      if (fails) throw new Error('the act failed')
    })
    expect(() => act(true)).toThrow('the act failed')
    expect(subjects()).toEqual(['order-1'])
    act(false)
    log.writeHeld()
    expect(subjects()).toEqual(['order-1', 'order-2', 'order-3'])
    log.appendWithNext(fact(4))
    expect(() => act(true)).toThrow('the act failed')
    log.writeHeld()
    log.append(fact(5))
    expect(subjects()).toEqual(['order-1', 'order-2', 'order-3', 'order-4', 'order-5'])
    expect((await log.verify()).verdict).toBe('intact')
  })

  it('is looked at like any other: what is no fact is refused at once and keeps nobody out', () => {
    const log = shop.log()
    expect(() => log.appendWithNext(fact(1, { actor: '' }))).toThrow()
    expect(log.append(fact(2)).seq).toBe(1)
  })

  it('is on record when the log is closed, and refused after that', () => {
    const log = shop.log()
    log.appendWithNext(fact(1))
    log.close()
    expect(subjects()).toEqual(['order-1'])
    expect(() => log.appendWithNext(fact(2))).toThrow()
    log.writeHeld()
  })
})
