import { openScratchDatabase } from './database'
import type { Database } from './database-type'
import { migrate } from './migrate'
import { MIGRATIONS } from './migrations'

/** One object of the schema that is not as the migrations make it. */
export interface SchemaDifference {
  /** Table, index, trigger or view. */
  readonly name: string
  readonly difference: 'missing' | 'altered' | 'unknown'
}

interface SchemaObject {
  readonly type: string
  readonly name: string
  readonly tbl_name: string
  readonly sql: string | null
}

type Schema = ReadonlyMap<string, string>

/**
 * Compares the tables, indexes and triggers whose names start with `prefix` with what the migrations make. A generated column that
 * was redefined, a trigger that was dropped or one that was added shows here, and nowhere in the rows.
 */
export function schemaDifferences(db: Database, prefix = ''): SchemaDifference[] {
  const scratch = openScratchDatabase(db)
  try {
    migrate(scratch, MIGRATIONS)
    return compare(readSchema(scratch, prefix), readSchema(db, prefix))
  } finally {
    scratch.close()
  }
}

function compare(expected: Schema, found: Schema): SchemaDifference[] {
  const differences: SchemaDifference[] = []
  for (const [name, sql] of expected) {
    const actual = found.get(name)
    if (actual === undefined) differences.push({ name, difference: 'missing' })
    else if (actual !== sql) differences.push({ name, difference: 'altered' })
  }
  for (const name of found.keys()) if (!expected.has(name)) differences.push({ name, difference: 'unknown' })
  return differences
}

function readSchema(db: Database, prefix: string): Schema {
  const objects = db
    .prepare<[], SchemaObject>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema UNION ALL SELECT type, name, tbl_name, sql FROM sqlite_temp_schema',
    )
    .all()
    // The table's name as well: a trigger of any name may sit on it.
    .filter(({ name, tbl_name: table }) => name.startsWith(prefix) || table.startsWith(prefix))
  return new Map(objects.map(({ type, name, sql }) => [`${type} ${name}`, (sql ?? '').replace(/\s+/g, ' ').trim()]))
}
