import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { rowAt, setRow, Workshop } from './workshop'

let shop: Workshop
beforeEach(() => {
  shop = new Workshop()
})
afterEach(() => {
  shop.remove()
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
        const before = rowAt(shop.db, seq)
        // The table takes no text that is not JSON, so in the body a letter becomes a letter and a digit a digit.
        const changed = column === 'body' ? otherJson(before.body, at, mask) : otherBytes(before[column], at, mask)
        shop.tamper((db) => setRow(db, seq, { [column]: changed }))
        const { breaks } = await log.verify()
        shop.tamper((db) => setRow(db, seq, { [column]: before[column] }))
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
