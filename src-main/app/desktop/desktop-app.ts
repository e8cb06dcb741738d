import { app, ipcMain, nativeTheme, session } from 'electron'

import type { HaltSignals } from '../../engine/halt/signals'
import { WIRED_CHANNEL } from '../../ipc/wired'
import { buildPaths, prepareDataDirectory } from '../start/paths'
import { loadPreferences } from '../start/preferences'
import { serveRenderer } from '../security/app-protocol'
import { hardenSession } from '../security/harden'
import { AppWindows } from '../windows/app-windows'

/** A page that takes longer to show is waited for no more: the engine must run in any case, ms. */
const LONGEST_OPENING_MS = 3_000

/**
 * Opens the window first and leaves this process idle until its page shows, for the page's files and frames pass through here; only then loads
 * the engine and wires the two together. What the page calls meanwhile waits for it.
 */
export async function openDesktopApp(signals: HaltSignals): Promise<void> {
  const paths = buildPaths()
  const dataDir = prepareDataDirectory()
  hardenSession(session.defaultSession)
  serveRenderer(session.defaultSession, paths.rendererRoot)
  const { colourScheme } = loadPreferences(dataDir)
  nativeTheme.themeSource = colourScheme === 'auto' ? 'system' : colourScheme

  const windows = new AppWindows(paths)
  const asked = signpost()
  const wired = signpost()
  // Says nothing but that, so it answers whoever asks; who may call is checked call by call.
  ipcMain.handle(WIRED_CHANNEL, () => {
    asked.reach()
    return wired.reached
  })
  windows.show()
  app.on('second-instance', windows.show)
  app.on('activate', windows.show)
  app.on('window-all-closed', () => {
    app.quit()
  })
  await Promise.race([Promise.all([windows.shown(), asked.reached]), later(LONGEST_OPENING_MS)])
  const { wireApp } = await import('../wire-app')
  // Everything is heard when this returns; the environment opens in the promise that it returns.
  const opening = wireApp({ paths, dataDir, windows, signals })
  wired.reach()
  await opening
}

/** Something that is waited for. */
function signpost(): { readonly reached: Promise<void>; readonly reach: () => void } {
  let reach = (): void => undefined
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  return { reached, reach }
}

function later(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
