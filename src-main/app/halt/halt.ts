import { isDeepStrictEqual } from 'node:util'

import type { AuditFact } from '../../domain/audit-event'
import { HALT_MODES, type HaltMode, type HaltSource } from '../../domain/kill-switch'
import type { SweepMode, SweepReport } from '../../domain/sweep'
import type { GateReceipt, HaltRequest } from '../../engine/halt/kill-switch-types'
import type { Sweeper } from '../../engine/sweep/sweeper'
import type { AppContext } from '../context'
import { leftElsewhere, sayElsewhere } from '../left-out'

/** Who halted and why is written when a window has its answer that the halt is durable; by then at the latest, should it not ask, ms. */
const RECORD_AFTER_MS = 25

/**
 * Halts, from wherever it came. The order never changes: the gate in memory, the first lease, the other leases and the records, the audit log,
 * and last what is already out. Nothing here can fail in a way that leaves the gate open.
 */
export class Halter {
  #firstLatchClosed = false
  /** Halts of which something is still to be written, in the order in which they came; the same one twice is one. */
  #unfinished: readonly HaltRequest[] = []
  /** Since when the halt lasts that was last heard of here, wall ms. */
  #knownSinceMs: number | null = null

  constructor(private readonly context: AppContext) {}

  /** Halts and finishes everything but the cancels before it returns: for signals, kill files, the tray. */
  halt(request: HaltRequest): GateReceipt {
    const receipt = this.#close(request)
    this.finish()
    return receipt
  }

  /** Closes the gate and returns, so that a window can be told at once. The lease goes as soon as the answer has left; the records follow. */
  haltForWindow(request: HaltRequest): GateReceipt {
    const receipt = this.#close(request)
    onceAnswered(() => {
      this.#closeFirstLatch()
      this.context.scheduler.after(RECORD_AFTER_MS, () => this.finish())
    })
    return receipt
  }

  /** Whether a restart would find trading halted; makes it so where it is not yet. */
  durable(): boolean {
    const durable = this.#closeFirstLatch() || this.context.killSwitch().makeDurable().durable
    onceAnswered(() => this.finish())
    return durable
  }

