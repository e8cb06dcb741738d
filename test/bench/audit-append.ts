import { composeBody } from '../../src-main/audit/body'
import { type BenchResult, inTurns, result } from './lib/bench'
import { makeShop, openShop, orderFact, removeShop } from './lib/audit-shop'

const ROUNDS = 150
const ENTRIES = 40
/** As an app that has run for a while: compiled code, not interpreted. */
const WARM_UP = 4_000

/**
 * Appending to the audit log, against bare inserts of the same bytes into a bare table (no index, no generated columns) of the same
 * encrypted file, each durable before the next.
 */
export async function run(): Promise<BenchResult[]> {
  const shop = makeShop()
  const { db, log } = openShop(shop)
  try {
    db.exec(
      `CREATE TABLE bare (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL, mac BLOB NOT NULL) STRICT`,
    )
    const insert = db.prepare<[string, Buffer, Buffer, Buffer]>('INSERT INTO bare (body, prev_hash, hash, mac) VALUES (?, ?, ?, ?)')
    const link = Buffer.alloc(32, 7)
    const facts = Array.from({ length: ROUNDS * ENTRIES }, (_, n) => orderFact(n))
    const bodies = facts.map((fact, n) => composeBody(n + 1, Date.now(), fact))
    const slice = <T>(all: readonly T[], round: number): readonly T[] => all.slice(round * ENTRIES, (round + 1) * ENTRIES)

    db.transaction(() => {
      for (const fact of facts.slice(0, WARM_UP)) log.append(fact)
      for (const body of bodies.slice(0, WARM_UP)) insert.run(body, link, link, link)
    })()

    const [appendMs = NaN, bareMs = NaN] = await inTurns(ROUNDS, [
      (round) => {
        for (const fact of slice(facts, round)) log.append(fact)
      },
      (round) => {
        for (const body of slice(bodies, round)) insert.run(body, link, link, link)
      },
    ])
    const perSecond = (ms: number): number => (ENTRIES / ms) * 1_000
    return [result('audit append', perSecond(appendMs), 'entries/s', perSecond(bareMs), { of: 'ratio', atLeast: 0.8 })]
  } finally {
    log.close()
    db.close()
    removeShop(shop)
  }
}
