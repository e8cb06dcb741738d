import type { GateReceipt, HaltRequest } from '../engine/halt/kill-switch-types'
import { OPERATOR, type AppContext } from './context'

/**
 * Halts, from wherever it came: closes the gate first, then makes it durable, then records it, and last treats what is already out as the halt
 * asks. Nothing here can fail in a way that leaves the gate open.
 */
export function halt(context: AppContext, request: HaltRequest): GateReceipt {
  const receipt = context.killSwitch().closeGate(request)
  // In the same turn of the event loop, so that no other work comes between; the windows were told by the gate's own change.
  const durable = context.killSwitch().makeDurable()
  setImmediate(() => {
    recordHalt(context, 'KillSwitchTriggered', {
      source: request.source,
      by: request.by,
      reason: request.reason,
      mode: request.mode,
      scope: request.scope,
      durable: String(durable.durable),
    })
    if (request.mode !== 'gate-only') cancelWhatIsOut(context)
  })
  return receipt
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

function cancelWhatIsOut(context: AppContext): void {
  const opened = context.environment()
  if (!opened.ok) return
  opened.value.engine.canceller.cancelAll('halt').catch((thrown: unknown) => {
    context.fault('canceling what is out', thrown)
  })
}
