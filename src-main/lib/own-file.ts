import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs'
import { dirname } from 'node:path'

/**
 * Small files that only this user may have written: regular, ours, mode 0600, one name, never reached through a link.
 * What is anything else is `odd` and never read. Everything is synchronous, so that nothing can come in between.
 *
 * Windows has neither owners nor modes nor folder syncs here; there only the kind and size are judged.
 */
export type OwnFile =
  { readonly kind: 'present'; readonly bytes: Buffer } | { readonly kind: 'absent' } | { readonly kind: 'odd'; readonly why: string }

const POSIX = process.platform !== 'win32'
// Undefined on Windows, where `|` reads it as 0. O_NONBLOCK: a FIFO in a file's place must not hang us.
const NO_FOLLOW = constants.O_NOFOLLOW | constants.O_NONBLOCK
const OURS_ONLY = 0o600
const FOLDER_OURS_ONLY = 0o700
const PERMISSION_BITS = 0o7777

/** The code of a system error, such as `ENOENT`; an empty string for anything else. */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
}

/** Reads a whole file of ours of at most `maxBytes`. Never throws. */
export function readOwnFile(path: string, maxBytes: number): OwnFile {
  let fd: number
  try {
    if (!POSIX && lstatSync(path).isSymbolicLink()) return odd('it is a symbolic link')
    fd = openSync(path, constants.O_RDONLY | NO_FOLLOW)
  } catch (thrown) {
    const code = errnoOf(thrown)
    if (code === 'ENOENT') return { kind: 'absent' }
    return odd(code === 'ELOOP' ? 'it is a symbolic link' : `it cannot be opened (${code})`)
  }
  try {
    const stats = fstatSync(fd)
    const why = fileOddity(stats)
    if (why !== null) return odd(why)
    if (stats.size > maxBytes) return odd(`it is larger than ${maxBytes} bytes`)
    const bytes = Buffer.allocUnsafe(stats.size)
    const read = readSync(fd, bytes, 0, stats.size, 0)
    return read === stats.size ? { kind: 'present', bytes } : odd('it changed while it was read')
  } catch (thrown) {
    return odd(`it cannot be read (${errnoOf(thrown)})`)
  } finally {
    closeSync(fd)
  }
}

/** Why a folder is not ours alone (a real folder, our owner, mode 0700), or null when it is. `absent` when there is none. Never throws. */
export function folderOddity(path: string): string | null {
  try {
    const stats = lstatSync(path)
    if (!stats.isDirectory()) return 'is not a folder'
    if (!POSIX) return null
    if (stats.uid !== process.geteuid?.()) return 'belongs to someone else'
    return (stats.mode & PERMISSION_BITS) === FOLDER_OURS_ONLY ? null : `has mode ${octal(stats)} instead of 700`
  } catch (thrown) {
    const code = errnoOf(thrown)
    return code === 'ENOENT' ? 'absent' : `cannot be looked at (${code})`
  }
}

/** Makes a folder ours alone, with its parents where they are missing; a mode that somebody widened is put right. Throws where a link or a file is in its place. */
export function makeOwnFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER_OURS_ONLY })
  if (!lstatSync(path).isDirectory()) throw new Error(`${path} is not a folder`)
  chmodSync(path, FOLDER_OURS_ONLY)
}

/**
 * Puts `content` (text as UTF-8) in the place of a file, all or nothing, and durable when it returns: a temporary file beside it, fsync, rename,
 * fsync of the folder. Only one process may write a given path. Throws the system's error; then the old file is untouched.
 */
export function replaceOwnFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.tmp`
  unlinkIfThere(temporary)
  try {
    writeNewOwnFile(temporary, typeof content === 'string' ? Buffer.from(content) : content)
    renameSync(temporary, path)
  } catch (thrown) {
    try {
      unlinkIfThere(temporary)
    } catch {
      // What could not be written is what is reported.
    }
    throw thrown
  }
  syncFolder(dirname(path))
}

/** Creates a file that must not exist yet, mode 0600, synced. Throws the system's error (`EEXIST`, `ENOSPC` …). */
export function writeNewOwnFile(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, OURS_ONLY)
  try {
    if (POSIX) fchmodSync(fd, OURS_ONLY)
    writeAll(fd, bytes)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Adds `bytes` to the end of a file of ours, creating it, synced when it returns. Throws on an odd file and on the system's errors. */
export function appendOwnFile(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW, OURS_ONLY)
  try {
    const why = fileOddity(fstatSync(fd))
    if (why !== null) throw new Error(`${path}: ${why}`)
    writeAll(fd, bytes)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Makes what another has written into a file durable. Throws the system's error. */
export function syncFile(path: string): void {
  const fd = openSync(path, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Makes the names in a folder durable (created, renamed and removed ones). Throws the system's error; nothing to do on Windows. */
export function syncFolder(path: string): void {
  if (!POSIX) return
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Removes a name; true when it was there. A link goes, not what it points to. Throws the system's error, save that it was not there. */
export function unlinkIfThere(path: string): boolean {
  try {
    unlinkSync(path)
    return true
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return false
    throw thrown
  }
}

/** Renames what stands in a file's place and cannot be read or removed (a folder, say), so that nothing is lost and the place is free. */
export function moveAside(path: string, suffix: string): void {
  renameSync(path, `${path}.aside-${suffix}`)
}

function fileOddity(stats: Stats): string | null {
  if (!stats.isFile()) return 'it is not a regular file'
  if (!POSIX) return null
  if (stats.uid !== process.geteuid?.()) return 'it belongs to someone else'
  if ((stats.mode & PERMISSION_BITS) !== OURS_ONLY) return `its mode is ${octal(stats)} instead of 600`
  return stats.nlink === 1 ? null : 'it has a second name (hard link)'
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done)
}

function octal(stats: Stats): string {
  return (stats.mode & PERMISSION_BITS).toString(8)
}

function odd(why: string): OwnFile {
  return { kind: 'odd', why }
}
