import type { SweepFate, SweepItem } from '../../domain/sweep'

/** The orders of one venue in a sweep, by id; tells when one of them changed. */
export class SweepItems {
  readonly #items = new Map<string, SweepItem>()

  constructor(private readonly changed: () => void) {}

  all(): readonly SweepItem[] {
    return [...this.#items.values()]
  }

  get(orderId: string): SweepItem | undefined {
    return this.#items.get(orderId)
  }

  /** Says what an order has come to; `why` is empty where nothing is wrong. */
  set(orderId: string, fate: SweepFate, why: { readonly code?: string; readonly detail?: string } = {}): void {
    const before = this.#items.get(orderId)
    const next: SweepItem = { orderId, fate, code: why.code ?? null, detail: why.detail ?? '', tries: before?.tries ?? 0 }
    if (before?.fate === next.fate && before.code === next.code && before.detail === next.detail) return
    this.#items.set(orderId, next)
    this.changed()
  }

  /** An order is asked for once more; it is being canceled until something else is known. Returns how often it was asked for before. */
  tried(orderId: string): number {
    const before = this.#items.get(orderId)
    const tries = before?.tries ?? 0
    // What was wrong the last time stays on the screen until this try has come to something.
    this.#items.set(orderId, { ...(before ?? { orderId, fate: 'canceling', code: null, detail: '' }), tries: tries + 1 })
    this.changed()
    return tries
  }
}
