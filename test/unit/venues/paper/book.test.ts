import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Book, type BookSide, type Resting } from '../../../../src-main/venues/paper/book'

interface Naive {
  readonly id: string | null
  readonly side: BookSide
  readonly price: bigint
  readonly arrived: number
  lots: bigint
}

const command = fc.oneof(
  fc.record({
    kind: fc.constant('rest' as const),
    side: fc.constantFrom<BookSide>('bids', 'asks'),
    price: fc.bigInt(1n, 12n),
    lots: fc.bigInt(1n, 50n),
    ours: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('take' as const), side: fc.constantFrom<BookSide>('bids', 'asks'), lots: fc.bigInt(1n, 60n) }),
  fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant('requote' as const) }),
)

/** The best first: better price, then earlier arrival. */
const byPriority = (side: BookSide) => (a: Naive, b: Naive) =>
  a.price === b.price ? a.arrived - b.arrived : a.price < b.price === (side === 'asks') ? -1 : 1

describe('the book', () => {
  it('keeps price-time priority whatever comes, goes and is filled', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const book = new Book()
        const handles = new Map<Naive, Resting>()
        let naive: Naive[] = []
        let arrived = 0
        const sorted = (side: BookSide) => naive.filter((order) => order.side === side).sort(byPriority(side))
        const drop = (order: Naive) => {
          naive = naive.filter((other) => other !== order)
          handles.delete(order)
        }
        for (const step of commands) {
          if (step.kind === 'rest') {
            const entry: Naive = { ...step, id: step.ours ? `o${arrived}` : null, arrived: arrived++ }
            naive.push(entry)
            handles.set(entry, book.rest(step.side, step.price, step.lots, entry.id))
          } else if (step.kind === 'take') {
            let left = step.lots
            while (left > 0n) {
              const front = book.front(step.side)
              const expected = sorted(step.side)[0]
              expect(front).toBe(expected === undefined ? null : handles.get(expected))
              if (front === null || expected === undefined) break
              const lots = left < front.lots ? left : front.lots
              book.fill(front, lots)
              expected.lots -= lots
              left -= lots
              if (expected.lots === 0n) drop(expected)
            }
          } else if (step.kind === 'remove') {
            const picked = naive[step.pick % Math.max(1, naive.length)]
            if (picked === undefined) continue
            book.remove(handles.get(picked)!)
            drop(picked)
          } else {
            book.removeMakers()
            for (const order of naive.filter(({ id }) => id === null)) drop(order)
          }
          for (const side of ['bids', 'asks'] as const) {
            const orders = sorted(side)
            const prices = [...new Set(orders.map(({ price }) => price))]
            const total = (of: readonly Naive[]) => of.reduce((sum, { lots }) => sum + lots, 0n)
            expect([...book.best(side)].map(({ priceTicks, lots, marketLots }) => ({ priceTicks, lots, marketLots }))).toEqual(
              prices.map((price) => {
                const here = orders.filter((order) => order.price === price)
                return { priceTicks: price, lots: total(here), marketLots: total(here.filter(({ id }) => id === null)) }
              }),
            )
            expect(book.makersLeft(side)).toBe(total(orders.filter(({ id }) => id === null)))
            expect(book.bestOfMakers(side)).toBe(orders.find(({ id }) => id === null)?.price ?? null)
          }
        }
      }),
      { numRuns: 150 },
    )
  })
})
