import type { AnchorReading } from './anchor'
import type { ChainBreak, ObservedBreak, SealedBreak } from './audit'
import { type Interval, overlap, without } from './intervals'
import { observedText, type Observer } from './observe'
import { type Seal, sealabilityOf } from './seal-record'
import type { Steps } from './slices'

/** What was found, told apart by what the seals in the chain say about it. */
export interface Sealing {
  /** Not sealed, or not as it was when it was sealed. */
  readonly open: readonly ObservedBreak[]
  readonly sealed: readonly SealedBreak[]
}

/**
 * Tells sealed findings from open ones. What counts are the places and what stands there, not the name of the finding: a look at a part
 * of the chain may name the same damage otherwise. A place that was sealed more than once counts as the last seal says.
 *
 * `seals` are entries that the walk found without fault, in their order.
 */
export function* checkSeals(
  found: readonly ChainBreak[],
  seals: readonly Seal[],
  observer: Observer,
  reading: AnchorReading,
): Steps<Sealing> {
  const rows = found.filter((each) => sealabilityOf(each) === 'rows')
  const others = new Map<string, ObservedBreak>()
  for (const each of found) {
    if (sealabilityOf(each) !== 'rows') others.set(nameOf(each), { ...each, observedHex: yield* observeOther(each, observer, reading) })
  }

  const rowsFound = rows.map(toInterval)
  const sealed: SealedBreak[] = []
  const covered: Interval[] = []
  const claimed: Interval[] = []
  const told = new Set<string>()
  for (const { breaks } of [...seals].reverse()) {
    const claims: Interval[] = []
    for (const item of breaks) {
      yield
      const sealability = sealabilityOf(item)
      if (sealability === 'never') continue
      if (sealability === 'end') sealed.push(item)
      else if (sealability === 'rows') {
        const pieces = without([toInterval(item)], claimed)
        claims.push(toInterval(item))
        if (pieces.length === 0) continue
        // Where nothing is found any more, what the key vouches for was put back; that it was damaged stays known.
        if (overlap(pieces, rowsFound) && (yield* observer.rowsOf(item)) !== item.observedHex) continue
        covered.push(...pieces)
        sealed.push(item)
      } else if (!told.has(nameOf(item))) {
        told.add(nameOf(item))
        const now = others.get(nameOf(item))
        if (now !== undefined && now.observedHex !== item.observedHex) continue
        others.delete(nameOf(item))
        sealed.push(item)
      }
    }
    claimed.push(...claims)
  }

  const open: ObservedBreak[] = []
  for (const each of found) {
    const other = others.get(nameOf(each))
    if (other !== undefined) open.push(other)
    if (sealabilityOf(each) !== 'rows') continue
    for (const { from, to } of without([toInterval(each)], covered)) {
      const piece = { ...each, fromSeq: from, toSeq: to }
      open.push({ ...piece, observedHex: yield* observer.rowsOf(piece) })
    }
  }
  const bySeal = (a: SealedBreak, b: SealedBreak): number => a.sealSeq - b.sealSeq || a.fromSeq - b.fromSeq
  return { open, sealed: sealed.sort(bySeal) }
}

function* observeOther(found: ChainBreak, observer: Observer, reading: AnchorReading): Steps<string> {
  switch (sealabilityOf(found)) {
    case 'strange':
      return yield* observer.strange()
    case 'end':
      return observedText(JSON.stringify(reading))
    case 'rows':
    case 'witness':
    case 'never':
      return observedText(found.detail)
  }
}

/** What makes two findings that are not about rows the same one. */
function nameOf({ kind, fromSeq, detail }: ChainBreak): string {
  return [kind, fromSeq, detail].join(' ')
}

function toInterval({ fromSeq, toSeq }: ChainBreak): Interval {
  return { from: fromSeq, to: toSeq }
}
