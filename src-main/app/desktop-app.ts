import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { app, type BrowserWindow, dialog, nativeTheme, session } from 'electron'

import type { secureCalls } from '../../src-preload/contract/secure'
import { systemVault } from '../credentials/vault'
import type { HaltMode, HaltSource } from '../domain/kill-switch'
import { watchKillFile } from '../engine/halt/watch-kill-file'
import type { HaltSignals } from '../engine/halt/signals'
import { problemReply, valueReply, type DispatchHooks, type Handlers } from '../ipc/dispatch'
import { publish, registerMainCalls, registerSecureCalls } from '../ipc/electron-ipc'
import { allHandlers } from '../ipc/handlers'
import { SenderRegistry } from '../ipc/sender'
import { systemClock, systemScheduler } from '../lib/clock'
import type { Desktop } from './context'
import { Holdfast } from './holdfast'
import { spawnKeyHost } from './key-host-process'
import { logFault } from './log'
import { buildPaths, dataDirectory } from './paths'
import { systemRandom } from './random'
import { serveRenderer } from './security/app-protocol'
import { hardenSession } from './security/harden'
import { catchHaltKeys, registerHaltShortcut } from './shortcuts'
import { createTray } from './tray'
import { SecureWindow } from './windows/secure-window'
import { openWindow } from './windows/window'

/** Opens the app with its window, tray and shortcuts, wires them to the engine, and keeps them so until it quits. */
export async function openDesktopApp(signals: HaltSignals): Promise<void> {
  const paths = buildPaths()
  const registry = new SenderRegistry()
  hardenSession(session.defaultSession)
  serveRenderer(session.defaultSession, paths.rendererRoot)

  let main: BrowserWindow | null = null
  let tray: ReturnType<typeof createTray> = null
  const secure = new SecureWindow(paths.securePreload, registry, () => main)
  const desktop: Desktop = {
    ask: (task, judge) => secure.ask(task, judge),
    openFile: async (title) => (await dialog.showOpenDialog({ title, properties: ['openFile'] })).filePaths[0] ?? null,
    saveFile: async (title, defaultPath) => (await dialog.showSaveDialog({ title, defaultPath })).filePath || null,
    publish: (name, payload) => {
      if (main !== null && !main.isDestroyed()) publish(main.webContents, name, payload)
    },
    showHalt: (halted) => tray?.setHalted(halted),
  }
  const holdfast = new Holdfast({
    facts: {
      dataDir: dataDirectory(),
      version: app.getVersion(),
      electron: process.versions.electron,
      shippedElectron: shippedElectron(),
      startedAtMs: systemClock.wallMs(),
      nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'] || undefined,
      devnetProfile: app.isPackaged ? null : (process.env['HOLDFAST_DEVNET_PROFILE'] ?? join(app.getAppPath(), '.devnet', 'chain.json')),
    },
    desktop,
    vault: systemVault,
    clock: systemClock,
    scheduler: systemScheduler,
    random: systemRandom,
    spawnKeyHost: () => spawnKeyHost(paths.keyHost),
    haltVariables: process.env,
    watchKillFile: (environment, hears) =>
      watchKillFile({ dataDir: dataDirectory(), environment, workerPath: paths.killFileWatcher, scheduler: systemScheduler, ...hears }),
    log: logFault,
  })

  const haltBy = (source: HaltSource, by: string, reason: string, mode: HaltMode = 'gate-only'): void => {
    holdfast.halt({ source, by, reason, scope: 'machine', mode })
  }
  signals.attach(({ signal, source, mode }) => {
    haltBy(source, signal, `${signal} was received`, mode)
  })
  const haltByShortcut = (): void => {
    haltBy('shortcut', 'operator', 'the halt shortcut was pressed')
  }
  if (!registerHaltShortcut(haltByShortcut)) logFault('the global halt shortcut is not available on this desktop', null)

  const hooks: DispatchHooks = {
    onForbidden: (name, sender) => {
      holdfast.recordForbidden(name, sender.frameUrl ?? 'a frame that is gone')
    },
    onCommand: (name) => {
      holdfast.recordCommand(name)
    },
    onFault: (name, fault) => {
      logFault(`call ${name}`, fault)
    },
  }
  registerMainCalls(allHandlers(holdfast.services), registry, hooks)
  registerSecureCalls(secureHandlers(secure), registry, hooks)

  const showMain = (): void => {
    if (main === null || main.isDestroyed()) {
      main = openWindow(
        { role: 'main', preload: paths.preload, size: { width: 1280, height: 800, minWidth: 960, minHeight: 640, title: 'Holdfast' } },
        registry,
      )
      catchHaltKeys(main.webContents, haltByShortcut)
    } else main.show()
  }
  nativeTheme.themeSource = holdfast.colourScheme === 'auto' ? 'system' : holdfast.colourScheme
  showMain()
  tray = createTray({
    onHalt: () => {
      haltBy('tray', 'operator', 'halted from the tray')
    },
    onShow: showMain,
    onQuit: () => {
      app.quit()
    },
  })
  desktop.showHalt(holdfast.halted)
  app.on('second-instance', showMain)
  app.on('activate', showMain)
  app.on('window-all-closed', () => {
    app.quit()
  })

  quitInGoodOrder(() => holdfast.stop())
  await holdfast.start()
}

function secureHandlers(secure: SecureWindow): Handlers<typeof secureCalls> {
  return {
    'secure.task': () => valueReply(secure.task()),
    'secure.answer': async (answer) => valueReply({ problem: await secure.answer(answer) }),
    'secure.cancel': () => {
      if (secure.task() === null) return problemReply('NOT_READY')
      secure.cancel()
      return valueReply({})
    },
  }
}

/** Gives the engine the time to close its files before the process ends. */
function quitInGoodOrder(close: () => Promise<void>): void {
  let closing = false
  app.on('before-quit', (event) => {
    if (closing) return
    closing = true
    event.preventDefault()
    close()
      .catch((thrown: unknown) => {
        logFault('closing', thrown)
      })
      .finally(() => {
        app.exit(0)
      })
  })
}

function shippedElectron(): string {
  const manifest = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8')) as {
    devDependencies?: Record<string, string>
    holdfast?: { electron?: string }
  }
  return manifest.devDependencies?.['electron'] ?? manifest.holdfast?.electron ?? '999'
}
