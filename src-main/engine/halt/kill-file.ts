import { closeSync, constants, fstatSync, linkSync, lstatSync, openSync, readSync } from 'node:fs'

import { errnoOf, syncFolder, unlinkIfThere, writeNewOwnFile } from '../../lib/own-file'
import type { Latch } from './places'
import { oneLine } from './text'

/**
 * A kill file is a halt asked for from outside: `<dataDir>/kill` for the machine, `<dataDir>/<environment>/kill` for one environment. Anything
 * of that name counts, whoever made it and whatever it is: halting needs no credential.
 */
export type KillFileReading = 'absent' | 'present' | { readonly unreadable: string }

const MAX_READ_BYTES = 1_024

/** Whether there is a kill file. Follows no link, so a dangling one counts too. Never throws. */
export function lookForKillFile(latch: Latch): KillFileReading {
  try {
    return lstatSync(latch.killPath, { throwIfNoEntry: false }) === undefined ? 'absent' : 'present'
  } catch (thrown) {
    return { unreadable: `${latch.killPath}: ${errnoOf(thrown)}` }
  }
}

/** The first line of a kill file as the reason, at most 200 characters; what cannot be read, or is empty, gets words of our own. Never throws. */
export function killFileReason(latch: Latch): string {
  let fd: number
  try {
    fd = openSync(latch.killPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return 'A kill file is there.'
  }
  try {
    if (!fstatSync(fd).isFile()) return 'A kill file is there.'
    const bytes = Buffer.alloc(MAX_READ_BYTES)
    const read = readSync(fd, bytes, 0, MAX_READ_BYTES, 0)
    const line = oneLine(bytes.toString('utf8', 0, read))
    return line === '' ? 'A kill file is there.' : line
  } catch {
    return 'A kill file is there.'
  } finally {
    closeSync(fd)
  }
}

/**
 * Makes a kill file, whole from the first moment on. One that is already there stays as it is. On a full disk an empty one may be all there is
 * room for; it counts as well. Throws the system's error when there is none afterwards.
 */
export function writeKillFile(latch: Latch, reason: string): 'written' | 'was-there' {
  const temporary = `${latch.killPath}.tmp`
  try {
    unlinkIfThere(temporary)
    writeNewOwnFile(temporary, Buffer.from(`${oneLine(reason)}\n`, 'utf8'))
    // Unlike a rename, it does not take the place of one that is there.
    linkSync(temporary, latch.killPath)
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST' && lookForKillFile(latch) === 'present') return 'was-there'
    writeEmpty(latch)
  } finally {
    quietly(() => unlinkIfThere(temporary))
  }
  syncFolder(latch.folder)
  return 'written'
}

function writeEmpty(latch: Latch): void {
  try {
    writeNewOwnFile(latch.killPath, Buffer.alloc(0))
  } catch (thrown) {
    if (lookForKillFile(latch) !== 'present') throw thrown
  }
}

function quietly(act: () => void): void {
  try {
    act()
  } catch {
    // A name left over is no matter.
  }
}
