import type { Database } from '../storage/database'

/** Entries with what they are listed and searched by; of this connection alone, so that nobody can have redefined it. */
export const ENTRY_ROWS = 'temp.entry_rows'

/**
 * Makes {@link ENTRY_ROWS}. Everything is read out of the hashed text: what was generated when an entry is written would be paid before
 * the act that waits for its record. An entry without a time was emptied by retention; one whose text is damaged has the time 0.
 */
export function createEntryRows(db: Database): void {
  const member = (name: string): string => `CASE WHEN json_valid(body) THEN json_extract(body, '$.${name}') END`
  db.exec(`CREATE TEMP VIEW IF NOT EXISTS entry_rows AS SELECT seq, body, prev_hash, hash, mac,
    CASE WHEN body <> '{}' THEN coalesce(${member('atMs')}, 0) END AS at_ms,
    ${member('category')} AS category, ${member('severity')} AS severity,
    ${member('type')} AS type, ${member('actor')} AS actor, ${member('subject')} AS subject
    FROM main.audit_entries`)
}
