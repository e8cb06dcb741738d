import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { _electron, type ElectronApplication } from '@playwright/test'

import { launchHoldfast, readyGate } from '../e2e/harness/launch'
import { setUpByHand } from '../e2e/harness/people'
import { median, result, timed, type BenchResult } from './lib/bench'
import { untilShown } from './lib/opening'

const ROUNDS = 5

/** From nothing to a window that is shown, on a data folder that was used before, against the same Electron opening a blank window. */
export async function run(): Promise<BenchResult[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const blankDir = blankApp()
  try {
    const first = await launchHoldfast({ dataDir })
    await setUpByHand(first)
    await first.close()
    const ours: number[] = []
    const blank: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      blank.push(await openingMs(async () => launchBlank(blankDir)))
      ours.push(await openingMs(async () => (await launchHoldfast({ dataDir })).app))
    }
    return [result('startup', median(ours), 'ms', median(blank), { of: 'ratio', atMost: 1.5 })]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(blankDir, { recursive: true, force: true })
  }
}

async function openingMs(launch: () => Promise<ElectronApplication>): Promise<number> {
  let app: ElectronApplication | null = null
  const took = await timed(async () => {
    app = await launch()
    await untilShown(app)
  })
  await (app as ElectronApplication | null)?.close()
  return took
}

function blankApp(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-blank-'))
  mkdirSync(join(folder, 'app'))
  writeFileSync(join(folder, 'app', 'package.json'), JSON.stringify({ name: 'blank', version: '1.0.0', main: 'main.cjs' }))
  writeFileSync(join(folder, 'app', 'blank.html'), '<!doctype html><title>blank</title>')
  writeFileSync(
    join(folder, 'app', 'main.cjs'),
    `const { app, BrowserWindow } = require('electron')
     app.enableSandbox()
     app.whenReady().then(() => {
       const window = new BrowserWindow({ width: 1280, height: 800, show: false })
       window.once('ready-to-show', () => window.show())
       window.loadFile('blank.html')
     })`,
  )
  return folder
}

async function launchBlank(folder: string): Promise<ElectronApplication> {
  const app = await _electron.launch({
    executablePath: process.env['ELECTRON_EXEC_PATH'] ?? '',
    chromiumSandbox: true,
    args: [`--user-data-dir=${join(folder, 'data')}`, ...readyGate, join(folder, 'app')],
  })
  await app.firstWindow()
  return app
}
