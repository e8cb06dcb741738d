import { EVENTS_WHILE_LOCKED } from '../../ipc/call-rules'
import type { Desktop } from './desktop'

/** The desktop as the app uses it: while it is locked the page hears the strip alone, and nothing is asked but who unlocks it. */
export function gateDesktop(desktop: Desktop, isLocked: () => boolean): Desktop {
  return {
    ...desktop,
    ask: (task, judge) => (task.kind !== 'unlock-app' && isLocked() ? Promise.resolve(false) : desktop.ask(task, judge)),
    publish: (name, payload) => {
      if (EVENTS_WHILE_LOCKED[name] || !isLocked()) desktop.publish(name, payload)
    },
  }
}
