import { randomInt } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Bundle } from '../../support/bundle'
import { bundleChild, campaign } from '../../crash/campaign'

/** The short form of `npm run crash`, which kills a thousand times. A seed of its own each time; a failure says which. */
const seed = randomInt(2 ** 31)

let program: Bundle
beforeAll(async () => {
  program = await bundleChild()
})
afterAll(() => {
  program.remove()
})

describe('B2: killed at random instants', () => {
  test.concurrent.for([
    ['paper', 'paper', 22, false],
    ['dex', 'dex', 4, false],
    ['dex, with no allowance yet', 'dex', 4, true],
  ] as const)(
    'on %s: nothing is lost, nothing doubled, nothing stuck, and the record is whole',
    { timeout: 240_000 },
    async ([, venue, count, bare]) => {
      const report = await campaign({ program: program.path, venue, count, seed, perFolder: count, bare })
      expect(report.failures, `seed ${seed}`).toEqual([])
      expect([report.instants, report.bare]).toEqual([count, bare ? 1 : 0])
      // It was really in the middle of something.
      expect(report.confirmed).toBeGreaterThan(0)
      // Kills that come before the app has recovered share one check: how many do is chance.
      expect(report.checks).toBeGreaterThan(count / 5)
    },
  )
})
