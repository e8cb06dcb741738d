import type { Alert } from '../domain/alert'
import type { Vault } from '../credentials/credentials'
import type { Cancel, Clock, Scheduler } from '../lib/clock'
import { describeError } from '../lib/errors'
import type { Random } from '../lib/random'
import type { AlertBacking, AlertList, AlertRoom, SettingsChange } from './alerts'
import { AlertBook } from './book'
import { DesktopPath } from './desktop-path'
import type { AlertDesktop, AlertRecord, RaiseFrom } from './record'
import { alertSettings, DEFAULT_ALERT_SETTINGS, type AlertSettings } from './settings'
import { WebhookPath } from './webhook-path'
import type { Post } from './webhook-post'
import { UNTRIED, type WebhookHealth } from './webhook-sender'

/** Changes are written together after this long: never on the way of what raised an alert, ms. */
const SAVE_AFTER_MS = 50
/** How long a database that refused is left alone, ms. */
const SAVE_AGAIN_MS = 5_000

/** The ways by which people are told, each of which can be lost. */
type AlertPath = 'webhook' | 'desktop' | 'database'

/** What the alert centre works with. */
export interface AlertCentreParts {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly vault: Vault
  readonly desktop: AlertDesktop
  readonly post: Post
  /** An alert is new or changed; null when all may have. `tone` asks for the sound. */
  readonly onChange: (record: AlertRecord | null, tone: boolean) => void
  /** Settings or the webhook's health changed. */
  readonly onPaths: () => void
  /** The app's own log: what goes wrong here cannot always be told by an alert. */
  readonly log: (what: string, thrown: unknown) => void
  /** A way of telling was lost or works again; to be recorded where a record is taken. */
  readonly onPathRecord: (type: 'AlertPathLost' | 'AlertPathRestored', data: Readonly<Record<string, string>>) => void
}

/**
 * The alerts of the app: taken at any time, also while no environment is open or its database refuses, and told by every way that works. Nothing here throws
 * at, or waits for, what raised an alert.
 */
export class AlertCentre implements AlertRoom {
  readonly #parts: AlertCentreParts
  readonly #book: AlertBook
  readonly #desktop: DesktopPath
  #settings: AlertSettings = DEFAULT_ALERT_SETTINGS
  #open: { readonly backing: AlertBacking; readonly webhook: WebhookPath } | null = null
  #cancelSave: Cancel | null = null
  #readUpToSeq = 0
  #kept = true

