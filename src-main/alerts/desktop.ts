import { app, Notification } from 'electron'

import type { AlertDesktop, DesktopNote } from './record'

/** What of the desktop is the app's own. */
export interface DesktopHooks {
  /** A notification was clicked. */
  readonly onOpen: () => void
  /** The tray shows the number too. */
  readonly onBadge: (urgent: number) => void
}

/** How many notifications are held on to, so that a click on them is heard. */
const MOST_HELD = 20

/** The desktop's own notifications, through Electron. They name what happened and no figure: they may be seen on a locked screen. */
export function electronDesktop({ onOpen, onBadge }: DesktopHooks): AlertDesktop {
  const held: Notification[] = []
  return {
    notify(note) {
      if (!Notification.isSupported()) return false
      const urgent = note.severity === 'critical'
      const notification = new Notification({ ...textOf(note), silent: note.silent, urgency: urgent ? 'critical' : 'normal' })
      notification.on('click', onOpen)
      notification.show()
      // Without a reference it may be collected, and its click goes unheard.
      held.push(notification)
      if (held.length > MOST_HELD) held.shift()
      return true
    },
    badge(urgent) {
      app.setBadgeCount(urgent)
      onBadge(urgent)
    },
  }
}

/** The few words that stand outside of the app's windows. */
function textOf({ kind, severity }: Pick<DesktopNote, 'kind' | 'severity'>): { readonly title: string; readonly body: string } {
  const words = kind.replaceAll('-', ' ')
  return {
    title: `Holdfast: ${words}`,
    body: `${severity.charAt(0).toUpperCase()}${severity.slice(1)} alert. Open Holdfast for what it means and what to do.`,
  }
}
