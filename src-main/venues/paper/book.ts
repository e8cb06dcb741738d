import type { Side } from '../../domain/intent'

/** A side of the book. */
export type BookSide = 'bids' | 'asks'

/** Where an order of this side rests. */
export const restsIn = (side: Side): BookSide => (side === 'buy' ? 'bids' : 'asks')
/** Where an order of this side finds its counterparties. */
export const facing = (side: Side): BookSide => (side === 'buy' ? 'asks' : 'bids')

/** Whether a price is as good for an order of this side as its limit, or better. */
export function within(side: Side, limitTicks: bigint, priceTicks: bigint): boolean {
  return side === 'buy' ? priceTicks <= limitTicks : priceTicks >= limitTicks
}

/** An order in the book. */
export interface Resting {
  readonly side: BookSide
  readonly priceTicks: bigint
  /** Ours; null for an order of the market's makers. */
  readonly clientOrderId: string | null
  /** What is left of it. */
  readonly lots: bigint
}

/** All orders at one price, oldest first. */
export interface Level {
  readonly priceTicks: bigint
  readonly lots: bigint
  /** The part of `lots` that is not ours. */
  readonly marketLots: bigint
}

interface Node extends Resting {
  lots: bigint
  readonly level: Queue
  older: Node | null
  newer: Node | null
}

interface Queue extends Level {
  lots: bigint
  marketLots: bigint
  oldest: Node | null
  newest: Node | null
}

/**
 * A limit order book by price, then time. Levels are sorted with the best at the end, where most orders come and go: finding one is a binary
 * search, and orders within a level are a linked list, so that resting, filling and removing cost no more than the search.
 */
export class Book {
  private readonly levels: Readonly<Record<BookSide, Queue[]>> = { bids: [], asks: [] }
  private readonly makers = new Set<Node>()
  private readonly left: Record<BookSide, bigint> = { bids: 0n, asks: 0n }

  /** Puts an order behind all others at its price. The caller has matched it before. */
  rest(side: BookSide, priceTicks: bigint, lots: bigint, clientOrderId: string | null): Resting {
    const level = this.levelAt(side, priceTicks)
    const node: Node = { side, priceTicks, clientOrderId, lots, level, older: level.newest, newer: null }
    if (level.newest === null) level.oldest = node
    else level.newest.newer = node
    level.newest = node
    level.lots += lots
    if (clientOrderId === null) {
      level.marketLots += lots
      this.left[side] += lots
      this.makers.add(node)
    }
    return node
  }

  /** The order that is next to be filled on a side; null when the side is empty. */
  front(side: BookSide): Resting | null {
    return this.levels[side].at(-1)?.oldest ?? null
  }

  /** Takes `lots` off a resting order, which leaves the book when nothing is left of it. */
  fill(resting: Resting, lots: bigint): void {
    const node = resting as Node
    node.lots -= lots
    node.level.lots -= lots
    if (node.clientOrderId === null) {
      node.level.marketLots -= lots
      this.left[node.side] -= lots
    }
    if (node.lots === 0n) this.unlink(node)
  }

  /** Takes a resting order out of the book. */
  remove(resting: Resting): void {
    this.fill(resting, resting.lots)
  }

  /** Takes out everything that is not ours. */
  removeMakers(): void {
    for (const node of this.makers) this.remove(node)
  }

  /** What the makers have left on a side, lots. */
  makersLeft(side: BookSide): bigint {
    return this.left[side]
  }

  /** The best price of the makers on a side; null when they have none. */
  bestOfMakers(side: BookSide): bigint | null {
    for (const level of this.best(side)) if (level.marketLots > 0n) return level.priceTicks
    return null
  }

  /** The levels of a side, best first. */
  *best(side: BookSide): Generator<Level, void> {
    const levels = this.levels[side]
    for (let index = levels.length - 1; index >= 0; index--) {
      const level = levels[index]
      if (level !== undefined) yield level
    }
  }

  private levelAt(side: BookSide, priceTicks: bigint): Queue {
    const levels = this.levels[side]
    const index = this.search(side, priceTicks)
    const there = levels[index]
    if (there?.priceTicks === priceTicks) return there
    const level: Queue = { priceTicks, lots: 0n, marketLots: 0n, oldest: null, newest: null }
    levels.splice(index, 0, level)
    return level
  }

  private unlink(node: Node): void {
    const { level, older, newer, side } = node
    if (older === null) level.oldest = newer
    else older.newer = newer
    if (newer === null) level.newest = older
    else newer.older = older
    this.makers.delete(node)
    if (level.oldest === null) this.levels[side].splice(this.search(side, level.priceTicks), 1)
  }

  /** The place of a price among the levels of a side: its own, or where it would be put. */
  private search(side: BookSide, priceTicks: bigint): number {
    const levels = this.levels[side]
    let low = 0
    let high = levels.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = levels[middle]?.priceTicks ?? 0n
      if (side === 'bids' ? at < priceTicks : at > priceTicks) low = middle + 1
      else high = middle
    }
    return low
  }
}