  constructor(parts: AlertCentreParts) {
    this.#parts = parts
    this.#book = new AlertBook(parts.clock, parts.random)
    this.#desktop = new DesktopPath(parts.desktop, parts.clock, () => {
      this.#lost('desktop', { why: 'NO_NOTIFICATIONS' })
    })
  }

  /** Goes on with an environment's alerts; what was raised while none was open joins them. Returns the last audit entry that was read. */
  open(backing: AlertBacking): number {
    const webhook = this.#webhookOf(backing)
    this.#open = { backing, webhook }
    const early = this.#book.list()
    try {
      this.#book.restore(backing.store.load())
      this.#readUpToSeq = backing.store.readUpToSeq()
    } catch (thrown) {
      this.#notKept('reading the alerts that were kept', thrown)
    }
    this.#loadSettings(backing)
    for (const { id } of early) {
      const record = this.#book.get(id)
      if (record !== null) this.#direct(record)
    }
    void webhook.unseal().then((whole) => {
      if (!whole) this.#lost('webhook', { why: 'NO_SECRET' })
      webhook.wake()
    })
    if (early.length > 0) this.#scheduleSave(SAVE_AFTER_MS)
    this.#everythingChanged()
    return this.#readUpToSeq
  }

  /** Keeps what is still to be kept, and forgets this environment. */
  close(): void {
    if (this.#open === null) return
    this.#open.webhook.close()
    this.#save()
    this.#cancelSave?.()
    this.#cancelSave = null
    this.#open = null
    this.#book.clear()
    this.#settings = DEFAULT_ALERT_SETTINGS
    this.#readUpToSeq = 0
    this.#kept = true
    this.#everythingChanged()
  }

  /** An audit entry was read, whether it raised an alert or not. */
  read(seq: number): void {
    this.#readUpToSeq = Math.max(this.#readUpToSeq, seq)
  }

  raise(alert: Alert, from: RaiseFrom = {}): void {
    this.#quietly(() => {
      const { record, isNew } = this.#book.raise(alert, from)
      if (isNew) {
        this.#tell(record)
        return
      }
      // What no webhook was there for when it was new may be meant for one by now.
      this.#changed(record.delivery === 'none' ? this.#direct(record) : record, false)
      this.#open?.webhook.wake()
    })
  }

  list(): AlertList {
    return { alerts: this.#book.list(), kept: this.#kept }
  }

  counts(): { readonly urgent: number; readonly open: number } {
    return this.#book.counts()
  }

  acknowledge(ids: readonly string[], by: string): number {
    const changed = this.#book.acknowledge(ids, by)
    for (const record of changed) this.#changed(record, false)
    return changed.length
  }

  settings(): AlertSettings {
    return this.#settings
  }

  webhookHealth(): WebhookHealth {
    return this.#open?.webhook.health ?? UNTRIED
  }

  test(by: string): string {
    // Folded into an earlier one it would go nowhere.
    const earlier = this.#book.list().filter(({ kind }) => kind === 'test-alert')
    this.acknowledge(
      earlier.map(({ id }) => id),
      by,
    )
    const { record } = this.#book.raise({ kind: 'test-alert', subject: null, figures: { by } })
    this.#tell(record)
    return record.id
  }

  async changeSettings(next: AlertSettings, change: SettingsChange): Promise<void> {
    if (this.#open === null) throw new Error('no environment is open')
    const { backing, webhook } = this.#open
    const before = this.#settings
    backing.saveSettings(next, change)
    this.#settings = next
    const moved = webhook.changed(before.webhook)
    if (next.webhook === null) this.#dropWhatIsDue()
    await moved
    this.#quietly(this.#parts.onPaths)
  }

  #webhookOf({ environment }: AlertBacking): WebhookPath {
    return new WebhookPath({
      ...this.#parts,
      environment,
      settings: () => this.#settings.webhook,
      due: () => this.#book.due(),
      farewell: () => this.#book.list().find(({ kind }) => kind === 'protection-changed') ?? null,
      onDelivery: (id, delivery, attempts) => {
        const record = this.#book.delivered(id, delivery, attempts)
        if (record !== null) this.#changed(record, false)
      },
      onHealth: () => {
        this.#quietly(this.#parts.onPaths)
      },
      onLost: (why, detail) => {
        this.#lost('webhook', { why, detail })
      },
      onRestored: () => {
        this.#quietly(() => {
          this.#parts.onPathRecord('AlertPathRestored', { path: 'webhook' })
        })
      },
      onFault: (what, thrown) => {
        this.#log(what, thrown)
      },
    })
  }

  /** By every way that is meant for it. */
  #tell(record: AlertRecord): void {
    const isTest = record.kind === 'test-alert'
    const { sound, desktop } = this.#settings
    this.#changed(this.#direct(record), sound && (isTest || record.severity === 'critical'))
    if (isTest || desktop.includes(record.severity)) this.#desktop.notify(record, !sound)
    this.#open?.webhook.wake()
  }

  /** Puts it on its way to the webhook where it is meant for it. */
  #direct(record: AlertRecord): AlertRecord {
    const { webhook } = this.#settings
    const wanted = webhook !== null && (record.kind === 'test-alert' || webhook.severities.includes(record.severity))
    return wanted ? (this.#book.delivered(record.id, 'due', record.attempts) ?? record) : record
  }

  #dropWhatIsDue(): void {
    for (const { id, attempts } of this.#book.due()) {
      const record = this.#book.delivered(id, 'dropped', attempts)
      if (record !== null) this.#changed(record, false)
    }
  }

  #lost(path: AlertPath, figures: Readonly<Record<string, string>>): void {
    this.#quietly(() => {
      this.#parts.onPathRecord('AlertPathLost', { path, ...figures })
    })
    this.raise({ kind: 'alert-path-lost', subject: path, figures })
  }

  #changed(record: AlertRecord, tone: boolean): void {
    this.#scheduleSave(SAVE_AFTER_MS)
    this.#quietly(() => {
      this.#parts.onChange(record, tone)
    })
    this.#quietly(() => {
      this.#parts.desktop.badge(this.#book.counts().urgent)
    })
  }

  #everythingChanged(): void {
    this.#quietly(() => {
      this.#parts.onChange(null, false)
      this.#parts.onPaths()
      this.#parts.desktop.badge(this.#book.counts().urgent)
    })
  }

  #scheduleSave(afterMs: number): void {
    if (this.#open === null || this.#cancelSave !== null) return
    this.#cancelSave = this.#parts.scheduler.after(afterMs, () => {
      this.#cancelSave = null
      this.#save()
    })
  }

  #save(): void {
    if (this.#open === null) return
    const changes = this.#book.takeChanges()
    try {
      this.#open.backing.store.save(changes.changed, changes.forgotten, this.#readUpToSeq)
    } catch (thrown) {
      this.#book.putBack(changes)
      this.#scheduleSave(SAVE_AGAIN_MS)
      this.#notKept('keeping alerts', thrown)
      return
    }
    if (this.#kept) return
    this.#kept = true
    this.#everythingChanged()
  }

  #notKept(what: string, thrown: unknown): void {
    this.#log(what, thrown)
    if (!this.#kept) return
    this.#kept = false
    this.#lost('database', { why: describeError(thrown) })
    this.#everythingChanged()
  }

  #loadSettings(backing: AlertBacking): void {
    this.#settings = DEFAULT_ALERT_SETTINGS
    try {
      const stored = backing.loadSettings()
      if (stored !== null) this.#settings = alertSettings.parse(stored)
    } catch (thrown) {
      // That there may have been a webhook must be known.
      this.#log('reading the settings of alerts', thrown)
      this.#lost('webhook', { why: 'SETTINGS_UNREADABLE' })
    }
  }

  #quietly(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      this.#log('telling of an alert', thrown)
    }
  }

  #log(what: string, thrown: unknown): void {
    try {
      this.#parts.log(what, thrown)
    } catch {
      // There is nobody left to tell.
    }
  }
}
