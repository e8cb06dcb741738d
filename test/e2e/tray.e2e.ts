import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { HoldfastBridge } from '../../src-preload/contract/index.js'
import { setUpByHand } from './harness/people.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { hostTray, type TrayHost } from './harness/tray-host.js'
import { expect, test as base } from './harness/test.js'

const test = base.extend<{ tray: TrayHost; inTray: RunningHoldfast }>({
  tray: async ({}, use) => {
    const tray = await hostTray()
    await use(tray)
    tray.close()
  },
  inTray: async ({ tray: _tray }, use) => {
    const running = await launchHoldfast()
    await setUpByHand(running)
    await use(running)
    await running.close()
  },
})

test.beforeAll(() => {
  expect(process.platform, 'the tray is reached over D-Bus').toBe('linux')
})

const lease = ({ dataDir }: RunningHoldfast): boolean => existsSync(join(dataDir, 'machine.lease'))

test('D10 X5: the tray halts, also while the page is killed, and says so', async ({ tray, inTray }) => {
  await expect.poll(async () => (await tray.menu())[0]?.label).toBe('Armed')
  expect(lease(inTray)).toBe(true)
  const halt = (await tray.menu()).find(({ label }) => label === 'Halt all trading')
  expect(halt).toMatchObject({ enabled: true })
  await inTray.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()
  })
  await tray.click(halt!)
  await expect.poll(() => lease(inTray)).toBe(false)
  await expect.poll(async () => (await tray.menu())[0]?.label).toBe('All trading is halted')
  expect((await tray.menu()).find(({ label }) => label === 'Halt all trading')).toMatchObject({ enabled: false })
})

test('X7: what outside of the window tells of alerts brings it up on the screen Alerts', async ({ tray, inTray }) => {
  const halt = (await tray.menu()).find(({ label }) => label === 'Halt all trading')
  await tray.click(halt!)
  const alerts = async () => (await tray.menu()).find(({ label }) => / urgent alerts?$/.test(label))
  await expect.poll(alerts).toBeDefined()
  await inTray.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.hide()
  })
  await tray.click((await alerts())!)
  await expect(inTray.page.getByRole('heading', { name: 'Alerts', level: 1 })).toBeVisible()
  await expect.poll(() => inTray.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true)
})

test('B4: keys that main sees are a sign of the operator; what the page asks by itself is none', async ({ inTray }) => {
  const seenAtMs = () =>
    inTray.page.evaluate(async () => {
      const { holdfast } = globalThis as unknown as { holdfast: HoldfastBridge }
      const reply = await holdfast.call('presence.get', {})
      return reply.ok ? reply.value.presence.seenAtMs : null
    })
  await inTray.page.keyboard.press('Escape')
  const before = await seenAtMs()
  expect(before).not.toBeNull()
  await expect.poll(() => Date.now()).toBeGreaterThan(before!)
  for (let count = 0; count < 5; count++) expect(await seenAtMs()).toBe(before)
  await inTray.page.keyboard.press('Escape')
  await expect.poll(seenAtMs).toBeGreaterThan(before!)
})
