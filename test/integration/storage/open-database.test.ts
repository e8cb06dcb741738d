import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import BetterSqlite3 from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { APPLICATION_ID, type Database, openDatabase } from '../../../src-main/storage/database'
import { classifyStorageError, type StorageError } from '../../../src-main/storage/errors'
import { schemaVersion } from '../../../src-main/storage/migrate'
import { MIGRATIONS } from '../../../src-main/storage/migrations'
import { schemaDifferences } from '../../../src-main/storage/schema'

const KEY = Buffer.alloc(32, 7)
const nativeBinding = process.env['HOLDFAST_SQLITE_BINDING']

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-storage-'))
  path = join(folder, 'paper.db')
})

afterEach(() => {
  vi.unstubAllGlobals()
  rmSync(folder, { recursive: true, force: true })
})

function opened(options: Partial<Parameters<typeof openDatabase>[0]> = {}): Database {
  const result = openDatabase({ path, key: KEY, nativeBinding, ...options })
  if (!result.ok) throw result.error
  return result.value
}

function failure(options: Partial<Parameters<typeof openDatabase>[0]> = {}): StorageError {
  const result = openDatabase({ path, key: KEY, nativeBinding, ...options })
  if (result.ok) {
    result.value.close()
    throw new Error('the database opened')
  }
  return result.error
}

function rawConnection(file = path, key = KEY): Database {
  const db = new BetterSqlite3(file, nativeBinding === undefined ? {} : { nativeBinding })
  db.pragma(`cipher = 'chacha20'`)
  db.pragma(`key = 'raw:${key.toString('hex')}'`)
  return db
}

describe('a new database', () => {
  it('is complete, durable at every commit, and readable by its owner only', () => {
    const db = opened()
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(db.pragma('application_id', { simple: true })).toBe(APPLICATION_ID)
    expect(schemaVersion(db)).toBe(MIGRATIONS.length)
    expect(schemaDifferences(db)).toEqual([])
    db.prepare('INSERT INTO settings VALUES (?, ?, ?)').run('a', '1', 0)
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600)
    db.close()
    expect(existsSync(`${path}.new`)).toBe(false)
  })

  it('holds what was written after it is closed and opened again', () => {
    const first = opened()
    first.prepare('INSERT INTO settings VALUES (?, ?, ?)').run('a', '1', 0)
    first.close()
    const second = opened()
    expect(second.prepare('SELECT key FROM settings').pluck().all()).toEqual(['a'])
    second.close()
  })

  it('takes the place of what an interrupted creation left behind', () => {
    writeFileSync(`${path}.new`, 'half')
    opened().close()
    expect(existsSync(`${path}.new`)).toBe(false)
  })

  it('leaves nothing readable in the file', () => {
    const db = opened()
    db.prepare('INSERT INTO settings VALUES (?, ?, ?)').run('canary-7f3a', '"canary-7f3a"', 0)
    for (const suffix of ['', '-wal']) expect(readFileSync(path + suffix).includes('canary-7f3a')).toBe(false)
    db.close()
    expect(readFileSync(path).includes('canary-7f3a')).toBe(false)
    expect(readFileSync(path).includes('CREATE TABLE')).toBe(false)
  })

  it('does not keep or change the key that was handed in', () => {
    const key = Buffer.from(KEY)
    opened({ key }).close()
    expect(key.equals(KEY)).toBe(true)
  })
})

