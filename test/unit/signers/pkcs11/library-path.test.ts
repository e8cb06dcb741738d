import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { checkLibrary, isLocalPath } from '../../../../src-main/signers/pkcs11/library-path'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-library-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (path: string, mode = 0o755): string => {
  writeFileSync(path, '')
  chmodSync(path, mode)
  return path
}
const refusal = (path: string): string => {
  const checked = checkLibrary(path)
  return checked.ok ? 'taken' : checked.error.detail
}

test('C5: a path is absolute and of this machine, by the rules of the system that it is on', () => {
  for (const path of ['/usr/lib/a.so', '/a']) expect(isLocalPath(path, 'linux'), path).toBe(true)
  for (const path of ['', '/', 'a.so', './a.so', '//host/a.so', '/a//b.so', '/a\0.so', 'C:\\a.dll', '\\\\host\\a.dll'])
    expect(isLocalPath(path, 'linux'), path).toBe(false)
  for (const path of ['C:\\a.dll', 'd:/hsm/a.dll']) expect(isLocalPath(path, 'win32'), path).toBe(true)
  const foreign = ['\\\\host\\share\\a.dll', '//host/share/a.dll', '\\\\?\\C:\\a.dll', '\\\\.\\pipe\\a', '\\a.dll', '/a.dll', 'a.dll']
  for (const path of [...foreign, 'C:a.dll', 'C:\\\\host\\a.dll', 'C:\\a.dll:hidden', 'C:\\a\0.dll'])
    expect(isLocalPath(path, 'win32'), path).toBe(false)
})

test('C5: links are followed, and what they end at is what is loaded', () => {
  const real = file(join(folder, 'real.so'))
  symlinkSync(real, join(folder, 'one.so'))
  symlinkSync(join(folder, 'one.so'), join(folder, 'two.so'))
  expect(checkLibrary(join(folder, 'two.so'))).toEqual({ ok: true, value: real })
})

test('C5: what is no file, or others could change, or put another in the place of, is refused', () => {
  expect(refusal(folder)).toMatch(/is not a file/)
  expect(refusal('/dev/null')).toMatch(/is not a file/)
  expect(refusal(join(folder, 'none.so'))).toMatch(/there is no module/)
  expect(refusal(file(join(folder, 'group.so'), 0o775))).toMatch(/can be changed by other users/)
  symlinkSync(file(join(folder, 'all.so'), 0o757), join(folder, 'link.so'))
  expect(refusal(join(folder, 'link.so'))).toMatch(/can be changed by other users/)
  const open = join(folder, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  expect(refusal(file(join(open, 'a.so')))).toMatch(/a folder that everybody can change/)
  chmodSync(open, 0o1777)
  expect(refusal(join(open, 'a.so'))).toBe('taken')
})
