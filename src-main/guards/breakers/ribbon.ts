import type { BreakerStateName } from '../../domain/breaker'
import type { BreakerEvent, BreakerEventKind } from './breaker-store'

/** A stretch of wall time in which a breaker was in one state, ms. */
export interface RibbonPiece {
  readonly fromMs: number
  readonly toMs: number
  readonly state: BreakerStateName
}

/** What a breaker is after each line of history that changes its state. */
const LEADS_TO: Partial<Record<BreakerEventKind, BreakerStateName>> = {
  opened: 'open',
  'found-unreadable': 'open',
  'half-opened': 'half-open',
  closed: 'closed',
  isolated: 'isolated',
  reset: 'closed',
}
/** The lines of history that change a breaker's state. */
export const STATE_CHANGES = Object.keys(LEADS_TO) as readonly BreakerEventKind[]

/**
 * What a breaker was between two wall times, from its history, oldest first. A breaker begins closed; a time that lies before the one before it
 * (a clock was set back) counts as that one. The last piece is what the breaker is now: the history is for people, and a line may be missing.
 */
export function ribbon(history: readonly BreakerEvent[], fromMs: number, toMs: number, stateNow: BreakerStateName): readonly RibbonPiece[] {
  const pieces: RibbonPiece[] = []
  let state: BreakerStateName = 'closed'
  let sinceMs = fromMs
  for (const { atMs, kind } of history) {
    const next = LEADS_TO[kind]
    if (next === undefined || next === state) continue
    const at = Math.min(Math.max(atMs, sinceMs), toMs)
    if (at > sinceMs) pieces.push({ fromMs: sinceMs, toMs: at, state })
    state = next
    sinceMs = at
  }
  if (toMs > sinceMs) pieces.push({ fromMs: sinceMs, toMs, state: stateNow })
  return joined(pieces)
}

function joined(pieces: readonly RibbonPiece[]): readonly RibbonPiece[] {
  const whole: RibbonPiece[] = []
  for (const piece of pieces) {
    const last = whole[whole.length - 1]
    if (last?.state === piece.state) whole[whole.length - 1] = { ...last, toMs: piece.toMs }
    else whole.push(piece)
  }
  return whole
}
