import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { ENVIRONMENTS, type Environment } from '../domain/environment'
import { replaceOwnFile } from '../lib/own-file'
import type { OutNow } from './quitting'

/** What an environment left out when it was closed, and when, wall ms. Counts alone: the rest is in its database. */
export interface LeftOut extends Pick<OutNow, 'resting' | 'onChain'> {
  readonly environment: Environment
  readonly atMs: number
}

/**
 * Remembers what an environment leaves out as it closes, or that it leaves nothing. While another is open nobody follows it, and a halt cannot go after it;
 * whoever halts must know.
 */
export function keepLeftOut(dataDir: string, { environment, resting, onChain, atMs }: LeftOut): void {
  if (resting + onChain === 0) forgetLeftOut(dataDir, environment)
  else replaceOwnFile(fileOf(dataDir, environment), JSON.stringify({ resting, onChain, atMs: Math.floor(atMs) }))
}

/** It is open, or leaves nothing: what it has out, it tells itself. */
export function forgetLeftOut(dataDir: string, environment: Environment): void {
  rmSync(fileOf(dataDir, environment), { force: true })
}

/** What the environments that are not open left out. Anything odd counts as one order, for something was left. Never throws. */
export function leftElsewhere(dataDir: string, open: Environment): readonly LeftOut[] {
  return ENVIRONMENTS.filter((environment) => environment !== open).flatMap((environment) => {
    let text: string
    try {
      text = readFileSync(fileOf(dataDir, environment), 'utf8')
    } catch {
      return []
    }
    const { resting, onChain, atMs } = countsOf(text)
    return [{ environment, resting, onChain, atMs }]
  })
}

/** The same in one line, for records; null where nothing was left. */
export function sayElsewhere(left: readonly LeftOut[]): string | null {
  if (left.length === 0) return null
  return left.map(({ environment, resting, onChain }) => `${environment}: ${resting} resting, ${onChain} on a chain`).join('; ')
}

function countsOf(text: string): Omit<LeftOut, 'environment'> {
  const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  try {
    const { resting, onChain, atMs } = JSON.parse(text) as Partial<Record<'resting' | 'onChain' | 'atMs', unknown>>
    if (isCount(resting) && isCount(onChain) && isCount(atMs)) return { resting, onChain, atMs }
  } catch {
    // Told as the least that it can be.
  }
  return { resting: 1, onChain: 0, atMs: 0 }
}

function fileOf(dataDir: string, environment: Environment): string {
  return join(dataDir, environment, 'left-out.json')
}
