import { decimal, toUnits } from '../../lib/decimal'
import type { BookSide } from './book'
import { Ledger, type Entries } from './ledger'
import { ASSETS, STARTING_BALANCES } from './listings'
import type { Shock } from './market'
import type { PaperRecord } from './paper-order'
import type { Seed } from './price-walk'

/** Everything of the venue that survives a restart. */
export interface ExchangeState {
  readonly seed: Seed
  /** What the account began with, atoms by asset. */
  readonly starting: Readonly<Record<string, bigint>>
  readonly accounts: Readonly<Record<string, Entries>>
  readonly nextSeq: number
  readonly tick: number
  readonly shocks: readonly Shock[]
  /** What this tick's makers had left, lots by instrument. */
  readonly makersLeft: Readonly<Record<string, Readonly<Record<BookSide, bigint>>>>
  /** In the order of acceptance. */
  readonly records: readonly PaperRecord[]
}

/** The state of a new account just before `tick`. */
export function freshState(seed: Seed, tick: number): ExchangeState {
  const starting = Object.fromEntries(
    ASSETS.map(({ symbol, decimals }) => [symbol, toUnits(decimal(STARTING_BALANCES[symbol] ?? '0'), decimals)]),
  )
  return { seed, starting, accounts: Ledger.starting(starting).all(), nextSeq: 1, tick: tick - 1, shocks: [], makersLeft: {}, records: [] }
}
