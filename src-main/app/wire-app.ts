import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { app, dialog, powerMonitor } from 'electron'

import type { secureCalls } from '../../src-preload/contract/secure'
import { electronDesktop } from '../alerts/desktop'
import { systemVault } from '../credentials/vault'
import type { HaltMode, HaltSource } from '../domain/kill-switch'
import type { HaltSignals } from '../engine/halt/signals'
import { watchKillFile } from '../engine/halt/watch-kill-file'
import { problemReply, valueReply, type DispatchHooks, type Handlers } from '../ipc/dispatch'
import { publish, registerMainCalls, registerSecureCalls } from '../ipc/electron-ipc'
import { allHandlers } from '../ipc/handlers'
import { rehearseHalt } from '../ipc/rehearse'
import { systemClock, systemScheduler } from '../lib/clock'
import type { AppFacts } from './context'
import type { Desktop } from './desktop/desktop'
import { Holdfast } from './holdfast'
import { hearPerson } from './people/hear-person'
import { spawnKeyHost, spawnVendorHost } from './start/helper-processes'
import { logFault } from './log'
import type { BuildPaths } from './start/paths'
import type { Leaving, OutNow, QuitChoice } from './quitting'
import { policyVariables } from './start/policy-variables'
import { systemRandom } from './random'
import { catchHaltKeys, catchLockKeys, registerHaltShortcut } from './desktop/shortcuts'
import { createTray } from './desktop/tray'
import type { AppWindows } from './windows/app-windows'
import type { SecureWindow } from './windows/secure-window'

/** What the desktop gives the app. */
export interface DesktopParts {
  readonly paths: BuildPaths
  readonly dataDir: string
  readonly windows: AppWindows
  readonly signals: HaltSignals
}

/** Composes the app and connects it with its windows, tray, shortcuts and signals. */
export async function wireApp({ paths, dataDir, windows, signals }: DesktopParts): Promise<void> {
  let tray: ReturnType<typeof createTray> = null
  const showAlerts = (): void => {
    windows.show()
    desktop.publish('app.navigate', { screen: 'alerts' })
  }
  const desktop: Desktop = {
    ask: (task, judge) => windows.secure.ask(task, judge),
    openFile: async (title) => (await dialog.showOpenDialog({ title, properties: ['openFile'] })).filePaths[0] ?? null,
    saveFile: async (title, defaultPath) => (await dialog.showSaveDialog({ title, defaultPath })).filePath || null,
    publish: (name, payload) => {
      if (windows.mainContents !== null) publish(windows.mainContents, name, payload)
    },
    showHalt: (halted) => tray?.setHalted(halted),
    alerts: electronDesktop({ onOpen: showAlerts, onBadge: (urgent) => tray?.setAlerts(urgent) }),
    closeAsked: () => {
      windows.secure.cancel()
    },
    askToQuit,
  }
  const holdfast = new Holdfast({
    facts: { ...appFacts(dataDir), policyVariables: policyVariables(process.env) },
    desktop,
    vault: systemVault,
    clock: systemClock,
    scheduler: systemScheduler,
    random: systemRandom,
    spawnKeyHost: () => spawnKeyHost(paths.keyHost),
    spawnVendorHost: () => spawnVendorHost(paths.vendorHost),
    haltVariables: process.env,
    watchKillFile: (environment, hears) =>
      watchKillFile({ dataDir, environment, workerPath: paths.killFileWatcher, scheduler: systemScheduler, ...hears }),
    log: logFault,
  })
  registerMainCalls(allHandlers(holdfast.services), windows.registry, hooksOf(holdfast))
  registerSecureCalls(secureHandlers(windows.secure), windows.registry, hooksOf(holdfast))

  const haltBy = (source: HaltSource, by: string, reason: string, mode: HaltMode = 'gate-only'): void => {
    holdfast.halt({ source, by, reason, scope: 'machine', mode })
  }
  signals.attach(({ signal, source, mode }) => {
    haltBy(source, signal, `${signal} was received`, mode)
  })
  const haltByShortcut = (): void => {
    haltBy('shortcut', holdfast.people.presence().actor, 'the halt shortcut was pressed')
  }
  windows.onMain((contents) => {
    catchHaltKeys(contents, haltByShortcut)
    catchLockKeys(contents, () => {
      holdfast.people.lock.lock('asked')
    })
    hearPerson(contents, () => {
      holdfast.noteInput()
    })
  })
  windows.secure.onOpened = (contents) => {
    // It is modal: while it asks, the button of the window behind it is out of reach.
    catchHaltKeys(contents, haltByShortcut)
    hearPerson(contents, () => {
      holdfast.noteInput()
    })
  }
  const lockAway = (): void => {
    holdfast.people.lock.lock('system-locked')
  }
  powerMonitor.on('lock-screen', lockAway)
  powerMonitor.on('suspend', lockAway)
  if (!registerHaltShortcut(haltByShortcut)) logFault('the global halt shortcut is not available on this desktop', null)
  tray = createTray({
    onHalt: () => {
      haltBy('tray', holdfast.people.presence().actor, 'halted from the tray')
    },
    onShow: windows.show,
    onAlerts: showAlerts,
    onQuit: () => {
      app.quit()
    },
  })
  desktop.showHalt(holdfast.halted)
  powerMonitor.on('suspend', () => {
    holdfast.suspended()
  })
  powerMonitor.on('resume', () => {
    holdfast.resumed()
  })
  quitInGoodOrder(holdfast, windows.show)
  await holdfast.start()
  const clear = await rehearseHalt((fault) => {
    logFault('rehearsing a halt', fault)
  })
  if (!clear) logFault('a halt from the window would not get through', null)
}

