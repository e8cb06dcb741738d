import { randomBytes } from 'node:crypto'

import { PAPER_ACCOUNT, listingOf } from '../../src-main/venues/paper/listings'
import { fromUnits } from '../../src-main/lib/decimal'
import { fromRows } from '../../src-main/venues/paper/state-rows'
import type { PaperRow } from '../../src-main/venues/paper/store'
import type { Database } from '../../src-main/storage/database'
import { armedDataDir, launchApp, memoryVault } from '../support/app/launch'
import { checkExchange, type HeldOrder } from './check'
import type { Heard } from './life'
import type { Order } from './lines'
import { openBeside, readOrders } from './on-record'

/** What recovery did, as the orders' lives tell. */
export interface Recovered {
  readonly orders: number
  /** Orders that had not left when the app died. */
  readonly neverLeft: number
  /** Orders that may have left, and were asked after. */
  readonly askedAfter: number
  /** Orders that the venue had moved on meanwhile. */
  readonly movedOn: number
}

/** A data folder in which many lives are lived, and the venue that they trade on. */
export interface Place {
  readonly open: Extract<Order, { do: 'open' }>
  /** Compares the record, what was heard, and what the venue really holds; everything must have come to its end. */
  check(heard: Heard): Promise<readonly string[]>
  recovered(): Promise<Recovered>
  /** Time passes faster at the venue while things come to their end. */
  hurry(on: boolean): void
  end(): Promise<void>
}

/** A fresh paper account. */
export async function paperPlace(): Promise<Place> {
  const mask = randomBytes(64).toString('hex')
  const dataDir = armedDataDir()
  // The first opening makes database and key: before that there is nothing to lose.
  await (await launchApp({ dataDir, vault: memoryVault(Buffer.from(mask, 'hex')) })).stop()
  return {
    open: { do: 'open', venue: 'paper', dataDir, mask, account: PAPER_ACCOUNT, fundedKey: '' },
    check: (heard) => beside(dataDir, 'paper', mask, (db) => checkBooks(db, heard)),
    recovered: () => beside(dataDir, 'paper', mask, readRecovered),
    hurry: () => undefined,
    end: () => Promise.resolve(),
  }
}

/** Reads beside the app. */
export async function beside<T>(dataDir: string, environment: string, mask: string, read: (db: Database) => T): Promise<T> {
  const db = await openBeside(dataDir, environment, mask)
  try {
    // One view of everything.
    return db.transaction(() => read(db)).deferred()
  } finally {
    db.close()
  }
}

/** What is wrong between the record and the paper exchange's own books. */
export function checkBooks(db: Database, heard: Heard): readonly string[] {
  return checkExchange(readOrders(db), heldBy(db), heard)
}

/** What the orders' lives tell of recoveries. */
export function readRecovered(db: Database): Recovered {
  const about = db.prepare(`SELECT COUNT(DISTINCT order_id) AS n FROM order_events WHERE data_json ->> '$.detail' = ?`)
  const by = (detail: string): number => (about.get(detail) as { n: number }).n
  return {
    orders: (db.prepare('SELECT COUNT(*) AS n FROM orders').get() as { n: number }).n,
    neverLeft: by('the app stopped before it was sent'),
    askedAfter: by('the app stopped while it was being sent'),
    movedOn: by('it changed while the app was off'),
  }
}

/** The exchange's own books, which must add up. */
function heldBy(db: Database): ReadonlyMap<string, HeldOrder> {
  const state = fromRows(db.prepare('SELECT key, json FROM paper_state').all() as PaperRow[])
  if (!state.ok) throw new Error(`the exchange's books: ${state.error.code} ${state.error.detail}`)
  const held = new Map<string, HeldOrder>()
  for (const record of state.value.records) {
    if (record.kind === 'rejection') held.set(record.rejection.clientOrderId, { state: 'rejected', filled: '0' })
    else {
      const { clientOrderId, instrument, filledLots } = record.order
      const digits = listingOf(instrument)?.instrument.amountDigits ?? 0
      held.set(clientOrderId, { state: record.order.state, filled: fromUnits(filledLots, digits).toFixed() })
    }
  }
  return held
}
