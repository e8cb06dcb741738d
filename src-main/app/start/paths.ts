import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

import { app } from 'electron'

import { dataFolder } from './data-folder'

/** Where everything of the app's own build lies. */
export interface BuildPaths {
  readonly rendererRoot: string
  readonly preload: string
  readonly securePreload: string
  readonly keyHost: string
  readonly vendorHost: string
  readonly killFileWatcher: string
}

/** Paths inside the built app. */
export function buildPaths(): BuildPaths {
  const out = join(app.getAppPath(), 'out')
  return {
    rendererRoot: join(out, 'renderer'),
    preload: join(out, 'preload', 'index.cjs'),
    securePreload: join(out, 'preload', 'secure.cjs'),
    keyHost: join(out, 'main', 'key-host.cjs'),
    vendorHost: join(out, 'main', 'vendor-host.cjs'),
    killFileWatcher: join(out, 'main', 'kill-file-watcher.cjs'),
  }
}

/** The data folder of this user, by Electron's own choice where none is named. */
export function dataDirectory(): string {
  return dataFolder(() => app.getPath('userData'))
}

/** Makes the data folder where there is none, for its owner alone, and answers its real path. */
export function prepareDataDirectory(): string {
  const path = dataDirectory()
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return realpathSync(path)
}
