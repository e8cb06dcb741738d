import { z } from 'zod'

import { DRILL_KINDS, DRILL_MEASURES, DRILL_RESULTS } from '../../src-main/domain/drill'
import { ENVIRONMENTS } from '../../src-main/domain/environment'
import { HALT_MODES, HALT_SCOPES, HALT_SOURCES } from '../../src-main/domain/kill-switch'
import { ORDER_STATES } from '../../src-main/domain/order'
import { command, event, query } from './channel'
import { epochMs, idText, nothing, shortText } from './primitives'

const incidentId = z.string().regex(/^[ah]\d{1,15}$/)
const incident = {
  id: incidentId,
  sinceMs: epochMs,
  untilMs: epochMs.nullable(),
  environment: z.enum(ENVIRONMENTS),
  source: z.enum(HALT_SOURCES).nullable(),
  by: shortText,
  reason: shortText,
  scope: z.enum(HALT_SCOPES).nullable(),
  mode: z.enum(HALT_MODES).nullable(),
  releasedBy: shortText.nullable(),
  toldBy: z.enum(['audit', 'history']),
}
/** One halt, from the gate closing to the release. */
export const incidentView = z.strictObject(incident)
/** Everything that is known of one. */
export const incidentStoryView = z.strictObject({
  ...incident,
  moments: z.array(
    z.strictObject({
      atMs: epochMs,
      type: shortText,
      actor: shortText,
      subject: shortText.nullable(),
      figures: z.record(z.string().max(60), z.string().max(400)),
      auditSeq: z.number().int().nullable(),
    }),
  ),
  omitted: z.number().int().min(0),
  orders: z.array(
    z.strictObject({
      orderId: idText,
      venue: shortText,
      instrument: shortText,
      side: shortText,
      amount: shortText,
      amountUnit: shortText,
      before: shortText,
      now: z.enum(ORDER_STATES),
    }),
  ),
  checks: z.array(z.strictObject({ name: shortText, status: shortText })),
})
/** A drill: a rehearsal in paper, through the real parts. */
export const drillView = z.strictObject({
  drillId: idText,
  kind: z.enum(DRILL_KINDS),
  by: shortText,
  startedAtMs: epochMs,
  /** When the rehearsed part was over; null while it runs. */
  endedAtMs: epochMs.nullable(),
  result: z.enum(DRILL_RESULTS),
  /** Times taken, ms; null where it never came to it. */
  measures: z.array(
    z.strictObject({ name: z.enum(DRILL_MEASURES), tookMs: z.number().min(0).nullable(), targetMs: z.number().min(0).nullable() }),
  ),
  /** Transactions that waited on the chain of a rehearsed emergency, and how many of them were canceled; null for other drills. */
  chain: z.strictObject({ waiting: z.number().int().min(0), canceled: z.number().int().min(0) }).nullable(),
  /** What went otherwise than it should, or what is still to be done; empty when nothing. */
  notes: z.array(shortText).max(20),
})

/** Calls about halts that were, and about drills. */
export const incidentCalls = {
  'incidents.list': query(nothing, z.array(incidentView).max(1_000)),
  'incidents.get': query(z.strictObject({ id: incidentId }), incidentStoryView),
  /** Asks in main for a file, and writes the report there. */
  'incidents.export': command(z.strictObject({ id: incidentId }), z.strictObject({ path: z.string().max(4_000).nullable() })),
  'drills.list': query(nothing, z.array(drillView).max(100)),
  /** Begins a drill, in paper alone; answers when it has begun. */
  'drills.start': command(z.strictObject({ kind: z.enum(DRILL_KINDS) }), drillView),
} as const
/** What main tells of drills. */
export const incidentEvents = {
  'drills.changed': event(drillView),
} as const

/** One halt. */
export type IncidentView = z.output<typeof incidentView>
/** Everything that is known of a halt. */
export type IncidentStoryView = z.output<typeof incidentStoryView>
/** A rehearsal in paper. */
export type DrillView = z.output<typeof drillView>
