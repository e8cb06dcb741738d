import { closeSync, fsyncSync, mkdirSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { middleMean, result, type BenchResult } from './lib/bench'
import { bareRoundTripMs, launchArmed, openBarePage, outOfTheBlue, pressHalt, releaseByHand } from './lib/armed-app'

const ROUNDS = 21

/** From the press to the lease gone and its folder synced, against a bare round trip plus one unlink and folder sync on the same disk. */
export async function run(): Promise<BenchResult[]> {
  const running = await launchArmed()
  const folder = join(running.dataDir, 'bench')
  mkdirSync(folder)
  try {
    const barePage = await openBarePage(running)
    const durable: number[] = []
    const reference: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      reference.push(await outOfTheBlue(async () => (await bareRoundTripMs(barePage)) + unlinkAndSyncMs(folder)))
      durable.push((await outOfTheBlue(() => pressHalt(running))).durableMs)
      await releaseByHand(running, running.keys)
    }
    return [result('halt-durable', middleMean(durable), 'ms', middleMean(reference), { of: 'ratio', atMost: 2 })]
  } finally {
    await running.close()
  }
}

function unlinkAndSyncMs(folder: string): number {
  const path = join(folder, 'lease')
  writeFileSync(path, '{}')
  const startedMs = performance.now()
  unlinkSync(path)
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
  return performance.now() - startedMs
}
