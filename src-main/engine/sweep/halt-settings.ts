import type { AuditAppender } from '../../domain/audit-event'
import { HALT_MODES, type HaltMode } from '../../domain/kill-switch'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'

const KEY = 'halt'

/** What a fresh environment starts with: the gate closes, and what is out is offered to be canceled by a second press. */
export const DEFAULT_HALT_MODE: HaltMode = 'gate-only'

/** Whether a halt would do less about what is out: that takes authority. */
export function doesLess(before: HaltMode, after: HaltMode): boolean {
  return HALT_MODES.indexOf(after) < HALT_MODES.indexOf(before)
}

/** What a halt does about what is out, as it was chosen beforehand; kept in the environment's database, each change on record with it. */
export class HaltSettings {
  #mode: HaltMode

  constructor(
    private readonly db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
  ) {
    const row = db.prepare('SELECT value_json FROM settings WHERE key = ?').get(KEY) as { value_json: string } | undefined
    this.#mode = row === undefined ? DEFAULT_HALT_MODE : readStored(row.value_json)
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
    this.db
      .transaction(() => {
        this.audit.append({
          category: less ? 'SECURITY_VIOLATION' : 'SYSTEM_EVENT',
          severity: less ? 'high' : 'medium',
          type: 'HaltSettingsChanged',
          actor: by.actor,
          subject: null,
          data: { before: { mode: before }, after: { mode }, reason: by.reason },
        })
        this.db
          .prepare(
            `INSERT INTO settings(key, value_json, updated_at_ms) VALUES (?, ?, ?)
             ON CONFLICT(key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
          )
          .run(KEY, JSON.stringify({ mode }), this.clock.wallMs())
      })
      .immediate()
    this.#mode = mode
  }
}

/** What cannot be read was not chosen: the second press is still offered. */
function readStored(text: string): HaltMode {
  try {
    const { mode } = JSON.parse(text) as { readonly mode?: unknown }
    return HALT_MODES.find((known) => known === mode) ?? DEFAULT_HALT_MODE
  } catch {
    return DEFAULT_HALT_MODE
  }
}
