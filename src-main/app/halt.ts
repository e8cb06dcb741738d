import type { GateReceipt, HaltRequest } from '../engine/halt/kill-switch-types'
import { OPERATOR, type AppContext } from './context'

/** By then a window has its answer that the halt is durable; who halted and why can be written after it, ms. */
const RECORD_AFTER_MS = 25

/**
 * Halts, from wherever it came. The order never changes: the gate in memory, the first lease, the other leases and the records, the audit log,
 * and last what is already out. Nothing here can fail in a way that leaves the gate open.
 */
export class Halter {
  #firstLatchClosed = false
  /** What is still to be written of a halt; null when nothing is. */
  #unfinished: HaltRequest | null = null

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
    return this.#closeFirstLatch() || this.context.killSwitch().makeDurable().durable
  }

  /** Writes what is still to be written of a halt. */
  finish(): void {
    const request = this.#unfinished
    if (request === null) return
    this.#unfinished = null
    const { durable } = this.context.killSwitch().makeDurable()
    const { source, by, reason, mode, scope } = request
    recordHalt(this.context, 'KillSwitchTriggered', { source, by, reason, mode, scope, durable: String(durable) })
    if (mode !== 'gate-only') this.#cancelWhatIsOut()
  }

  #close(request: HaltRequest): GateReceipt {
    const receipt = this.context.killSwitch().closeGate(request)
    this.#firstLatchClosed = false
    this.#unfinished = request
    return receipt
  }

  #closeFirstLatch(): boolean {
    this.#firstLatchClosed ||= this.context.killSwitch().closeFirstLatch()
    return this.#firstLatchClosed
  }

  #cancelWhatIsOut(): void {
    const opened = this.context.environment()
    if (!opened.ok) return
    opened.value.engine.canceller.cancelAll('halt').catch((thrown: unknown) => {
      this.context.fault('canceling what is out', thrown)
    })
  }
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
  if (!opened.ok) return
  try {
    opened.value.audit.append({
      category: 'SECURITY_VIOLATION',
      severity: 'critical',
      type,
      actor: data['by'] ?? OPERATOR,
      subject: null,
      data,
    })
    opened.value.audit.anchorNow()
  } catch (thrown) {
    context.fault(`recording ${type}`, thrown)
  }
}
