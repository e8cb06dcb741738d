import { Menu, nativeImage, Tray, type NativeImage } from 'electron'

import { drawTrayIcon, TRAY_ICON_SIZE } from './tray-icon'

/** What the tray shows and does. */
export interface TrayParts {
  readonly onHalt: () => void
  readonly onShow: () => void
  readonly onAlerts: () => void
  readonly onQuit: () => void
}

/** The tray item: halting works from it while the window hangs. Null where the desktop has no tray. */
export function createTray(parts: TrayParts): { setHalted(halted: boolean): void; setAlerts(urgent: number): void } | null {
  let tray: Tray
  try {
    tray = new Tray(icon(false))
  } catch {
    return null
  }
  let halted = false
  let urgent = 0
  const show = (): void => {
    const alerts = urgent === 0 ? [] : [`${urgent} urgent ${urgent === 1 ? 'alert' : 'alerts'}`]
    tray.setImage(icon(halted))
    tray.setToolTip([halted ? 'Holdfast: all trading is halted' : 'Holdfast: armed', ...alerts].join(', '))
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: halted ? 'All trading is halted' : 'Armed', enabled: false },
        ...alerts.map((label) => ({ label, click: parts.onAlerts })),
        { label: 'Halt all trading', enabled: !halted, click: parts.onHalt },
        { type: 'separator' },
        { label: 'Show Holdfast', click: parts.onShow },
        { label: 'Quit', click: parts.onQuit },
      ]),
    )
  }
  tray.on('click', parts.onShow)
  show()
  return {
    setHalted: (now) => {
      halted = now
      show()
    },
    setAlerts: (now) => {
      if (now === urgent) return
      urgent = now
      show()
    },
  }
}

function icon(halted: boolean): NativeImage {
  return nativeImage.createFromBitmap(drawTrayIcon(halted), { width: TRAY_ICON_SIZE, height: TRAY_ICON_SIZE })
}
