import { composeBody } from '../../src-main/audit/body'
import { EntryHasher } from '../../src-main/audit/entry-hash'
import { deriveAuditKeys } from '../../src-main/audit/keys'
import type { AuditFact } from '../../src-main/domain/audit-event'
import { type BenchResult, inTurns, result } from './lib/bench'
import { makeShop, openShop, orderFact, removeShop } from './lib/audit-shop'

const ROUNDS = 150
const ENTRIES = 40
/** As an app that has run for a while: compiled code, not interpreted. */
const WARM_UP = 4_000

/**
 * Appending to the audit log, against bare inserts of the same bytes into a bare table (no checks) of the same
 * encrypted file, each durable before the next.
 */
export async function run(): Promise<BenchResult[]> {
  const shop = makeShop()
  const { db, log } = openShop(shop)
  try {
    db.exec(
      `CREATE TABLE bare (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL, mac BLOB NOT NULL) STRICT`,
    )
    const insert = db.prepare<Row>('INSERT INTO bare VALUES (?, ?, ?, ?, ?)')
    const facts = Array.from({ length: ROUNDS * ENTRIES }, (_, n) => orderFact(n))
    const rows = sameBytes(facts)
    const slice = <T>(all: readonly T[], round: number): readonly T[] => all.slice(round * ENTRIES, (round + 1) * ENTRIES)

    db.pragma('synchronous = OFF')
    for (const fact of facts.slice(0, WARM_UP)) log.append(fact)
    for (const row of rows.slice(0, WARM_UP)) insert.run(...row)
    db.exec('DELETE FROM bare')
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.pragma('synchronous = FULL')

    const [appendMs = NaN, bareMs = NaN] = await inTurns(ROUNDS, [
      (round) => {
        for (const fact of slice(facts, round)) log.append(fact)
      },
      (round) => {
        for (const row of slice(rows, round)) insert.run(...row)
      },
    ])
    const perSecond = (ms: number): number => (ENTRIES / ms) * 1_000
    return [result('audit-append', perSecond(appendMs), 'entries/s', perSecond(bareMs), { of: 'ratio', atLeast: 0.8 })]
  } finally {
    log.close()
    db.close()
    removeShop(shop)
  }
}

type Row = [seq: number, body: string, prevHash: Buffer, hash: Buffer, mac: Buffer]

/** What appending these facts writes, made beforehand. */
function sameBytes(facts: readonly AuditFact[]): Row[] {
  const keys = deriveAuditKeys(Buffer.alloc(32, 1), { environment: 'paper', logId: '0'.repeat(32) })
  const hasher = new EntryHasher()
  let prev = keys.genesisHex
  return facts.map((fact, index) => {
    const body = composeBody(index + 1, Date.now(), fact)
    const hash = hasher.hashHex(index + 1, prev, body)
    const row: Row = [index + 1, body, Buffer.from(prev, 'hex'), Buffer.from(hash, 'hex'), Buffer.from(keys.entryKey.ofHex(hash), 'hex')]
    prev = hash
    return row
  })
}
