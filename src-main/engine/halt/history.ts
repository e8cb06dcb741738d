import { ENVIRONMENTS, type Environment } from '../../domain/environment'
import { HALT_EVENTS, HALT_SCOPES, HALT_SOURCES, type HaltEvent, type HaltScope, type HaltSource } from '../../domain/kill-switch'
import { canonicalJson, type JsonObject } from '../../lib/json'
import { appendOwnFile, moveAside, readOwnFile, replaceOwnFile } from '../../lib/own-file'
import { sha256Hex } from './halt-record'

/** One event, before it is written down. */
export interface HistoryFact {
  readonly kind: HaltEvent
  /** Wall time, ms. */
  readonly atMs: number
  readonly environment: Environment
  readonly scope: HaltScope | null
  readonly source: HaltSource | null
  readonly by: string
  readonly reason: string
  readonly data: JsonObject
}

/** One event as it was written: numbered, and bound to the one before it. */
export interface HistoryEntry extends HistoryFact {
  readonly seq: number
  readonly prev: string
  readonly hash: string
}

/** One line of the file. A line that cannot be read is shown, not hidden and not fatal; `linked` says whether an entry fits the one before it. */
export type HistoryLine =
  | { readonly kind: 'entry'; readonly entry: HistoryEntry; readonly linked: boolean }
  | { readonly kind: 'bad'; readonly lineNumber: number; readonly text: string; readonly why: string }

/** The history as it is on disk. */
export interface HistoryView {
  /** Oldest first. */
  readonly lines: readonly HistoryLine[]
  /** Whether every line could be read and fits the one before it. */
  readonly intact: boolean
  /** Why the file could not be read at all; null when it could, or when there is none yet. */
  readonly problem: string | null
}

/** Lines after which the older half goes. */
const MAX_LINES = 1_000
const MAX_BYTES = 4 * 1_024 * 1_024
const SHOWN_CHARACTERS = 200
const NO_HASH = '0'.repeat(64)

/**
 * The history of halts, a line each, hash-chained, in a file of its own so that it is there without the database. The chain shows damage and
 * careless edits; it holds no key, so it is no evidence against a program that runs as the same user: the audit log is.
 */
export class HaltHistory {
  readonly #path: string
  readonly #maxLines: number
  #seq = 0
  #lastHash = NO_HASH
  #lineCount = 0
  #lastKind: HaltEvent | null = null
  /** The file may end in half a line; the next one then starts afresh. */
  #torn = false

  constructor(path: string, maxLines: number = MAX_LINES) {
    this.#path = path
    this.#maxLines = maxLines
    const { lines } = this.view()
    this.#lineCount = lines.length
    this.#torn = lines.at(-1)?.kind === 'bad'
    for (const line of lines) if (line.kind === 'entry') this.#remember(line.entry)
  }

  /** Hash of the newest entry; zeros when there is none. */
  get lastHash(): string {
    return this.#lastHash
  }

  /** Kind of the newest entry; null when there is none. */
  get lastKind(): HaltEvent | null {
    return this.#lastKind
  }

  /** Writes an event down, durable when it returns. Throws the system's error. What stands in the file's place and is no file of ours is moved aside. */
  append(fact: HistoryFact): HistoryEntry {
    const seq = this.#seq + 1
    const body = { ...fact, seq, prev: this.#lastHash }
    const entry: HistoryEntry = { ...body, hash: hashOf(body) }
    const before = readOwnFile(this.#path, MAX_BYTES)
    if (before.kind === 'odd') moveAside(this.#path, String(fact.atMs))
    if (before.kind !== 'present') this.#lineCount = 0
    if (before.kind === 'present' && this.#lineCount >= this.#maxLines) this.#trim(before.bytes.toString('utf8'))
    const lead = this.#torn || (before.kind === 'present' && before.bytes.length > 0 && before.bytes.at(-1) !== NEWLINE) ? '\n' : ''
    this.#torn = true // until the line is whole on disk
    appendOwnFile(this.#path, Buffer.from(`${lead}${canonicalJson(entry)}\n`, 'utf8'))
    this.#torn = false
    this.#lineCount += 1
    this.#remember(entry)
    return entry
  }

  /** Reads and verifies what is on disk. Never throws. */
  view(): HistoryView {
    const file = readOwnFile(this.#path, MAX_BYTES)
    if (file.kind === 'absent') return { lines: [], intact: true, problem: null }
    if (file.kind === 'odd') return { lines: [], intact: false, problem: file.why }
    return readLines(file.bytes.toString('utf8'))
  }

  #remember(entry: HistoryEntry): void {
    this.#seq = entry.seq
    this.#lastHash = entry.hash
    this.#lastKind = entry.kind
  }

  #trim(text: string): void {
    const kept = rawLines(text).slice(-Math.ceil(this.#maxLines / 2))
    replaceOwnFile(this.#path, Buffer.from(`${kept.join('\n')}\n`, 'utf8'))
    this.#lineCount = kept.length
    this.#torn = false
  }
}

const NEWLINE = 0x0a

function rawLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function readLines(text: string): HistoryView {
  let previous: HistoryEntry | null = null
  let intact = true
  const lines = rawLines(text).map((raw, index): HistoryLine => {
    const entry = parseEntry(raw)
    if (typeof entry === 'string') {
      intact = false
      return { kind: 'bad', lineNumber: index + 1, text: raw.slice(0, SHOWN_CHARACTERS), why: entry }
    }
    // The oldest line that is kept has nothing before it to fit.
    const linked: boolean = previous === null || (entry.prev === previous.hash && entry.seq === previous.seq + 1)
    if (!linked) intact = false
    previous = entry
    return { kind: 'entry', entry, linked }
  })
  return { lines, intact, problem: null }
}

function parseEntry(raw: string): HistoryEntry | string {
  try {
    const value: unknown = JSON.parse(raw)
    if (typeof value !== 'object' || value === null) return 'not a record'
    const { hash, ...body } = value as Record<string, unknown>
    if (typeof hash !== 'string' || hashOf(body) !== hash) return 'its hash does not fit its text'
    const entry: Record<string, unknown> = { ...body, hash }
    return isEntry(entry) ? entry : 'not an event of this history'
  } catch {
    return 'not JSON'
  }
}

function isEntry(value: object & { [member in keyof HistoryEntry]?: unknown }): value is HistoryEntry {
  const { kind, atMs, environment, scope, source, by, reason, data, seq, prev } = value
  const isWhole = (number: unknown): boolean => Number.isSafeInteger(number) && (number as number) >= 0
  const isWord = (words: readonly unknown[], word: unknown): boolean => words.includes(word)
  return (
    isWord(HALT_EVENTS, kind) &&
    isWord(ENVIRONMENTS, environment) &&
    isWord([...HALT_SCOPES, null], scope) &&
    isWord([...HALT_SOURCES, null], source) &&
    [atMs, seq].every(isWhole) &&
    [by, reason, prev].every((text) => typeof text === 'string' && text.length <= SHOWN_CHARACTERS) &&
    typeof data === 'object' &&
    data !== null
  )
}

function hashOf(body: object): string {
  return sha256Hex(canonicalJson(body))
}
