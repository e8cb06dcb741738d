import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'

import {
  appendOwnFile,
  errnoOf,
  folderOddity,
  readOwnFile,
  replaceOwnFile,
  unlinkIfThere,
  writeNewOwnFile,
} from '../../../src-main/lib/own-file'

let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-own-'))
  path = join(folder, 'file')
  const made = folder
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
})

const text = (value: string) => Buffer.from(value, 'utf8')

describe('replacing a file', () => {
  test('writes it all, for us alone, and leaves nothing else', () => {
    replaceOwnFile(path, text('one'))
    replaceOwnFile(path, text('two'))
    expect(readOwnFile(path, 10)).toEqual({ kind: 'present', bytes: text('two') })
    replaceOwnFile(path, 'drei €')
    expect(readFileSync(path, 'utf8')).toBe('drei €')
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  test('is not disturbed by what a crash left, not even by a link', () => {
    const precious = join(folder, 'precious')
    writeFileSync(precious, 'keep')
    symlinkSync(precious, `${path}.tmp`)
    replaceOwnFile(path, text('new'))
    expect(readFileSync(precious, 'utf8')).toBe('keep')
    expect(readOwnFile(path, 10).kind).toBe('present')
  })

  test('replaces a link, not what it points to', () => {
    const precious = join(folder, 'precious')
    writeFileSync(precious, 'keep')
    symlinkSync(precious, path)
    replaceOwnFile(path, text('new'))
    expect(readFileSync(precious, 'utf8')).toBe('keep')
    expect(readOwnFile(path, 10).kind).toBe('present')
  })

  test('leaves the old one when it fails', () => {
    replaceOwnFile(path, text('old'))
    mkdirSync(`${path}.tmp`)
    expect(() => replaceOwnFile(path, text('new'))).toThrow()
    expect(readOwnFile(path, 10)).toEqual({ kind: 'present', bytes: text('old') })
  })

  test('leaves no part beside it when it cannot take the place', () => {
    mkdirSync(path)
    expect(() => replaceOwnFile(path, text('new'))).toThrow()
    expect(readdirSync(folder)).toEqual(['file'])
  })

  test('makes a file that others could read private', () => {
    writeFileSync(path, 'old', { mode: 0o644 })
    replaceOwnFile(path, text('new'))
    expect(statSync(path).mode & 0o7777).toBe(0o600)
  })
})

test('an umask cannot widen or narrow the mode', () => {
  const before = process.umask(0o777)
  try {
    writeNewOwnFile(path, text('x'))
  } finally {
    process.umask(before)
  }
  expect(statSync(path).mode & 0o7777).toBe(0o600)
  expect(() => writeNewOwnFile(path, text('y'))).toThrow('EEXIST')
})

test('reading stops at the size it was given', () => {
  writeNewOwnFile(path, text('12345'))
  expect(readOwnFile(path, 5).kind).toBe('present')
  expect(readOwnFile(path, 4)).toEqual({ kind: 'odd', why: 'it is larger than 4 bytes' })
})

test('appending adds to the end, and never to a file that others may write', () => {
  appendOwnFile(path, text('a\n'))
  appendOwnFile(path, text('b\n'))
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
  chmodSync(path, 0o666)
  expect(() => appendOwnFile(path, text('c\n'))).toThrow('mode')
  const link = join(folder, 'link')
  symlinkSync(path, link)
  expect(() => appendOwnFile(link, text('c\n'))).toThrow('ELOOP')
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
})

test('what is not there is absent, and removing it is no error', () => {
  expect(readOwnFile(path, 10)).toEqual({ kind: 'absent' })
  expect(unlinkIfThere(path)).toBe(false)
  expect(folderOddity(path)).toBe('absent')
  expect(errnoOf('ENOENT')).toBe('')
})
