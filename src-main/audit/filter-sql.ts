import type { AuditFilter } from './audit'

/** A filter as a condition on the columns of `ENTRY_ROWS`. */
export interface FilterCondition {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
  /** Whether the entries' text has to be read; everything else is answered from the facets index. */
  readonly readsText: boolean
}

/** An entry that retention has emptied has nothing to show. */
const HAS_TEXT = 'at_ms IS NOT NULL'

/** Translates a filter; values only ever become parameters. */
export function filterCondition(filter: AuditFilter): FilterCondition {
  const terms: string[] = [HAS_TEXT]
  const parameters: (string | number)[] = []
  const add = (term: string, ...values: (string | number)[]): void => {
    terms.push(term)
    parameters.push(...values)
  }
  const addList = (column: string, values: readonly string[] | undefined): void => {
    if (values !== undefined && values.length > 0) add(`${column} IN (${values.map(() => '?').join(', ')})`, ...values)
  }

  if (isGiven(filter.sinceMs)) add('at_ms >= ?', filter.sinceMs)
  if (isGiven(filter.untilMs)) add('at_ms < ?', filter.untilMs)
  addList('category', filter.categories)
  addList('severity', filter.severities)
  if (isGiven(filter.type)) add('type = ?', filter.type)
  if (isGiven(filter.actor)) add('actor = ?', filter.actor)
  if (isGiven(filter.subject)) add('subject = ?', filter.subject)
  const readsText = isGiven(filter.text) && filter.text !== ''
  if (readsText) add(`body LIKE ? ESCAPE '!'`, `%${asStored(filter.text ?? '')}%`)
  return { sql: terms.join(' AND '), parameters, readsText }
}

/** Whether the filter lets every entry through. */
export function isUnrestricted(filter: AuditFilter): boolean {
  return Object.values(filter).every((value: unknown) => !isGiven(value) || value === '' || (Array.isArray(value) && value.length === 0))
}

/** What is searched for, written as it stands in the entries' JSON, with LIKE's own signs taken literally. */
function asStored(text: string): string {
  return JSON.stringify(text).slice(1, -1).replace(/[!%_]/g, '!$&')
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}
