import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { readCommand } from '../start/command-line'
import { dataFolder } from '../start/data-folder'
import { haltCommand } from './halt-command'

// `npm start -- halt "why"` from a checkout: Node alone, because Electron needs a display and refuses root, and halting needs neither.

/** What a folder of the app is called, wherever the system keeps such folders: the product's name. */
const PRODUCT = 'Holdfast'

/** Where Electron keeps what is this user's, so that it is the same folder as the app's own (Electron, `app.getPath('userData')`). */
function userData(): string {
  const set = (name: string): string | null => process.env[name] || null
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', PRODUCT)
    case 'win32':
      return join(set('APPDATA') ?? join(homedir(), 'AppData', 'Roaming'), PRODUCT)
    default:
      return join(set('XDG_CONFIG_HOME') ?? join(homedir(), '.config'), PRODUCT)
  }
}

/** What root writes, the app of whom the folder belongs to could not read nor put away. */
function becomeOwnerOf(folder: string): void {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = statSync(folder)
  process.setegid?.(gid)
  process.seteuid?.(uid)
}

const command = readCommand(process.argv)
const folder = dataFolder(userData)
try {
  becomeOwnerOf(folder)
} catch {
  // Halting as root is better than not halting; a folder that is not there is told of below.
}
process.exitCode = haltCommand(folder, command.kind === 'halt' ? command.reason : 'halted from a terminal')
