import type { Random } from '../lib/random'

/** The first wait, and the longest, ms. */
const FIRST_MS = 2_000
const LONGEST_MS = 5 * 60_000

/** How long to wait after this many failures in a row, ms: doubling, capped, and half of it by chance, so that receivers are not met by everybody at once. */
export function backOffMs(failures: number, random: Random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(30, Math.max(0, failures - 1)))
  const chance = new DataView(Uint8Array.from(random.bytes(4)).buffer).getUint32(0) / 2 ** 32
  return Math.round(whole / 2 + (whole / 2) * chance)
}
