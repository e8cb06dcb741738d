import type { Database } from '../storage/database'
import { parseBody } from './body'

/** The type of the facts that say which entries retention emptied. */
export const RETENTION_APPLIED = 'AuditRetentionApplied'

/** Where the newest of these facts stands; each one names the one before it. */
const LAST_KEY = 'last_retention_seq'

interface Range {
  readonly from: number
  readonly to: number
}

/** Numbers as they stand in the fact: `1-40,42`. */
export function formatRanges(seqs: readonly number[]): string {
  const ranges: { from: number; to: number }[] = []
  for (const seq of seqs) {
    const last = ranges.at(-1)
    if (last?.to === seq - 1) last.to = seq
    else ranges.push({ from: seq, to: seq })
  }
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',')
}

function parseRanges(text: string): Range[] {
  return text.split(',').flatMap((part) => {
    const found = /^(\d+)(?:-(\d+))?$/.exec(part)
    return found === null ? [] : [{ from: Number(found[1]), to: Number(found[2] ?? found[1]) }]
  })
}

/** Looks up where the newest retention fact stands; 0 when there is none. */
export function retentionPointer(db: Database): () => number {
  const select = db.prepare<[string], string>('SELECT value FROM audit_meta WHERE key = ?').pluck()
  return () => Number(select.get(LAST_KEY) ?? 0)
}

/** To be called in the transaction that appends the fact. */
export function noteRetention(db: Database, seq: number): void {
  db.prepare('INSERT INTO audit_meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
    LAST_KEY,
    String(seq),
  )
}

/**
 * Tells which entries retention is on record as having emptied. The pointer to the newest record is not trusted: the records are
 * entries of the chain, and whoever checks the chain checks them as well.
 */
export function emptiedEntries(db: Database): (seq: number) => boolean {
  const newestSeq = retentionPointer(db)
  let knownThrough = -1
  let ranges: readonly Range[] = []
  return (seq) => {
    // Entries may be emptied while a long check is under way.
    const newest = newestSeq()
    if (newest !== knownThrough) {
      ranges = readRecords(db, newest)
      knownThrough = newest
    }
    return includes(ranges, seq)
  }
}

function readRecords(db: Database, newest: number): Range[] {
  const selectBody = db.prepare<[number]>('SELECT body FROM audit_entries WHERE seq = ?').pluck()
  const ranges: Range[] = []
  for (let seq = newest; Number.isSafeInteger(seq) && seq > 0;) {
    const body = selectBody.get(seq)
    const record = typeof body === 'string' ? parseBody(body) : null
    if (record?.type !== RETENTION_APPLIED) break
    const { emptied, previousSeq } = record.data
    // A record speaks only of entries before it.
    if (typeof emptied === 'string') ranges.push(...parseRanges(emptied).filter(({ to }) => to < seq))
    if (typeof previousSeq !== 'number' || previousSeq >= seq) break
    seq = previousSeq
  }
  return merge(ranges)
}

function merge(ranges: Range[]): Range[] {
  const merged: { from: number; to: number }[] = []
  for (const { from, to } of ranges.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

function includes(ranges: readonly Range[], seq: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (range === undefined) return false
    if (seq < range.from) high = middle - 1
    else if (seq > range.to) low = middle + 1
    else return true
  }
  return false
}
