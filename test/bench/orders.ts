import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readDataKey } from '../../src-main/credentials/data-key'
import { openDatabase, type Database } from '../../src-main/storage/database'
import { PAPER_SELL } from '../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, type TestApp } from '../support/app/launch'
import { inTurns, result, type BenchResult } from './lib/bench'
import { withoutRateLimits } from './lib/no-rate-limits'

// Short turns: whatever else the machine does for a while slows both sides, the one by its arithmetic, the other by its disk.
const ROUNDS = 50
const ORDERS = 3
/** The engine compiles what runs often: the first hundred orders of a process are slower than any later one, and an app trades for days. */
const WARM_UP = 100

/** One order's rows in the journal, and every audit entry that it left behind, in the order of the log. */
interface Trace {
  readonly order: OrderRow
  readonly entries: readonly { readonly body: string; readonly event: EventRow | null }[]
}

interface OrderRow {
  readonly venue: string
  readonly instrument: string
  readonly plan_hash: string
  readonly plan_json: string
  readonly progress_json: string
}

interface EventRow {
  readonly type: string
  readonly data_json: string
  readonly audit_seq: number
}

/**
 * Paper orders through the whole pipeline (asked for, drafted, judged, confirmed, judged again, journaled, placed, filled, told to the window; all of it
 * durable and on record), one after the other, against the durable inserts alone: the very rows that such an order leaves in the journal and in the audit
 * log, into the same tables of another encrypted file, one durable transaction for each audit entry and nothing else: nothing is hashed, judged, read
 * back or told, and the paper exchange keeps no books. What the pipeline writes in one go because nothing is done in between is its own to gain.
 */
export async function run(): Promise<BenchResult[]> {
  const dataDir = armedDataDir()
  const vault = memoryVault()
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const app = await launchApp({ dataDir, vault, guards: withoutRateLimits })
  const bare = openOrThrow(join(folder, 'bare.db'), randomBytes(32))
  try {
    for (let count = 0; count < WARM_UP; count += 1) await placeAndFill(app)
    const key = await readDataKey(join(dataDir, 'paper', 'db.key'), vault)
    if (!key.ok) throw new Error(key.error)
    const db = openOrThrow(join(dataDir, 'paper', 'holdfast.db'), key.value.key)
    const before = lastSeq(db)
    const trace = readTrace(db, await placeAndFill(app), before)
    db.close()
    const insertAlone = inserter(bare, trace)
    for (let count = 0; count < WARM_UP; count += 1) insertAlone()
    const [pipelineMs = NaN, insertsMs = NaN] = await inTurns(ROUNDS, [
      async () => {
        for (let count = 0; count < ORDERS; count += 1) await placeAndFill(app)
      },
      () => {
        for (let count = 0; count < ORDERS; count += 1) insertAlone()
      },
    ])
    const perSecond = (ms: number): number => (ORDERS / ms) * 1_000
    return [result('orders', perSecond(pipelineMs), 'orders/s', perSecond(insertsMs), { of: 'ratio', atLeast: 0.5 })]
  } finally {
    bare.close()
    await app.stop()
    removeDataDir(dataDir)
    rmSync(folder, { recursive: true, force: true })
  }
}

let turn = 0

/** A market order of its own size, so that it is nobody's repetition; alternating sides, so that the account never runs dry. */
async function placeAndFill(app: TestApp): Promise<string> {
  turn += 1
  const side = turn % 2 === 0 ? 'buy' : 'sell'
  const plan = await app.must('order.prepare', { ...PAPER_SELL, side, amount: (0.01 + (turn % 997) / 100_000).toFixed(5) })
  const ended = app.heard('order.changed', ({ orderId, state }) => orderId === plan.orderId && state === 'filled')
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  return (await ended).orderId
}

function openOrThrow(path: string, key: Buffer): Database {
  const opened = openDatabase({ path, key })
  if (!opened.ok) throw opened.error
  return opened.value
}

const lastSeq = (db: Database): number => db.prepare<[], number>('SELECT MAX(seq) FROM audit_entries').pluck().get() ?? 0

/** What was written since `afterSeq`, when this order was the only thing that happened. */
function readTrace(db: Database, orderId: string, afterSeq: number): Trace {
  const order = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE order_id = ?').get(orderId)
  if (order === undefined) throw new Error('the order left no row')
  const events = db.prepare<[string], EventRow>('SELECT * FROM order_events WHERE order_id = ?').all(orderId)
  const rows = db
    .prepare<[number], { seq: number; body: string }>('SELECT seq, body FROM audit_entries WHERE seq > ? ORDER BY seq')
    .all(afterSeq)
  const mine = rows.filter(({ body }) => body.includes(orderId) || body.includes('"command":"order.'))
  const entries = mine.map(({ seq, body }) => ({ body, event: events.find((event) => event.audit_seq === seq) ?? null }))
  if (events.length === 0 || entries.filter(({ event }) => event !== null).length !== events.length)
    throw new Error('the trace is not whole')
  return { order, entries }
}

const DIGEST = randomBytes(32)

/** Makes what inserts a trace's rows once more, under an id of its own. */
function inserter(db: Database, { order, entries }: Trace): () => void {
  const insertOrder = db.prepare(
    `INSERT INTO orders(order_id, client_order_id, venue, instrument, state, plan_hash, plan_json, progress_json, created_at_ms, updated_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const change = db.prepare('UPDATE orders SET state = ?, updated_at_ms = ? WHERE order_id = ?')
  const insertEvent = db.prepare('INSERT INTO order_events(order_id, seq, at_ms, type, data_json, audit_seq) VALUES (?, ?, ?, ?, ?, ?)')
  const insertEntry = db.prepare('INSERT INTO audit_entries(seq, body, prev_hash, hash, mac) VALUES (?, ?, ?, ?, ?)')
  let auditSeq = 0
  return () => {
    const orderId = `${randomBytes(4).toString('hex')}-${randomBytes(14).toString('hex')}`.slice(0, 36)
    let seq = 0
    for (const { body, event } of entries) {
      auditSeq += 1
      const atMs = Date.now()
      db.transaction(() => {
        if (event !== null) {
          if (seq === 0) {
            const { venue, instrument, plan_hash, plan_json, progress_json } = order
            insertOrder.run(orderId, orderId, venue, instrument, event.type, plan_hash, plan_json, progress_json, atMs, atMs)
          } else change.run(event.type, atMs, orderId)
          seq += 1
          insertEvent.run(orderId, seq, atMs, event.type, event.data_json, auditSeq)
        }
        insertEntry.run(auditSeq, body, DIGEST, DIGEST, DIGEST)
      }).immediate()
    }
  }
}
