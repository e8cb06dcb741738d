import { join } from 'node:path'

import type { LaunchOptions, RunningHoldfast } from './launch.js'

/** How to start the app on a computer whose calendar is so far ahead, ms; also 0, to move it later. */
export const calendarAhead = (aheadMs: number): Pick<LaunchOptions, 'loadFirst' | 'env'> => ({
  loadFirst: join(import.meta.dirname, 'clock.cjs'),
  env: { HOLDFAST_TEST_CLOCK_AHEAD_MS: String(aheadMs) },
})

/** Sets the calendar of the computer while the app runs. */
export async function setCalendarAhead({ app }: RunningHoldfast, aheadMs: number): Promise<void> {
  await app.evaluate(
    (_electron, ms) => (globalThis as unknown as { setCalendarAhead: (ms: number) => Promise<void> }).setCalendarAhead(ms),
    aheadMs,
  )
}
