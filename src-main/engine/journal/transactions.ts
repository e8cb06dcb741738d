import type { Hex, UnsignedTx } from '../../domain/evm'
import type { Clock } from '../../lib/clock'
import { canonicalJson } from '../../lib/json'
import { err, ok, type Result } from '../../lib/result'
import type { Database } from '../../storage/database'
import type { TransactionRecord, TransactionState } from './records'

interface TransactionRow {
  readonly tx_id: string
  readonly order_id: string
  readonly purpose: TransactionRecord['purpose']
  readonly chain_id: number
  readonly from_address: string
  readonly nonce: number
  readonly raw: Buffer | null
  readonly hash: string | null
  readonly state: TransactionState
  readonly updated_at_ms: number
}

/** A transaction whose nonce is to be reserved. */
export interface Reservation {
  readonly txId: string
  readonly purpose: TransactionRecord['purpose']
  readonly tx: UnsignedTx
}

/** States in which a nonce is ours and may not be given to another transaction. */
const HOLDING = "('reserved','signed','sending','sent')"

/** Nonces and signed bytes: a nonce is reserved in the database before anything is signed, the bytes are kept before they leave. */
export class TransactionJournal {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** The lowest nonce that no transaction of ours holds, or 0 when we hold none. */
  nonceFloor(chainId: number, address: string): number {
    const row = this.db
      .prepare(`SELECT MAX(nonce) AS top FROM transactions WHERE chain_id = ? AND from_address = ? AND state IN ${HOLDING}`)
      .get(chainId, address.toLowerCase()) as { top: number | null }
    return row.top === null ? 0 : row.top + 1
  }

  /**
   * Reserves the nonces of all of an order's transactions, or none of them when one is taken. While another order of the account has
   * transactions that have not left, nothing is reserved: should that one give its nonces back, what is sent after them could never be mined.
   */
  reserve(orderId: string, txs: readonly Reservation[]): Result<void, { readonly nonce: number }> {
    const atMs = this.clock.wallMs()
    const held = this.db.prepare(`SELECT 1 FROM transactions WHERE chain_id = ? AND from_address = ? AND nonce = ? AND state IN ${HOLDING}`)
    const unsent = this.db.prepare(
      "SELECT nonce FROM transactions WHERE chain_id = ? AND from_address = ? AND order_id <> ? AND state IN ('reserved','signed') LIMIT 1",
    )
    const insert = this.db.prepare(
      `INSERT INTO transactions(tx_id, order_id, purpose, chain_id, from_address, nonce, unsigned_json, raw, hash, state, created_at_ms, updated_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, 'reserved', ?, ?)`,
    )
    return this.db
      .transaction((): Result<void, { readonly nonce: number }> => {
        const taken = txs.find(({ tx }) => held.get(tx.chainId, tx.from.toLowerCase(), tx.nonce) !== undefined)
        if (taken !== undefined) return err({ nonce: taken.tx.nonce })
        for (const { tx } of txs) {
          const waiting = unsent.get(tx.chainId, tx.from.toLowerCase(), orderId) as { nonce: number } | undefined
          if (waiting !== undefined) return err({ nonce: waiting.nonce })
        }
        for (const { txId, purpose, tx } of txs) {
          insert.run(txId, orderId, purpose, tx.chainId, tx.from.toLowerCase(), tx.nonce, canonicalJson(tx), atMs, atMs)
        }
        return ok(undefined)
      })
      .immediate()
  }

  /** Keeps the verified signed bytes. */
  keepSigned(txId: string, raw: Hex, hash: Hex): void {
    this.db
      .prepare("UPDATE transactions SET raw = ?, hash = ?, state = 'signed', updated_at_ms = ? WHERE tx_id = ?")
      .run(Buffer.from(raw.slice(2), 'hex'), hash, this.clock.wallMs(), txId)
  }

  /** Moves a transaction on. `failed` and `abandoned` give its nonce back. */
  setState(txId: string, state: TransactionState): void {
    this.db.prepare('UPDATE transactions SET state = ?, updated_at_ms = ? WHERE tx_id = ?').run(state, this.clock.wallMs(), txId)
  }

  /** Gives back the nonces of an order's transactions that never left. */
  abandonUnsent(orderId: string): void {
    this.db
      .prepare("UPDATE transactions SET state = 'abandoned', updated_at_ms = ? WHERE order_id = ? AND state IN ('reserved','signed')")
      .run(this.clock.wallMs(), orderId)
  }

  /** Says of signed bytes that they may have left: nobody was there to see. */
  assumeSending(orderId: string): void {
    this.db
      .prepare("UPDATE transactions SET state = 'sending', updated_at_ms = ? WHERE order_id = ? AND purpose = 'order' AND state = 'signed'")
      .run(this.clock.wallMs(), orderId)
  }

  /** An order's transactions, by nonce. */
  ofOrder(orderId: string): readonly TransactionRecord[] {
    const rows = this.db
      .prepare('SELECT * FROM transactions WHERE order_id = ? ORDER BY nonce, created_at_ms')
      .all(orderId) as TransactionRow[]
    return rows.map((row) => ({
      txId: row.tx_id,
      orderId: row.order_id,
      purpose: row.purpose,
      chainId: row.chain_id,
      from: row.from_address,
      nonce: row.nonce,
      raw: row.raw === null ? null : `0x${row.raw.toString('hex')}`,
      hash: row.hash,
      state: row.state,
      updatedAtMs: row.updated_at_ms,
    }))
  }
}
