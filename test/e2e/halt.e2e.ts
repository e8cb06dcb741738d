import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { callAndAnswer } from './harness/call.js'
import { setUpByHand } from './harness/people.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { expect, test as base } from './harness/test.js'

const test = base.extend<{ armed: RunningHoldfast }>({
  armed: async ({ holdfast }, use) => {
    await setUpByHand(holdfast)
    await expect(holdfast.page.getByText('HALT', { exact: true })).toBeVisible()
    await use(holdfast)
  },
})

const lease = ({ dataDir }: RunningHoldfast): boolean => existsSync(join(dataDir, 'machine.lease'))
const mainPid = ({ app }: RunningHoldfast): Promise<number> => app.evaluate(() => process.pid)

/** Hangs the page's only thread for good. */
async function hang({ page, app }: RunningHoldfast): Promise<void> {
  void page
    .evaluate(() => {
      for (;;);
    })
    .catch(() => undefined)
  // The page no longer answers: a script of its own does not come back.
  await expect
    .poll(() =>
      app.evaluate(async ({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows()
        const late = new Promise((resolve) => setTimeout(resolve, 500, 'hung'))
        return (await Promise.race([window!.webContents.executeJavaScript('1'), late])) as unknown
      }),
    )
    .toBe('hung')
}

test('D10 X5: one press of the button closes the gate, and it sticks across kill -9', async ({ armed }) => {
  await armed.page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(armed.page.getByRole('button', { name: 'Cancel resting orders' })).toBeVisible()
  await expect.poll(() => lease(armed)).toBe(false)

  const exited = new Promise((resolve) => armed.app.process().once('exit', resolve))
  process.kill(await mainPid(armed), 'SIGKILL')
  await exited
  const again = await launchHoldfast({ dataDir: armed.dataDir })
  await expect(again.page.getByText(/^Halted .* by the halt button/).first()).toBeVisible()
  await expect(again.page.getByText('HALT', { exact: true })).toHaveCount(0)
  await again.close()
})

test('D10: the keyboard halts from any screen', async ({ armed }) => {
  await armed.page.keyboard.press('Control+Shift+H')
  await expect.poll(() => lease(armed)).toBe(false)
})

test('D10 D2: the keyboard halts while the main-owned window stands before the button', async ({ armed }) => {
  const opening = armed.app.waitForEvent('window')
  void callAndAnswer(armed, 'signer.create', { label: 'Key' }).catch(() => undefined)
  const secure = await opening
  await secure.waitForLoadState()
  expect(lease(armed)).toBe(true)
  // Into this window's contents alone: the desktop's own shortcut sees nothing of it.
  await armed.app.evaluate(({ webContents }, url) => {
    const contents = webContents.getAllWebContents().find((each) => each.getURL() === url)
    contents?.sendInputEvent({ type: 'keyDown', keyCode: 'H', modifiers: ['control', 'shift'] })
  }, secure.url())
  await expect.poll(() => lease(armed)).toBe(false)
})

for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
  test(`X5: ${signal} halts while the page hangs`, async ({ armed }) => {
    await hang(armed)
    process.kill(await mainPid(armed), signal)
    await expect.poll(() => lease(armed)).toBe(false)
  })
}

test('D10: the global shortcut halts while the page hangs', async ({ armed }) => {
  await hang(armed)
  execFileSync('xdotool', ['key', '--clearmodifiers', 'ctrl+shift+h'])
  await expect.poll(() => lease(armed)).toBe(false)
})

test('X5: a kill file halts while the page hangs', async ({ armed }) => {
  await hang(armed)
  writeFileSync(join(armed.dataDir, 'kill'), 'from outside\n')
  await expect.poll(() => lease(armed)).toBe(false)
})

test('X5: `holdfast halt` from a terminal halts a running app', async ({ armed }) => {
  const { ELECTRON_EXEC_PATH: electron } = process.env
  execFileSync(
    electron!,
    ['--password-store=gnome-libsecret', `--user-data-dir=${join(armed.dataDir, 'terminal')}`, '.', 'halt', 'by', 'hand'],
    {
      env: { ...process.env, HOLDFAST_DATA_DIR: armed.dataDir },
    },
  )
  expect(lease(armed)).toBe(false)
  await expect(armed.page.getByText(/by hand/).last()).toBeVisible()
})
