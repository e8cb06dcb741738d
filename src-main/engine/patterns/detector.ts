import type { PatternKind, Sensitivity } from '../../domain/pattern'
import { HISTORY_MS, type Activity, type PatternFinding } from './activity'
import { detect, speaks, type History } from './detect'

/** An alarm is not given again for the same within this time, unless there is twice as much of it, ms. */
const QUIET_MS = 3_600_000

/** Something unusual, and whether it is to be told: it is not when it goes on with what was told before. */
export interface Judgement {
  readonly finding: PatternFinding
  readonly isNew: boolean
}

interface Account {
  readonly past: { orders: Activity[]; signatures: Activity[]; failures: Activity[] }
  /** The last alarm by kind and what it was about. */
  readonly told: Map<string, { readonly atMs: number; readonly weight: number }>
}

/**
 * Each account's past, and what is unusual against it. What raised an alarm is left out of the past until somebody owns up to it, so that whoever got hold
 * of an account cannot make a habit of it.
 */
export class PatternDetector {
  readonly #accounts = new Map<string, Account>()
  readonly #flagged = new Set<string>()

  /** Takes in an activity of the past without judging it. */
  remember(activity: Activity): void {
    const { past } = this.#of(activity.account)
    const list = activity.kind === 'order' ? past.orders : activity.kind === 'signature' ? past.signatures : past.failures
    const last = list.at(-1)
    list.push(activity)
    if (last !== undefined && last.atMs > activity.atMs) list.sort((a, b) => a.atMs - b.atMs)
  }

  /** Judges an activity by the past, takes it in, and answers what is unusual; what was told of before is marked so. */
  take(activity: Activity, sensitivity: Readonly<Record<PatternKind, Sensitivity>>): Judgement[] {
    const account = this.#of(activity.account)
    this.#forget(account, activity.atMs)
    const found = detect(activity, this.#history(account), sensitivity)
    this.remember(activity)
    return found.map((finding) => {
      this.flag(finding.orderIds)
      const { kind, about, weight } = finding
      const key = `${kind} ${about}`
      const before = account.told.get(key)
      const isNew = before === undefined || activity.atMs - before.atMs >= QUIET_MS || weight >= 2 * before.weight
      if (isNew) account.told.set(key, { atMs: activity.atMs, weight })
      return { finding, isNew }
    })
  }

  /** Leaves orders out of what is usual. */
  flag(orderIds: readonly string[]): void {
    for (const orderId of orderIds) this.#flagged.add(orderId)
  }

  /** Somebody owned up to these orders: they are usual like any other. */
  unflag(orderIds: readonly string[]): void {
    for (const orderId of orderIds) this.#flagged.delete(orderId)
  }

  /** How much an account's past says. */
  known(account: string): { readonly orders: number; readonly sinceMs: number | null; readonly speaks: boolean } {
    const { usual } = this.#history(this.#of(account)).orders
    return { orders: usual.length, sinceMs: usual[0]?.atMs ?? null, speaks: speaks(usual, 'balanced') }
  }

  /** The accounts that did anything. */
  accounts(): readonly string[] {
    return [...this.#accounts.keys()]
  }

  #history({ past }: Account): History {
    const split = (all: readonly Activity[]) => ({
      all,
      usual: this.#flagged.size === 0 ? all : all.filter(({ orderId }) => !this.#flagged.has(orderId)),
    })
    return { orders: split(past.orders), signatures: split(past.signatures), failures: split(past.failures) }
  }

  #forget({ past }: Account, nowMs: number): void {
    const recent = (list: Activity[]): Activity[] =>
      nowMs - (list[0]?.atMs ?? nowMs) < HISTORY_MS ? list : list.filter(({ atMs }) => nowMs - atMs < HISTORY_MS)
    past.orders = recent(past.orders)
    past.signatures = recent(past.signatures)
    past.failures = recent(past.failures)
  }

  #of(id: string): Account {
    const known = this.#accounts.get(id)
    if (known !== undefined) return known
    const fresh: Account = { past: { orders: [], signatures: [], failures: [] }, told: new Map() }
    this.#accounts.set(id, fresh)
    return fresh
  }
}
