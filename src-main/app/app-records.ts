import type { AuditLog } from '../audit/audit'
import type { AuditFact } from '../domain/audit-event'
import { isUnrecordable, standInFor } from '../engine/unrecordable'
import { callForbidden, commandAnswered, recordCommand } from './call-records'

/** What {@link AppRecords} works with. */
export interface AppRecordsParts {
  /** The log of the open environment; null while none is open. */
  readonly audit: () => AuditLog | null
  /** Who is at the app now. */
  readonly actor: () => string
  readonly halted: () => boolean
  /** A fact that no log took: people are told all the same. */
  readonly unrecorded: (fact: AuditFact) => void
  /** The app's own log. */
  readonly log: (what: string, thrown: unknown) => void
}

/** What the app as a whole records, whether or not an environment is open. */
export class AppRecords {
  constructor(private readonly parts: AppRecordsParts) {}

  /** Records a fact where a log is open and takes it; what cannot be recorded goes to the app's own log. */
  ifPossible(fact: AuditFact): boolean {
    const { audit, log, unrecorded } = this.parts
    const open = audit()
    try {
      if (open !== null) {
        open.append(fact)
        return true
      }
    } catch (thrown) {
      log(`recording ${fact.type}`, thrown)
      if (open !== null && isUnrecordable(thrown)) this.#standIn(open, fact, thrown)
    }
    unrecorded(fact)
    return false
  }

  #standIn(open: AuditLog, fact: AuditFact, thrown: unknown): void {
    try {
      open.append(standInFor(fact, thrown))
    } catch (second) {
      this.parts.log('recording that a fact cannot be recorded', second)
    }
  }

  /** Records that a call came from somebody who may not call. */
  forbidden(name: string, origin: string): void {
    this.ifPossible(callForbidden(name, origin))
  }

  /** Records that a command of a window is about to be carried out; false when it may not be, because it could not be recorded. */
  command(name: string): boolean {
    const { audit, actor, halted, log } = this.parts
    const open = audit()
    if (open === null) return true
    try {
      recordCommand(open, name, actor(), halted())
      return true
    } catch (thrown) {
      log('recording a command', thrown)
      return false
    }
  }

  /** A command of a window was answered: where it came to nothing that is on record, its own record is written now. */
  answered(name: string): void {
    const open = this.parts.audit()
    if (open !== null) commandAnswered(open, name)
  }
}

/** A fact about the app itself, by nobody. */
export function systemFact(type: string, data: Readonly<Record<string, string>>): AuditFact {
  return { category: 'SYSTEM_EVENT', severity: 'info', type, actor: 'system', subject: null, data }
}
