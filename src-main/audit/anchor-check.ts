import type { ChainBreak, Witness } from './audit'
import { type Anchor, type AnchorReading, judgeAnchor } from './anchor'
import type { AuditKeys } from './keys'

/**
 * A crash leaves the anchor at most this far behind: it moves every 256 entries, and one large transaction of the caller may add some.
 * An older anchor was put back, or could not be written for a long time; both are worth a look.
 */
export const MAX_CRASH_LAG = 1_024

/** What the chain itself says, as far as it was looked at. */
export interface ChainEnd {
  readonly endSeq: number
  /** The genuine hash of the entry at a place; null when it is not known. */
  readonly hashAt: (seq: number) => string | null
}

/** What comparing a chain with its anchor found. */
export interface AnchorFinding {
  readonly anchor: Anchor | null
  readonly lag: number | null
  readonly breaks: readonly ChainBreak[]
}

/** Compares the chain's end with the external anchor. A chain that is a little longer is what a crash leaves, and no finding. */
export function checkAnchor(reading: AnchorReading, keys: AuditKeys, { endSeq, hashAt }: ChainEnd): AnchorFinding {
  const judged = judgeAnchor(reading, keys)
  if (judged.valid === null) {
    // The anchor is written before the first entry, so a log without entries may be one whose very start was interrupted.
    const justStarted = endSeq === 0 && judged.kind === 'ANCHOR_MISSING'
    return { anchor: null, lag: null, breaks: justStarted ? [] : [{ kind: judged.kind, fromSeq: 0, toSeq: 0, detail: judged.detail }] }
  }
  const anchor = judged.valid
  const { seq } = anchor
  if (seq > endSeq) {
    const detail = `the anchor attests entries up to ${seq}, the chain ends at ${endSeq}`
    return { anchor, lag: 0, breaks: [{ kind: 'TRUNCATED', fromSeq: endSeq + 1, toSeq: seq, detail }] }
  }
  const lag = endSeq - seq
  const hashHex = hashAt(seq)
  if (hashHex !== null && hashHex !== anchor.hash) {
    const detail = 'the entry has another hash than the anchor attests'
    return { anchor, lag, breaks: [{ kind: 'ANCHOR_MISMATCH', fromSeq: seq, toSeq: seq, detail }] }
  }
  if (lag > MAX_CRASH_LAG) {
    const detail = `${lag} entries stand after the anchor, a crash leaves at most ${MAX_CRASH_LAG}`
    return { anchor, lag, breaks: [{ kind: 'ANCHOR_STALE', fromSeq: seq + 1, toSeq: endSeq, detail }] }
  }
  return { anchor, lag, breaks: [] }
}

/** Compares the chain with heads that were kept elsewhere. */
export function checkWitnesses(witnesses: readonly Witness[], { endSeq, hashAt }: ChainEnd): ChainBreak[] {
  return witnesses.flatMap(({ seq, hashHex, source }): ChainBreak[] => {
    const from = source.slice(0, 80)
    if (seq > endSeq) {
      return [
        { kind: 'TRUNCATED', fromSeq: endSeq + 1, toSeq: seq, detail: `${from} attests entries up to ${seq}, the chain ends at ${endSeq}` },
      ]
    }
    const hex = hashHex.toLowerCase().replace(/^0x/, '').slice(0, 64)
    if (hashAt(seq) === hex) return []
    return [{ kind: 'WITNESS_MISMATCH', fromSeq: seq, toSeq: seq, detail: `the entry has not the hash ${hex} that ${from} attests` }]
  })
}
