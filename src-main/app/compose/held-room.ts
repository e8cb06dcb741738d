import { join } from 'node:path'

import type { Environment } from '../../domain/environment'
import type { Cancel, Scheduler } from '../../lib/clock'
import { DiskReserve } from '../../storage/disk-reserve'

/** How often room is tried to be held back again, ms. */
const AGAIN_MS = 600_000

/** Room for the records of cancels, while an environment is open. */
export interface HeldRoom {
  /** Gives the room up where the disk is full; it is held back again when there is plenty. Never throws. */
  makeRoom(): void
  stop(): void
}

/** Holds room back in an environment's folder; paper has no chain on which anything would have to be canceled by a signature. */
export function holdRoom({
  environment,
  folder,
  scheduler,
}: {
  readonly environment: Environment
  readonly folder: string
  readonly scheduler: Scheduler
}): HeldRoom {
  if (environment === 'paper') return { makeRoom: () => undefined, stop: () => undefined }
  const reserve = new DiskReserve(join(folder, 'reserve'))
  let stopTimer: Cancel = () => undefined
  const hold = (): void => {
    if (!reserve.hold()) again()
  }
  const again = (): void => {
    stopTimer()
    stopTimer = scheduler.after(AGAIN_MS, hold)
  }
  hold()
  return {
    makeRoom: () => {
      if (reserve.makeRoom()) again()
    },
    stop: () => {
      stopTimer()
    },
  }
}
