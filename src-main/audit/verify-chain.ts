import type { Database } from '../storage/database'
import { classifyStorageError } from '../storage/errors'
import { schemaDifferences } from '../storage/schema'
import type { ChainBreak, VerifyOptions, VerifyReport } from './audit'
import { type AnchorReading, judgeAnchor } from './anchor'
import { checkAnchor, checkWitnesses } from './anchor-check'
import { ChainWalker } from './chain-walker'
import { EntryTable } from './entry-table'
import type { StoredEntry } from './entry-judge'
import type { AuditKeys } from './keys'
import { emptiedEntries } from './retention-record'
import { Slices } from './slices'

/** Entries read at a time; long ones fewer, so that a slice stays short. */
const STEP = { initial: 128, min: 1, max: 512 }

/** Progress is told this often. */
const PROGRESS_EVERY = 5_000

/**
 * Checks the whole chain against its keys and its anchor, and names every break. Runs in slices on the connection that is also written
 * to: entries that are appended meanwhile are left for the next time. Memory does not grow with the chain.
 *
 * Throws a StorageError when the database cannot be read at all, and the signal's reason when it is told to stop.
 */
export async function verifyChain(
  db: Database,
  keys: AuditKeys,
  reading: AnchorReading,
  { onProgress, signal, witnesses = [] }: VerifyOptions = {},
): Promise<VerifyReport> {
  const startedMs = performance.now()
  const table = new EntryTable(db)
  const head = table.head() ?? { seq: 0, hashHex: keys.genesisHex }
  const anchored = judgeAnchor(reading, keys).valid
  const walker = new ChainWalker({
    keys,
    isEmptied: emptiedEntries(db),
    watch: [...(anchored === null ? [] : [anchored.seq]), ...witnesses.map(({ seq }) => seq)],
  })

  const slices = new Slices(STEP.initial, STEP, signal)
  let done = 0
  let told = 0
  for (let seq = 0; seq < head.seq;) {
    const step = readStep(table, seq, head.seq, slices.stepSize)
    for (const entry of step.entries) walker.push(entry)
    for (const unreadable of step.unreadable) walker.pushUnreadable(unreadable)
    seq = step.throughSeq
    done += step.entries.length + step.unreadable.length
    if (done - told >= PROGRESS_EVERY) {
      told = done
      onProgress?.({ done: seq, total: head.seq })
    }
    await slices.pause()
  }
  onProgress?.({ done: head.seq, total: head.seq })

  const walk = walker.finish()
  const end = { endSeq: walk.endSeq, hashAt: (seq: number) => walk.watched.get(seq) ?? null }
  const { anchor, lag, breaks } = checkAnchor(reading, keys, end)
  const all = [...logWideBreaks(db, table), ...walk.breaks, ...breaks, ...checkWitnesses(witnesses, end)]
  return {
    verdict: all.length + walk.omittedBreaks === 0 ? 'intact' : 'broken',
    breaks: all,
    omittedBreaks: walk.omittedBreaks,
    entries: walk.entries,
    emptiedEntries: walk.emptiedEntries,
    head,
    anchorSeq: anchor?.seq ?? null,
    lag,
    durationMs: performance.now() - startedMs,
  }
}

/** What does not show in the entries: an altered schema, and entries whose numbers are none. */
export function logWideBreaks(db: Database, table: EntryTable): ChainBreak[] {
  const altered = schemaDifferences(db, 'audit_').map(({ name, difference }): ChainBreak => ({
    kind: 'SCHEMA_CHANGED',
    fromSeq: 0,
    toSeq: 0,
    detail: `${difference}: ${name}`.slice(0, 200),
  }))
  const strange = table.strangeSeqs().map((seq): ChainBreak => ({
    kind: 'INSERTED',
    fromSeq: Number(seq),
    toSeq: Number(seq),
    detail: `the number ${seq} is not one of a chain`,
  }))
  return [...altered, ...strange]
}

interface Step {
  readonly entries: readonly StoredEntry[]
  readonly unreadable: readonly number[]
  readonly throughSeq: number
}

/** The next entries. Where a damaged page stands in the way, the entries on it are told one by one, and what is behind it is read. */
function readStep(table: EntryTable, afterSeq: number, headSeq: number, count: number): Step {
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

function isDamage(thrown: unknown): boolean {
  const code = classifyStorageError(thrown)?.code
  return code === 'CORRUPT' || code === 'UNREADABLE'
}
