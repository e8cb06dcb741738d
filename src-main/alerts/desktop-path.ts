import type { Clock } from '../lib/clock'
import type { AlertDesktop, AlertRecord } from './record'

/** At most so many notifications within a minute: a desktop full of them is not read. The most urgent always pass. */
const MOST_A_MINUTE = 12
const MINUTE_MS = 60_000

/** Notifications of the desktop, few enough to be read; says once when this desktop shows none. */
export class DesktopPath {
  #shownAtMs: readonly number[] = []
  #lost = false

  constructor(
    private readonly desktop: AlertDesktop,
    private readonly clock: Clock,
    private readonly onLost: () => void,
  ) {}

  /** Shows one; never throws. */
  notify({ kind, severity, count }: AlertRecord, silent: boolean): void {
    if (this.#lost) return
    const nowMs = this.clock.steadyMs()
    this.#shownAtMs = this.#shownAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS)
    if (severity !== 'critical' && this.#shownAtMs.length >= MOST_A_MINUTE) return
    this.#shownAtMs = [...this.#shownAtMs, nowMs]
    if (this.#show({ kind, severity, count, silent })) return
    this.#lost = true
    this.onLost()
  }

  #show(note: Parameters<AlertDesktop['notify']>[0]): boolean {
    try {
      return this.desktop.notify(note)
    } catch {
      return false
    }
  }
}
