import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { launchHoldfast, type RunningHoldfast } from '../../e2e/harness/launch'
import { inSecureWindow, setUpByHand } from '../../e2e/harness/people'

/** The built app in its window, set up and armed. */
export async function launchArmed(): Promise<RunningHoldfast & { readonly keys: readonly string[] }> {
  const running = await launchHoldfast()
  const keys = await setUpByHand(running)
  await running.page.getByText('HALT', { exact: true }).waitFor()
  return { ...running, keys }
}

/** Releases a halt as a person does, with the first recovery key. */
export async function releaseByHand(running: RunningHoldfast, keys: readonly string[]): Promise<void> {
  const { page } = running
  await inSecureWindow(
    running,
    async () => {
      await page.evaluate(() => {
        const { holdfast } = globalThis as unknown as { holdfast: { call: (name: string, input: unknown) => Promise<unknown> } }
        void holdfast.call('halt.release', { reason: 'bench', acknowledge: [] })
      })
    },
    async (secure) => {
      await secure.getByLabel('Recovery key').fill(keys[0] ?? '')
      await secure.getByRole('button', { name: 'Release' }).click()
    },
  )
  await page.getByText('HALT', { exact: true }).waitFor()
}

const BARE_PRELOAD = `const { ipcRenderer } = require('electron')
ipcRenderer.on('bench-go', async () => {
  const startedMs = performance.now()
  await ipcRenderer.invoke('bench')
  ipcRenderer.send('bench-done', performance.now() - startedMs)
})`

/** Opens a page with nothing between it and main, for {@link bareRoundTripMs}. */
export async function openBarePage(running: RunningHoldfast): Promise<void> {
  const preload = join(running.dataDir, 'bare.cjs')
  writeFileSync(preload, BARE_PRELOAD)
  await running.app.evaluate(async ({ BrowserWindow, ipcMain }, path) => {
    ipcMain.handle('bench', () => 1)
    const window = new BrowserWindow({
      show: false,
      title: 'bare',
      webPreferences: { preload: path, sandbox: true, backgroundThrottling: false },
    })
    await window.loadURL('about:blank')
  }, preload)
}

/**
 * Milliseconds of one bare round trip: the page asks, main answers at once. One, out of the blue, as a press of the halt button is: a loop of many
 * would find every process awake and every cache warm.
 */
export async function bareRoundTripMs(running: RunningHoldfast): Promise<number> {
  return running.app.evaluate(({ webContents, ipcMain }) => {
    const bare = webContents.getAllWebContents().find((contents) => contents.getURL() === 'about:blank')
    return new Promise<number>((resolve) => {
      ipcMain.once('bench-done', (_event, tookMs: number) => resolve(tookMs))
      bare?.send('bench-go')
    })
  })
}

/** Presses halt in the page; milliseconds until the gate was closed, and until the lease was gone and its folder synced. */
export async function pressHalt(running: RunningHoldfast): Promise<{ readonly gateMs: number; readonly durableMs: number }> {
  return running.page.evaluate(async () => {
    const { holdfast } = globalThis as unknown as {
      holdfast: { call: (name: string, input: unknown) => Promise<{ ok: boolean; value?: { durable?: boolean } }> }
    }
    const startedMs = performance.now()
    const halted = await holdfast.call('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
    const gateMs = performance.now() - startedMs
    const durable = await holdfast.call('halt.durable', {})
    const durableMs = performance.now() - startedMs
    if (!halted.ok || durable.value?.durable !== true) throw new Error('the halt did not take')
    return { gateMs, durableMs }
  })
}
