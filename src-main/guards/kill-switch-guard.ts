import { HALT_SCOPES, HALT_SOURCES, KILL_SWITCH_STATES, type KillSwitchSnapshot } from '../domain/kill-switch'
import type { Verdict } from '../domain/guard'
import type { Guard, GuardInput } from './guard'
import { deny, figure, pass } from './verdict'

const ID = 'kill-switch'
const ARMED = pass(ID, [figure('state', 'armed', 'armed')])

/** Product row X5: nothing passes unless the kill switch is exactly `armed`; a snapshot that cannot be understood counts as a halt. */
export const killSwitchGuard: Guard = {
  id: ID,
  evaluate({ killSwitch }: GuardInput): Verdict {
    if (!isSnapshot(killSwitch)) return deny(ID, 'KILL_SWITCH_UNREADABLE', {}, [figure('state', 'unreadable', 'armed')])
    if (killSwitch.state === 'armed') return ARMED
    const { state, sinceMs, source, by, reason, scope } = killSwitch
    const facts = {
      state,
      sinceMs: sinceMs === null ? 'unknown' : String(sinceMs),
      source: source ?? 'unknown',
      by: by ?? 'unknown',
      reason: reason ?? 'none given',
      scope: scope ?? 'unknown',
    }
    return deny(ID, 'KILL_SWITCH_TRIGGERED', facts, [
      figure('state', state, 'armed'),
      figure('since', facts.sinceMs, null, 'ms since the epoch'),
      figure('by', facts.by),
      figure('reason', facts.reason),
    ])
  },
}

/** Whether this is a whole and consistent snapshot; `armed` since some halt contradicts itself. */
function isSnapshot(value: KillSwitchSnapshot | null | undefined): value is KillSwitchSnapshot {
  if (typeof value !== 'object' || value === null) return false
  const { state, sinceMs, source, by, reason, scope } = value
  return (
    KILL_SWITCH_STATES.includes(state) &&
    (sinceMs === null || (Number.isFinite(sinceMs) && state !== 'armed')) &&
    (source === null || HALT_SOURCES.includes(source)) &&
    (by === null || typeof by === 'string') &&
    (reason === null || typeof reason === 'string') &&
    (scope === null || HALT_SCOPES.includes(scope))
  )
}
