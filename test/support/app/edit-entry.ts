import { join } from 'node:path'

import { readDataKey } from '../../../src-main/credentials/data-key'
import type { Vault } from '../../../src-main/credentials/credentials'
import { openDatabase } from '../../../src-main/storage/database'

/** Changes who an entry of the paper log says did it, as somebody with the key could, also while the app runs. Throws when there is no such entry. */
export async function editEntry(dataDir: string, vault: Vault, seq: number): Promise<void> {
  const key = await readDataKey(join(dataDir, 'paper', 'db.key'), vault)
  if (!key.ok) throw new Error(key.error)
  const db = openDatabase({ path: join(dataDir, 'paper', 'holdfast.db'), key: key.value.key })
  if (!db.ok) throw db.error
  const trigger = db.value.prepare("SELECT sql FROM sqlite_schema WHERE name = 'audit_entries_no_update'").get() as { sql: string }
  db.value.exec('DROP TRIGGER audit_entries_no_update')
  const edit = db.value.prepare(`UPDATE audit_entries SET body = replace(body, '"actor":"', '"actor":"not ') WHERE seq = ?`)
  const { changes } = edit.run(seq)
  db.value.exec(trigger.sql)
  db.value.close()
  if (changes !== 1) throw new Error(`entry ${seq} was not changed`)
}
