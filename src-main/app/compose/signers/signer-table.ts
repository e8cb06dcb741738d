import { sameAddress } from '../../../domain/evm'
import type { SignerConfig, SignerKind } from '../../../domain/signer'
import { parseSignerConfig } from '../../../signers/stored-config'
import type { Database } from '../../../storage/database'

/** A configured signer as it is stored. */
export interface SignerRecord {
  readonly id: string
  readonly kind: SignerKind
  readonly label: string
  readonly address: string
  readonly config: SignerConfig
  readonly turn: number
}

interface Row {
  readonly signer_id: string
  readonly label: string
  readonly address: string
  readonly config_json: string
  readonly turn: number
}

/** The configured signers of an environment, in its database. */
export class SignerTable {
  constructor(private readonly db: Database) {}

  /** Every readable row, oldest first; what cannot be read is given apart, to be said, and signs nothing. */
  all(): { readonly records: readonly SignerRecord[]; readonly unreadable: readonly string[] } {
    const rows = this.db
      .prepare('SELECT signer_id, label, address, config_json, turn FROM signers ORDER BY created_at_ms, rowid')
      .all() as Row[]
    const records: SignerRecord[] = []
    const unreadable: string[] = []
    for (const { signer_id: id, label, address, config_json, turn } of rows) {
      const config = parseSignerConfig(config_json)
      if (config === null) unreadable.push(id)
      else records.push({ id, kind: config.kind, label, address, config, turn })
    }
    return { records, unreadable }
  }

  /** Adds a signer, last in turn among those of its address. */
  add(id: string, label: string, address: string, config: SignerConfig, nowMs: number): SignerRecord {
    const turn = this.all().records.filter((record) => sameAddress(record.address, address)).length + 1
    this.db
      .prepare('INSERT INTO signers(signer_id, kind, label, address, config_json, turn, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(id, config.kind, label, address, JSON.stringify(config), turn, nowMs)
    return { id, kind: config.kind, label, address, config, turn }
  }

  setConfig(id: string, config: SignerConfig): void {
    this.db.prepare('UPDATE signers SET config_json = ?, kind = ? WHERE signer_id = ?').run(JSON.stringify(config), config.kind, id)
  }

  /** Numbers the turns in the order given; all in one transaction. */
  setTurns(ids: readonly string[]): void {
    const set = this.db.prepare('UPDATE signers SET turn = ? WHERE signer_id = ?')
    this.db.transaction(() => ids.forEach((id, index) => set.run(index + 1, id))).immediate()
  }

  remove(id: string): void {
    this.db.prepare('DELETE FROM signers WHERE signer_id = ?').run(id)
  }
}
