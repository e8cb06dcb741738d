import { parseUnsignedTx, type Hex, type UnsignedTx } from '../../domain/evm'
import type { Clock } from '../../lib/clock'
import { HoldfastError } from '../../lib/errors'
import { canonicalJson } from '../../lib/json'
import { err, ok, type Result } from '../../lib/result'
import type { Database, Statement } from '../../storage/database'
import type { OwnNonces } from '../../venues/venue'
import type { TransactionRecord, TransactionState } from './records'

interface TransactionRow {
  readonly tx_id: string
  readonly order_id: string
  readonly purpose: TransactionRecord['purpose']
  readonly replaces: string | null
  readonly unsigned_json: string
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

/** The nonce because of which nothing may be made now; `behind` is the order that holds it and has not left, where that is waited for. */
export interface Obstacle {
  readonly nonce: number
  readonly behind?: string
}

const INSERT = `INSERT INTO transactions(tx_id, order_id, purpose, replaces, chain_id, from_address, nonce, unsigned_json, raw, hash, state, created_at_ms, updated_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, 'reserved', ?, ?)`

const PURPOSES: ReadonlySet<string> = new Set<TransactionRecord['purpose']>(['approve', 'order', 'cancel'])

/** States in which a nonce is ours and may not be given to another transaction. */
const HOLDING = "('reserved','signed','sending','sent')"
const KNOWN = "('reserved','signed','sending','sent','refused')"

/** Nonces and signed bytes: a nonce is reserved in the database before anything is signed, the bytes are kept before they leave. */
export class TransactionJournal {
  readonly #compiled = new Map<string, Statement>()
  /** Orders of which something is leaving this moment. */
  readonly #leaving = new Set<string>()

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** What is known of an account's nonces that the chain's count does not say. */
  own(chainId: number, address: string): OwnNonces {
    const rows = this.#statement(
      `SELECT nonce, hash, state FROM transactions WHERE chain_id = ? AND from_address = ? AND state IN ${KNOWN} ORDER BY nonce`,
    ).all(chainId, address.toLowerCase()) as Pick<TransactionRow, 'nonce' | 'hash' | 'state'>[]
    return {
      held: [...new Set(rows.filter(({ state }) => state !== 'refused').map(({ nonce }) => nonce))],
      refused: rows.flatMap(({ nonce, hash, state }) => (state === 'refused' && hash !== null ? [{ nonce, hash: hash as Hex }] : [])),
    }
  }

  /**
   * Reserves the nonces of all of an order's transactions, or none of them when one is taken. While another order of the account has transactions that
   * have not left, or are leaving this moment, nothing is reserved: should that one give its nonces back, what is sent after them could not be mined. For
   * the same reason not where a lower nonce was given back since these were chosen, wall ms.
   */
  reserve(orderId: string, txs: readonly Reservation[], chosenAtMs: number): Result<void, Obstacle> {
    if (txs.length === 0) return ok(undefined)
    const atMs = this.clock.wallMs()
    const insert = this.#statement(INSERT)
    return this.db
      .transaction((): Result<void, Obstacle> => {
        for (const { tx } of txs) {
          const obstacle = this.#obstacleTo(orderId, tx, chosenAtMs)
          if (obstacle !== null) return err(obstacle)
        }
        for (const { txId, purpose, tx } of txs) {
          insert.run(txId, orderId, purpose, null, tx.chainId, tx.from.toLowerCase(), tx.nonce, canonicalJson(tx), atMs, atMs)
        }
        return ok(undefined)
      })
      .immediate()
  }

