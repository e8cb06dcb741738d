import type { BrowserWindow, WebContents } from 'electron'

import { SenderRegistry } from '../../ipc/sender'
import type { BuildPaths } from '../start/paths'
import { SecureWindow } from './secure-window'
import { openWindow } from './window'

/** The app's windows: the big one, and the small one that asks for secrets. */
export class AppWindows {
  readonly registry = new SenderRegistry()
  readonly secure: SecureWindow
  #main: BrowserWindow | null = null
  /** Hears of every main window's web contents as it is made. */
  #onMain: (contents: WebContents) => void = () => undefined

  constructor(private readonly paths: BuildPaths) {
    this.secure = new SecureWindow(paths.securePreload, this.registry, () => this.#main)
  }

  /** The main window's contents; null while there is no window. */
  get mainContents(): WebContents | null {
    return this.#main === null || this.#main.isDestroyed() ? null : this.#main.webContents
  }

  /** Brings the main window up, opening it where there is none. */
  readonly show = (): void => {
    if (this.#main === null || this.#main.isDestroyed()) {
      const size = { width: 1280, height: 800, minWidth: 960, minHeight: 640, title: 'Holdfast' }
      this.#main = openWindow({ role: 'main', preload: this.paths.preload, size }, this.registry)
      this.#onMain(this.#main.webContents)
      return
    }
    if (this.#main.isMinimized()) this.#main.restore()
    this.#main.show()
    this.#main.focus()
  }

  /** Settles when the main window shows, or is gone. */
  shown(): Promise<void> {
    const window = this.#main
    if (window === null || window.isDestroyed() || window.isVisible()) return Promise.resolve()
    return new Promise((resolve) => {
      window.once('show', resolve)
      window.once('closed', resolve)
    })
  }

  /** Calls for the present main window's contents, and for each that comes later. */
  onMain(listener: (contents: WebContents) => void): void {
    this.#onMain = listener
    if (this.mainContents !== null) listener(this.mainContents)
  }
}
