import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import { HALT_MODES, type HaltMode } from '../../domain/kill-switch'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'

/** What a fresh environment starts with: the gate closes, and what is out is offered to be canceled by a second press. */
export const DEFAULT_HALT_MODE: HaltMode = 'gate-only'

const FRESH = { mode: DEFAULT_HALT_MODE } as const
/** What cannot be read was not chosen: the second press is still offered. */
const CHOICE: SettingKind<{ readonly mode: HaltMode }> = {
  key: 'halt',
  schema: z.object({ mode: z.enum(HALT_MODES) }),
  fresh: FRESH,
  unreadable: FRESH,
}

/** Whether a halt would do less about what is out: that takes authority. */
export function doesLess(before: HaltMode, after: HaltMode): boolean {
  return HALT_MODES.indexOf(after) < HALT_MODES.indexOf(before)
}

/** What a halt does about what is out, as it was chosen beforehand; kept in the environment's database, each change on record with it. */
export class HaltSettings {
  readonly #stored: StoredSetting<{ readonly mode: HaltMode }>
  #mode: HaltMode

  constructor(
    db: Database,
    private readonly audit: AuditAppender,
    clock: Clock,
  ) {
    this.#stored = new StoredSetting(db, clock, CHOICE)
    this.#mode = this.#stored.load().mode
  }

  /** From memory: a halt waits for no disk. */
  get mode(): HaltMode {
    return this.#mode
  }

  /** Chooses, on record. Whoever chooses less has been authorised before. Throws when it cannot be recorded. */
  choose(mode: HaltMode, by: { readonly actor: string; readonly reason: string }): void {
    const before = this.#mode
    if (mode === before) return
    const less = doesLess(before, mode)
    this.#stored.saveOnRecord({ mode }, () => {
      this.audit.append({
        category: less ? 'SECURITY_VIOLATION' : 'SYSTEM_EVENT',
        severity: less ? 'high' : 'medium',
        type: 'HaltSettingsChanged',
        actor: by.actor,
        subject: null,
        data: { before: { mode: before }, after: { mode }, reason: by.reason },
      })
    })
    this.#mode = mode
  }
}
