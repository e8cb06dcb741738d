import { closeSync, fsyncSync, lstatSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes, randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { KillSwitch } from '../../src-main/engine/halt/kill-switch'
import { initialise } from '../../src-main/engine/halt/set-up'
import type { HaltStep } from '../../src-main/engine/halt/steps'
import { systemClock } from '../../src-main/lib/clock'

/** One figure, and the same work done by the plainest means in the same process. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly reference: number
  readonly ratio: number
}

const RUNS = 400
const LOOKS = 50
const HALTS = 60

/** What the kill switch costs: a last look against the plainest reads of the same files, and a halt against one small durable file. */
export async function run(): Promise<BenchResult[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  try {
    const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
    const made = initialise(dataDir, 'paper', random, Date.now())
    if (!made.ok) throw new Error(made.error.detail)
    let leasesGoneMs = 0
    const onStep = (step: HaltStep): void => {
      if (step === 'halt:environment-lease-removed') leasesGoneMs = performance.now()
    }
    const ports = { onChange: () => undefined, onStep }
    const open = (folder: string) => new KillSwitch({ dataDir: folder, environment: 'paper', clock: systemClock, random, env: {}, ports })
    const killSwitch = open(dataDir)
    const [look, plain] = microsecondsEach([
      () => {
        if (killSwitch.lastLook() !== null) throw new Error('halted')
      },
      () => plainReads(dataDir),
    ])

    const gates: number[] = []
    const removals: number[] = []
    const durables: number[] = []
    const files: number[] = []
    for (let count = 0; count < HALTS; count++) {
      const folder = join(dataDir, `run-${count}`)
      if (!initialise(folder, 'paper', random, Date.now()).ok) throw new Error('not armed')
      const halted = open(folder)
      const startedMs = performance.now()
      halted.closeGate({ source: 'button', by: 'bench', reason: 'bench', scope: 'machine', mode: 'gate-only' })
      gates.push(performance.now() - startedMs)
      if (!halted.makeDurable().durable) throw new Error('not durable')
      removals.push(leasesGoneMs - startedMs)
      durables.push(performance.now() - startedMs)
      files.push(milliseconds(() => durableFile(join(dataDir, `file-${count}`))))
    }
    return [
      result('last look', look, 'µs', plain),
      result('halt: gate closed', median(gates) * 1_000, 'µs', plain),
      result('halt: leases gone, synced', median(removals), 'ms', median(files)),
      result('halt: leases gone, recorded, durable', median(durables), 'ms', median(files)),
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function plainReads(dataDir: string): void {
  for (const folder of [dataDir, join(dataDir, 'paper')]) {
    lstatSync(join(folder, 'kill'), { throwIfNoEntry: false })
    readFileSync(join(folder, folder === dataDir ? 'machine.lease' : 'trading.lease'))
  }
}

function durableFile(path: string): void {
  writeFileSync(path, 'x'.repeat(200))
  const fd = openSync(path, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/** The median over short runs, taken in turns, so that what else the machine does falls on neither alone. */
function microsecondsEach(acts: readonly [() => void, () => void]): [number, number] {
  const runs: [number[], number[]] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    acts.forEach((act, index) => {
      const tookMs = milliseconds(() => {
        for (let look = 0; look < LOOKS; look++) act()
      })
      runs[index === 0 ? 0 : 1].push((tookMs * 1_000) / LOOKS)
    })
  }
  return [median(runs[0]), median(runs[1])]
}

function milliseconds(act: () => void): number {
  const startedMs = performance.now()
  act()
  return performance.now() - startedMs
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function result(name: string, value: number, unit: string, reference: number): BenchResult {
  return { name, value, unit, reference, ratio: value / reference }
}
