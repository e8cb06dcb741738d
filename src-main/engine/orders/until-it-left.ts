import type { OrderState } from '../../domain/order'
import type { Journal } from '../journal/journal'
import type { EnginePorts } from '../ports'

/** How long an order that is leaving this very moment is waited for, ms: a node that is well has answered; whoever asked is told of one that has not. */
const LEAVING_MS = 15_000

/** What waiting for an order works with. */
interface LeavingParts {
  readonly ports: Pick<EnginePorts, 'scheduler'>
  readonly journal: Pick<Journal, 'get' | 'onChange'>
}

/** Resolves when an order is not leaving any more, at once where it is not; after a while in any case. */
export function untilItLeft({ journal, ports }: LeavingParts, orderId: string): Promise<void> {
  if (!isLeaving(journal.get(orderId)?.state)) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = (): void => {
      stopHearing()
      stopTimer()
      resolve()
    }
    const stopTimer = ports.scheduler.after(LEAVING_MS, finish)
    const stopHearing = journal.onChange((record) => {
      if (record.orderId === orderId && !isLeaving(record.state)) finish()
    })
  })
}

/** Its bytes are there, and about to leave. */
function isLeaving(state: OrderState | undefined): boolean {
  return state === 'signed' || state === 'submitting'
}
