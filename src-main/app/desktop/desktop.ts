import type { EventName, EventPayload } from '../../../src-preload/contract'
import type { SecureTask } from '../../../src-preload/contract/secure'
import type { AlertDesktop } from '../../alerts/record'
import type { Leaving, OutNow, QuitChoice } from '../quitting'
import type { JudgeAnswer } from '../windows/secure-window'

/** What only a desktop can do; a test gives its own. */
export interface Desktop {
  /** Asks in the main-owned window. */
  ask(task: SecureTask, judge: JudgeAnswer): Promise<boolean> | 'busy'
  /** Lets the person choose a file to read, or null. */
  openFile(title: string): Promise<string | null>
  /** Lets the person choose a file to write, or null. */
  saveFile(title: string, suggested: string): Promise<string | null>
  publish<N extends EventName>(name: N, payload: EventPayload<N>): void
  /** The kill switch changed: tray and windows show it. */
  showHalt(halted: boolean): void
  /** Notifications, and the number of urgent alerts in tray and dock. */
  readonly alerts: AlertDesktop
  /** Closes the main-owned window without an answer, where it is open. */
  closeAsked(): void
  /** Asks what to do about what is out when the app is to end, or the environment to be closed. No page can answer it. */
  askToQuit(out: OutNow, leaving: Leaving): Promise<QuitChoice>
}
