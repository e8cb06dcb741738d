import { chmodSync, closeSync, existsSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

import BetterSqlite3 from 'better-sqlite3-multiple-ciphers'

import { syncFile, syncFolder } from '../lib/own-file'
import { err, ok, type Result } from '../lib/result'
import type { Database } from './database-type'
import { classifyStorageError, type StorageError, storageError } from './errors'
import { migrate, schemaVersion } from './migrate'
import { MIGRATIONS } from './migrations'
import type { Migration } from './migrations/migration'
import { rawKeyText } from './raw-key'

export type { Database, Statement } from './database-type'

/** Marks a database as ours ("HdFt"). */
export const APPLICATION_ID = 0x48644674

/** The driver's prebuilt binary is compiled for this Node-API; on an older one loading it aborts the process, past every `catch`. */
const DRIVER_NODE_API = 10

/** How long a statement waits for another process (the audit command reads beside the app). */
const BUSY_TIMEOUT_MS = 2_000

/** The write-ahead log is cut back to this after a burst. */
const JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024

/** What belongs to a database besides its main file. */
const COMPANION_SUFFIXES = ['-wal', '-shm', '-journal'] as const

/** How to open an environment's database. */
export interface OpenDatabaseOptions {
  /** The file. Its folder must exist. */
  readonly path: string
  /** 32 random bytes; not kept, the caller may wipe it afterwards. */
  readonly key: Buffer
  /** A driver binary in place of the packaged one, for runtimes that cannot load it. */
  readonly nativeBinding?: string | undefined
  /** Opens an existing file without changing anything. */
  readonly readonly?: boolean | undefined
  /** The schema to bring it to; the app's own unless a test says otherwise. */
  readonly migrations?: readonly Migration[] | undefined
}

interface Opening extends OpenDatabaseOptions {
  readonly readonly: boolean
  readonly migrations: readonly Migration[]
}

/** Which binary each open database runs on: a second connection must load the same one. */
const bindings = new WeakMap<Database, string | undefined>()

/**
 * Opens an environment's encrypted database, creating it when there is none, and brings its tables up to date.
 *
 * A file that is there is never overwritten, whatever it is. A new one is made under another name and renamed when it is complete.
 * Every commit is durable (`synchronous=FULL`), and temporary data stays in memory, because spilled files would not be encrypted.
 */
export function openDatabase(options: OpenDatabaseOptions): Result<Database, StorageError> {
  const opening: Opening = { ...options, readonly: options.readonly ?? false, migrations: options.migrations ?? MIGRATIONS }
  try {
    checkRuntime(opening.nativeBinding)
    if (!isPresent(opening.path)) {
      if (opening.readonly) throw storageError('UNREADABLE', { path: opening.path, reason: 'there is no such file' })
      create(opening)
    }
    return ok(openExisting(opening))
  } catch (thrown) {
    const known = classifyStorageError(thrown)
    if (known === null) throw thrown
    return err(known)
  }
}

/** An empty database in memory, on the same driver as `like`; for comparing schemas. */
export function openScratchDatabase(like: Database): Database {
  const db = new BetterSqlite3(':memory:', driverOptions(bindings.get(like)))
  db.pragma('temp_store = MEMORY')
  return db
}

function driverOptions(nativeBinding: string | undefined): BetterSqlite3.Options {
  return { timeout: BUSY_TIMEOUT_MS, ...(nativeBinding === undefined ? {} : { nativeBinding }) }
}

function checkRuntime(nativeBinding: string | undefined): void {
  const offered = Number(process.versions['napi'])
  // A binding that is handed in was built for this runtime; the packaged one can only be loaded where its Node-API exists.
  if (nativeBinding === undefined && !(offered >= DRIVER_NODE_API)) {
    throw storageError('UNSUPPORTED_RUNTIME', { nodeApi: offered, nodeApiNeeded: DRIVER_NODE_API })
  }
  if (nativeBinding !== undefined && !existsSync(nativeBinding)) throw storageError('UNSUPPORTED_RUNTIME', { nativeBinding })
}

function isPresent(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) {
    const orphan = COMPANION_SUFFIXES.map((suffix) => path + suffix).find((companion) => existsSync(companion))
    // A new database beside an old write-ahead log would take the log's pages for its own.
    if (orphan !== undefined) throw storageError('CORRUPT', { path, reason: 'the main file is gone, its log is not', orphan })
    return false
  }
  if (!found.isFile()) throw storageError('UNREADABLE', { path, reason: 'not a regular file' })
  if (found.size === 0) throw storageError('WRONG_KEY_OR_NOT_A_DATABASE', { path, reason: 'the file is empty' })
  return true
}

function create(opening: Opening): void {
  const unfinished = `${opening.path}.new`
  for (const suffix of ['', ...COMPANION_SUFFIXES]) rmSync(unfinished + suffix, { force: true })
  closeSync(openSync(unfinished, 'wx', 0o600))
  const db = connect({ ...opening, path: unfinished })
  try {
    useWriteAheadLog(db)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    migrate(db, opening.migrations)
  } finally {
    db.close()
  }
  syncFile(unfinished)
  renameSync(unfinished, opening.path)
  syncFolder(dirname(opening.path))
}

function openExisting(opening: Opening): Database {
  if (!opening.readonly) keepPrivate(opening.path)
  const db = connect(opening)
  try {
    // Nothing may be written, not even the journal mode, before it is known to be ours.
    const applicationId = Number(db.pragma('application_id', { simple: true }))
    const version = schemaVersion(db)
    const newest = opening.migrations.at(-1)?.id ?? 0
    if (applicationId !== APPLICATION_ID || version < 1) throw storageError('FOREIGN_DATABASE', { applicationId, schemaVersion: version })
    if (version > newest) throw storageError('NEWER_THAN_APP', { schemaVersion: version, newestKnown: newest })
    if (!opening.readonly) useWriteAheadLog(db)
    migrate(db, opening.migrations)
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

function keepPrivate(path: string): void {
  if (process.platform === 'win32') return
  if ((lstatSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
}

/** A connection whose key is known to fit. */
function connect({ path, key, nativeBinding, readonly }: Opening): Database {
  const db = new BetterSqlite3(path, { ...driverOptions(nativeBinding), fileMustExist: true, readonly })
  bindings.set(db, nativeBinding)
  const keyText = rawKeyText(key)
  try {
    db.pragma(`cipher = 'chacha20'`)
    db.key(keyText)
    // The key is only tried when the first page is read.
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    db.pragma('temp_store = MEMORY')
    db.pragma('synchronous = FULL')
    // Without these a flush on macOS stops at the drive's own cache.
    db.pragma('fullfsync = ON')
    db.pragma('checkpoint_fullfsync = ON')
    db.pragma('foreign_keys = ON')
    // Without it INSERT OR REPLACE deletes past the triggers that forbid it.
    db.pragma('recursive_triggers = ON')
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  } finally {
    keyText.fill(0)
  }
}

function useWriteAheadLog(db: Database): void {
  const mode = db.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal') throw storageError('UNREADABLE', { reason: 'this file system cannot hold a write-ahead log', journalMode: mode })
  db.pragma(`journal_size_limit = ${JOURNAL_SIZE_LIMIT_BYTES}`)
}
