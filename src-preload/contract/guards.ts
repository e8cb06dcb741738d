import { z } from 'zod'

import { BREAKER_IDS, BREAKER_STATES } from '../../src-main/domain/breaker'
import { HALT_MODES, HALT_SCOPES, HALT_SOURCES, KILL_SWITCH_STATES, RELEASE_CHECKS } from '../../src-main/domain/kill-switch'
import { command, event, query } from './channel'
import { decimalText, epochMs, nothing, shortText } from './primitives'

export const killSwitchView = z.strictObject({
  state: z.enum(KILL_SWITCH_STATES),
  sinceMs: epochMs.nullable(),
  source: z.enum(HALT_SOURCES).nullable(),
  by: shortText.nullable(),
  reason: shortText.nullable(),
  scope: z.enum(HALT_SCOPES).nullable(),
})
export const breakerView = z.strictObject({
  id: z.enum(BREAKER_IDS),
  state: z.enum(BREAKER_STATES),
  failuresInWindow: z.number().int(),
  samplesInWindow: z.number().int(),
  consecutive: z.number().int(),
  ratePct: decimalText.nullable(),
  limits: z.strictObject({
    failuresInWindow: z.number().int(),
    windowMs: z.number().int(),
    consecutive: z.number().int().nullable(),
    ratePct: z.number().nullable(),
    recoveryMs: z.number().int(),
    rateMinSamples: z.number().int(),
  }),
  openedAtMs: epochMs.nullable(),
  halfOpenAtMs: epochMs.nullable(),
  probing: z.boolean(),
  history: z.array(z.strictObject({ atMs: epochMs, kind: shortText, detail: shortText })),
})
export const guardsView = z.strictObject({ killSwitch: killSwitchView, breakers: z.array(breakerView), atMs: epochMs })
export const releaseCheckView = z.strictObject({
  id: z.enum(RELEASE_CHECKS),
  status: z.enum(['ok', 'blocked', 'acknowledged', 'unknown']),
  detail: shortText,
})

export const guardCalls = {
  'guards.status': query(nothing, guardsView),
  /** Closes the gate at once; answers when the gate is closed, before the record is durable. */
  'halt.trigger': command(
    z.strictObject({ mode: z.enum(HALT_MODES), scope: z.enum(HALT_SCOPES), source: z.enum(['button', 'shortcut']) }),
    z.strictObject({ state: z.enum(KILL_SWITCH_STATES), sinceMs: epochMs }),
  ),
  /** Answers when the lease is gone and its folder synced. */
  'halt.durable': query(nothing, z.strictObject({ durable: z.boolean(), detail: shortText })),
  'halt.checks': query(nothing, z.array(releaseCheckView)),
  /** Opens the main-owned window that asks for the recovery key; answers when that window is done. */
  'halt.release': command(
    z.strictObject({ reason: z.string().min(1).max(500), acknowledge: z.array(z.enum(RELEASE_CHECKS)).max(RELEASE_CHECKS.length) }),
    z.strictObject({ released: z.boolean() }),
  ),
  'halt.cancelRelease': command(nothing, nothing),
  'breaker.isolate': command(z.strictObject({ breaker: z.enum(BREAKER_IDS), reason: z.string().min(1).max(500) }), nothing),
  /** Closes an open or isolated breaker by hand; the main-owned window asks for a recovery key. */
  'breaker.close': command(
    z.strictObject({ breaker: z.enum(BREAKER_IDS), reason: z.string().min(1).max(500) }),
    z.strictObject({ closed: z.boolean() }),
  ),
} as const
export const guardEvents = {
  'guards.changed': event(guardsView),
  'halt.changed': event(killSwitchView),
} as const

export type KillSwitchView = z.output<typeof killSwitchView>
export type BreakerStatusView = z.output<typeof breakerView>
export type GuardsView = z.output<typeof guardsView>
export type ReleaseCheckView = z.output<typeof releaseCheckView>
