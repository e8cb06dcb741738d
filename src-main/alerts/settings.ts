import { z } from 'zod'

import { ALERT_SEVERITIES, type AlertSeverity } from '../domain/alert'
import { parseWebhookUrl } from './webhook-url'

/** Urgencies that a way of telling is used for. The most urgent is always among them: no setting silences it. */
const severities = z
  .array(z.enum(ALERT_SEVERITIES))
  .transform((chosen): AlertSeverity[] => ALERT_SEVERITIES.filter((each) => each === 'critical' || chosen.includes(each)))

/** One signing secret, sealed by the keychain. */
const secret = z.strictObject({
  sealed: z.string().max(10_000),
  /** The first half of the secret's SHA-256, hex: names it, and shows that what was unsealed is what was sealed. */
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
  sinceMs: z.number().int(),
  /** When it stops being used beside the newer one; null for the newest. */
  retiresAtMs: z.number().int().nullable(),
})
/** One signing secret, sealed by the keychain. */
export type SealedSecret = z.output<typeof secret>

/** At most this many secrets sign at once. */
export const MOST_SECRETS = 3

const webhook = z.strictObject({
  url: z.string().refine((text) => parseWebhookUrl(text).ok),
  severities,
  /** Newest first. */
  secrets: z.array(secret).min(1).max(MOST_SECRETS),
})
/** Where alerts are sent, and by which secrets they are signed. */
export type WebhookSettings = z.output<typeof webhook>

/** How people are told, in one environment. */
export const alertSettings = z.strictObject({
  /** A tone for the most urgent. What is shown cannot be switched off. */
  sound: z.boolean(),
  /** Shown as notifications of the desktop. */
  desktop: severities,
  webhook: webhook.nullable(),
})
/** How people are told, in one environment. */
export type AlertSettings = z.output<typeof alertSettings>

/** What a fresh environment starts with. */
export const DEFAULT_ALERT_SETTINGS: AlertSettings = { sound: true, desktop: ['critical', 'high'], webhook: null }
/** What a fresh webhook is sent. */
export const DEFAULT_WEBHOOK_SEVERITIES: readonly AlertSeverity[] = ['critical', 'high', 'medium']

/** Whether fewer alerts would be told of than before. */
export function tellsLess(before: readonly AlertSeverity[], after: readonly AlertSeverity[]): boolean {
  return before.some((each) => !after.includes(each))
}
