import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, it } from 'vitest'

import { Workshop } from './workshop'

const WRITER = fileURLToPath(new URL('crash-writer.ts', import.meta.url))
/** tsx takes the path mappings of the project's own configuration, which name type declarations, for code. */
const TSX_CONFIG = fileURLToPath(new URL('../../../build/tsx.config.json', import.meta.url))
const ROUNDS = 6

let shop: Workshop
afterEach(() => {
  shop.remove()
})

/** Lets a process write for a while, kills it in the middle, and returns the last entry that it was told is on disk. */
function writeAndKill(afterEntries: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', WRITER, shop.path, shop.anchorPath, shop.key.toString('hex')], {
      env: { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG },
    })
    let text = ''
    let problem = ''
    child.stderr.on('data', (chunk: Buffer) => (problem += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > afterEntries) child.kill('SIGKILL')
    })
    child.on('close', (_code, signal) => {
      const told = text.split('\n').slice(0, -1).map(Number)
      if (signal === 'SIGKILL') resolve(told.at(-1) ?? 0)
      else reject(new Error(`the writer ended by itself: ${problem}`))
    })
  })
}

it('kill -9 at any moment loses nothing that was acknowledged, and is never called truncation', async () => {
  shop = new Workshop()
  let acknowledged = 0
  for (let round = 1; round <= ROUNDS; round++) {
    const told = await writeAndKill(15 * round + (round % 3))
    expect(told).toBeGreaterThan(acknowledged)
    acknowledged = told
    const log = shop.log()
    expect(log.openReport.breaks).toEqual([])
    expect(log.head().seq).toBeGreaterThanOrEqual(acknowledged)
    const report = await log.verify()
    expect(report.breaks).toEqual([])
    expect(report.entries).toBe(log.head().seq)
    log.close()
    shop.close()
  }
})
