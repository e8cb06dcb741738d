import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openDatabase, type Database } from '../../src-main/storage/database'
import { PAPER_SELL } from '../support/app/drafts'
import { armedDataDir, launchApp, removeDataDir, type TestApp } from '../support/app/launch'
import { inTurns, result, type BenchResult } from './lib/bench'
import { withoutRateLimits } from './lib/no-rate-limits'

const ROUNDS = 15
const ORDERS = 10
const WARM_UP = 20

/** What one order leaves behind, as bytes: one durable transaction for each of its events. */
interface Trace {
  readonly planJson: string
  readonly events: readonly string[]
}

/**
 * Paper orders through the whole pipeline (drafted, judged, journaled, placed, filled, all durable and on record), against the durable inserts of the same
 * journal and audit rows alone, in the same kind of file.
 */
export async function run(): Promise<BenchResult[]> {
  const dataDir = armedDataDir()
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const app = await launchApp({ dataDir, guards: withoutRateLimits })
  const bare = openBare(folder)
  try {
    for (let count = 0; count < WARM_UP; count += 1) await placeAndFill(app)
    const trace = await traceOf(app, await placeAndFill(app))
    for (let count = 0; count < WARM_UP; count += 1) insertAlone(bare, trace)
    const [pipelineMs = NaN, insertsMs = NaN] = await inTurns(ROUNDS, [
      async () => {
        for (let count = 0; count < ORDERS; count += 1) await placeAndFill(app)
      },
      () => {
        for (let count = 0; count < ORDERS; count += 1) insertAlone(bare, trace)
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

async function traceOf(app: TestApp, orderId: string): Promise<Trace> {
  const detail = await app.must('order.detail', { orderId })
  const entries = await Promise.all(detail.auditSeqs.map((seq) => app.must('audit.entry', { seq })))
  return { planJson: JSON.stringify(detail), events: entries.map(({ dataJson }) => dataJson) }
}

function openBare(folder: string): Database {
  const opened = openDatabase({ path: join(folder, 'bare.db'), key: randomBytes(32) })
  if (!opened.ok) throw opened.error
  opened.value.exec(`
    CREATE TABLE bare_orders (id INTEGER PRIMARY KEY, state TEXT NOT NULL, plan TEXT NOT NULL) STRICT;
    CREATE TABLE bare_events (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE bare_entries (id INTEGER PRIMARY KEY, body TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL, mac BLOB NOT NULL) STRICT;`)
  return opened.value
}

const DIGEST = randomBytes(32)

function insertAlone(db: Database, { planJson, events }: Trace): void {
  const order = db.prepare('INSERT INTO bare_orders(state, plan) VALUES (?, ?)')
  const change = db.prepare('UPDATE bare_orders SET state = ? WHERE id = ?')
  const event = db.prepare('INSERT INTO bare_events(body) VALUES (?)')
  const entry = db.prepare('INSERT INTO bare_entries(body, prev, hash, mac) VALUES (?, ?, ?, ?)')
  let id: number | bigint = 0
  events.forEach((body, index) => {
    db.transaction(() => {
      if (index === 0) id = order.run('initialized', planJson).lastInsertRowid
      else change.run(String(index), id)
      event.run(body)
      entry.run(body, DIGEST, DIGEST, DIGEST)
    }).immediate()
  })
}
