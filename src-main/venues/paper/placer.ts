import { denial, type Denial, type Failure } from '../../domain/codes'
import type { VenueOrderRequest } from '../../domain/plan'
import { assertNever } from '../../lib/assert-never'
import { describeError } from '../../lib/errors'
import type { CancelOutcome, LastLook, Placeable, PlaceOutcome, VenuePlacer } from '../venue'
import { closed, pause, type PaperCore } from './core'
import type { Submitted } from './exchange'
import { timedOut, unreachable, type OrderFault } from './faults'
import { refOf } from './paper-order'

/** The placing side of the paper venue. */
export class PaperPlacer implements VenuePlacer {
  constructor(private readonly core: PaperCore) {}

  async place(what: Placeable, lastLook: LastLook): Promise<PlaceOutcome> {
    if (what.kind !== 'venue-order') return rejected({ code: 'UNSUPPORTED', detail: 'this venue takes no transactions' })
    const { faults, outbox } = this.core
    const { slow } = faults
    if (slow !== null) await pause(this.core, slow.beforeMs)

    const early = this.send(what.request, lastLook)
    if ('kind' in early) return early

    const unsaved = await outbox.settle()
    if (slow !== null) await pause(this.core, slow.afterMs)
    if (unsaved !== null) return unknown(unsaved)
    if (early.fault?.kind === 'time-out-after-accepting') return unknown(timedOut())
    if (faults.isDisconnected()) return unknown(unreachable())
    const { submitted } = early
    return submitted.kind === 'accepted' ? { kind: 'accepted', ref: refOf(submitted.order) } : rejected(submitted.failure)
  }

  async cancel(clientOrderId: string): Promise<CancelOutcome> {
    const { core } = this
    const { slow } = core.faults
    if (slow !== null) await pause(core, slow.beforeMs)
    if (core.stopped) return rejected(closed())
    if (core.faults.isDisconnected()) return unknown(unreachable())
    const canceled = core.exchange.cancel(clientOrderId, core.clock.wallMs())
    const unsaved = await core.outbox.settle()
    if (slow !== null) await pause(core, slow.afterMs)
    if (unsaved !== null) return unknown(unsaved)
    if (core.faults.isDisconnected()) return unknown(unreachable())
    return { kind: canceled ? 'canceled' : 'not-open' }
  }

  /**
   * The last look and the book in one synchronous turn: what the look says is still true when the order is taken. What is known without the
   * book comes back as an outcome.
   */
  private send(
    request: VenueOrderRequest,
    lastLook: LastLook,
  ): PlaceOutcome | { readonly submitted: Submitted; readonly fault: OrderFault | null } {
    const { exchange, outbox, faults, clock, stopped } = this.core
    if (stopped) return rejected(closed())
    // While earlier orders cannot be written, no new one is taken.
    const unsaved = outbox.failure === null ? null : outbox.flush()
    if (unsaved !== null) return rejected(unsaved)
    const nowMs = clock.wallMs()

    const refusal = look(lastLook)
    if (refusal !== null) return { kind: 'withheld', denial: refusal }
    if (faults.isDisconnected()) return unknown(unreachable())
    const fault = faults.takeForOrder()
    switch (fault?.kind) {
      case 'time-out-before-accepting':
        return unknown(timedOut())
      case 'reject-next':
        return { submitted: exchange.reject(request, fault.failure, nowMs), fault }
      case 'partial-fill-then-stall':
        return { submitted: exchange.submit(request, nowMs, fault.fraction), fault }
      case 'time-out-after-accepting':
      case undefined:
        return { submitted: exchange.submit(request, nowMs), fault }
      default:
        return assertNever(fault, 'order fault')
    }
  }
}

/** A look that throws has not said that anything may leave. */
function look(lastLook: LastLook): Denial | null {
  try {
    return lastLook()
  } catch (thrown) {
    return denial('GUARD_FAILED', { guard: 'kill-switch', detail: describeError(thrown) })
  }
}

function rejected(failure: Failure): { readonly kind: 'rejected'; readonly failure: Failure } {
  return { kind: 'rejected', failure }
}

function unknown(failure: Failure): { readonly kind: 'unknown'; readonly failure: Failure } {
  return { kind: 'unknown', failure }
}
