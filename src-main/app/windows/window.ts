import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron'

import type { SenderRegistry, WindowRole } from '../../ipc/sender'
import { pageOf } from '../../ipc/sender'
import { logFault } from '../log'
import { hardenContents, webPreferences } from '../security/harden'

/** A page that keeps dying is not brought back for ever. */
const MOST_RELOADS = 5

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
  let reloads = 0
  hardenContents(window.webContents)
  registry.add(id, options.role)
  window.once('ready-to-show', () => {
    window.show()
  })
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    logFault(`the page of the ${options.role} window is gone: ${reason} (${exitCode})`, null)
    // The engine goes on without a page; whoever sits before it needs one to see and to halt by.
    reloads += 1
    if (reloads <= MOST_RELOADS && !window.isDestroyed()) void window.loadURL(pageOf(options.role))
  })
  window.on('closed', () => {
    registry.remove(id)
  })
  void window.loadURL(pageOf(options.role))
  return window
}