describe('what cannot be opened', () => {
  it('names a wrong key', () => {
    opened().close()
    expect(failure({ key: Buffer.alloc(32, 8) }).code).toBe('WRONG_KEY_OR_NOT_A_DATABASE')
  })

  it('leaves a file that is no database as it is', () => {
    writeFileSync(path, 'a letter to a friend, of some length, '.repeat(300))
    const before = readFileSync(path)
    expect(failure().code).toBe('WRONG_KEY_OR_NOT_A_DATABASE')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('leaves an empty file as it is', () => {
    writeFileSync(path, '')
    expect(failure().code).toBe('WRONG_KEY_OR_NOT_A_DATABASE')
    expect(statSync(path).size).toBe(0)
  })

  it('refuses a folder, a link and a missing parent', () => {
    mkdirSync(path)
    expect(failure().code).toBe('UNREADABLE')
    symlinkSync('/dev/null', join(folder, 'link.db'))
    expect(failure({ path: join(folder, 'link.db') }).code).toBe('UNREADABLE')
    expect(lstatSync(join(folder, 'link.db')).isSymbolicLink()).toBe(true)
    expect(failure({ path: join(folder, 'none', 'paper.db') }).code).toBe('UNREADABLE')
  })

  it('refuses to start a new database beside an old write-ahead log', () => {
    writeFileSync(`${path}-wal`, 'left over')
    expect(failure().code).toBe('CORRUPT')
    expect(existsSync(path)).toBe(false)
  })

  it('names a database of another program, and changes nothing in it', () => {
    const other = rawConnection()
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    const before = readFileSync(path)
    expect(failure().code).toBe('FOREIGN_DATABASE')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('names a database of a newer version', () => {
    opened().close()
    const raw = rawConnection()
    raw.pragma('user_version = 99')
    raw.close()
    expect(failure().code).toBe('NEWER_THAN_APP')
  })

  it('names damage inside a database whose key fits', () => {
    const db = opened()
    const insert = db.prepare('INSERT INTO settings VALUES (?, ?, ?)')
    for (let n = 0; n < 500; n++) insert.run(`key-${n}`, JSON.stringify('x'.repeat(200)), n)
    db.close()
    const bytes = readFileSync(path)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const damaged = opened()
    let thrown: unknown
    try {
      damaged.prepare('SELECT * FROM settings').all()
      damaged.pragma('integrity_check')
    } catch (error) {
      thrown = error
    }
    expect(classifyStorageError(thrown)?.code).toBe('CORRUPT')
    damaged.close()
  })

  it('says so instead of loading a driver that would abort the process', () => {
    vi.stubGlobal('process', { ...process, versions: { ...process.versions, napi: '8' } })
    const { code, detail } = failure({ nativeBinding: undefined })
    expect(code).toBe('UNSUPPORTED_RUNTIME')
    expect(detail).toMatchObject({ nodeApi: 8, nodeApiNeeded: 10 })
  })

  it('says so when the binding that was named is not there', () => {
    expect(failure({ nativeBinding: join(folder, 'none.node') }).code).toBe('UNSUPPORTED_RUNTIME')
  })

  it('takes a key of the wrong length for the bug that it is', () => {
    expect(() => openDatabase({ path, key: Buffer.alloc(16), nativeBinding })).toThrow(RangeError)
  })

  it('reports a writer that does not let go', () => {
    const holder = opened()
    const second = opened()
    second.pragma('busy_timeout = 20')
    holder.exec('BEGIN IMMEDIATE')
    let thrown: unknown
    try {
      second.prepare('INSERT INTO settings VALUES (?, ?, ?)').run('a', '1', 0)
    } catch (error) {
      thrown = error
    }
    expect(classifyStorageError(thrown)?.code).toBe('BUSY')
    holder.exec('ROLLBACK')
    holder.close()
    second.close()
  })

  it('reports a full disk', () => {
    const db = opened()
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 4}`)
    const insert = db.prepare('INSERT INTO settings VALUES (?, ?, ?)')
    let thrown: unknown
    try {
      for (let n = 0; n < 100; n++) insert.run(`key-${n}`, 'x'.repeat(1_000), n)
    } catch (error) {
      thrown = error
    }
    expect(classifyStorageError(thrown)?.code).toBe('DISK_FULL')
    db.close()
  })
})

describe('opening read-only', () => {
  it('reads, and writes nothing', () => {
    opened().close()
    const db = opened({ readonly: true })
    expect(db.prepare('SELECT count(*) FROM settings').pluck().get()).toBe(0)
    expect(() => db.prepare('INSERT INTO settings VALUES (?, ?, ?)').run('a', '1', 0)).toThrow()
    db.close()
  })

  it('never creates a database', () => {
    expect(failure({ readonly: true }).code).toBe('UNREADABLE')
    expect(existsSync(path)).toBe(false)
  })

  it('reads beside a writer, including what is not yet in the main file', () => {
    const writer = opened()
    writer.prepare('INSERT INTO settings VALUES (?, ?, ?)').run('a', '1', 0)
    const reader = opened({ readonly: true })
    expect(reader.prepare('SELECT count(*) FROM settings').pluck().get()).toBe(1)
    reader.close()
    writer.close()
  })
})

describe('permissions and migrations', () => {
  it('takes back permissions that others were given', () => {
    opened().close()
    chmodSync(path, 0o644)
    opened().close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('brings an older database up to date, and a failing step leaves it at the one before', () => {
    opened().close()
    const second = { id: MIGRATIONS.length + 1, sql: 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT' }
    const broken = { id: MIGRATIONS.length + 2, sql: 'CREATE TABLE half (id INTEGER); CREATE TABLE later (id INTEGER)' }
    expect(failure({ readonly: true, migrations: [...MIGRATIONS, second] }).code).toBe('OLDER_THAN_APP')
    expect(() => opened({ migrations: [...MIGRATIONS, second, broken] })).toThrow(/already exists/)
    const db = opened({ migrations: [...MIGRATIONS, second] })
    expect(schemaVersion(db)).toBe(MIGRATIONS.length + 1)
    expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`).pluck().get()).toBe(0)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    db.close()
  })

  it('refuses a migration that leaves rows referring to nothing', () => {
    opened().close()
    const dangling = {
      id: MIGRATIONS.length + 1,
      sql: `CREATE TABLE child (id INTEGER PRIMARY KEY, parent TEXT REFERENCES orders) STRICT; INSERT INTO child VALUES (1, 'no-such-order')`,
    }
    expect(() => opened({ migrations: [...MIGRATIONS, dangling] })).toThrow(/refer to nothing/)
  })

  it('are numbered from 1 without gaps', () => {
    expect(MIGRATIONS.map(({ id }) => id)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })
})

describe('schemaDifferences', () => {
  it('names what was dropped, altered and added', () => {
    const db = opened()
    db.exec(`DROP TRIGGER audit_entries_no_delete; DROP INDEX orders_by_time;
             CREATE INDEX orders_by_time ON orders (updated_at_ms);
             CREATE TRIGGER quiet AFTER INSERT ON audit_entries BEGIN SELECT 1; END;`)
    expect(schemaDifferences(db)).toEqual(
      expect.arrayContaining([
        { name: 'trigger audit_entries_no_delete', difference: 'missing' },
        { name: 'index orders_by_time', difference: 'altered' },
        { name: 'trigger quiet', difference: 'unknown' },
      ]),
    )
    expect(schemaDifferences(db, 'audit_').map(({ name }) => name)).toEqual(['trigger audit_entries_no_delete', 'trigger quiet'])
    db.close()
  })

  it('sees a temporary trigger that only this connection has', () => {
    const db = opened()
    db.exec('CREATE TEMP TRIGGER hidden AFTER INSERT ON audit_entries BEGIN SELECT 1; END')
    expect(schemaDifferences(db, 'audit_')).toEqual([{ name: 'trigger hidden', difference: 'unknown' }])
    db.close()
  })
})
