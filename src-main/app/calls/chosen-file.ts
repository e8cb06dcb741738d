import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

import type { Problem } from '../../../src-preload/contract/problem'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'

/** Reads a text file that a person chose; what cannot be read, is no file, or is longer than `maxBytes` is a problem with that file, not a fault of ours. */
export function readChosenFile(path: string, maxBytes: number, tooLong: Problem['code']): Result<string, Problem> {
  try {
    // A pipe in a file's place must not hang us.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(fd)
      if (!stats.isFile()) return err({ code: 'UNREADABLE', figures: { detail: 'it is not a file' } })
      if (stats.size > maxBytes) return err({ code: tooLong, figures: { detail: 'the file is too large' } })
      return ok(readFileSync(fd, 'utf8'))
    } finally {
      closeSync(fd)
    }
  } catch (thrown) {
    return err({ code: 'UNREADABLE', figures: { detail: describeError(thrown).slice(0, 500) } })
  }
}
