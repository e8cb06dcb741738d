import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AuditLog, ChainBreak, VerifyReport } from '../../../src-main/audit/audit'
import { openAuditLog } from '../../../src-main/audit/audit-log'
import { deriveAuditKeys } from '../../../src-main/audit/keys'
import { EntryHasher } from '../../../src-main/audit/entry-hash'
import type { AuditFact } from '../../../src-main/domain/audit-event'
import type { Environment } from '../../../src-main/domain/environment'
import { type Database, openDatabase } from '../../../src-main/storage/database'
import { FakeClock } from '../../support/fake-clock'

export const KEY = Buffer.alloc(32, 7)
const nativeBinding = process.env['HOLDFAST_SQLITE_BINDING']

/** A fact that differs from its neighbours. */
export function fact(n: number, overrides: Partial<AuditFact> = {}): AuditFact {
  return {
    category: 'TRADE_EXECUTION',
    severity: 'info',
    type: n % 2 === 0 ? 'OrderSubmitted' : 'OrderFilled',
    actor: 'operator',
    subject: `order-${n}`,
    data: { quantity: `${n}.5`, instrument: 'ETH-USDC' },
    ...overrides,
  }
}

/** An open environment's database and log, in a folder of its own. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'))
  readonly clock = new FakeClock()
  private opened: Database | null = null

  constructor(
    readonly environment: Environment = 'paper',
    readonly key: Buffer = KEY,
  ) {}

  get path(): string {
    return join(this.folder, 'environment.db')
  }
  get anchorPath(): string {
    return join(this.folder, 'audit.anchor')
  }

  get db(): Database {
    if (this.opened === null) {
      const result = openDatabase({ path: this.path, key: this.key, nativeBinding })
      if (!result.ok) throw result.error
      this.opened = result.value
    }
    return this.opened
  }

  log(environment: Environment = this.environment): AuditLog {
    return openAuditLog({
      db: this.db,
      key: this.key,
      environment,
      anchorPath: this.anchorPath,
      clock: this.clock,
      scheduler: this.clock,
    })
  }

  /** A log with so many entries, anchored at its end and closed again. */
  filled(count: number, first = 1): this {
    const log = this.log()
    this.db.transaction(() => {
      for (let n = first; n < first + count; n++) log.append(fact(n))
    })()
    log.close()
    return this
  }

  /** As somebody with the key could: past the triggers, which are put back afterwards. */
  tamper(change: (db: Database) => void): this {
    const triggers = this.db
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_entries'`,
      )
      .all()
    this.db.pragma('ignore_check_constraints = ON')
    this.db.transaction(() => {
      for (const { name } of triggers) this.db.exec(`DROP TRIGGER ${name}`)
      change(this.db)
      for (const { sql } of triggers) this.db.exec(sql)
    })()
    this.db.pragma('ignore_check_constraints = OFF')
    return this
  }

  /** The hash that an attacker without the key can compute, and what the holder of the key would have written. */
  hash(seq: number, prevHash: Buffer, body: string): Buffer {
    return new EntryHasher().hash(seq, prevHash.toString('hex'), body)
  }

  code(hash: Buffer, logId: string): Buffer {
    const { entryKey } = deriveAuditKeys(this.key, { environment: this.environment, logId })
    return Buffer.from(entryKey.ofHex(hash.toString('hex')), 'hex')
  }

  async verify(): Promise<VerifyReport> {
    return this.log().verify()
  }

  async findings(): Promise<string[]> {
    return inShort((await this.verify()).breaks)
  }

  /** Copies the database, whole, to a name beside it. */
  keepDatabase(name: string): void {
    this.close()
    copyFileSync(this.path, join(this.folder, name))
  }

  restoreDatabase(name: string): void {
    this.close()
    for (const suffix of ['-wal', '-shm']) rmSync(this.path + suffix, { force: true })
    copyFileSync(join(this.folder, name), this.path)
  }

  keepAnchor(name: string): void {
    copyFileSync(this.anchorPath, join(this.folder, name))
  }

  restoreAnchor(name: string): void {
    copyFileSync(join(this.folder, name), this.anchorPath)
  }

  close(): void {
    this.opened?.close()
    this.opened = null
  }

  remove(): void {
    this.close()
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Findings in short: `EDITED 3`, `DELETED 4-6`, `ANCHOR_MISSING`. */
export function inShort(breaks: readonly ChainBreak[]): string[] {
  return breaks.map(({ kind, fromSeq, toSeq }) => {
    if (fromSeq === 0 && toSeq === 0) return kind
    return `${kind} ${fromSeq === toSeq ? fromSeq : `${fromSeq}-${toSeq}`}`
  })
}

/** An entry as it is stored. */
export interface StoredRow {
  readonly seq: number
  readonly body: string
  readonly prev_hash: Buffer
  readonly hash: Buffer
  readonly mac: Buffer
}

export function rowAt(db: Database, seq: number): StoredRow {
  const found = db.prepare<[number], StoredRow>('SELECT seq, body, prev_hash, hash, mac FROM audit_entries WHERE seq = ?').get(seq)
  if (found === undefined) throw new Error(`there is no entry ${seq}`)
  return found
}

export function setRow(db: Database, seq: number, changes: Partial<StoredRow>): void {
  for (const [column, value] of Object.entries(changes)) db.prepare(`UPDATE audit_entries SET ${column} = ? WHERE seq = ?`).run(value, seq)
}

export function putRow(db: Database, { seq, body, prev_hash, hash, mac }: StoredRow): void {
  db.prepare('INSERT INTO audit_entries (seq, body, prev_hash, hash, mac) VALUES (?, ?, ?, ?, ?)').run(seq, body, prev_hash, hash, mac)
}
