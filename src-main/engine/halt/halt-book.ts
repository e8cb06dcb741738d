import { mkdirSync } from 'node:fs'

import type { HaltEvent } from '../../domain/kill-switch'
import { describeError } from '../../lib/errors'
import type { JsonObject } from '../../lib/json'
import { moveAside } from '../../lib/own-file'
import { readRecord, writeRecord, type HaltRecord } from './halt-record'
import { HaltHistory, type HistoryView } from './history'
import type { HaltRequest, KillSwitchOptions } from './kill-switch-types'
import { historyPath, latchesWithin, type Latches } from './places'
import type { HaltFacts } from './start-up'
import type { StepListener } from './steps'
import { oneLine } from './text'

/** What a line of history is about. */
type About = Pick<HaltRequest, 'source' | 'scope'> | Pick<HaltFacts, 'source' | 'scope'> | null

/** What is told of a halt of which nothing is known. */
const UNTOLD: HaltFacts = {
  sinceMs: null,
  source: 'unreadable-state',
  by: '',
  reason: '',
  scope: 'machine',
  mode: 'gate-only',
  maintenance: null,
}

/**
 * What is written of a halt besides its leases: the record in each latched folder, and the history. It knows what is still to be written, so that it may
 * be asked again and again; it decides nothing about trading.
 */
export class HaltBook {
  readonly #history: HaltHistory
  /** The records on disk are of an earlier halt or a narrower scope. */
  #outdated = false
  /** What the history's next `Halted` line would say; null when it is written. */
  #unwritten: HaltRequest | HaltFacts | null = null
  #lastWritten = ''

  constructor(
    private readonly options: Pick<KillSwitchOptions, 'dataDir' | 'environment' | 'clock'>,
    private readonly latches: Latches,
    private readonly onStep: StepListener,
    /** What is halted for now; null while nothing is. */
    private readonly standing: () => HaltFacts | null,
  ) {
    this.#history = new HaltHistory(historyPath(options.dataDir))
  }

  /** Whether a halt is still to be told of in the history. */
  get owes(): boolean {
    return this.#unwritten !== null
  }

  /** What the history ends with. */
  get lastKind(): HaltHistory['lastKind'] {
    return this.#history.lastKind
  }

  /** The history of halts, verified as it is read. */
  history(): HistoryView {
    return this.#history.view()
  }

  /** A halt is to be told of in the history, when {@link write} is called next. */
  owe(halt: HaltRequest | HaltFacts): void {
    this.#unwritten = halt
  }

  /** What the records on disk say is no longer so: they are written anew. */
  outdate(): void {
    this.#outdated = true
  }

  /** Nothing is halted any more, and nothing is to be written of it. */
  close(): void {
    this.#outdated = false
    this.#unwritten = null
    this.#lastWritten = ''
  }

  /** The halt that stands, as its record has it. */
  record(): HaltRecord {
    return { ...(this.standing() ?? UNTOLD), environment: this.options.environment, prev: this.#history.lastHash }
  }

  /** Writes what is still to be written of a halt: the records of its scope, then the history. Adds what went wrong to `problems`; true when all is written. Never throws. */
  write(halt: HaltFacts, problems: string[]): boolean {
    return this.#writeRecords(halt, problems) && this.#writeHalted(problems)
  }

  /** Writes a line of history; answers what went wrong, or null. */
  note(kind: HaltEvent, by: string, reason: string, data: JsonObject = {}, about: About = this.standing()): string | null {
    const { clock, environment } = this.options
    const fact = { kind, atMs: Math.floor(clock.wallMs()), environment, scope: about?.scope ?? null, source: about?.source ?? null }
    try {
      this.#history.append({ ...fact, by: oneLine(by), reason: oneLine(reason), data })
      return null
    } catch (thrown) {
      return `The history of halts was not written: ${describeError(thrown)}`
    }
  }

  #writeRecords(halt: HaltFacts, problems: string[]): boolean {
    let all = true
    for (const latch of latchesWithin(this.latches, halt.scope)) {
      try {
        // Where the folder itself is gone, the record in a new one is what tells a halt from a first run.
        mkdirSync(latch.folder, { recursive: true, mode: 0o700 })
        const { kind } = readRecord(latch)
        if (kind === 'damaged') moveAside(latch.recordPath, String(Math.floor(this.options.clock.wallMs())))
        if (this.#outdated || kind !== 'present') writeRecord(latch, this.record())
        this.onStep(`halt:${latch.scope}-record-written`)
      } catch (thrown) {
        all = false
        problems.push(`${latch.recordPath}: not written (${describeError(thrown)})`)
      }
    }
    if (all) this.#outdated = false
    return all
  }

  #writeHalted(problems: string[]): boolean {
    const request = this.#unwritten
    if (request === null) return true
    const key = JSON.stringify([request.source, request.by, request.reason, request.scope, request.mode])
    // A trigger that fires again and again must not push everything else out of the history.
    const problem = key === this.#lastWritten ? null : this.note('Halted', request.by, request.reason, { mode: request.mode }, request)
    if (problem !== null) {
      problems.push(problem)
      return false
    }
    this.#unwritten = null
    this.#lastWritten = key
    this.onStep('halt:history-written')
    return true
  }
}
