import { join } from 'node:path'

import { ENVIRONMENTS, type Environment } from '../../domain/environment'
import type { HaltScope } from '../../domain/kill-switch'

/**
 * One latch on disk. There is one for the whole machine, in the data folder itself, and one for each environment, in its own folder; both have
 * the same three files. A latch is open only while its lease is there and neither of the others is.
 */
export interface Latch {
  readonly scope: HaltScope
  /** Null for the machine's. */
  readonly environment: Environment | null
  readonly folder: string
  /** Present while trading is allowed. */
  readonly leasePath: string
  /** Present when someone asks for a halt from outside; any kind of file counts. */
  readonly killPath: string
  /** Present while halted: since when, by whom and why. */
  readonly recordPath: string
}

/** The two latches that an environment's trading needs open. */
export interface Latches {
  readonly machine: Latch
  readonly environment: Latch
}

/** The machine's latch. `dataDir` is a real path: a data folder that is itself a link counts as odd. */
export function machineLatch(dataDir: string): Latch {
  return latch('machine', null, dataDir, 'machine.lease')
}

/** An environment's own latch. */
export function environmentLatch(dataDir: string, environment: Environment): Latch {
  return latch('environment', environment, join(dataDir, environment), 'trading.lease')
}

/** Both latches of one environment. */
export function latchesOf(dataDir: string, environment: Environment): Latches {
  return { machine: machineLatch(dataDir), environment: environmentLatch(dataDir, environment) }
}

/** Every latch there can be in a data folder, the machine's first. */
export function allLatches(dataDir: string): readonly Latch[] {
  return [machineLatch(dataDir), ...ENVIRONMENTS.map((environment) => environmentLatch(dataDir, environment))]
}

/** The latches that a halt of this scope closes, the widest first. */
export function latchesWithin(latches: Latches, scope: HaltScope): readonly Latch[] {
  return scope === 'machine' ? [latches.machine, latches.environment] : [latches.environment]
}

/** Where the history of halts is kept, one for the machine. */
export function historyPath(dataDir: string): string {
  return join(dataDir, 'halt-history.jsonl')
}

/** The marker that says which environments were ever set up. */
export function markerPath(dataDir: string): string {
  return join(dataDir, 'initialized')
}

function latch(scope: HaltScope, environment: Environment | null, folder: string, lease: string): Latch {
  return {
    scope,
    environment,
    folder,
    leasePath: join(folder, lease),
    killPath: join(folder, 'kill'),
    recordPath: join(folder, 'halt.json'),
  }
}
