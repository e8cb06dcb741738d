import { z } from 'zod'

import {
  HALT_MODES,
  HALT_SCOPES,
  HALT_SOURCES,
  KILL_SWITCH_STATES,
  RELEASE_CHECKS,
  RELEASE_VERIFICATIONS,
} from '../../src-main/domain/kill-switch'
import { breakerView, tradingStateView } from './breakers'
import { command, event, query } from './channel'
import { epochMs, nothing, shortText } from './primitives'

/** The kill switch. Since when, by whom and why are null while it is armed. */
export const killSwitchView = z.strictObject({
  state: z.enum(KILL_SWITCH_STATES),
  sinceMs: epochMs.nullable(),
  source: z.enum(HALT_SOURCES).nullable(),
  by: shortText.nullable(),
  reason: shortText.nullable(),
  scope: z.enum(HALT_SCOPES).nullable(),
})
/** The kill switch, the trading state and every breaker at one moment. */
export const guardsView = z.strictObject({
  killSwitch: killSwitchView,
  trading: tradingStateView,
  breakers: z.array(breakerView),
  atMs: epochMs,
})
/** What is looked at before a release; `blocked` and `unknown` stand in its way. */
export const releaseCheckView = z.strictObject({
  id: z.enum(RELEASE_CHECKS),
  status: z.enum(['ok', 'blocked', 'acknowledged', 'unknown']),
  detail: shortText,
})
/** What was looked at right after a release; one that is not `ok` halted again. */
export const releaseVerificationView = z.strictObject({ id: z.enum(RELEASE_VERIFICATIONS), ok: z.boolean(), detail: shortText })

/** Calls about the guards, halting and releasing. Halting needs no credential. */
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
  /** Opens the main-owned window that asks for authority; answers when that window is done. `released` means verified as well. */
  'halt.release': command(
    z.strictObject({ reason: z.string().min(1).max(500), acknowledge: z.array(z.enum(RELEASE_CHECKS)).max(RELEASE_CHECKS.length) }),
    z.strictObject({ released: z.boolean(), verification: z.array(releaseVerificationView) }),
  ),
  'halt.cancelRelease': command(nothing, nothing),
} as const
/** What main tells of guards and halts. */
export const guardEvents = {
  'guards.changed': event(guardsView),
  'halt.changed': event(killSwitchView),
} as const

/** The kill switch. */
export type KillSwitchView = z.output<typeof killSwitchView>
/** Kill switch, trading state and breakers at one moment. */
export type GuardsView = z.output<typeof guardsView>
/** What is looked at before a release. */
export type ReleaseCheckView = z.output<typeof releaseCheckView>
/** What was looked at right after a release. */
export type ReleaseVerificationView = z.output<typeof releaseVerificationView>
