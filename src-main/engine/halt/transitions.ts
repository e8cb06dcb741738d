import type { KillSwitchStateName } from '../../domain/kill-switch'

/** What can happen to the kill switch. */
export const KILL_SWITCH_ACTS = ['halt', 'begin-recovery', 'cancel-recovery', 'release', 'enter-maintenance', 'leave-maintenance'] as const
/** Something that can happen to the kill switch. */
export type KillSwitchAct = (typeof KILL_SWITCH_ACTS)[number]

/**
 * The whole state machine. Two things to see at a glance: a halt is legal everywhere and ends in `triggered`, and one edge alone leads to
 * `armed`: a release out of `recovery-pending`. Maintenance is a halt that says "this is meant to last"; leaving it leaves trading halted.
 */
const TABLE: Readonly<Record<KillSwitchStateName, Partial<Readonly<Record<KillSwitchAct, KillSwitchStateName>>>>> = {
  armed: { halt: 'triggered' },
  triggered: { halt: 'triggered', 'begin-recovery': 'recovery-pending', 'enter-maintenance': 'maintenance' },
  'recovery-pending': { halt: 'triggered', 'cancel-recovery': 'triggered', release: 'armed' },
  maintenance: { halt: 'triggered', 'leave-maintenance': 'triggered' },
}

/** The state after an act, or null where the act is not legal. */
export function nextState(state: KillSwitchStateName, act: KillSwitchAct): KillSwitchStateName | null {
  return TABLE[state][act] ?? null
}
