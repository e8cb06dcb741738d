import { z } from 'zod'

import { HALT_EVENTS, HALT_MODES, HALT_SCOPES, HALT_SOURCES } from '../../src-main/domain/kill-switch'
import { ENVIRONMENTS } from '../../src-main/domain/environment'
import { MAINTENANCE_PURPOSES, TRIGGERS, WATCH_BOUNDS } from '../../src-main/domain/watch'
import { command, event, query } from './channel'
import { epochMs, idText, nothing, shortText } from './primitives'

const within = ([least, most]: readonly [number, number]) => z.number().int().min(least).max(most)
const reasonText = z.string().min(1).max(500)

/** When trading halts by itself. */
export const watchSettings = z.strictObject({
  mode: z.enum(HALT_MODES),
  breakersOn: z.boolean(),
  breakersCount: within(WATCH_BOUNDS.breakersCount),
  signerBreakerOn: z.boolean(),
  verifyEveryMin: within(WATCH_BOUNDS.verifyEveryMin),
  clockOn: z.boolean(),
  clockOverSec: within(WATCH_BOUNDS.clockOverSec),
  diskBelowMb: within(WATCH_BOUNDS.diskBelowMb),
  balanceOn: z.boolean(),
  balanceDropPct: within(WATCH_BOUNDS.balanceDropPct),
  balanceWithinMin: within(WATCH_BOUNDS.balanceWithinMin),
  slowOn: z.boolean(),
  slowMorePct: within(WATCH_BOUNDS.slowMorePct),
  deadManOn: z.boolean(),
  deadManAfterMin: within(WATCH_BOUNDS.deadManAfterMin),
  deadManWarnMin: within(WATCH_BOUNDS.deadManWarnMin),
})

/** The dead-man switch: where it stands, and the wall time at which it halts while nobody gives a sign. */
export const presenceView = z.strictObject({
  state: z.enum(['off', 'present', 'warning', 'absent']),
  haltsAtMs: epochMs.nullable(),
  seenAtMs: epochMs.nullable(),
})
const maintenance = z.strictObject({ purpose: z.enum(MAINTENANCE_PURPOSES), by: shortText, reason: shortText, sinceMs: epochMs })
/** What the strip shows on every screen, also while the app is locked. */
export const standView = z.strictObject({ presence: presenceView, maintenance: maintenance.nullable() })
/** The automatic triggers: their settings, and what they find now. */
export const watchView = standView.extend({
  settings: watchSettings,
  /** What the triggers find now, in words. */
  findings: z.array(z.strictObject({ trigger: z.enum(TRIGGERS), reason: shortText })),
  /** Room beside the data, MB; null before it was measured. */
  freeMb: z.number().int().nonnegative().nullable(),
  /** Accounts that cannot be watched, and why. */
  blind: z.array(shortText),
  /** Orders of unknown outcome, each with what somebody found out about it. */
  unknownOrders: z.array(z.strictObject({ orderId: idText, explanation: z.strictObject({ by: shortText, reason: shortText }).nullable() })),
})

/** One line of the history of halts; one that cannot be read is shown as such. */
export const haltHistoryLine = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('entry'),
    seq: z.number().int(),
    atMs: epochMs,
    event: z.enum(HALT_EVENTS),
    environment: z.enum(ENVIRONMENTS),
    scope: z.enum(HALT_SCOPES).nullable(),
    source: z.enum(HALT_SOURCES).nullable(),
    by: shortText,
    reason: shortText,
    details: z.array(z.strictObject({ name: shortText, value: shortText })),
    /** Whether it fits the line before it. */
    linked: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('bad'), lineNumber: z.number().int(), text: shortText, why: shortText }),
])
/** The history of halts, from a file that is kept with no key. */
export const haltHistory = z.strictObject({
  /** Newest first. */
  lines: z.array(haltHistoryLine),
  total: z.number().int(),
  /** Whether every line, also those not shown, could be read and fits the one before it. */
  intact: z.boolean(),
  problem: shortText.nullable(),
})

/** Calls about automatic triggers, the dead-man switch and maintenance. */
export const watchCalls = {
  'watch.get': query(nothing, watchView),
  /** Changes some settings. What lets more pass than before asks for authority in the main-owned window; `changed` says whether it came to that. */
  'watch.update': command(
    z.strictObject({ change: watchSettings.partial(), reason: reasonText }),
    z.strictObject({ changed: z.boolean() }),
  ),
  'presence.get': query(nothing, standView),
  /** The person at the window says that they are there. */
  'presence.here': command(nothing, standView),
  /** Halts, if nothing did yet, and says that the halt is meant to last; the main-owned window asks for authority. */
  'maintenance.enter': command(
    z.strictObject({ purpose: z.enum(MAINTENANCE_PURPOSES), reason: reasonText }),
    z.strictObject({ entered: z.boolean() }),
  ),
  /** Ends maintenance; trading stays halted. */
  'maintenance.leave': command(z.strictObject({ reason: reasonText }), z.strictObject({ left: z.boolean() })),
  'halt.history': query(z.strictObject({ limit: z.number().int().min(1).max(1_000) }), haltHistory),
  /** Puts on record what somebody found out about an order of unknown outcome. */
  'halt.explainOrder': command(z.strictObject({ orderId: idText, reason: reasonText }), nothing),
} as const
/** What main tells of triggers and presence. */
export const watchEvents = {
  'watch.changed': event(watchView),
  'presence.changed': event(standView),
} as const

/** When trading halts by itself. */
export type WatchSettingsView = z.output<typeof watchSettings>
/** The automatic triggers. */
export type WatchView = z.output<typeof watchView>
/** Where the dead-man switch stands. */
export type PresenceView = z.output<typeof presenceView>
/** What the strip shows of presence and maintenance. */
export type StandView = z.output<typeof standView>
/** The history of halts. */
export type HaltHistory = z.output<typeof haltHistory>
/** One line of it. */
export type HaltHistoryLine = z.output<typeof haltHistoryLine>
