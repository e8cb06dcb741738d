import { failure, type Failure } from '../../domain/codes'
import type { Clock, Scheduler } from '../../lib/clock'
import type { Exchange } from './exchange'
import { unreachable, type FaultList } from './faults'
import type { Outbox } from './outbox'

/** What the sides of the venue share. */
export interface PaperCore {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly exchange: Exchange
  readonly outbox: Outbox
  readonly faults: FaultList
  stopped: boolean
  /** Calendar time of the last tick, ms. */
  lastTickMs: number
}

/** Waits by the injected clock. */
export function pause(core: PaperCore, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    core.scheduler.after(delayMs, resolve)
  })
}

/** The failure of a venue that was stopped. */
export const closed = (): Failure => failure('VENUE_CLOSED', 'the paper venue is stopped')

/** The way of a read to the venue: null when it got there, after what delay a fault imposes. */
export async function reach(core: PaperCore): Promise<Failure | null> {
  const { slow } = core.faults
  if (slow !== null) await pause(core, slow.beforeMs + slow.afterMs)
  if (core.stopped) return closed()
  return core.faults.isDisconnected() ? unreachable() : null
}

/** As {@link reach}, for what must be durable before it is told. */
export async function reachSettled(core: PaperCore): Promise<Failure | null> {
  return (await reach(core)) ?? core.outbox.flush()
}
