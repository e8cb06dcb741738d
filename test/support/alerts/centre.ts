import { AlertCentre, type AlertCentreParts } from '../../../src-main/alerts/alert-centre'
import type { AlertBacking, SettingsChange } from '../../../src-main/alerts/alerts'
import type { AlertRecord, DesktopNote } from '../../../src-main/alerts/record'
import { newSecret, sealSecret } from '../../../src-main/alerts/secrets'
import type { AlertSettings } from '../../../src-main/alerts/settings'
import type { PostMessage, PostOutcome } from '../../../src-main/alerts/webhook-post'
import { systemRandom } from '../../../src-main/app/random'
import { memoryVault } from '../app/vault'
import { FakeClock } from '../fake-clock'

/** A database in memory that can be made to refuse. */
export class FakeBacking implements AlertBacking {
  readonly environment = 'paper'
  readonly rows = new Map<string, AlertRecord>()
  readonly changes: SettingsChange[] = []
  refuses = false
  saves = 0
  readSeq = 0
  settings: unknown = null
  readonly store = {
    load: () => {
      this.check()
      return [...this.rows.values()]
    },
    save: (changed: readonly AlertRecord[], forgotten: readonly string[], readUpToSeq: number) => {
      this.check()
      this.saves += 1
      for (const record of changed) this.rows.set(record.id, record)
      for (const id of forgotten) this.rows.delete(id)
      this.readSeq = readUpToSeq
    },
    readUpToSeq: () => this.readSeq,
  }

  loadSettings(): unknown {
    return this.settings
  }

  saveSettings(settings: AlertSettings, change: SettingsChange): void {
    this.check()
    this.changes.push(change)
    this.settings = structuredClone(settings)
  }

  private check(): void {
    if (this.refuses) throw new Error('the disk is full')
  }
}

/** An alert centre with a clock under the test's hand and a receiver that answers as the test says. */
export class CentreBench {
  readonly clock = new FakeClock()
  readonly vault = memoryVault()
  readonly backing = new FakeBacking()
  readonly posted: PostMessage[] = []
  readonly notes: DesktopNote[] = []
  readonly tones: string[] = []
  readonly pathRecords: string[] = []
  readonly logged: string[] = []
  desktopWorks = true
  badge = 0
  answer: (message: PostMessage) => Promise<PostOutcome> = () => Promise.resolve({ ok: true })
  centre = this.start()

  start(): AlertCentre {
    const parts: AlertCentreParts = {
      clock: this.clock,
      scheduler: this.clock,
      random: systemRandom,
      vault: this.vault,
      desktop: {
        notify: (note) => {
          if (this.desktopWorks) this.notes.push(note)
          return this.desktopWorks
        },
        badge: (urgent) => {
          this.badge = urgent
        },
      },
      post: (message) => {
        this.posted.push(message)
        return this.answer(message)
      },
      onChange: (record, tone) => {
        if (tone && record !== null) this.tones.push(record.kind)
      },
      onPaths: () => undefined,
      log: (what) => this.logged.push(what),
      onPathRecord: (type, data) => this.pathRecords.push(`${type} ${data['path'] ?? ''}`),
    }
    this.centre = new AlertCentre(parts)
    return this.centre
  }

  /** Closes and starts anew, as the app does. */
  restart(): void {
    this.centre.close()
    this.start().open(this.backing)
  }

  /** Sets a webhook up; returns its secret. */
  async useWebhook(url = 'https://alerts.example/in'): Promise<Buffer> {
    const secret = newSecret(systemRandom)
    const sealed = await sealSecret(this.vault, secret, this.clock.wallMs())
    if (!sealed.ok) throw new Error(sealed.error)
    const webhook = { url, severities: ['critical' as const, 'high' as const, 'medium' as const], secrets: [sealed.value] }
    await this.centre.changeSettings({ ...this.centre.settings(), webhook }, { actor: 'test', type: 'WebhookChanged', data: {} })
    return secret
  }

  /** The bodies that were posted, in order. */
  bodies(): { id: string; kind: string; count: number }[] {
    return this.posted.map(({ body }) => JSON.parse(body) as { id: string; kind: string; count: number })
  }
}
