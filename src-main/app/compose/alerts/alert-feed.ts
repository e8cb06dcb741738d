import type { Alert, AlertKind } from '../../../domain/alert'
import { rulesOf, type FedEntry, type FeedRule } from './alert-table'

/** Who causes what nobody did. */
const NOBODY: readonly string[] = ['system', '']

/** Turns audit entries into alerts, by the table; remembers only what the rules about repetition need. */
export class AlertFeed {
  /** When entries of a rule with repetition came, wall ms. */
  readonly #seen = new Map<string, readonly number[]>()

  /** Whether this type is ever told of; saves reading the entry whole. */
  concerns(entry: Pick<FedEntry, 'type' | 'severity'>): boolean {
    return rulesOf(entry).length > 0
  }

  /** The alert that an entry raises; null for none. */
  alertOf(entry: FedEntry, atMs: number): Alert | null {
    for (const rule of rulesOf(entry)) {
      const kind = typeof rule.kind === 'function' ? rule.kind(entry) : rule.kind
      if (kind !== null) return this.#alertBy(rule, kind, entry, atMs)
    }
    return null
  }

  #alertBy(rule: FeedRule, kind: AlertKind, entry: FedEntry, atMs: number): Alert | null {
    const subject = rule.subject === undefined ? entry.subject : rule.subject(entry)
    const times = this.#count(rule, `${kind} ${subject ?? ''}`, atMs)
    if (rule.repeated !== undefined && times < rule.repeated.times) return null
    return { kind, subject, figures: { ...figuresOf(rule, entry), ...(rule.repeated === undefined ? {} : { times: String(times) }) } }
  }

  #count({ repeated }: FeedRule, name: string, atMs: number): number {
    if (repeated === undefined) return 1
    const recent = [...(this.#seen.get(name) ?? []), atMs].filter((each) => Math.abs(atMs - each) < repeated.withinMs)
    this.#seen.set(name, recent)
    return recent.length
  }
}

function figuresOf({ figures = [] }: FeedRule, { data, actor }: FedEntry): Record<string, string> {
  const told: Record<string, string> = {}
  for (const name of figures) {
    const value = data[name]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') told[name] = String(value)
  }
  if (!NOBODY.includes(actor)) told['by'] ??= actor
  return told
}
