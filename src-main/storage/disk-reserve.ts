import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** How much is held back, bytes: the records of dozens of cancels. */
export const RESERVE_BYTES = 4 << 20
/** With less than this free, what is held back is given up, bytes: the records of one cancel, several times over. */
const TOO_LITTLE_BYTES = 2 << 20
/** With less than this free, nothing is held back: others need it more, bytes. */
const PLENTY_BYTES = 8 * RESERVE_BYTES

/**
 * Room on the disk that is held back for the records of cancels: a cancel on a chain is a signature, and nothing is signed that is not on record first. A
 * file of the reserve's size stands for the room; unlinking it needs none. It makes nothing certain, as whoever writes first takes what it frees, so
 * nothing relies on it. Never throws.
 */
export class DiskReserve {
  constructor(
    private readonly path: string,
    private readonly sizes = { reserveBytes: RESERVE_BYTES, plentyBytes: PLENTY_BYTES },
  ) {}

  /** Whether room is held back now. */
  get held(): boolean {
    try {
      return statSync(this.path).size >= this.sizes.reserveBytes
    } catch {
      return false
    }
  }

  /** Holds the room back, where it is not yet and there is plenty; whether it is held now. */
  hold(): boolean {
    if (this.held) return true
    try {
      if (this.free() < this.sizes.plentyBytes) return false
      this.write()
      return true
    } catch {
      this.release()
      return false
    }
  }

  /** Gives the room up where the disk is as good as full; whether it was given up now. */
  makeRoom(): boolean {
    try {
      return this.held && this.free() < TOO_LITTLE_BYTES && this.release()
    } catch {
      // Nobody can tell how much there is: what is held back is of use to nobody by staying.
      return this.release()
    }
  }

  private release(): boolean {
    try {
      rmSync(this.path)
      return true
    } catch {
      return false
    }
  }

  private free(): number {
    const { bavail, bsize } = statfsSync(dirname(this.path))
    return bavail * bsize
  }

  private write(): void {
    const fd = openSync(this.path, 'w', 0o600)
    try {
      // No zeros: a file system that compresses, or leaves holes, would hold nothing back for them.
      const bytes = randomBytes(this.sizes.reserveBytes)
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  }
}
