import { AlertCentre, type AlertCentreParts } from '../alerts/alert-centre'
import type { AlertDesktop } from '../alerts/record'
import { createPost } from '../alerts/webhook-post'
import { AuditError, type AuditErrorCode, type AuditLog } from '../audit/audit'
import type { Vault } from '../credentials/credentials'
import type { AuditFact } from '../domain/audit-event'
import type { Clock, Scheduler } from '../lib/clock'
import { describeError } from '../lib/errors'
import type { Random } from '../lib/random'
import { classifyStorageError } from '../storage/errors'
import { AlertFeed } from './compose/alerts/alert-feed'
import type { OpenEnvironment } from './compose/compose-environment'

/** How many entries that were written and not read before a crash are read at the next start. */
const MOST_CAUGHT_UP = 2_000
/** By these the log refuses whatever it is given: people are told once, and how often, not of every record. */
const TAKES_NOTHING: readonly AuditErrorCode[] = ['LOG_BROKEN', 'FOREIGN_LOG', 'HEAD_MOVED', 'CLOSED']

/** What the app gives its alerts. */
export interface AppAlertsParts extends Pick<AlertCentreParts, 'onChange' | 'onPaths'> {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly vault: Vault
  readonly desktop: AlertDesktop
  readonly log: (what: string, thrown: unknown) => void
  /** Records a fact where a log takes it. */
  readonly record: (fact: AuditFact) => void
}

/** The alerts of the app, fed by the audit log of whichever environment is open, by faults, and by whoever raises one. */
export class AppAlerts {
  readonly centre: AlertCentre
  readonly #parts: AppAlertsParts
  #feed = new AlertFeed()
  #stopHearing: () => void = () => undefined

  constructor(parts: AppAlertsParts) {
    this.#parts = parts
    this.centre = new AlertCentre({
      ...parts,
      post: createPost(parts.scheduler),
      onPathRecord: (type, data) => {
        const severity = type === 'AlertPathLost' ? 'high' : 'info'
        parts.record({ category: 'SYSTEM_EVENT', severity, type, actor: 'system', subject: null, data })
      },
    })
  }

  /** Goes on with an environment's alerts, catches up with what its log holds since, and hears the log from now on. */
  connect({ alertBacking, audit }: Pick<OpenEnvironment, 'alertBacking' | 'audit'>): void {
    this.#feed = new AlertFeed()
    const readUpTo = this.centre.open(alertBacking)
    const head = audit.status().head.seq
    this.#stopHearing = audit.onAppend(({ seq, type, severity }) => {
      // What was written right before this may be announced after it, and was caught up with.
      if (seq > head) this.#hear(audit, seq, { type, severity })
    })
    this.#catchUp(audit, readUpTo, head)
    if (audit.openReport.intact) return
    const [first] = audit.openReport.breaks
    this.centre.raise({ kind: 'audit-broken', subject: null, figures: { found: first?.kind ?? '', detail: first?.detail ?? '' } })
  }

  /** Keeps what is still to be kept and hears no longer. */
  disconnect(): void {
    this.#stopHearing()
    this.#stopHearing = () => undefined
    this.centre.close()
  }

  /** A fact that no log took: people are told all the same. */
  unrecorded(fact: AuditFact): void {
    const alert = this.#feed.alertOf(fact, this.#parts.clock.wallMs())
    if (alert !== null) this.centre.raise(alert)
  }

  /** Something happened that nobody expected. */
  fault(what: string, thrown: unknown): void {
    const detail = thrown === null ? '' : describeError(thrown)
    if (classifyStorageError(thrown)?.code === 'DISK_FULL') this.centre.raise({ kind: 'disk-full', subject: null, figures: { what } })
    else if (thrown instanceof AuditError && TAKES_NOTHING.includes(thrown.code))
      this.centre.raise({ kind: 'internal-fault', subject: 'the audit log takes nothing', figures: { detail } })
    else this.centre.raise({ kind: 'internal-fault', subject: what, figures: { detail } })
  }

  /** What was written when nobody listened: while opening, or right before a crash. */
  #catchUp(audit: AuditLog, readUpTo: number, head: number): void {
    for (let seq = Math.max(readUpTo, head - MOST_CAUGHT_UP) + 1; seq <= head; seq++) this.#hear(audit, seq, null)
  }

  /** Never throws: an entry that cannot be read again is still on record. */
  #hear(audit: AuditLog, seq: number, row: Parameters<AlertFeed['concerns']>[0] | null): void {
    try {
      if (row === null || this.#feed.concerns(row)) {
        const entry = audit.get(seq)
        const alert = entry === null ? null : this.#feed.alertOf(entry, entry.atMs)
        if (entry !== null && alert !== null) this.centre.raise(alert, { auditSeq: seq, atMs: entry.atMs })
      }
    } catch (thrown) {
      this.#parts.log('reading an entry for the alerts', thrown)
    }
    this.centre.read(seq)
  }
}
