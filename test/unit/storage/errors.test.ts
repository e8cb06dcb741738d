import { describe, expect, it } from 'vitest'

import { classifyStorageError, rethrowClassified, storageError, type StorageErrorCode } from '../../../src-main/storage/errors'

const withCode = (code: string): Error => Object.assign(new Error('as thrown'), { code })

describe('classifyStorageError', () => {
  const cases: readonly (readonly [string, StorageErrorCode])[] = [
    ['SQLITE_FULL', 'DISK_FULL'],
    ['SQLITE_IOERR_SHMSIZE', 'DISK_FULL'],
    ['SQLITE_NOTADB', 'WRONG_KEY_OR_NOT_A_DATABASE'],
    ['SQLITE_CORRUPT', 'CORRUPT'],
    ['SQLITE_CORRUPT_INDEX', 'CORRUPT'],
    ['SQLITE_IOERR_CORRUPTFS', 'CORRUPT'],
    ['SQLITE_IOERR', 'UNREADABLE'],
    ['SQLITE_IOERR_WRITE', 'UNREADABLE'],
    ['SQLITE_CANTOPEN', 'UNREADABLE'],
    ['SQLITE_READONLY_DIRECTORY', 'UNREADABLE'],
    ['SQLITE_BUSY_SNAPSHOT', 'BUSY'],
    ['SQLITE_LOCKED', 'BUSY'],
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EACCES', 'UNREADABLE'],
    ['ERR_DLOPEN_FAILED', 'UNSUPPORTED_RUNTIME'],
  ]
  it.each(cases)('%s is %s', (code, expected) => {
    expect(classifyStorageError(withCode(code))?.code).toBe(expected)
  })

  it('leaves bugs alone', () => {
    expect(classifyStorageError(withCode('SQLITE_CONSTRAINT_UNIQUE'))).toBeNull()
    expect(classifyStorageError(withCode('SQLITE_ERROR'))).toBeNull()
    expect(classifyStorageError(new TypeError('x'))).toBeNull()
    expect(classifyStorageError('SQLITE_FULL')).toBeNull()
    expect(classifyStorageError(null)).toBeNull()
  })

  it('keeps what was already classified, and the cause of the rest', () => {
    const known = storageError('BUSY')
    expect(classifyStorageError(known)).toBe(known)
    const cause = withCode('SQLITE_FULL')
    expect(classifyStorageError(cause)?.cause).toBe(cause)
  })
})

describe('rethrowClassified', () => {
  it('throws the classified form, or the bug as it is', () => {
    expect(() => rethrowClassified(withCode('SQLITE_FULL'))).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    const bug = new TypeError('x')
    expect(() => rethrowClassified(bug)).toThrow(bug)
  })
})