  /** Because of what a transaction may not be made now, or null. */
  #obstacleTo(orderId: string, { chainId, from, nonce }: UnsignedTx, chosenAtMs: number): Obstacle | null {
    const account = [chainId, from.toLowerCase()] as const
    const held = this.#statement(
      `SELECT nonce FROM transactions WHERE chain_id = ? AND from_address = ? AND nonce = ? AND state IN ${HOLDING}`,
    )
    if (held.get(...account, nonce) !== undefined) return { nonce }
    const others = this.#statement(
      "SELECT nonce, order_id, state FROM transactions WHERE chain_id = ? AND from_address = ? AND order_id <> ? AND replaces IS NULL AND state IN ('reserved','signed','sending')",
    ).all(...account, orderId) as Pick<TransactionRow, 'nonce' | 'order_id' | 'state'>[]
    const unsent = others.find((other) => other.state !== 'sending' || this.#leaving.has(other.order_id))
    if (unsent !== undefined) return { nonce: unsent.nonce, behind: unsent.order_id }
    const free = this.#statement(
      `SELECT nonce FROM transactions AS given WHERE chain_id = ? AND from_address = ? AND order_id <> ? AND nonce < ? AND replaces IS NULL
       AND state IN ('failed','refused','abandoned') AND updated_at_ms > ?
       AND NOT EXISTS (SELECT 1 FROM transactions AS holder WHERE holder.chain_id = given.chain_id AND holder.from_address = given.from_address
         AND holder.nonce = given.nonce AND holder.state IN ${HOLDING}) LIMIT 1`,
    ).get(...account, orderId, nonce, chosenAtMs) as { nonce: number } | undefined
    return free ?? null
  }

  /** An order's transaction leaves now: until {@link answered}, whether it keeps its nonce is open. */
  leaving(orderId: string, txId: string): void {
    this.setState(txId, 'sending')
    this.#leaving.add(orderId)
  }

  /** What came of an order's leaving is on record, if only as unknown. */
  answered(orderId: string): void {
    this.#leaving.delete(orderId)
  }

  /**
   * Keeps a transaction that competes with `root` for its nonce. Refused unless the nonce is still the order's own (`taken`) and nothing else is on
   * its way to be signed for it (`under-way`).
   */
  reserveReplacement(root: TransactionRecord, { txId, purpose, tx }: Reservation): Result<void, 'taken' | 'under-way'> {
    const atMs = this.clock.wallMs()
    return this.db
      .transaction((): Result<void, 'taken' | 'under-way'> => {
        const rivals = rivalsOf(this.ofOrder(root.orderId), root)
        const isOurs = rivals.some(({ state }) => state === 'sending' || state === 'sent')
        if (!isOurs || tx.nonce !== root.nonce) return err('taken')
        if (rivals.some(isUnsentReplacement)) return err('under-way')
        this.#statement(INSERT).run(
          txId,
          root.orderId,
          purpose,
          root.txId,
          tx.chainId,
          tx.from.toLowerCase(),
          tx.nonce,
          canonicalJson(tx),
          atMs,
          atMs,
        )
        return ok(undefined)
      })
      .immediate()
  }

  /** Keeps the verified signed bytes. */
  keepSigned(txId: string, raw: Hex, hash: Hex): void {
    this.#statement("UPDATE transactions SET raw = ?, hash = ?, state = 'signed', updated_at_ms = ? WHERE tx_id = ?").run(
      Buffer.from(raw.slice(2), 'hex'),
      hash,
      this.clock.wallMs(),
      txId,
    )
  }

  /** Moves a transaction on. `failed`, `refused`, `replaced` and `abandoned` give its nonce back. */
  setState(txId: string, state: TransactionState): void {
    this.#statement('UPDATE transactions SET state = ?, updated_at_ms = ? WHERE tx_id = ?').run(state, this.clock.wallMs(), txId)
  }

  /** What may have left is there: it has left. */
  found(txId: string): void {
    this.#statement("UPDATE transactions SET state = 'sent', updated_at_ms = ? WHERE tx_id = ? AND state = 'sending'").run(
      this.clock.wallMs(),
      txId,
    )
  }

  /** The block that it was in is gone: it waits again, or its nonce is another's of ours by now, and it competes with that one unheld. */
  waitsAgain(txId: string): void {
    this.#statement(
      `UPDATE transactions SET updated_at_ms = ?, state = CASE WHEN replaces IS NULL AND EXISTS (
         SELECT 1 FROM transactions AS holder WHERE holder.chain_id = transactions.chain_id AND holder.from_address = transactions.from_address
           AND holder.nonce = transactions.nonce AND holder.replaces IS NULL AND holder.tx_id <> transactions.tx_id AND holder.state IN ${HOLDING}
       ) THEN 'refused' ELSE 'sent' END WHERE tx_id = ?`,
    ).run(this.clock.wallMs(), txId)
  }

  /** Moves several on, all of them or none. */
  setStates(states: readonly (readonly [txId: string, state: TransactionState])[]): void {
    this.db.transaction(() => states.forEach(([txId, state]) => this.setState(txId, state))).immediate()
  }

  /** Gives back the nonces of an order's transactions that never left. */
  abandonUnsent(orderId: string): void {
    this.#statement(
      "UPDATE transactions SET state = 'abandoned', updated_at_ms = ? WHERE order_id = ? AND state IN ('reserved','signed')",
    ).run(this.clock.wallMs(), orderId)
  }

  /** Says of an order's signed bytes that they may have left: nobody was there to see. What replaces them says so itself. */
  assumeSending(orderId: string): void {
    this.#statement(
      "UPDATE transactions SET state = 'sending', updated_at_ms = ? WHERE order_id = ? AND purpose = 'order' AND replaces IS NULL AND state = 'signed'",
    ).run(this.clock.wallMs(), orderId)
  }

  /** An order's transactions, by nonce, in the order in which they were made. Throws `BAD_RECORD` where one of them cannot be read. */
  ofOrder(orderId: string): readonly TransactionRecord[] {
    return this.#rowsOf(orderId).map(fromRow)
  }

  /** An order's transactions as far as they can be read, in the same order, and how many cannot. */
  readableOf(orderId: string): { readonly transactions: readonly TransactionRecord[]; readonly unreadable: number } {
    const rows = this.#rowsOf(orderId)
    const transactions = rows.flatMap((row) => readable(row) ?? [])
    return { transactions, unreadable: rows.length - transactions.length }
  }

  /** Orders, open or ended, with a replacement that was begun and has not left. */
  withUnsentReplacements(): readonly string[] {
    const rows = this.#statement(
      "SELECT DISTINCT order_id FROM transactions WHERE replaces IS NOT NULL AND state IN ('reserved','signed')",
    ).all() as Pick<TransactionRow, 'order_id'>[]
    return rows.map(({ order_id: orderId }) => orderId)
  }

  /** Orders that had something waiting to be mined at a time, wall ms. */
  outAt(atMs: number): readonly string[] {
    const rows = this.#statement(
      `SELECT DISTINCT order_id FROM transactions WHERE created_at_ms <= ?
       AND (state IN ('sending','sent') OR (state IN ('mined','replaced') AND updated_at_ms >= ?))`,
    ).all(atMs, atMs) as Pick<TransactionRow, 'order_id'>[]
    return rows.map(({ order_id: orderId }) => orderId)
  }

  /** Orders with a transaction that holds a nonce and cannot be read: nobody can follow it, and it may be out. */
  unreadable(): readonly string[] {
    const rows = this.#statement(`SELECT * FROM transactions WHERE state IN ${HOLDING}`).all() as TransactionRow[]
    return [...new Set(rows.filter((row) => readable(row) === null).map(({ order_id: orderId }) => orderId))]
  }

  /** Orders with a transaction that was refused and may be mined all the same. */
  withRefused(): readonly string[] {
    const rows = this.#statement("SELECT DISTINCT order_id FROM transactions WHERE state = 'refused'").all() as Pick<
      TransactionRow,
      'order_id'
    >[]
    return rows.map(({ order_id: orderId }) => orderId)
  }

  /** Everything that may be waiting to be mined, of whatever order, oldest first, as far as it can be read. */
  inFlight(): readonly TransactionRecord[] {
    const rows = this.#statement(
      "SELECT * FROM transactions WHERE state IN ('sending','sent') ORDER BY created_at_ms, rowid",
    ).all() as TransactionRow[]
    return rows.flatMap((row) => readable(row) ?? [])
  }

  #rowsOf(orderId: string): readonly TransactionRow[] {
    const rows = this.#statement('SELECT * FROM transactions WHERE order_id = ? ORDER BY nonce, created_at_ms, rowid')
    return rows.all(orderId) as TransactionRow[]
  }

  /** Compiled once: compiling a statement costs as much as running it. */
  #statement(sql: string): Statement {
    const known = this.#compiled.get(sql)
    if (known !== undefined) return known
    const compiled = this.db.prepare(sql)
    this.#compiled.set(sql, compiled)
    return compiled
  }
}

