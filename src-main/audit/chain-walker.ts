import type { ChainBreak } from './audit'
import { EMPTIED_BODY } from './body'
import { BreakList } from './break-list'
import { HASH_HEX_DIGITS } from './encoding'
import { EntryHasher } from './entry-hash'
import { EntryJudge, type StoredEntry } from './entry-judge'
import type { AuditKeys } from './keys'
import { mayBeSeal, parseSeal, type Seal } from './seal-record'
import { Unplaced } from './unplaced'
import { mayBeVoucher, type VoucherEntry } from './vouching'

/** What the walk found, once every entry was handed over. */
export interface WalkResult {
  readonly breaks: readonly ChainBreak[]
  readonly omittedBreaks: number
  readonly entries: number
  readonly emptiedEntries: number
  /** The last place of the chain that an entry accounts for. */
  readonly endSeq: number
  /** Seals that are themselves without fault, in their order. */
  readonly seals: readonly Seal[]
  /** The genuine hashes at the places that were watched. */
  readonly watched: ReadonlyMap<number, string>
}

/** How to walk one log's chain. */
export interface WalkOptions {
  readonly keys: AuditKeys
  /** Whether retention is on record as having emptied this entry. */
  readonly isEmptied: (seq: number) => boolean
  /** Places whose hash is asked for afterwards, for anchors and witnesses. */
  readonly watch?: Iterable<number> | undefined
  /** Where to begin, when only the last entries are looked at: what is before is taken for granted. */
  readonly startAfter?: { readonly seq: number; readonly hashHex: string } | undefined
}

/** The last entry that stands in its place. */
interface Placed {
  readonly seq: number
  /** Its genuine hash; null when nobody can tell. */
  readonly hashHex: string | null
  /** Whether it was found without fault; then the entry after it is to blame for a link that does not fit. */
  readonly sound: boolean
}

/**
 * Walks a chain entry by entry, in order of their numbers, and names what is wrong. It keeps no entries, so a million need as little
 * memory as ten; after a break it goes on.
 *
 * An entry whose hash and authentication code fit was written by the holder of the key with exactly this number, text and predecessor.
 * So it also attests the hash of the entry before it, which tells an entry that was replaced from one whose code alone was damaged.
 */
export class ChainWalker {
  private readonly hasher = new EntryHasher()
  private readonly keys: AuditKeys
  private readonly judge: EntryJudge
  private readonly found = new BreakList()
  private readonly unplaced: Unplaced
  private readonly watched = new Map<number, string>()
  private readonly watching: Set<number>
  private placed: Placed
  private entries = 0
  private emptiedEntries = 0
  private readonly seals: Seal[] = []
  private vouchers: VoucherEntry[] = []

  constructor(options: WalkOptions) {
    this.keys = options.keys
    this.judge = new EntryJudge(options.keys, this.hasher, options.isEmptied)
    this.unplaced = new Unplaced(this.found)
    this.watching = new Set(options.watch)
    const start = options.startAfter ?? { seq: 0, hashHex: options.keys.genesisHex }
    this.placed = { seq: start.seq, hashHex: start.hashHex, sound: true }
    this.watch(this.placed.seq, this.placed.hashHex)
  }

  /** The next entry. Numbers must rise. */
  push(entry: StoredEntry): void {
    this.entries++
    const hashHex = this.hashOfSoundSuccessor(entry)
    if (hashHex === null) {
      this.pushSuspect(entry)
      return
    }
    this.placed = { seq: entry.seq, hashHex, sound: true }
    if (entry.body !== null) this.note(entry.seq, entry.body)
    if (this.watching.size > 0) this.watch(entry.seq, hashHex)
  }

  /** An entry that is there and cannot be read. */
  pushUnreadable(seq: number): void {
    this.entries++
    this.settle(seq - 1, null)
    this.found.add('UNREADABLE', seq, seq, 'the stored page is damaged')
    this.placed = { seq, hashHex: null, sound: false }
  }

  /** Entries that may hold vouchers and were not taken yet: many would fill the memory. */
  takeVouchers(): readonly VoucherEntry[] {
    const taken = this.vouchers
    if (taken.length > 0) this.vouchers = []
    return taken
  }

  /** The genuine hash of the last entry that was handed over, as far as it can be told: what an entry after it has to follow. */
  hashToFollow({ seq, links }: Pick<StoredEntry, 'seq' | 'links'>): string {
    if (this.placed.seq === seq && this.placed.hashHex?.length === HASH_HEX_DIGITS) return this.placed.hashHex
    return links.length === 3 * HASH_HEX_DIGITS ? links.slice(HASH_HEX_DIGITS, 2 * HASH_HEX_DIGITS) : this.keys.genesisHex
  }

