import type BetterSqlite3 from 'better-sqlite3-multiple-ciphers'

/** An open database, with better-sqlite3's interface: synchronous, one connection. */
export type Database = BetterSqlite3.Database

/** A prepared statement. */
export type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = BetterSqlite3.Statement<Parameters, Row>
