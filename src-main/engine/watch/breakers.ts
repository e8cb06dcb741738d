import type { BreakerId, BreakerStateName } from '../../domain/breaker'
import type { WatchSettings } from '../../domain/watch'
import { finding, type Finding } from './finding'

/** A breaker, as far as the trigger looks. */
export interface BreakerStanding {
  readonly id: BreakerId
  readonly state: BreakerStateName
}

/** Several breakers open at once, or the signer's alone. One that a person isolated is that person's own act, and does not count. */
export function judgeBreakers(
  breakers: readonly BreakerStanding[],
  settings: Pick<WatchSettings, 'breakersOn' | 'breakersCount' | 'signerBreakerOn'>,
): readonly Finding[] {
  const open = breakers.filter(({ state }) => state === 'open').map(({ id }) => id)
  const found: Finding[] = []
  if (settings.signerBreakerOn && open.includes('signer'))
    found.push(finding('signer-breaker', ['signer-breaker:open'], 'The signer breaker is open.'))
  if (settings.breakersOn && open.length >= settings.breakersCount) {
    const names = open.join(', ')
    const reason = `${open.length} breakers are open (halts at ${settings.breakersCount}): ${names}.`
    const figures = { open: String(open.length), limit: String(settings.breakersCount), breakers: names }
    found.push(
      finding(
        'breakers',
        open.map((id) => `breaker:${id}`),
        reason,
        figures,
      ),
    )
  }
  return found
}
