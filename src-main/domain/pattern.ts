/** What can be unusual about an account's activity (product row P6). */
export const PATTERN_KINDS = ['rate', 'hour', 'size', 'counterparty', 'signing', 'failures'] as const
/** A kind of unusual activity. */
export type PatternKind = (typeof PATTERN_KINDS)[number]

/** How easily each speaks, from never to soonest. */
export const SENSITIVITIES = ['off', 'relaxed', 'balanced', 'strict'] as const
/** How easily a pattern speaks. */
export type Sensitivity = (typeof SENSITIVITIES)[number]

/** What an alarm does besides telling people. */
export const ALARM_ACTIONS = ['tell', 'reduce'] as const
export type AlarmAction = (typeof ALARM_ACTIONS)[number]

/** How an environment watches for unusual activity. */
export interface PatternSettings {
  readonly sensitivity: Readonly<Record<PatternKind, Sensitivity>>
  readonly onAlarm: AlarmAction
}
