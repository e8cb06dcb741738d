import { BREAKER_IDS } from '../domain/breaker'
import type { SigningPurpose } from '../domain/guard'
import { breakerGuard } from './breaker-guard'
import type { Guard } from './guard'
import { killSwitchGuard } from './kill-switch-guard'
import { limitsGuard } from './limits/limits-guard'
import { cancelPolicyGuard, messagePolicyGuard, testPolicyGuard } from './policy/narrow-policy-guards'
import { policyGuard } from './policy/policy-guard'
import { slippageGuard } from './slippage/slippage-guard'
import { tradingStateGuard } from './trading-state-guard'

/** The guards of each purpose, in the order in which they judge; the composition root builds it, a test may take one out. */
export type GuardTable = Readonly<Record<SigningPurpose, readonly Guard[]>>

/** All guards that an order passes, in the order of `GUARD_IDS`. */
export function buildGuards(): readonly Guard[] {
  return [killSwitchGuard, tradingStateGuard, ...BREAKER_IDS.map(breakerGuard), limitsGuard, slippageGuard, policyGuard]
}

/** Which guards judge which purpose. The composition root hands it to the pipeline; a test may hand over a poorer one. */
export function buildGuardTable(): GuardTable {
  const all = buildGuards()
  return {
    order: all,
    // An allowance is given to be used at once by an order: it has no business while orders may not pass.
    approve: all,
    // Takes risk away, so neither halt nor breaker may hold it; in return it has one exact shape and a fee budget of its own.
    cancel: [cancelPolicyGuard],
    'fund-move': all,
    // Evidence of a halt is signed while halted; what is signed is no transaction, so no money can move.
    'audit-head': [messagePolicyGuard],
    // Releasing a halt may need this very signature; no transaction either.
    auth: [messagePolicyGuard],
    // Shows that a signer works, also when a breaker is open because it did not: a message, or a transaction that moves nothing.
    test: [testPolicyGuard],
  }
}

/** The guards of one purpose. Throws on a purpose that the table does not know: no list must never mean no guard. */
export function guardsFor(purpose: SigningPurpose, table: GuardTable): readonly Guard[] {
  if (!Object.hasOwn(table, purpose)) throw new RangeError(`no guards are known for the purpose ${purpose}`)
  return table[purpose]
}
