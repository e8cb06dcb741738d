import { classifyStorageError } from '../storage/errors'
import type { EntryTable } from './entry-table'
import type { StoredEntry } from './entry-judge'

/** Entries that were read, and entries that could not be. */
export interface Step {
  readonly entries: readonly StoredEntry[]
  readonly unreadable: readonly number[]
  readonly throughSeq: number
}

/** The next entries. Where a damaged page stands in the way, the entries on it are told one by one, and what is behind it is read. */
export function readStep(table: EntryTable, afterSeq: number, headSeq: number, count: number): Step {
  try {
    const entries = table.after(afterSeq, headSeq, count)
    return { entries, unreadable: [], throughSeq: entries.length < count ? headSeq : (entries.at(-1)?.seq ?? headSeq) }
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
  }
  const seq = afterSeq + 1
  try {
    const entry = table.one(seq)
    return { entries: entry === null ? [] : [entry], unreadable: [], throughSeq: seq }
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
    return { entries: [], unreadable: [seq], throughSeq: seq }
  }
}

/** Whether it is the stored page that is at fault. */
export function isDamage(thrown: unknown): boolean {
  const code = classifyStorageError(thrown)?.code
  return code === 'CORRUPT' || code === 'UNREADABLE'
}
