import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'

/** One thing that was asked of somebody outside while something was being decided. The hashes are SHA-256, hex, of the full JSON text that is cut short here. */
export interface FetchedAnswer {
  readonly method: string
  /** What was asked, cut short. */
  readonly asked: string
  readonly askedSha256: string
  /** What was answered, cut short; null when it was a failure. */
  readonly answer: string | null
  readonly answerSha256: string | null
  readonly failure: string | null
  readonly latencyMs: number
}

/** Stands at the end where more was fetched for one decision than is kept: how many answers are not listed. */
export interface FetchedLeftOff {
  readonly leftOff: number
}

/** What a decision was made from, as it is recorded. */
export type Fetched = FetchedAnswer | FetchedLeftOff

/** The most that is kept of one decision, and of one text. */
const MOST_FETCHED = 120
const MOST_CHARS = 120

interface Collection {
  readonly answers: FetchedAnswer[]
  leftOff: number
}

const collecting = new AsyncLocalStorage<Collection>()

/**
 * Runs what decides, and collects everything that is fetched meanwhile and on its behalf, wherever that happens, so that a decision can be recorded
 * with what it was made from (product row X6). Nothing that others fetch at the same time is among it.
 */
export async function collectFetched<T>(decide: () => Promise<T>): Promise<{ readonly value: T; readonly fetched: readonly Fetched[] }> {
  const collection: Collection = { answers: [], leftOff: 0 }
  const value = await collecting.run(collection, decide)
  const { answers, leftOff } = collection
  return { value, fetched: leftOff === 0 ? answers : [...answers, { leftOff }] }
}

/** Notes something fetched, if somebody collects. Cheap where nobody does. */
export function noteFetched(
  asked: { readonly method: string; readonly params: unknown },
  answer: unknown,
  failure: string | null,
  latencyMs: number,
): void {
  const collection = collecting.getStore()
  if (collection === undefined) return
  if (collection.answers.length >= MOST_FETCHED) {
    collection.leftOff += 1
    return
  }
  const question = jsonText(asked.params)
  const answered = failure === null ? jsonText(answer) : null
  collection.answers.push({
    method: asked.method,
    asked: short(question),
    askedSha256: sha256Hex(question),
    answer: answered === null ? null : short(answered),
    answerSha256: answered === null ? null : sha256Hex(answered),
    failure,
    latencyMs: Math.round(latencyMs),
  })
}

function jsonText(value: unknown): string {
  if (value === undefined) return ''
  return JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
}

function short(text: string): string {
  return text.length <= MOST_CHARS ? text : `${text.slice(0, MOST_CHARS)}… (${text.length} characters)`
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
