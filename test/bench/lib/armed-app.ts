import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Page } from '@playwright/test'

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

const BARE_PRELOAD = `const { contextBridge, ipcRenderer } = require('electron')
contextBridge.exposeInMainWorld('bare', () => ipcRenderer.invoke('bench'))`

/** Opens a page like ours (sandboxed, in a world of its own) with one exposed function and nothing between that and main. */
export async function openBarePage(running: RunningHoldfast): Promise<Page> {
  const preload = join(running.dataDir, 'bare.cjs')
  writeFileSync(preload, BARE_PRELOAD)
  const opening = running.app.waitForEvent('window')
  await running.app.evaluate(({ BrowserWindow, ipcMain }, path) => {
    ipcMain.handle('bench', () => 1)
    const window = new BrowserWindow({
      show: false,
      title: 'bare',
      webPreferences: { preload: path, sandbox: true, contextIsolation: true, backgroundThrottling: false },
    })
    void window.loadURL('about:blank')
  }, preload)
  const page = await opening
  await page.waitForLoadState()
  return page
}

const QUIET_MS = 400

/**
 * Lets what went before come to rest. A press comes out of the blue: measured right after a release it would wait for the page to be drawn anew,
 * and in a loop of many it would find every process awake and every cache warm.
 */
export async function outOfTheBlue<T>(act: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
  return act()
}

/** Milliseconds of one bare round trip: the page asks, main answers at once. */
export async function bareRoundTripMs(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { bare } = globalThis as unknown as { bare: () => Promise<unknown> }
    const startedMs = performance.now()
    await bare()
    return performance.now() - startedMs
  })
}

/** Lets main time its part of a halt: from the message's arrival to the answer, by when the gate is closed. */
export async function timeHaltInMain(running: RunningHoldfast): Promise<void> {
  await running.app.evaluate(({ ipcMain }) => {
    type Handler = (...parameters: unknown[]) => Promise<unknown>
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers
    const handler = handlers.get('call:halt.trigger')
    if (handler === undefined) throw new Error('there is no handler to time')
    handlers.set('call:halt.trigger', async (...parameters) => {
      const startedMs = performance.now()
      const answer = await handler(...parameters)
      Object.assign(globalThis, { benchHaltMs: performance.now() - startedMs })
      return answer
    })
  })
}

/** How long main's part of the last halt took, ms. */
export async function haltInMainMs(running: RunningHoldfast): Promise<number> {
  return running.app.evaluate(() => (globalThis as unknown as { benchHaltMs: number }).benchHaltMs)
}

/** Presses halt in the page; milliseconds until the gate was known to be closed, and until the lease was gone and its folder synced. */
export async function pressHalt(running: RunningHoldfast): Promise<{ readonly answeredMs: number; readonly durableMs: number }> {
  return running.page.evaluate(async () => {
    const { holdfast } = globalThis as unknown as {
      holdfast: { call: (name: string, input: unknown) => Promise<{ ok: boolean; value?: { durable?: boolean } }> }
    }
    const startedMs = performance.now()
    // Both at once, as the halt button does.
    const asked = holdfast.call('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
    const askedDurable = holdfast.call('halt.durable', {})
    const halted = await asked
    const answeredMs = performance.now() - startedMs
    const durable = await askedDurable
    const durableMs = performance.now() - startedMs
    if (!halted.ok || durable.value?.durable !== true) throw new Error('the halt did not take')
    return { answeredMs, durableMs }
  })
}
