import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { writeFileAtomic } from '../../../src-main/storage/atomic-file'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-atomic-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

it('replaces the file as a whole, private, and leaves nothing beside it', () => {
  const path = join(folder, 'head')
  writeFileSync(path, 'old', { mode: 0o644 })
  writeFileAtomic(path, 'new')
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['head'])
})

it('does not write through a link that somebody left in its way', () => {
  const target = join(folder, 'elsewhere')
  writeFileSync(target, 'precious')
  symlinkSync(target, join(folder, 'head.tmp'))
  writeFileAtomic(join(folder, 'head'), 'new')
  expect(readFileSync(target, 'utf8')).toBe('precious')
})

it('leaves the old content and no temporary file when it fails', () => {
  const path = join(folder, 'head')
  mkdirSync(path)
  expect(() => {
    writeFileAtomic(path, 'new')
  }).toThrow()
  expect(existsSync(`${path}.tmp`)).toBe(false)
})
