import type { Denial } from '../../domain/codes'
import type { GuardId } from '../../domain/guard'
import type { Placeable, PlaceOutcome } from '../../venues/venue'
import type { TransactionState } from '../journal/records'

/** What came of placing; where it was withheld, by which guard. */
export type Placed =
  Exclude<PlaceOutcome, { kind: 'withheld' }> | { readonly kind: 'withheld'; readonly denial: Denial; readonly guard: GuardId | null }

/** A venue said no. */
export type Refused = Extract<Placed, { kind: 'rejected' }>

/** Whether an endpoint said no to a transaction whose bytes it has: that is its word, not a proof that they are nowhere. */
export function isRefused(what: Placeable, outcome: Placed): outcome is Refused {
  return what.kind === 'signed-tx' && outcome.kind === 'rejected' && outcome.neverOut !== true
}

/** What a further try came to when an endpoint has had the same bytes since an earlier one: that they did not leave this time proves nothing. */
export function sinceRefused(refused: Refused | null, outcome: Placed): Placed {
  if (refused === null) return outcome
  if (outcome.kind === 'withheld') return refused
  return outcome.kind === 'rejected' ? { kind: 'rejected', failure: outcome.failure } : outcome
}

/** What becomes of a transaction that was not taken. */
export function stateOfUnplaced(outcome: Extract<Placed, { kind: 'rejected' | 'withheld' }>): TransactionState {
  if (outcome.kind === 'withheld') return 'abandoned'
  return outcome.neverOut === true ? 'failed' : 'refused'
}
