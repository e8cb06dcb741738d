import type { GuardTable } from '../../../src-main/guards/guard-table'
import type { Guard } from '../../../src-main/guards/guard'

/** Every guard judges, as always; that a bench sends more in a second than a person may is let be. */
export function withoutRateLimits(table: GuardTable): GuardTable {
  const order = table.order.map((guard): Guard => {
    if (guard.id !== 'limits') return guard
    return {
      id: guard.id,
      evaluate: (input) => {
        const verdict = guard.evaluate(input)
        return verdict.outcome === 'pass' ? verdict : { guard: guard.id, outcome: 'pass', figures: verdict.figures }
      },
    }
  })
  return { ...table, order }
}
