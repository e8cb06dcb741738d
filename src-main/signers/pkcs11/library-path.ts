import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'

/** Writable by the group or by everybody. */
const OTHERS_WRITE = 0o022
const EVERYBODY_WRITES = 0o002
const STICKY = 0o1000

/** Whether a text can be the path of a library on this machine: absolute, no other machine's, in one piece. */
export function isLocalPath(path: string, platform: NodeJS.Platform): boolean {
  if (path.includes('\0')) return false
  if (platform !== 'win32') return /^\/[^/]/.test(path) && !path.includes('//')
  // No share, no device (`\\?\`, `\\.\`), no stream of another file.
  return /^[A-Za-z]:[\\/][^\\/]/.test(path) && !/[\\/]{2}/.test(path) && !path.slice(2).includes(':')
}

/**
 * Looks at a library before it is loaded into the helper process: the path of a regular file, by whatever links, that nobody but its owner, who is this user
 * or the system, can change. Answers where it lies in truth; that is what may be loaded.
 */
export function checkLibrary(path: string, platform: NodeJS.Platform = process.platform): Result<string, SignerFailure> {
  if (!isLocalPath(path, platform)) return refused(path, 'is not the absolute path of a file on this machine')
  try {
    // The system's own answer: on Windows it names the share behind a drive letter.
    const real = realpathSync.native(path)
    if (!isLocalPath(real, platform)) return refused(path, 'does not lie on this machine')
    const file = statSync(real)
    if (!file.isFile()) return refused(path, 'is not a file')
    if (platform === 'win32') return ok(real)
    if (file.uid !== 0 && file.uid !== process.getuid?.()) return refused(path, 'belongs to another user')
    if ((file.mode & OTHERS_WRITE) !== 0) return refused(path, 'can be changed by other users')
    if (foldersOf(real).some(anybodyMayReplace)) return refused(path, 'lies in a folder that everybody can change')
    return ok(real)
  } catch {
    return err({ code: 'NOT_INSTALLED', detail: `there is no module at ${path}` })
  }
}

function foldersOf(path: string): readonly string[] {
  const folder = dirname(path)
  return folder === path ? [] : [folder, ...foldersOf(folder)]
}

/** In a folder with the sticky bit only the owner of a file can put another in its place. */
function anybodyMayReplace(folder: string): boolean {
  const { mode } = statSync(folder)
  return (mode & EVERYBODY_WRITES) !== 0 && (mode & STICKY) === 0
}

function refused(path: string, why: string): { readonly ok: false; readonly error: SignerFailure } {
  return err({ code: 'NOT_SUPPORTED', detail: `the module ${path} ${why}`.slice(0, 500) })
}