  /** To be called once, after the last entry. */
  finish(): WalkResult {
    const endSeq = this.unplaced.settleEnd(this.placed.seq)
    for (const [seq, hashHex] of this.unplaced.hashes) this.watch(seq, hashHex)
    return {
      breaks: this.found.list(),
      omittedBreaks: this.found.omitted,
      entries: this.entries,
      emptiedEntries: this.emptiedEntries,
      endSeq,
      seals: this.seals,
      watched: this.watched,
    }
  }

  /** The common case, with as little work as can be: two codes computed, two compared. Null when the entry is not simply right. */
  private hashOfSoundSuccessor({ seq, links, body }: StoredEntry): string | null {
    if (seq !== this.placed.seq + 1 || body === null || body === EMPTIED_BODY || !this.unplaced.isEmpty) return null
    const prevHashHex = this.placed.hashHex
    if (prevHashHex === null || links.length !== 3 * HASH_HEX_DIGITS || !links.startsWith(prevHashHex)) return null
    const hashHex = this.hasher.hashHex(seq, prevHashHex, body)
    return links.startsWith(hashHex, HASH_HEX_DIGITS) && links.endsWith(this.keys.entryKey.ofHex(hashHex)) ? hashHex : null
  }

  private pushSuspect(entry: StoredEntry): void {
    const isNext = this.unplaced.isEmpty && this.placed.seq === entry.seq - 1
    const verdict = this.judge.judge(entry, isNext ? this.placed.hashHex : null)
    if (verdict.kind === 'displaced') {
      this.unplaced.addDisplaced(entry.seq, verdict.belongsAt)
      if (this.watching.has(verdict.belongsAt)) this.unplaced.hashes.set(verdict.belongsAt, verdict.hashHex)
      this.makeRoom()
      return
    }
    if (verdict.kind === 'alien') {
      this.unplaced.addAlien(entry.seq, verdict.hashHex, verdict.selfConsistent)
      if (this.watching.has(entry.seq)) this.unplaced.hashes.set(entry.seq, verdict.hashHex)
      this.makeRoom()
      return
    }

    const attests = verdict.kind === 'edited' || verdict.kind === 'link-edited' ? null : verdict.prevHashHex
    this.settle(entry.seq - 1, attests)
    if (verdict.kind === 'edited') this.found.add('EDITED', entry.seq, entry.seq, verdict.detail)
    else if (verdict.kind === 'link-edited')
      this.found.add('LINK_BROKEN', entry.seq, entry.seq, 'the hash of the entry before it was altered in it')
    else {
      if (verdict.kind === 'emptied') this.emptiedEntries++
      if (verdict.kind === 'hash-edited') this.found.add('EDITED', entry.seq, entry.seq, 'its stored hash was altered')
      const isLinked = !isNext || !this.placed.sound || verdict.prevHashHex === this.placed.hashHex
      if (verdict.kind === 'sound' && isLinked && entry.body !== null) this.note(entry.seq, entry.body)
      if (!isLinked) {
        this.found.add('LINK_BROKEN', entry.seq, entry.seq, 'it follows another entry than the one that stands before it')
      }
    }
    const sound = verdict.kind === 'sound' || verdict.kind === 'emptied' || verdict.kind === 'hash-edited'
    this.placed = { seq: entry.seq, hashHex: verdict.hashHex, sound }
    this.watch(entry.seq, verdict.hashHex)
  }

  /** Entries without fault that say something about others. */
  private note(seq: number, body: string): void {
    if (mayBeVoucher(body)) this.vouchers.push({ seq, body })
    else if (mayBeSeal(body)) {
      const seal = parseSeal(seq, body)
      if (seal !== null) this.seals.push(seal)
    }
  }

  /** Decides about entries that were set aside, now that the entry after them is known. */
  private settle(throughSeq: number, attestedHashHex: string | null): void {
    this.unplaced.settle(this.placed.seq, throughSeq, attestedHashHex)
    for (const [seq, hashHex] of this.unplaced.hashes) this.watch(seq, hashHex)
    this.unplaced.hashes.clear()
  }

  /** A chain that was shuffled at random gives no place to stand on: what is set aside is reported before it fills the memory. */
  private makeRoom(): void {
    const last = this.unplaced.lastSeqIfFull()
    if (last === null) return
    this.settle(last, null)
    this.placed = { seq: last, hashHex: null, sound: false }
  }

  private watch(seq: number, hashHex: string | null): void {
    if (hashHex !== null && this.watching.has(seq)) this.watched.set(seq, hashHex)
  }
}
