import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Only the owner may read or write. */
const PRIVATE_MODE = 0o600

/** Makes names in a folder durable: a rename or an unlink is on disk when this returns. Windows has no such call and needs none. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Makes a file's content durable. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Replaces a small file as a whole, readable by its owner only: after a crash either the old or the new content is there, never a part.
 * Durable when it returns; throws what the file system throws, and leaves the old file in place then.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.tmp`
  try {
    // A left-over of a crash may have other permissions, or be a link: made anew rather than written through.
    rmSync(temporary, { force: true })
    const file = openSync(temporary, 'wx', PRIVATE_MODE)
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw thrown
  }
  syncDirectory(dirname(path))
}
