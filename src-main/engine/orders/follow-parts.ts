import { describeError } from '../../lib/errors'
import type { Journal } from '../journal/journal'
import type { TransactionJournal } from '../journal/transactions'
import type { EnginePorts } from '../ports'

/** How often an order of unknown outcome is looked for, ms. */
export const RECONCILE_EVERY_MS = 5_000

/** Parts of the follower. */
export interface FollowerParts {
  readonly ports: EnginePorts
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/** What a follower of venues or chains tells the order's follower as a whole. */
export interface FollowerHooks {
  /** The order has ended: `trade` is for the trade breaker, null where it is neither. */
  finish(orderId: string, trade: 'success' | 'failure' | null, why?: string): void
  /** Its outcome is unknown: the venue is to be asked. */
  reconcile(orderId: string): void
}

/** Runs what a venue's or a chain's word leads to; a throw is told to the breaker and the log, and on where the speaker will say it again. */
export function guarded({ ports, onFault }: FollowerParts, orderId: string, throwsOn: boolean, work: () => void): void {
  try {
    work()
  } catch (thrown) {
    ports.breakers.record('system', 'failure', { orderId, why: describeError(thrown) })
    onFault(orderId, thrown)
    if (throwsOn) throw thrown
  }
}
