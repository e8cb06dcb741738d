import { globalShortcut, type WebContents } from 'electron'

/** The one key combination that halts, everywhere. */
export const HALT_ACCELERATOR = 'CommandOrControl+Shift+H'

/** Halts from anywhere on the desktop. False where the desktop gives no global shortcuts (Wayland), which the app then says. */
export function registerHaltShortcut(onHalt: () => void): boolean {
  try {
    return globalShortcut.register(HALT_ACCELERATOR, onHalt)
  } catch {
    return false
  }
}

/** The same keys inside a window, seen by main before the page, so that a hung page cannot swallow them. */
export function catchHaltKeys(contents: WebContents, onHalt: () => void): void {
  contents.on('before-input-event', (event, input) => {
    if (input.type === 'keyDown' && (input.control || input.meta) && input.shift && input.key.toLowerCase() === 'h') {
      event.preventDefault()
      onHalt()
    }
  })
}

/** Locks the app, also while its page hangs. */
export function catchLockKeys(contents: WebContents, onLock: () => void): void {
  contents.on('before-input-event', (event, input) => {
    if (input.type === 'keyDown' && (input.control || input.meta) && input.shift && input.key.toLowerCase() === 'l') {
      event.preventDefault()
      onLock()
    }
  })
}
