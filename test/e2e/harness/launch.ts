import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'

export interface LaunchOptions {
  /** An existing data folder, to start the app again on what it left; by default a fresh one, removed by close(). */
  readonly dataDir?: string
  /** Puts something into the data folder before the app starts. */
  readonly prepare?: (dataDir: string) => void
  /** What is started in Electron's place, and ends in starting it with the same arguments. */
  readonly executable?: string
  /** A file that Electron loads before anything else, to stand for how the computer is. */
  readonly loadFirst?: string
  readonly env?: Readonly<Record<string, string>>
  /** Arguments after the app's folder. */
  readonly args?: readonly string[]
}

export interface RunningHoldfast {
  readonly app: ElectronApplication
  /** The main window. */
  readonly page: Page
  readonly dataDir: string
  /** Quits the app; calling it again does nothing. */
  readonly close: () => Promise<void>
}

/** The app's folder. */
export const projectRoot = resolve(import.meta.dirname, '../../..')

/** Where Chromium keeps its own files: beside the data folder, which is the app's alone. */
export const profileOf = (dataDir: string): string => `${dataDir}-electron`

/** What Electron loads first, so that the app's first window waits until Playwright listens. */
export const readyGate = ['-r', join(import.meta.dirname, 'ready-gate.cjs')] as const

/** How long a start may take until Electron answers, and then until there is a window, ms. Playwright would wait for three minutes: longer than a test has. */
const STARTING_MS = 40_000

/** The Electron that `npm run e2e` chose. */
export function electronExecutable(): string {
  const executable = process.env['ELECTRON_EXEC_PATH']
  if (executable === undefined) throw new Error('ELECTRON_EXEC_PATH is not set: run these tests by `npm run e2e`')
  return executable
}

function inheritedEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(entries)
}

/** Starts the built app with the real sandbox and keyring on a data folder of its own, and waits for its window. */
export async function launchHoldfast(options: LaunchOptions = {}): Promise<RunningHoldfast> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'holdfast-data-'))
  options.prepare?.(dataDir)
  const app = await _electron.launch({
    // Always given: left to itself, Playwright forces --password-store=basic, which turns safeStorage off.
    executablePath: options.executable ?? electronExecutable(),
    // Left out, Playwright adds --no-sandbox in silence.
    chromiumSandbox: true,
    args: [
      ...(process.platform === 'linux' ? ['--password-store=gnome-libsecret'] : []),
      `--user-data-dir=${profileOf(dataDir)}`,
      ...(options.loadFirst === undefined ? [] : ['-r', options.loadFirst]),
      ...readyGate,
      projectRoot,
      ...(options.args ?? []),
    ],
    env: { ...inheritedEnv(), HOLDFAST_DATA_DIR: dataDir, ...options.env },
    timeout: STARTING_MS,
  })
  if (process.env['HOLDFAST_APP_LOG'] !== undefined) app.process().stderr?.pipe(process.stderr)
  let closed = false
  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    // Nobody sits here to say what becomes of the orders that are out: quitting leaves them.
    await app
      .evaluate(({ dialog }) => {
        dialog.showMessageBox = (options: unknown) =>
          Promise.resolve({ response: (options as { buttons: string[] }).buttons.length - 1, checkboxChecked: false })
      })
      .catch(() => undefined)
    await app.close()
    if (options.dataDir !== undefined) return
    for (const folder of [dataDir, profileOf(dataDir)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    return { app, page: await app.firstWindow({ timeout: STARTING_MS }), dataDir, close }
  } catch (error) {
    // An app that shows no window may not hear that it is to quit either.
    app.process().kill('SIGKILL')
    throw error
  }
}
