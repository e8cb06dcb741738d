import type { Denial } from '../../domain/codes'
import type { GuardId } from '../../domain/guard'
import type { GuardInput } from '../../guards/guard'
import { guardsFor } from '../../guards/guard-table'
import { firstDenial } from '../../guards/run-guards'
import type { LastLook } from '../../venues/venue'
import type { EnginePorts } from '../ports'

/**
 * The last look at what the guards let pass, for a transport right before it writes: the kill switch, then the trading state, which its own guard
 * judges as it is at that moment. While reducing that guard needs to know what the account holds; what was judged while nobody had to ask is
 * withheld. Not for cancels, which always pass.
 */
export function lastLookAt(ports: EnginePorts, facts: GuardInput): LastLook {
  const guards = guardsFor(facts.purpose, ports.guards).filter(({ id }) => id === 'trading-state')
  return () =>
    ports.gate.lastLook() ?? firstDenial(ports.runGuards(guards, { ...facts, trading: ports.tradingState.own() }))?.denial ?? null
}

/** Which guard a denial of the last look comes from; null where a transport could not look. */
export function guardOfLook({ code }: Denial): GuardId | null {
  switch (code) {
    case 'KILL_SWITCH_TRIGGERED':
    case 'KILL_SWITCH_UNREADABLE':
      return 'kill-switch'
    case 'TRADING_HALTED':
    case 'TRADING_REDUCED':
    case 'TRADING_STATE_UNREADABLE':
      return 'trading-state'
    default:
      return null
  }
}
