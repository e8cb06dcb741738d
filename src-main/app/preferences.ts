import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { ENVIRONMENTS } from '../domain/environment'
import { writeFileAtomic } from '../storage/atomic-file'

/** What belongs to the person at this machine rather than to an environment; nothing here can weaken a guard. */
const preferences = z.strictObject({
  environment: z.enum(ENVIRONMENTS),
  colourScheme: z.enum(['dark', 'light', 'auto']),
})
export type Preferences = z.output<typeof preferences>

const DEFAULTS: Preferences = { environment: 'paper', colourScheme: 'dark' }

/** Reads the preferences; anything odd means the defaults, and the defaults are paper. */
export function loadPreferences(dataDir: string): Preferences {
  try {
    return preferences.parse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')))
  } catch {
    return DEFAULTS
  }
}

/** Keeps the preferences. */
export function savePreferences(dataDir: string, value: Preferences): void {
  writeFileAtomic(fileOf(dataDir), JSON.stringify(value))
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'preferences.json')
}
