import { AsyncLocalStorage } from 'node:async_hooks'

/** One thing that was asked of somebody outside while something was being decided. */
export interface Fetched {
  readonly method: string
  /** What was asked, cut short. */
  readonly asked: string
  /** What was answered, cut short; null when it was a failure. */
  readonly answer: string | null
  readonly failure: string | null
  readonly latencyMs: number
}

/** The most that is kept of one decision, and of one text. */
const MOST_FETCHED = 120
const MOST_CHARS = 120

const collecting = new AsyncLocalStorage<Fetched[]>()

/**
 * Runs what decides, and collects everything that is fetched meanwhile and on its behalf, wherever that happens, so that a decision can be recorded
 * with what it was made from (product row X6). Nothing that others fetch at the same time is among it.
 */
export async function collectFetched<T>(decide: () => Promise<T>): Promise<{ readonly value: T; readonly fetched: readonly Fetched[] }> {
  const fetched: Fetched[] = []
  const value = await collecting.run(fetched, decide)
  return { value, fetched }
}

/** Notes something fetched, if somebody collects. Cheap where nobody does. */
export function noteFetched(
  asked: { readonly method: string; readonly params: unknown },
  answer: unknown,
  failure: string | null,
  latencyMs: number,
): void {
  const list = collecting.getStore()
  if (list === undefined || list.length >= MOST_FETCHED) return
  list.push({
    method: asked.method,
    asked: short(asked.params),
    answer: failure === null ? short(answer) : null,
    failure,
    latencyMs: Math.round(latencyMs),
  })
}

function short(value: unknown): string {
  if (value === undefined) return ''
  const text = JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
  return text.length <= MOST_CHARS ? text : `${text.slice(0, MOST_CHARS)}… (${text.length} characters)`
}
