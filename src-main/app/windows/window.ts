import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron'

import type { SenderRegistry, WindowRole } from '../../ipc/sender'
import { pageOf } from '../../ipc/sender'
import { hardenContents, webPreferences } from '../security/harden'

/** What a caller may choose of a window; its hardening is not among it. */
export interface WindowOptions {
  readonly role: WindowRole
  readonly preload: string
  readonly size: Pick<
    BrowserWindowConstructorOptions,
    'width' | 'height' | 'minWidth' | 'minHeight' | 'resizable' | 'title' | 'parent' | 'modal'
  >
}

/** Makes a hardened window, registers it as a sender of its role, and loads that role's page. The one way to a window. */
export function openWindow(options: WindowOptions, registry: SenderRegistry): BrowserWindow {
  const window = new BrowserWindow({
    ...options.size,
    show: false,
    backgroundColor: '#14171c',
    autoHideMenuBar: true,
    webPreferences: webPreferences(options.preload),
  })
  const { id } = window.webContents
  hardenContents(window.webContents)
  registry.add(id, options.role)
  window.once('ready-to-show', () => {
    window.show()
  })
  window.on('closed', () => {
    registry.remove(id)
  })
  void window.loadURL(pageOf(options.role))
  return window
}
