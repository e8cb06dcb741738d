import type { KillSwitchSnapshot } from '../../domain/kill-switch'
import type { KillSwitchOptions } from './kill-switch-types'

/** Tells the rest of the app how the kill switch stands. What was told is not told again, so that a retry that changes nothing is silent. Never throws. */
export class Teller {
  #change = ''
  #trouble = ''

  constructor(private readonly ports: KillSwitchOptions['ports']) {}

  changed(snapshot: KillSwitchSnapshot): void {
    const text = JSON.stringify(snapshot)
    if (text === this.#change) return
    this.#change = text
    try {
      this.ports.onChange(snapshot)
    } catch {
      // A screen that cannot be told must not stop a halt.
    }
  }

  trouble(problems: readonly string[]): void {
    const text = problems.join('\n')
    if (text === this.#trouble) return
    this.#trouble = text
    try {
      if (text !== '') this.ports.onTrouble?.(problems)
    } catch {
      // As above.
    }
  }
}