  /** Writes what is still to be written of a halt, and goes after what is out as far as this halt asks, or as was chosen beforehand. */
  finish(): void {
    const requests = this.#unfinished
    if (requests.length === 0) return
    this.#unfinished = []
    const killSwitch = this.context.killSwitch()
    const halts = requests.map((request) => ({ ...request, mode: this.#modeOf(request) }))
    // One halt takes nothing from another: what is out is gone after as far as any of them asks.
    const furthest = halts.reduce((one, other) => (furtherOf(one.mode, other.mode) === one.mode ? one : other))
    killSwitch.goFurther(furthest.mode)
    const { durable } = killSwitch.makeDurable()
    const elsewhere = sayElsewhere(leftElsewhere(this.context.facts.dataDir, this.context.environmentName()))
    for (const { source, by, reason, mode, scope } of halts) {
      const figures = { source, by, reason, mode, scope, durable: String(durable) }
      recordHalt(this.context, 'KillSwitchTriggered', elsewhere === null ? figures : { ...figures, elsewhere })
    }
    if (furthest.mode !== 'gate-only') this.#sweeper()?.start({ mode: furthest.mode, cause: 'halt', by: furthest.by })
  }

  /** The second press: goes after what is out, further than the halt asked for. Nothing while trading is armed. The cancels wait for no record. */
  sweep(mode: SweepMode, by: string, foreignToo: boolean): SweepReport | null {
    const report = this.#sweeper()?.start({ mode, cause: 'asked', by, foreignToo }) ?? null
    if (report === null) return null
    const killSwitch = this.context.killSwitch()
    if (killSwitch.goFurther(mode)) killSwitch.makeDurable()
    this.finish()
    return report
  }

  /** An environment was opened: goes on with what the halt that it was found in asks for, as before a crash. */
  resume(): void {
    const { state, sinceMs, by, source } = this.context.killSwitch().snapshot()
    this.#knownSinceMs = sinceMs
    if (state === 'armed' || this.context.killSwitch().notSetUp) return
    const chosen = source !== null && FOUND_AT_START.has(source) ? this.#chosen() : 'gate-only'
    const mode = furtherOf(this.context.killSwitch().mode ?? 'gate-only', chosen)
    if (mode !== 'gate-only') this.#sweeper()?.start({ mode, cause: 'start-up', by: by ?? 'system' })
  }

  /** The kill switch found something closed and halted by itself: what was not asked for here is recorded and finished like any other halt. */
  noticed(): void {
    const killSwitch = this.context.killSwitch()
    const { state, sinceMs, source, by, reason, scope } = killSwitch.snapshot()
    if (state !== 'triggered' || this.#unfinished.length > 0 || !this.context.environment().ok || killSwitch.notSetUp) return
    if (sinceMs === null || sinceMs === this.#knownSinceMs || source === null) return
    this.#knownSinceMs = sinceMs
    this.#unfinished = [
      { source, by: by ?? 'system', reason: reason ?? '', scope: scope ?? 'machine', mode: killSwitch.mode ?? 'gate-only' },
    ]
    this.finish()
  }

  #close(request: HaltRequest): GateReceipt {
    const receipt = this.context.killSwitch().closeGate(request)
    this.#firstLatchClosed = false
    if (!this.#unfinished.some((one) => isDeepStrictEqual(one, request))) this.#unfinished = [...this.#unfinished, request]
    this.#knownSinceMs = receipt.sinceMs
    return receipt
  }

  #closeFirstLatch(): boolean {
    this.#firstLatchClosed ||= this.context.killSwitch().closeFirstLatch()
    return this.#firstLatchClosed
  }

  #sweeper(): Sweeper | null {
    const opened = this.context.environment()
    return opened.ok ? opened.value.engine.sweeper : null
  }

  #modeOf({ mode, source }: HaltRequest): HaltMode {
    return furtherOf(mode, FOLLOW_THE_CHOICE.has(source) ? this.#chosen() : 'gate-only')
  }

  #chosen(): HaltMode {
    const opened = this.context.environment()
    return opened.ok ? opened.value.haltSettings.mode : 'gate-only'
  }
}

/** Halts that do about what is out what was chosen beforehand; a signal says itself what it wants. */
const FOLLOW_THE_CHOICE: ReadonlySet<HaltSource> = new Set<HaltSource>(['button', 'shortcut', 'tray', 'api', 'kill-file', 'automatic'])
/** What halts a start without anybody who could have said how far it is to go. */
const FOUND_AT_START: ReadonlySet<HaltSource> = new Set<HaltSource>(['kill-file', 'environment-variable'])

function furtherOf(a: HaltMode, b: HaltMode): HaltMode {
  return HALT_MODES.indexOf(a) > HALT_MODES.indexOf(b) ? a : b
}

/** How many promises an answer passes through on its way out of this process: ours and Electron's, and a few to spare. */
const ANSWER_HOPS = 12

/**
 * Runs a task when the answer that is being given has left. Asking the event loop for a turn any earlier, or syncing a folder in the very next one,
 * keeps the thread that sends the answer from running: together 0.3 ms of the 1.0 ms between the press and the closed gate, where there are two cores.
 */
function onceAnswered(task: () => void): void {
  let sent = Promise.resolve()
  for (let hop = 0; hop < ANSWER_HOPS; hop += 1) sent = sent.then(() => undefined)
  void sent.then(() => setImmediate(() => setImmediate(task)))
}

/** Records something about a halt and anchors the chain at once. A record that cannot be written never stands in a halt's way. */
export function recordHalt(context: AppContext, type: string, data: Record<string, string>): void {
  const opened = context.environment()
  const fact: AuditFact = {
    category: 'SECURITY_VIOLATION',
    severity: 'critical',
    type,
    actor: data['by'] ?? context.actor(),
    subject: null,
    data,
  }
  if (!opened.ok) {
    context.unrecorded(fact)
    return
  }
  try {
    opened.value.audit.append(fact)
    opened.value.audit.anchorNow()
  } catch (thrown) {
    context.fault(`recording ${type}`, thrown)
    context.unrecorded(fact)
  }
}
