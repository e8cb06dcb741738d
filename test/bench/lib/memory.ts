import { readFileSync } from 'node:fs'
import type v8 from 'node:v8'
import type vm from 'node:vm'

import { processesOf } from '../../e2e/harness/taps'
import type { RunningHoldfast } from '../../e2e/harness/launch'

const PAGE_KB = 4

/** So many readings one after another must be alike. */
const ALIKE = 4
const MOST_READINGS = 200
/** Alike: not further apart than this share. */
const APART = 0.005

/**
 * What all processes of the app take together, MB, once it does not change any more: pages that several share are counted once, in parts, and what only waits to be
 * collected is not counted.
 */
export async function restingMb(running: RunningHoldfast): Promise<number> {
  const readings: number[] = []
  await untilIdle(running)
  await collect(running)
  for (let reading = 0; reading < MOST_READINGS; reading += 1) {
    await untilIdle(running)
    readings.push(takenMb(running.app.process().pid ?? 0))
    const last = readings.slice(-ALIKE)
    const [least, most] = [Math.min(...last), Math.max(...last)]
    if (last.length === ALIKE && most - least <= least * APART) return least
  }
  throw new Error(`the app's memory does not come to rest: ${readings.slice(-ALIKE).map(Math.round).join(', ')} MB`)
}

/** Has the page and main collect their garbage: when they would do so by themselves is chance. */
async function collect({ app, page }: RunningHoldfast): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.detach()
  await app.evaluate(() => {
    const { mainModule } = process
    if (mainModule === undefined) throw new Error('main is no CommonJS module')
    const { setFlagsFromString } = mainModule.require('node:v8') as typeof v8
    const { runInNewContext } = mainModule.require('node:vm') as typeof vm
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    gc()
    gc()
  })
}

/** The page has had nothing to do several times, and so has main. */
async function untilIdle({ app, page }: RunningHoldfast): Promise<void> {
  await page.evaluate(async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => requestIdleCallback(resolve))
  })
  await app.evaluate(async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  })
}

function takenMb(root: number): number {
  return processesOf(root).reduce((sum, { pid }) => sum + takenKb(pid), 0) / 1_024
}

/** Proportional set size (Linux, proc(5)); of a process that the kernel lets nobody look into, what is its own alone. One that has just ended takes nothing. */
function takenKb(pid: number): number {
  const proportional = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1]
  if (proportional !== undefined) return Number(proportional)
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number)
  return (resident - shared) * PAGE_KB
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
