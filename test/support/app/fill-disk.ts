import { closeSync, openSync, writeSync } from 'node:fs'

/** Takes all the room there is on the file system of a file; what other files have they keep. */
export function fillDisk(path: string): void {
  const fd = openSync(path, 'a')
  try {
    for (const size of [65_536, 4_096, 512, 1]) {
      const chunk = Buffer.alloc(size)
      try {
        for (;;) writeSync(fd, chunk)
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown
      }
    }
  } finally {
    closeSync(fd)
  }
}
