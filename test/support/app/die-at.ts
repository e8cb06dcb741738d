import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { expect } from 'vitest'

import type { OrderDraft } from '../../../src-preload/contract/orders'
import { freshDataDir } from './launch'

const CHILD = join(import.meta.dirname, 'crash-child.ts')
// The project's own configuration sends the database driver to its types.
const TSX_CONFIG = join(import.meta.dirname, '../../../build/tsx.config.json')

/** One run of the app that ends in its death. */
export interface Death {
  readonly dataDir: string
  /** What the keychain of the run masks with. */
  readonly mask: Buffer
  /** Where it dies; see `crash-child.ts`. */
  readonly point: string
  readonly draft: OrderDraft
  /** The key to unlock; none at the paper exchange. */
  readonly fundedKey?: string
  readonly hears?: (line: string) => void
}

/** Runs the app in a process of its own until it kills itself at the point; gives the order's id. */
export async function dieAt({ dataDir, mask, point, draft, fundedKey = '', hears }: Death): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', CHILD, dataDir, mask.toString('hex'), point, JSON.stringify(draft), fundedKey],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG } },
  )
  const lines: string[] = []
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)))
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    hears?.(line)
  })
  expect(await ended, `${lines.join(' | ')} ${errors}`).toBe('SIGKILL')
  expect(lines.at(-1)).toBe(`dying at ${point}`)
  return lines.find((line) => line.startsWith('order '))!.slice('order '.length)
}

/** A copy of a data folder, as another start finds it. */
export function copyOf(template: string): string {
  const dataDir = freshDataDir()
  cpSync(template, dataDir, { recursive: true })
  // A folder that others may read is taken for a halt: the copy must be ours alone, as the original is.
  for (const folder of [dataDir, ...['paper', 'testnet', 'testnet/keystores'].map((name) => join(dataDir, name))])
    if (existsSync(folder)) chmodSync(folder, 0o700)
  return dataDir
}
