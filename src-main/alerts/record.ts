import type { AlertKind, AlertSeverity } from '../domain/alert'

/** Where an alert stands on its way to the webhook. */
export const DELIVERY_STATES = [
  /** Not meant for it, or there is none. */
  'none',
  /** To be sent, or sent without an answer that it was taken. */
  'due',
  /** The receiver took it. */
  'sent',
  /** Given up: too old, or too many were waiting. */
  'dropped',
] as const
/** Where an alert stands on its way to the webhook. */
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** An alert as it is kept: every raise of one kind and subject within the window folded into one. */
export interface AlertRecord {
  readonly id: string
  readonly kind: AlertKind
  readonly severity: AlertSeverity
  readonly subject: string | null
  /** Of the latest raise. */
  readonly figures: Readonly<Record<string, string>>
  /** The audit entry of the latest raise; null where it left none. */
  readonly auditSeq: number | null
  /** Wall time, ms. */
  readonly firstAtMs: number
  /** Wall time, ms. */
  readonly lastAtMs: number
  readonly count: number
  readonly acknowledged: { readonly by: string; readonly atMs: number } | null
  readonly delivery: DeliveryState
  /** How often the webhook was tried with it. */
  readonly attempts: number
}

/** Where alerts are kept. Everything throws when the database refuses. */
export interface AlertStore {
  load(): readonly AlertRecord[]
  /** Keeps these, forgets those, and remembers up to which audit entry was read: all of it or nothing. */
  save(changed: readonly AlertRecord[], forgotten: readonly string[], readUpToSeq: number): void
  /** The last audit entry that was read before the app closed; 0 for none. */
  readUpToSeq(): number
}

/** What comes of a raise. */
export interface Raised {
  readonly record: AlertRecord
  /** False when it was folded into one that people have been told of already. */
  readonly isNew: boolean
}

/** What people are told on their desktop: in few words, for it may stand on a locked screen. */
export interface DesktopNote {
  readonly kind: AlertKind
  readonly severity: AlertSeverity
  readonly count: number
  readonly silent: boolean
}

/** The ways that only a desktop has. */
export interface AlertDesktop {
  /** Shows a notification; false where this desktop shows none. */
  notify(note: DesktopNote): boolean
  /** How many urgent alerts nobody has acknowledged: the tray and the dock show it. */
  badge(urgent: number): void
}

/** Where an alert comes from. */
export interface RaiseFrom {
  readonly auditSeq?: number
  /** When it happened, wall ms, if not now. */
  readonly atMs?: number
}
