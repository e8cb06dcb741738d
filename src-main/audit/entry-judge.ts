import { EMPTIED_BODY, parseBody } from './body'
import { HASH_HEX_DIGITS } from './encoding'
import type { EntryHasher } from './entry-hash'
import type { AuditKeys } from './keys'

/** An entry as it stands in the table. */
export interface StoredEntry {
  readonly seq: number
  /** Previous hash, hash and authentication code in hexadecimal digits, one behind the other. */
  readonly links: string
  /** Null when what is stored is no text. */
  readonly body: string | null
}

interface Links {
  readonly prevHashHex: string
  /** The genuine hash, as far as it can be told. */
  readonly hashHex: string
}

/** What an entry that does not simply fit turns out to be. */
export type EntryVerdict =
  /** Genuine, and written for this place. */
  | ({ readonly kind: 'sound' } & Links)
  /** Genuine, its text taken out by retention. */
  | ({ readonly kind: 'emptied' } & Links)
  /** Genuine but for the stored hash, which the text and the authentication code both contradict. */
  | ({ readonly kind: 'hash-edited' } & Links)
  /** Genuine but for the previous hash that stands in it. */
  | ({ readonly kind: 'link-edited' } & Links)
  /** The hash and its code are genuine, the text is not what they were made for. */
  | ({ readonly kind: 'edited'; readonly detail: string } & Links)
  /** Genuine, and written for another place. */
  | ({ readonly kind: 'displaced'; readonly belongsAt: number } & Links)
  /** Nothing in it was vouched for by the key. */
  | ({ readonly kind: 'alien'; readonly selfConsistent: boolean } & Links)

/** Finds out what is wrong with a single entry, by what its hash and its authentication code would have been made for. */
export class EntryJudge {
  constructor(
    private readonly keys: AuditKeys,
    private readonly hasher: EntryHasher,
    private readonly isEmptied: (seq: number) => boolean,
  ) {}

  /** `expectedPrevHashHex` is the hash of the entry before it, where that is known. */
  judge({ seq, links, body }: StoredEntry, expectedPrevHashHex: string | null): EntryVerdict {
    const prevHashHex = links.slice(0, HASH_HEX_DIGITS)
    const hashHex = links.slice(HASH_HEX_DIGITS, 2 * HASH_HEX_DIGITS)
    const stored = { prevHashHex, hashHex }
    const wellFormed = links.length === 3 * HASH_HEX_DIGITS
    const madeHere = body === null || !wellFormed ? null : this.hasher.hashHex(seq, prevHashHex, body)

    if (wellFormed && this.isVouched(links, hashHex)) {
      if (madeHere === hashHex) return { kind: 'sound', ...stored }
      if (body === EMPTIED_BODY) {
        return this.isEmptied(seq)
          ? { kind: 'emptied', ...stored }
          : { kind: 'edited', detail: 'its text was emptied, and no retention is on record for it', ...stored }
      }
      const belongsAt = body === null ? null : this.placeOf(seq, prevHashHex, hashHex, body)
      if (belongsAt !== null) return { kind: 'displaced', belongsAt, ...stored }
      if (body !== null && expectedPrevHashHex !== null && this.hasher.hashHex(seq, expectedPrevHashHex, body) === hashHex) {
        return { kind: 'link-edited', ...stored }
      }
      return { kind: 'edited', detail: 'its text is not what was hashed', ...stored }
    }
    if (madeHere !== null && this.isVouched(links, madeHere)) return { kind: 'hash-edited', prevHashHex, hashHex: madeHere }
    return { kind: 'alien', selfConsistent: madeHere === hashHex, ...stored }
  }

  /** Whether the stored authentication code was made with our key for this hash. */
  private isVouched(links: string, hashHex: string): boolean {
    return this.keys.entryKey.ofHex(hashHex) === links.slice(2 * HASH_HEX_DIGITS)
  }

  /** The other place that a moved entry was written for: its text says so, and its hash confirms it. */
  private placeOf(seq: number, prevHashHex: string, hashHex: string, body: string): number | null {
    const place = parseBody(body)?.seq
    if (place === undefined || place === seq || place < 1) return null
    return this.hasher.hashHex(place, prevHashHex, body) === hashHex ? place : null
  }
}
