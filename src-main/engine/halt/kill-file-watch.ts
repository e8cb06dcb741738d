import { watch, type FSWatcher } from 'node:fs'
import { basename } from 'node:path'

import type { Environment } from '../../domain/environment'
import type { HaltScope } from '../../domain/kill-switch'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { folderOddity } from '../../lib/own-file'
import { haltOnDisk } from './halt-on-disk'
import { killFileReason, lookForKillFile } from './kill-file'
import { latchesOf, latchesWithin, type Latch, type Latches } from './places'

/** What the watching thread tells the main one. */
export type WatchMessage =
  | { readonly kind: 'watching' }
  /** A kill file appeared. The leases of its scope are gone already. */
  | { readonly kind: 'kill-file'; readonly scope: HaltScope; readonly path: string; readonly reason: string }
  /** Something about a latch changed: time for a look. */
  | { readonly kind: 'look' }

/** What the watching thread is given. */
export interface WatchTask {
  readonly dataDir: string
  readonly environment: Environment
}

/** How often the folders are looked through, whatever the operating system says of changes in them. */
export const POLL_MS = 200

/**
 * Watches for kill files in a thread of its own, so that one is noticed, and made to stick, even while the main thread hangs. The operating
 * system's notices make it quick, the poll makes it sure. Links are never followed.
 */
export class KillFileWatch {
  readonly #latches: Latches
  readonly #tell: (message: WatchMessage) => void
  readonly #clock: Clock
  readonly #scheduler: Scheduler
  readonly #watchers = new Map<Latch, FSWatcher>()
  readonly #present = new Set<Latch>()
  #next: Cancel | null = null

  constructor(task: WatchTask, tell: (message: WatchMessage) => void, clock: Clock, scheduler: Scheduler) {
    this.#latches = latchesOf(task.dataDir, task.environment)
    this.#tell = tell
    this.#clock = clock
    this.#scheduler = scheduler
  }

  /** Starts; a kill file that is there already is told at once. */
  start(): void {
    this.#poll()
    this.#tell({ kind: 'watching' })
  }

  /** Stops for good. */
  stop(): void {
    this.#next?.()
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #poll(): void {
    for (const latch of [this.#latches.machine, this.#latches.environment]) {
      this.#watch(latch)
      this.#look(latch)
    }
    this.#next = this.#scheduler.after(POLL_MS, () => {
      this.#poll()
    })
  }

  #look(latch: Latch): void {
    const reading = lookForKillFile(latch)
    if (reading === 'absent') {
      this.#present.delete(latch)
      return
    }
    if (this.#present.has(latch)) return
    this.#present.add(latch)
    if (reading !== 'present') {
      this.#tell({ kind: 'look' })
      return
    }
    const reason = killFileReason(latch)
    const halt = { source: 'kill-file', by: 'kill file', reason, mode: 'gate-only', nowMs: this.#clock.wallMs() } as const
    haltOnDisk(latchesWithin(this.#latches, latch.scope), halt)
    this.#tell({ kind: 'kill-file', scope: latch.scope, path: latch.killPath, reason })
  }

  #watch(latch: Latch): void {
    if (this.#watchers.has(latch) || !isRealFolder(latch.folder)) return
    try {
      const watcher = watch(latch.folder, { persistent: false }, (_event, name) => {
        this.#look(latch)
        if (name === basename(latch.leasePath) || name === basename(latch.folder)) this.#tell({ kind: 'look' })
      })
      this.#watchers.set(latch, watcher)
      watcher.on('error', () => {
        this.#forget(latch)
      })
    } catch {
      // Out of watches, say: the poll goes on, and tries again.
    }
  }

  #forget(latch: Latch): void {
    this.#watchers.get(latch)?.close()
    this.#watchers.delete(latch)
  }
}

function isRealFolder(path: string): boolean {
  const oddity = folderOddity(path)
  return oddity !== 'absent' && oddity !== 'is not a folder'
}
