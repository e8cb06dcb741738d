import { join } from 'node:path'

import { readDataKey } from '../../src-main/credentials/data-key'
import { openDatabase, type Database } from '../../src-main/storage/database'
import { memoryVault } from '../support/app/vault'

/** An order as the database has it. */
export interface OrderOnRecord {
  readonly id: string
  readonly venue: string
  readonly side: 'buy' | 'sell'
  readonly state: string
  readonly filled: string
  /** Types of what happened to it, oldest first. */
  readonly life: readonly string[]
}

/** A transaction as the database has it. */
export interface TxOnRecord {
  readonly order: string
  readonly purpose: string
  readonly nonce: number
  readonly hash: string | null
  readonly state: string
}

/** Opens an environment's database beside the app, without changing anything. */
export async function openBeside(dataDir: string, environment: string, mask: string): Promise<Database> {
  const key = await readDataKey(join(dataDir, environment, 'db.key'), memoryVault(Buffer.from(mask, 'hex')))
  if (!key.ok) throw new Error(`the data key: ${key.error}`)
  const nativeBinding = process.env['HOLDFAST_SQLITE_BINDING']
  const opened = openDatabase({ path: join(dataDir, environment, 'holdfast.db'), key: key.value.key, readonly: true, nativeBinding })
  if (!opened.ok) throw opened.error
  return opened.value
}

/** Every order with its life. */
export function readOrders(db: Database): readonly OrderOnRecord[] {
  const lives = new Map<string, string[]>()
  const events = db.prepare('SELECT order_id AS id, type FROM order_events ORDER BY order_id, seq').all() as { id: string; type: string }[]
  for (const { id, type } of events) lives.set(id, [...(lives.get(id) ?? []), type])
  const rows = db
    .prepare(
      `SELECT order_id AS id, venue, state, progress_json ->> '$.filledBase' AS filled, plan_json ->> '$.plan.intent.side' AS side
       FROM orders ORDER BY created_at_ms, rowid`,
    )
    .all() as Omit<OrderOnRecord, 'life'>[]
  return rows.map((row) => ({ ...row, life: lives.get(row.id) ?? [] }))
}

/** Every transaction. */
export function readTransactions(db: Database): readonly TxOnRecord[] {
  return db.prepare('SELECT order_id AS "order", purpose, nonce, hash, state FROM transactions ORDER BY rowid').all() as TxOnRecord[]
}
