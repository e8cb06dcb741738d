import type { AuditFilter } from './audit'
import type { EntryScan, SeqRange } from './entry-scan'

/** As many filters are remembered; a list that is scrolled asks for the same one again and again. */
const MAX_VIEWS = 6

/**
 * The numbers of all entries that match one filter. As the log only grows at its end, what was found stays true, and only what was
 * appended since has to be looked at. A million numbers take a few megabytes.
 */
class FilterView {
  readonly seqs: number[] = []
  private throughSeq = 0
  private readonly select: (range: SeqRange) => number[][]

  constructor(
    private readonly scan: EntryScan,
    filter: AuditFilter,
  ) {
    this.select = scan.prepare<number[]>(filter, 'seq')
  }

  /** Looks at what is new. Two callers may do so at once: each step begins where the last one, of either, ended. */
  async catchUp(signal: AbortSignal | undefined): Promise<void> {
    const through = await this.scan.ready(signal)
    while (this.throughSeq < through) {
      const before = this.throughSeq
      await this.scan.upwards({ after: before, through }, signal, (step) => {
        if (this.throughSeq > step.after) return false
        for (const [seq] of this.select(step)) if (seq !== undefined) this.seqs.push(seq)
        this.throughSeq = step.through
        return true
      })
      if (this.throughSeq === before) this.throughSeq = through
    }
  }
}

/** Views of the filters that were asked for last. */
export class FilterViews {
  private readonly views = new Map<string, FilterView>()

  constructor(private readonly scan: EntryScan) {}

  /** The numbers of all entries that match now, oldest first. */
  async seqs(filter: AuditFilter, signal?: AbortSignal): Promise<readonly number[]> {
    const key = JSON.stringify(filter, Object.keys(filter).sort())
    const view = this.views.get(key) ?? new FilterView(this.scan, filter)
    this.views.delete(key)
    this.views.set(key, view)
    for (const oldest of this.views.keys()) {
      if (this.views.size <= MAX_VIEWS) break
      this.views.delete(oldest)
    }
    await view.catchUp(signal)
    return view.seqs
  }

  /** Forgets everything, because entries were emptied. */
  clear(): void {
    this.views.clear()
  }
}