function appFacts(dataDir: string): AppFacts {
  return {
    dataDir,
    version: app.getVersion(),
    electron: process.versions.electron,
    shippedElectron: shippedElectron(),
    sandboxed: !app.commandLine.hasSwitch('no-sandbox'),
    startedAtMs: systemClock.wallMs(),
    nativeBinding: app.isPackaged ? undefined : process.env['HOLDFAST_SQLITE_BINDING'] || undefined,
    devnetProfile: app.isPackaged ? null : (process.env['HOLDFAST_DEVNET_PROFILE'] ?? join(app.getAppPath(), '.devnet', 'chain.json')),
  }
}

function hooksOf(holdfast: Holdfast): DispatchHooks {
  return {
    onForbidden: (name, sender) => {
      holdfast.records.forbidden(name, sender.frameUrl ?? 'a frame that is gone')
    },
    refuses: (name) => holdfast.people.refuses(name),
    onCommand: (name) => holdfast.records.command(name),
    onAnswered: (name) => {
      holdfast.records.answered(name)
    },
    onFault: (name, fault) => {
      logFault(`call ${name}`, fault)
    },
  }
}

function secureHandlers(secure: SecureWindow): Handlers<typeof secureCalls> {
  return {
    'secure.task': () => valueReply(secure.task()),
    'secure.answer': async (answer) => {
      const judged = await secure.answer(answer)
      return valueReply(judged !== null && 'next' in judged ? { problem: null, next: judged.next } : { problem: judged, next: null })
    },
    'secure.cancel': () => {
      if (secure.task() === null) return problemReply('NOT_READY')
      secure.cancel()
      return valueReply({})
    },
  }
}

/** Gives the engine the time to close its files before the process ends, and a person the choice where something is out. */
function quitInGoodOrder(holdfast: Holdfast, stayed: () => void): void {
  let ending = false
  const end = async (): Promise<void> => {
    if (await holdfast.mayQuit()) {
      await holdfast.stop()
      app.exit(0)
    } else {
      ending = false
      stayed()
    }
  }
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (ending) return
    ending = true
    end().catch((thrown: unknown) => {
      logFault('closing', thrown)
      app.exit(0)
    })
  })
}

const LEAVING_WORDS: Readonly<Record<Leaving, Readonly<Record<'cancel' | 'leave' | 'resting' | 'onChain', string>>>> = {
  app: {
    cancel: 'Cancel resting orders and quit',
    leave: 'Quit and leave them',
    resting: 'while Holdfast is closed',
    onChain: 'followed on at the next start',
  },
  environment: {
    cancel: 'Cancel resting orders and switch',
    leave: 'Switch and leave them',
    resting: 'while another environment is open, and a halt there does not go after them',
    onChain: 'followed on when this environment is opened again',
  },
}

/** Asked by main itself, in the system's own dialog: no page can answer it. */
async function askToQuit({ resting, onChain, notCanceled }: OutNow, leaving: Leaving): Promise<QuitChoice> {
  const words = LEAVING_WORDS[leaving]
  const count = (orders: number, what: string): string => (orders === 0 ? '' : `${orders} ${orders === 1 ? 'order' : 'orders'} ${what}. `)
  const choices: readonly (readonly [QuitChoice, string])[] = [
    ['stay', 'Stay'],
    ...(resting > 0 ? [['cancel', words.cancel] as const] : []),
    ['leave', words.leave],
  ]
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Holdfast',
    message: notCanceled > 0 ? 'Not everything could be canceled' : 'Orders are still out',
    detail:
      `${count(resting, `resting at an exchange: they can be filled ${words.resting}`)}${count(onChain, `with a transaction on its way on a chain: ${words.onChain}`)}`.trim(),
    buttons: choices.map(([, label]) => label),
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return choices[response]?.[0] ?? 'stay'
}

function shippedElectron(): string {
  const manifest = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8')) as {
    devDependencies?: Record<string, string>
    holdfast?: { electron?: string }
  }
  return manifest.devDependencies?.['electron'] ?? manifest.holdfast?.electron ?? '999'
}
