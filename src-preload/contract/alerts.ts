import { z } from 'zod'

import { ALERT_KINDS, ALERT_SEVERITIES } from '../../src-main/domain/alert'
import { command, event, query } from './channel'
import { epochMs, figures, idText, nothing, shortText } from './primitives'

const severity = z.enum(ALERT_SEVERITIES)
const severities = z.array(severity).max(ALERT_SEVERITIES.length)
const done = z.strictObject({ done: z.boolean() })

/** One alert: everything of one kind about one thing within a quarter of an hour. */
export const alertView = z.strictObject({
  id: idText,
  kind: z.enum(ALERT_KINDS),
  severity,
  subject: shortText.nullable(),
  figures,
  /** The audit entry of the latest; null where it left none. */
  auditSeq: z.number().int().nullable(),
  firstAtMs: epochMs,
  lastAtMs: epochMs,
  count: z.number().int().positive(),
  acknowledged: z.strictObject({ by: shortText, atMs: epochMs }).nullable(),
  /** Where it stands on its way to the webhook. */
  delivery: z.enum(['none', 'due', 'sent', 'dropped']),
  attempts: z.number().int().nonnegative(),
})
/** Every alert that is known, at most the newest 500. */
export const alertList = z.strictObject({
  alerts: z.array(alertView).max(500),
  /** False while the database does not take them: they would not survive a restart. */
  kept: z.boolean(),
})

/** The light in the status strip: numbers alone, so that it shows also while the app is locked. */
export const alertLight = z.strictObject({ urgent: z.number().int().nonnegative(), open: z.number().int().nonnegative() })

/** How people are told. Never holds a secret, nor the whole address of the webhook, which may hold one. */
export const alertSettingsView = z.strictObject({
  sound: z.boolean(),
  desktop: severities,
  webhook: z
    .strictObject({
      /** The address without what may be a token. */
      origin: shortText,
      severities,
      secretSinceMs: epochMs,
      /** Until when the secret before signs too; null when none does. */
      overlapUntilMs: epochMs.nullable(),
      state: z.enum(['untried', 'working', 'retrying', 'lost']),
      lastTakenMs: epochMs.nullable(),
      lastFailure: z
        .strictObject({
          why: z.enum(['UNREACHABLE', 'TIMED_OUT', 'CERTIFICATE', 'REDIRECTED', 'REFUSED', 'NO_SECRET']),
          detail: shortText,
          atMs: epochMs,
        })
        .nullable(),
      nextTryMs: epochMs.nullable(),
      waiting: z.number().int().nonnegative(),
    })
    .nullable(),
})

/** Calls about alerts. `done` is false when the person closed the main-owned window. */
export const alertCalls = {
  'alerts.list': query(nothing, alertList),
  'alerts.light': query(nothing, alertLight),
  /** Marks as dealt with exactly these: one that came meanwhile is not among them. */
  'alerts.acknowledge': command(
    z.strictObject({ ids: z.array(idText).min(1).max(500) }),
    z.strictObject({ acknowledged: z.number().int() }),
  ),
  'alerts.settings': query(nothing, alertSettingsView),
  /** The tone alone; what is seen cannot be switched off. */
  'alerts.setSound': command(z.strictObject({ on: z.boolean() }), nothing),
  /** Which urgencies a way is used for; critical always is. Fewer than before asks in the main-owned window. */
  'alerts.setSeverities': command(z.strictObject({ path: z.enum(['desktop', 'webhook']), severities }), done),
  /** Each of these asks in the main-owned window; a new secret is shown there, once. */
  'alerts.setWebhook': command(z.strictObject({ url: z.string().min(1).max(500) }), done),
  'alerts.removeWebhook': command(nothing, done),
  'alerts.rotateSecret': command(nothing, done),
  /** Tells by every way at once, whatever the settings say. */
  'alerts.test': command(nothing, z.strictObject({ id: idText })),
} as const
/** What main tells of alerts. */
export const alertEvents = {
  /** An alert is new or changed. Null: read the list anew. */
  'alert.changed': event(alertView.nullable()),
  /** How many there are now; `tone` asks for the sound. */
  'alerts.light': event(alertLight.extend({ tone: z.boolean() })),
  'alerts.settings': event(alertSettingsView),
} as const

/** One alert, as windows see it. */
export type AlertView = z.output<typeof alertView>
/** Every alert, and whether they are kept. */
export type AlertListView = z.output<typeof alertList>
/** The light in the status strip. */
export type AlertLightView = z.output<typeof alertLight>
/** How people are told. */
export type AlertSettingsView = z.output<typeof alertSettingsView>
