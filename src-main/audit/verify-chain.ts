import type { Database } from '../storage/database'
import { schemaDifferences } from '../storage/schema'
import type { AuditHead, ChainBreak, ObservedBreak, VerifyOptions, VerifyReport } from './audit'
import { type AnchorReading, judgeAnchor } from './anchor'
import { type ChainEnd, checkAnchor, checkWitnesses } from './anchor-check'
import { composeBody } from './body'
import { ChainWalker, type WalkResult } from './chain-walker'
import { EntryHasher } from './entry-hash'
import type { StoredEntry } from './entry-judge'
import { isDamage, readStep } from './entry-steps'
import { EntryTable } from './entry-table'
import type { AuditKeys } from './keys'
import { Observer } from './observe'
import { emptiedEntries } from './retention-record'
import { checkSeals, type Sealing } from './seal-check'
import { Slices } from './slices'
import { Vouching } from './vouching'

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
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  return (await checkChain(db, keys, reading, options)).report
}

/** How a chain goes on. */
export interface Continuation {
  /** What the next entry has to follow. */
  readonly base: AuditHead
  /** What checks will find once it does: then the places before it are accounted for, and a finding at the end may get another name. */
  readonly breaks: readonly ObservedBreak[]
}

/** The check, and what would be found from the next entry on. */
export async function checkChain(
  db: Database,
  keys: AuditKeys,
  reading: AnchorReading,
  { onProgress, signal, witnesses = [] }: VerifyOptions = {},
): Promise<{ readonly report: VerifyReport; readonly continued: () => Promise<Continuation> }> {
  const startedMs = performance.now()
  const table = new EntryTable(db)
  const head = table.head() ?? { seq: 0, hashHex: keys.genesisHex }
  const anchored = judgeAnchor(reading, keys).valid
  const watch = [...(anchored === null ? [] : [anchored.seq]), ...witnesses.map(({ seq }) => seq)]
  const slices = new Slices(STEP.initial, STEP, signal)

  const vouching = new Vouching({ environment: keys.environment, hashAt: (seq) => hashIn(table, seq) })
  const walkAll = async (
    each: (walker: ChainWalker) => Promise<void> = () => Promise.resolve(),
  ): Promise<{ readonly walker: ChainWalker; readonly last: StoredEntry | null }> => {
    const walker = new ChainWalker({ keys, isEmptied: emptiedEntries(db), watch })
    let last: StoredEntry | null = null
    let done = 0
    let told = 0
    for (let seq = 0; seq < head.seq;) {
      const step = readStep(table, seq, head.seq, slices.stepSize)
      for (const entry of step.entries) walker.push(entry)
      for (const unreadable of step.unreadable) walker.pushUnreadable(unreadable)
      await each(walker)
      last = step.entries.at(-1) ?? last
      seq = step.throughSeq
      done += step.entries.length + step.unreadable.length
      if (done - told >= PROGRESS_EVERY) {
        told = done
        onProgress?.({ done: seq, total: head.seq })
      }
      await slices.pause()
    }
    onProgress?.({ done: head.seq, total: head.seq })
    return { walker, last }
  }
  const judge = async (walk: WalkResult, alsoFound: readonly ChainBreak[]): Promise<Sealing> => {
    const found = [
      ...logWideBreaks(db, table),
      ...walk.breaks,
      ...vouching.breaks,
      ...alsoFound,
      ...checkWitnesses(witnesses, chainEnd(walk)),
    ]
    return slices.run(checkSeals(found, walk.seals, new Observer(db), reading))
  }

  const walk = (await walkAll((walker) => vouching.judge(walker.takeVouchers(), slices))).walker.finish()
  const { anchor, lag, breaks: anchorBreaks } = checkAnchor(reading, keys, chainEnd(walk))
  const { open, sealed } = await judge(walk, anchorBreaks)
  const omittedBreaks = walk.omittedBreaks + vouching.omitted
  const report: VerifyReport = {
    verdict: open.length + omittedBreaks > 0 ? 'broken' : sealed.length > 0 ? 'sealed' : 'intact',
    breaks: open,
    sealed,
    omittedBreaks,
    entries: walk.entries,
    emptiedEntries: walk.emptiedEntries,
    head,
    anchorSeq: anchor?.seq ?? null,
    vouchers: vouching.vouchers,
    voucherCount: vouching.count,
    lag,
    durationMs: performance.now() - startedMs,
  }
  const continued = async (): Promise<Continuation> => {
    const { walker, last } = await walkAll()
    const base = { seq: head.seq, hashHex: last?.seq === head.seq ? walker.hashToFollow(last) : head.hashHex }
    walker.push(nextEntry(keys, base))
    return { base, breaks: (await judge(walker.finish(), [])).open }
  }
  return { report, continued }
}

function chainEnd({ endSeq, watched }: WalkResult): ChainEnd {
  return { endSeq, hashAt: (seq) => watched.get(seq) ?? null }
}

/** The hash that is stored at a place; an entry on a damaged page has none. */
function hashIn(table: EntryTable, seq: number): string | null {
  try {
    return table.hashAt(seq)
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
    return null
  }
}

/** Some genuine entry after the last one. It is never written. */
function nextEntry(keys: AuditKeys, base: AuditHead): StoredEntry {
  const seq = base.seq + 1
  const body = composeBody(seq, 0, { category: 'SYSTEM_EVENT', severity: 'info', type: 'None', actor: 'none', subject: null, data: {} })
  const hashHex = new EntryHasher().hashHex(seq, base.hashHex, body)
  return { seq, body, links: base.hashHex + hashHex + keys.entryKey.ofHex(hashHex) }
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
