import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { ENVIRONMENTS, type Environment } from '../../domain/environment'
import { replaceOwnFile } from '../../lib/own-file'

const COLOUR_SCHEMES = ['dark', 'light', 'auto'] as const

/** What belongs to the person at this machine rather than to an environment; nothing here can weaken a guard. */
export interface Preferences {
  readonly environment: Environment
  readonly colourScheme: (typeof COLOUR_SCHEMES)[number]
}

const DEFAULTS: Preferences = { environment: 'paper', colourScheme: 'dark' }

/** Reads the preferences; anything odd means the defaults, and the defaults are paper. */
export function loadPreferences(dataDir: string): Preferences {
  try {
    const read: unknown = JSON.parse(readFileSync(fileOf(dataDir), 'utf8'))
    return isPreferences(read) ? read : DEFAULTS
  } catch {
    return DEFAULTS
  }
}

/** Keeps the preferences. */
export function savePreferences(dataDir: string, value: Preferences): void {
  replaceOwnFile(fileOf(dataDir), JSON.stringify(value))
}

/** By hand and not by a schema: this is read before the window opens, and the library of schemas takes as long to load as the window does. */
function isPreferences(read: unknown): read is Preferences {
  if (typeof read !== 'object' || read === null || Object.keys(read).sort().join() !== 'colourScheme,environment') return false
  const { environment, colourScheme } = read as Record<string, unknown>
  return ENVIRONMENTS.some((each) => each === environment) && COLOUR_SCHEMES.some((each) => each === colourScheme)
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'preferences.json')
}
