import type { Alert, AlertSink } from '../domain/alert'
import type { AlertRecord, AlertStore, RaiseFrom } from './record'
import type { AlertSettings } from './settings'
import type { WebhookHealth } from './webhook-sender'

/** What an environment gives alerts: its database and its audit log. */
export interface AlertBacking {
  readonly environment: string
  readonly store: AlertStore
  /** What is stored of the settings; null for nothing. */
  loadSettings(): unknown
  /** Records the change, then keeps it; throws when either fails, and nothing is changed then. */
  saveSettings(settings: AlertSettings, change: SettingsChange): void
}

/** What is recorded of a change of settings; never a secret. */
export interface SettingsChange {
  readonly actor: string
  readonly type: 'AlertSettingsChanged' | 'WebhookChanged' | 'WebhookRemoved' | 'WebhookSecretRotated'
  readonly data: Readonly<Record<string, string>>
}

/** All alerts, and whether they would survive a restart. */
export interface AlertList {
  readonly alerts: readonly AlertRecord[]
  /** False while the database does not take them. */
  readonly kept: boolean
}

/** Alerts as the rest of the app uses them. */
export interface AlertRoom extends AlertSink {
  raise(alert: Alert, from?: RaiseFrom): void
  list(): AlertList
  /** How many nobody has acknowledged, and how many of them are urgent. */
  counts(): { readonly urgent: number; readonly open: number }
  /** Returns how many were marked. */
  acknowledge(ids: readonly string[], by: string): number
  settings(): AlertSettings
  webhookHealth(): WebhookHealth
  /** Tells by every way that there is, whatever its settings say. Returns the alert's id. */
  test(by: string): string
  /** Changes how people are told; throws when it cannot be recorded or kept. */
  changeSettings(next: AlertSettings, change: SettingsChange): Promise<void>
}
