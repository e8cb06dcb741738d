import { Worker } from 'node:worker_threads'

import type { Cancel, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import type { WatchMessage, WatchTask } from './kill-file-watch'

/** What watching for kill files needs. */
export interface WatchOptions extends WatchTask {
  /** The built entry of the watching thread. */
  readonly workerPath: string
  readonly scheduler: Scheduler
  readonly onKillFile: (found: Extract<WatchMessage, { kind: 'kill-file' }>) => void
  /** A latch changed on disk; a last look tells what became of it. */
  readonly onLook: () => void
  /** The thread ended; it is started again. Last looks find kill files all the same. */
  readonly onFault: (why: string) => void
}

/** Watching, under way. */
export interface KillFileWatcher {
  /** Resolves once the thread has looked for the first time. */
  readonly ready: Promise<void>
  /** Whether a thread is there now that has looked at least once; one that hangs since cannot be told from here. */
  watching(): boolean
  /** Resolves once the thread has ended. */
  stop(): Promise<void>
}

const RESTART_MS = 1_000

/** Watches for kill files in a thread, and keeps that thread going. */
export function watchKillFile(options: WatchOptions): KillFileWatcher {
  const { dataDir, environment, workerPath, scheduler } = options
  let worker: Worker | null = null
  let restart: Cancel | null = null
  let stopped = false
  let hasLooked = false
  let isReady = (): void => undefined
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })

  const begin = (): void => {
    const task: WatchTask = { dataDir, environment }
    let why = 'it ended'
    const current = new Worker(workerPath, { workerData: task, name: 'kill-file-watcher' })
    worker = current
    current.on('message', (message: WatchMessage) => {
      if (stopped) return
      if (message.kind === 'watching') {
        hasLooked = true
        isReady()
      } else if (message.kind === 'kill-file') options.onKillFile(message)
      else options.onLook()
    })
    current.on('error', (thrown) => {
      why = describeError(thrown)
    })
    current.on('exit', () => {
      worker = null
      hasLooked = false
      if (stopped) return
      options.onFault(`Watching for kill files stopped: ${why}`)
      restart = scheduler.after(RESTART_MS, begin)
    })
    current.unref()
  }
  begin()

  return {
    ready,
    watching: () => hasLooked,
    async stop() {
      stopped = true
      restart?.()
      await worker?.terminate()
    },
  }
}
