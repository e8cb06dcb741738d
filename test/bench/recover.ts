import { join } from 'node:path'

import { readDataKey } from '../../src-main/credentials/data-key'
import { openDatabase, type Database } from '../../src-main/storage/database'
import { PAPER_SELL } from '../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, type TestApp } from '../support/app/launch'
import { median, result, timed, type BenchResult } from './lib/bench'
import { withoutRateLimits } from './lib/no-rate-limits'

const CLOSED = 99_000
const OPEN = 1_000
const ROUNDS = 5

/**
 * From a start on 100 000 journaled orders, 1 000 of them resting at the exchange, to ready to trade (database, record, breakers, limits, and every open
 * order asked after), against opening the same file and reading the same orders' rows.
 */
export async function run(): Promise<BenchResult[]> {
  const dataDir = armedDataDir()
  const vault = memoryVault()
  try {
    const app = await launchApp({ dataDir, vault, guards: withoutRateLimits })
    const filled = await place(app, { ...PAPER_SELL, amount: '0.01' }, 'filled')
    for (let count = 0; count < OPEN; count += 1) {
      const limitPrice = (9_000 + count / 100).toFixed(2)
      await place(app, { ...PAPER_SELL, type: 'limit', timeInForce: 'gtc', amount: '0.001', limitPrice }, 'working')
    }
    await app.stop()
    const key = await readDataKey(join(dataDir, 'paper', 'db.key'), vault)
    if (!key.ok) throw new Error(key.error)
    const open = (): Database => {
      const opened = openDatabase({ path: join(dataDir, 'paper', 'holdfast.db'), key: key.value.key })
      if (!opened.ok) throw opened.error
      return opened.value
    }
    const db = open()
    copyOrder(db, filled, CLOSED)
    db.close()

    const ready: number[] = []
    const plain: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      plain.push(
        await timed(() => {
          const file = open()
          const rows = file.prepare('SELECT * FROM orders').all()
          if (rows.length < CLOSED + OPEN) throw new Error('orders are missing')
          file.close()
        }),
      )
      let started: TestApp | null = null
      ready.push(
        await timed(async () => {
          started = await launchApp({ dataDir, vault, guards: withoutRateLimits })
        }),
      )
      const again = started as TestApp | null
      const status = await again?.must('app.status', {})
      if (status?.phase !== 'ready') throw new Error(`not ready: ${status?.phase ?? 'nothing'}`)
      await again?.stop()
    }
    return [result('recover', median(ready), 'ms', median(plain), { of: 'ratio', atMost: 2 })]
  } finally {
    removeDataDir(dataDir)
  }
}

async function place(app: TestApp, draft: typeof PAPER_SELL, state: 'filled' | 'working'): Promise<string> {
  const plan = await app.must('order.prepare', draft)
  const there = app.heard('order.changed', (order) => order.orderId === plan.orderId && order.state === state)
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  return (await there).orderId
}

/** Copies of an order that has ended, with their lives, as of the days before. */
function copyOrder(db: Database, orderId: string, copies: number): void {
  const columns = (table: string): string[] =>
    (db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[]).map(({ name }) => name)
  const orders = columns('orders').map((name) =>
    name === 'order_id' || name === 'client_order_id' ? `'copy-' || n` : name.endsWith('_at_ms') ? `o.${name} - n * 60000` : `o.${name}`,
  )
  const events = columns('order_events').map((name) => (name === 'order_id' ? `'copy-' || n` : `e.${name}`))
  const numbers = `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${copies})`
  db.transaction(() => {
    db.exec(`${numbers} INSERT INTO orders SELECT ${orders.join(', ')} FROM orders o, numbers WHERE o.order_id = '${orderId}'`)
    db.exec(`${numbers} INSERT INTO order_events SELECT ${events.join(', ')} FROM numbers, order_events e WHERE e.order_id = '${orderId}'`)
  })()
}
