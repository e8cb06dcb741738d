import type { Database } from '../storage/database'
import type { ChainBreak } from './audit'
import type { AnchorReading } from './anchor'
import { type AnchorFinding, checkAnchor } from './anchor-check'
import { ChainWalker } from './chain-walker'
import { HASH_HEX_DIGITS } from './encoding'
import type { EntryTable } from './entry-table'
import type { AuditKeys } from './keys'
import { Observer } from './observe'
import { emptiedEntries } from './retention-record'
import { checkSeals } from './seal-check'
import { inOneGo } from './slices'
import { logWideBreaks } from './verify-chain'

/** The last entries that are checked when the log is opened; the whole chain takes its own time. */
const CHECKED_ENTRIES = 64

/** What the check at start found. */
export interface QuickCheck extends AnchorFinding {
  readonly checkedEntries: number
}

/** Checks the schema, the last entries and the anchor: what a few milliseconds can tell. */
export function quickCheck(db: Database, table: EntryTable, keys: AuditKeys, reading: AnchorReading): QuickCheck {
  const entries = table.last(CHECKED_ENTRIES)
  const first = entries[0]
  // A chain that is shorter than what is checked has to begin at its beginning.
  const startAfter =
    entries.length < CHECKED_ENTRIES || first === undefined || first.seq === 1
      ? undefined
      : { seq: first.seq - 1, hashHex: first.links.slice(0, HASH_HEX_DIGITS) }
  const walker = new ChainWalker({ keys, isEmptied: emptiedEntries(db), startAfter })
  for (const entry of entries) walker.push(entry)
  const walk = walker.finish()
  const finding = checkAnchor(reading, keys, {
    endSeq: walk.endSeq,
    hashAt: (seq) => (seq === 0 ? keys.genesisHex : table.hashAt(seq)),
  })
  const found: ChainBreak[] = [...logWideBreaks(db, table), ...walk.breaks, ...finding.breaks]
  // A seal stands after what it seals, so among the last entries as well.
  const breaks = inOneGo(checkSeals(found, walk.seals, new Observer(db), reading)).open
  return { ...finding, breaks, checkedEntries: walk.entries }
}
