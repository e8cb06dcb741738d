import type { ChainBreak, ChainBreakKind } from './audit'

/** A report holds this many findings. Neighbours of one kind are one finding, so this is only reached by a thoroughly broken log. */
const MAX_BREAKS = 10_000

/** The findings of a check, neighbours of the same kind joined. */
export class BreakList {
  /** Findings that the list has no room for. */
  omitted = 0
  private readonly breaks: ChainBreak[] = []

  add(kind: ChainBreakKind, fromSeq: number, toSeq: number, detail: string): void {
    const last = this.breaks.at(-1)
    if (last?.kind === kind && last.detail === detail && last.toSeq + 1 === fromSeq) {
      this.breaks[this.breaks.length - 1] = { ...last, toSeq }
      return
    }
    if (this.breaks.length >= MAX_BREAKS) this.omitted++
    else this.breaks.push({ kind, fromSeq, toSeq, detail })
  }

  /** Whether a finding of this kind covers the entry. */
  covers(kind: ChainBreakKind, seq: number): boolean {
    return this.breaks.some((found) => found.kind === kind && found.fromSeq <= seq && seq <= found.toSeq)
  }

  /** Takes back that this one entry is missing: it turned up elsewhere, and its place is spoken for by another finding. */
  foundElsewhere(seq: number): void {
    const index = this.breaks.findIndex(({ kind, fromSeq, toSeq }) => kind === 'DELETED' && fromSeq === seq && toSeq === seq)
    if (index >= 0 && (this.covers('REORDERED', seq) || this.covers('INSERTED', seq))) this.breaks.splice(index, 1)
  }

  /** In the order of the entries. */
  list(): readonly ChainBreak[] {
    return [...this.breaks].sort((a, b) => a.fromSeq - b.fromSeq)
  }
}
