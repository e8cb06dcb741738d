import { randomBytes, randomUUID } from 'node:crypto'

import type { Random } from '../lib/random'

/** Randomness from the operating system. */
export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uuid: () => randomUUID(),
}
