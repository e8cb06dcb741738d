import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { valueOf } from '../e2e/harness/call'
import { launchHoldfast, profileOf } from '../e2e/harness/launch'
import { setUpByHand } from '../e2e/harness/people'
import { median, result, type BenchResult } from './lib/bench'
import { restingMb } from './lib/memory'
import { untilShown } from './lib/opening'
import { configureAll, envOf, startParts, untilLookedAt } from './lib/signer-folder'

const ROUNDS = 9

/**
 * What signers cost that are configured and not used: memory at rest and time to a window that is shown, with one signer of every kind, against the same app
 * without any. The parts behind the signers go on running, in other processes than are measured: the app looks at its signers' health all the while, as it does
 * in use, and a look at what answers takes more than one at what is gone.
 */
export async function run(): Promise<BenchResult[]> {
  const folders = { none: mkdtempSync(join(tmpdir(), 'holdfast-bench-')), all: mkdtempSync(join(tmpdir(), 'holdfast-bench-')) }
  const parts = await startParts()
  const env = envOf(parts)
  try {
    for (const [which, dataDir] of Object.entries(folders)) {
      const first = await launchHoldfast({ dataDir, env })
      const keys = await setUpByHand(first)
      await valueOf(first, 'environment.switch', { environment: 'testnet' })
      if (which === 'all') await configureAll(first, parts, keys)
      await first.close()
    }
    const figures = { none: [] as Figures[], all: [] as Figures[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      const order = ['none', 'all'] as const
      for (const which of round % 2 === 0 ? order : [...order].reverse())
        figures[which].push(await measure(folders[which], env, which === 'all' ? parts.length + 1 : 0))
    }
    const middle = (which: 'none' | 'all', figure: keyof Figures): number => median(figures[which].map((one) => one[figure]))
    const target = { of: 'ratio', atMost: 1.05 } as const
    return [
      result('idle-memory', middle('all', 'memoryMb'), 'MB', middle('none', 'memoryMb'), target),
      result('idle-startup', middle('all', 'openingMs'), 'ms', middle('none', 'openingMs'), target),
    ]
  } finally {
    for (const part of parts) await part.close()
    for (const folder of Object.values(folders))
      for (const each of [folder, profileOf(folder)]) rmSync(each, { recursive: true, force: true, maxRetries: 5 })
  }
}

interface Figures {
  readonly memoryMb: number
  readonly openingMs: number
}

/** One start of the app on a folder, with as many signers as it must have. */
async function measure(dataDir: string, env: Readonly<Record<string, string>>, signers: number): Promise<Figures> {
  const startedMs = performance.now()
  const running = await launchHoldfast({ dataDir, env })
  try {
    await untilShown(running.app)
    const openingMs = performance.now() - startedMs
    const found = await untilLookedAt(running)
    if (found !== signers) throw new Error(`there are ${found} signers instead of ${signers}`)
    return { openingMs, memoryMb: await restingMb(running) }
  } finally {
    await running.close()
  }
}
