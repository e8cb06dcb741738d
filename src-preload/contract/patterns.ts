import { z } from 'zod'

import { ALARM_ACTIONS, PATTERN_KINDS, SENSITIVITIES } from '../../src-main/domain/pattern'
import { command, event, query } from './channel'
import { epochMs, figures, idText, nothing, shortText } from './primitives'

const patternKind = z.enum(PATTERN_KINDS)
const sensitivity = z.enum(SENSITIVITIES)
/** How closely the app watches for unusual activity, and what an alarm does. */
export const patternSettings = z.strictObject({
  sensitivity: z.strictObject({
    rate: sensitivity,
    hour: sensitivity,
    size: sensitivity,
    counterparty: sensitivity,
    signing: sensitivity,
    failures: sensitivity,
  }),
  onAlarm: z.enum(ALARM_ACTIONS),
})
const alarm = z.strictObject({
  alarmId: idText,
  atMs: epochMs,
  account: shortText,
  kind: patternKind,
  orderId: idText,
  figures,
  acknowledged: z.strictObject({ by: shortText, atMs: epochMs, note: z.string().max(500) }).nullable(),
})
/** How a sensitivity did on the recorded month. */
const monthFigures = z.strictObject({
  falseAlarms: z.number().int(),
  judged: z.number().int(),
  found: z.number().int(),
  episodes: z.number().int(),
})
/** How the app watches for unusual activity, what it knows as usual, and what it found. */
export const patternsView = z.strictObject({
  settings: patternSettings,
  /** Of the last 30 days, newest first. */
  alarms: z.array(alarm).max(100),
  history: z
    .array(z.strictObject({ account: shortText, orders: z.number().int(), sinceMs: epochMs.nullable(), speaks: z.boolean() }))
    .max(100),
  month: z.strictObject({ relaxed: monthFigures, balanced: monthFigures, strict: monthFigures }),
  atMs: epochMs,
})

const reason = z.string().min(1).max(500)
const done = z.strictObject({ done: z.boolean() })

/** Calls about unusual activity. */
export const patternCalls = {
  'patterns.status': query(nothing, patternsView),
  /** Sooner or stronger at once; anything later or weaker opens the main-owned window first. */
  'patterns.change': command(z.strictObject({ settings: patternSettings, reason }), done),
  /** The person was it: what raised the alarm counts as usual from now on. */
  'patterns.acknowledge': command(z.strictObject({ alarmId: idText, note: z.string().max(500) }), done),
} as const
/** What main tells of unusual activity. */
export const patternEvents = {
  'patterns.changed': event(patternsView),
} as const

/** How the app watches for unusual activity. */
export type PatternsView = z.output<typeof patternsView>
/** An alarm about unusual activity. */
export type PatternAlarmView = z.output<typeof alarm>
/** How closely it watches. */
export type PatternSettingsView = z.output<typeof patternSettings>
