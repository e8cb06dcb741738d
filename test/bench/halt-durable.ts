import { closeSync, fsyncSync, mkdirSync, openSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'

import { replaceOwnFile } from '../../src-main/lib/own-file'
import { middleMean, result, type BenchResult } from './lib/bench'
import { bareRoundTripMs, launchArmed, openBarePage, outOfTheBlue, pressHalt, releaseByHand } from './lib/armed-app'

const ROUNDS = 21
const AS_LONG_AS_A_LEASE = 'x'.repeat(120)

/**
 * From the press to the lease gone and its folder synced, against a bare round trip plus one unlink and folder sync on the same disk. What is unlinked is
 * a file as a lease is one: as long, and on disk for a while. A file that never got to the disk would be let go without touching it.
 */
export async function run(): Promise<BenchResult[]> {
  const running = await launchArmed()
  const folder = join(running.dataDir, 'bench')
  mkdirSync(folder)
  const path = join(folder, 'lease')
  try {
    const barePage = await openBarePage(running)
    const durable: number[] = []
    const reference: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      replaceOwnFile(path, AS_LONG_AS_A_LEASE)
      reference.push(await outOfTheBlue(async () => (await bareRoundTripMs(barePage)) + unlinkAndSyncMs(folder, path)))
      durable.push((await outOfTheBlue(() => pressHalt(running))).durableMs)
      await releaseByHand(running, running.keys)
    }
    return [result('halt-durable', middleMean(durable), 'ms', middleMean(reference), { of: 'ratio', atMost: 2 })]
  } finally {
    await running.close()
  }
}

function unlinkAndSyncMs(folder: string, path: string): number {
  const startedMs = performance.now()
  unlinkSync(path)
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
  return performance.now() - startedMs
}
