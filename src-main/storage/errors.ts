import { HoldfastError } from '../lib/errors'

/** What can be wrong with a stored file, told apart by what a person has to do about it. */
export const STORAGE_ERROR_CODES = [
  /** The key does not fit, or the file is no database: without the right key nobody can tell which. */
  'WRONG_KEY_OR_NOT_A_DATABASE',
  /** The key fits, and the content is damaged. */
  'CORRUPT',
  /** A sound database that another program wrote. */
  'FOREIGN_DATABASE',
  /** Written by a newer version of the app. */
  'NEWER_THAN_APP',
  /** Opened read-only, and its tables are from an older version of the app that has to be opened for writing once. */
  'OLDER_THAN_APP',
  /** No space, or the quota is used up. */
  'DISK_FULL',
  /** The operating system does not let us read or write the file. */
  'UNREADABLE',
  /** Another process holds it. */
  'BUSY',
  /** This runtime cannot load the database driver. */
  'UNSUPPORTED_RUNTIME',
] as const
/** What is wrong with a stored file. */
export type StorageErrorCode = (typeof STORAGE_ERROR_CODES)[number]

/** A condition of the stored files that the caller has to handle. */
export class StorageError extends HoldfastError<StorageErrorCode> {
  constructor(code: StorageErrorCode, message: string, detail: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(code, message, detail, cause)
    this.name = 'StorageError'
  }
}

const MESSAGES: Readonly<Record<StorageErrorCode, string>> = {
  WRONG_KEY_OR_NOT_A_DATABASE: 'the key does not fit this file, or it is not a database',
  CORRUPT: 'the database is damaged',
  FOREIGN_DATABASE: 'the database was written by another program',
  NEWER_THAN_APP: 'the database was written by a newer version of the app',
  OLDER_THAN_APP: 'the database is from an older version of the app and has to be opened for writing once',
  DISK_FULL: 'the disk is full',
  UNREADABLE: 'the file cannot be read or written',
  BUSY: 'another process holds the database',
  UNSUPPORTED_RUNTIME: 'this runtime cannot load the database driver',
}

/** SQLite's result codes; an extended code such as SQLITE_IOERR_WRITE falls back to its family, so exceptions stand before it. */
const BY_SQLITE_CODE: readonly (readonly [prefix: string, code: StorageErrorCode])[] = [
  ['SQLITE_NOTADB', 'WRONG_KEY_OR_NOT_A_DATABASE'],
  ['SQLITE_IOERR_CORRUPTFS', 'CORRUPT'],
  ['SQLITE_IOERR_DATA', 'CORRUPT'],
  ['SQLITE_CORRUPT', 'CORRUPT'],
  ['SQLITE_FULL', 'DISK_FULL'],
  // The write-ahead log's shared-memory file is grown by truncation and allocation; that is where a full disk shows first.
  ['SQLITE_IOERR_SHMSIZE', 'DISK_FULL'],
  ['SQLITE_BUSY', 'BUSY'],
  ['SQLITE_LOCKED', 'BUSY'],
  ['SQLITE_PROTOCOL', 'BUSY'],
  ['SQLITE_IOERR', 'UNREADABLE'],
  ['SQLITE_CANTOPEN', 'UNREADABLE'],
  ['SQLITE_PERM', 'UNREADABLE'],
  ['SQLITE_READONLY', 'UNREADABLE'],
  ['SQLITE_AUTH', 'UNREADABLE'],
]

const BY_SYSTEM_CODE: Readonly<Record<string, StorageErrorCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EACCES: 'UNREADABLE',
  EPERM: 'UNREADABLE',
  EROFS: 'UNREADABLE',
  EIO: 'UNREADABLE',
  ENOENT: 'UNREADABLE',
  ENOTDIR: 'UNREADABLE',
  EISDIR: 'UNREADABLE',
  ELOOP: 'UNREADABLE',
  EMFILE: 'UNREADABLE',
  ENFILE: 'UNREADABLE',
  EBUSY: 'BUSY',
  ETXTBSY: 'BUSY',
  ERR_DLOPEN_FAILED: 'UNSUPPORTED_RUNTIME',
  MODULE_NOT_FOUND: 'UNSUPPORTED_RUNTIME',
}

/** A storage error in its usual words. */
export function storageError(code: StorageErrorCode, detail: Readonly<Record<string, unknown>> = {}, cause?: unknown): StorageError {
  return new StorageError(code, MESSAGES[code], detail, cause)
}

/** Names the condition behind anything that the driver or the file system threw; null when it is not a storage condition but a bug. */
export function classifyStorageError(thrown: unknown): StorageError | null {
  if (thrown instanceof StorageError) return thrown
  if (!(thrown instanceof Error)) return null
  const driverCode = (thrown as { code?: unknown }).code
  if (typeof driverCode !== 'string') return null
  const code = driverCode.startsWith('SQLITE_')
    ? BY_SQLITE_CODE.find(([prefix]) => driverCode === prefix || driverCode.startsWith(`${prefix}_`))?.[1]
    : BY_SYSTEM_CODE[driverCode]
  return code === undefined ? null : storageError(code, { driverCode }, thrown)
}

/** Throws the classified form of what was thrown, or the thing itself when it is a bug. For use in `catch`. */
export function rethrowClassified(thrown: unknown): never {
  throw classifyStorageError(thrown) ?? thrown
}