function readable(row: TransactionRow): TransactionRecord | null {
  try {
    return fromRow(row)
  } catch {
    return null
  }
}

function fromRow(row: TransactionRow): TransactionRecord {
  const bad = (why: string): HoldfastError => new HoldfastError('BAD_RECORD', 'a kept transaction cannot be read', { txId: row.tx_id, why })
  if (!PURPOSES.has(row.purpose)) throw bad('purpose')
  let kept: unknown
  try {
    kept = JSON.parse(row.unsigned_json)
  } catch {
    throw bad('no JSON')
  }
  const unsigned = parseUnsignedTx(kept)
  if (!unsigned.ok) throw bad(unsigned.error.field)
  return {
    txId: row.tx_id,
    orderId: row.order_id,
    purpose: row.purpose,
    replaces: row.replaces,
    unsigned: unsigned.value,
    chainId: row.chain_id,
    from: row.from_address,
    nonce: row.nonce,
    raw: row.raw === null ? null : `0x${row.raw.toString('hex')}`,
    hash: row.hash,
    state: row.state,
    updatedAtMs: row.updated_at_ms,
  }
}

/** Whether it was to take the place of another and has not left. */
export function isUnsentReplacement({ replaces, state }: TransactionRecord): boolean {
  return replaces !== null && (state === 'reserved' || state === 'signed')
}

/** The transactions that compete for one nonce: the first, and those that replace it, as they were made. */
export function rivalsOf(txs: readonly TransactionRecord[], root: TransactionRecord): readonly TransactionRecord[] {
  return txs.filter(({ txId, replaces }) => txId === root.txId || replaces === root.txId)
}

type Signed = TransactionRecord & { readonly hash: Hex; readonly raw: Hex }

/** Those of them that wait to be mined, or are: their bytes may have left. */
export function contenders(rivals: readonly TransactionRecord[]): readonly Signed[] {
  return mayBeMined(rivals).filter(({ state }) => state !== 'refused')
}

/** Those of them that may be in a block some day: what waits, and what was refused by an endpoint that has the bytes. */
export function mayBeMined(rivals: readonly TransactionRecord[]): readonly Signed[] {
  return rivals.filter((tx): tx is Signed => tx.hash !== null && tx.raw !== null && MINEABLE.has(tx.state))
}

const MINEABLE: ReadonlySet<TransactionState> = new Set<TransactionState>(['sending', 'sent', 'mined', 'refused'])
