import type { ElectronApplication } from '@playwright/test'

/** Waits until the app's first window is on the screen. */
export async function untilShown(app: ElectronApplication): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<void>((resolve) => {
        const [window] = BrowserWindow.getAllWindows()
        if (window === undefined || window.isVisible()) resolve()
        else window.once('show', () => resolve())
      }),
  )
}
