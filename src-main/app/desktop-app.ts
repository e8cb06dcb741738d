import { app, nativeTheme, session } from 'electron'

import type { HaltSignals } from '../engine/halt/signals'
import { buildPaths, prepareDataDirectory } from './paths'
import { loadPreferences } from './preferences'
import { serveRenderer } from './security/app-protocol'
import { hardenSession } from './security/harden'
import { AppWindows } from './windows/app-windows'

/** Opens the window first, so that its page starts in its own process while this one loads the engine; then wires the two together. */
export async function openDesktopApp(signals: HaltSignals): Promise<void> {
  const paths = buildPaths()
  const dataDir = prepareDataDirectory()
  hardenSession(session.defaultSession)
  serveRenderer(session.defaultSession, paths.rendererRoot)
  const { colourScheme } = loadPreferences(dataDir)
  nativeTheme.themeSource = colourScheme === 'auto' ? 'system' : colourScheme

  const windows = new AppWindows(paths)
  windows.show()
  app.on('second-instance', windows.show)
  app.on('activate', windows.show)
  app.on('window-all-closed', () => {
    app.quit()
  })
  // Loaded and wired within this turn of the event loop: no call of the page can arrive before its handler is there.
  const { wireApp } = await import('./wire-app')
  await wireApp({ paths, dataDir, windows, signals })
}
