import { z } from 'zod'

import { METRIC_NAMES } from '../../src-main/domain/metrics'
import { API_SCOPES } from '../../src-main/domain/api-scope'
import { command, query } from './channel'
import { epochMs, idText, nothing, shortText } from './primitives'

/** Rates and times for charts; no money. */
const figure = z.number()
/** What was measured around one moment: how often, and mean, least and most. */
export const metricPoint = z.strictObject({ atMs: epochMs, count: z.number().int(), mean: figure, min: figure, max: figure })
/** A metric over time, oldest first; units are said where `METRIC_NAMES` are. */
export const metricSeries = z.strictObject({ name: z.enum(METRIC_NAMES), points: z.array(metricPoint).max(500) })
/** The figures of the last 24 hours; null where nothing was measured. */
export const metricsNow = z.strictObject({
  ordersEnded: z.number().int(),
  successRate: figure.nullable(),
  confirmationSeconds: figure.nullable(),
  slippagePct: figure.nullable(),
  signerLatencyMs: figure.nullable(),
  securityViolations: z.number().int(),
  ordersOpen: z.number().int(),
  ordersUnknown: z.number().int(),
  memoryMb: figure,
  uptimeSeconds: figure,
})
/** A program that may use the local interface, without its secret. */
export const apiClientView = z.strictObject({
  id: idText,
  name: shortText,
  scopes: z.array(z.enum(API_SCOPES)),
  createdAtMs: epochMs,
  revokedAtMs: epochMs.nullable(),
  /** Null where it was never seen since the app was started. */
  lastSeenMs: epochMs.nullable(),
})
/** The local interface: whether it is on, and who may use it. */
export const apiView = z.strictObject({
  enabled: z.boolean(),
  port: z.number().int(),
  listening: z.boolean(),
  /** Why it does not listen although it should; null otherwise. */
  problem: shortText.nullable(),
  clients: z.array(apiClientView).max(32),
})
const reason = z.string().trim().min(1).max(200)

/** Calls about figures and the local interface. */
export const metricsCalls = {
  'metrics.now': query(nothing, metricsNow),
  'metrics.series': query(
    z.strictObject({
      names: z.array(z.enum(METRIC_NAMES)).min(1).max(METRIC_NAMES.length),
      sinceMs: epochMs,
      untilMs: epochMs,
      points: z.number().int().min(1).max(500),
    }),
    z.array(metricSeries),
  ),
  'api.get': query(nothing, apiView),
  /** Turns the local interface on or off, or to another port; turning it on needs authority, and so does turning it off while a client may halt by it. */
  'api.configure': command(
    z.strictObject({ enabled: z.boolean(), port: z.number().int().min(1_024).max(65_535), reason }),
    z.strictObject({ done: z.boolean() }),
  ),
  /** Makes a client; its secret is shown once in the main-owned window. */
  'api.addClient': command(
    z.strictObject({ name: z.string().trim().min(1).max(60), scopes: z.array(z.enum(API_SCOPES)).min(1).max(API_SCOPES.length), reason }),
    z.strictObject({ done: z.boolean() }),
  ),
  /** Ends a client; one that may halt is ended by authority alone. False when it was not given. */
  'api.revokeClient': command(z.strictObject({ id: idText }), z.strictObject({ done: z.boolean() })),
} as const

/** A metric over time. */
export type MetricSeriesView = z.output<typeof metricSeries>
/** The figures of the last 24 hours. */
export type MetricsNowView = z.output<typeof metricsNow>
/** The local interface. */
export type ApiView = z.output<typeof apiView>
/** A program that may use it. */
export type ApiClientView = z.output<typeof apiClientView>
