import { z } from 'zod'

import { BREAKER_IDS } from '../../domain/breaker'
import { DEFAULT_HALT_RULE, HALT_RULE_BOUNDS, REDUCING_REASONS, SYSTEM_HALT_REASONS, type SystemHaltRule } from '../../domain/trading-state'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'

const wallMs = z.number().int().min(0).max(8.64e15)
const origin = { by: z.string(), sinceMs: wallMs, figures: z.record(z.string(), z.string()) }
const bounded = ({ min, max }: { readonly min: number; readonly max: number }) => z.number().int().min(min).max(max)

const keptSchema = z.strictObject({
  version: z.literal(1),
  /** Each reason to reduce once, oldest first. */
  reducing: z.array(z.strictObject({ reason: z.enum(REDUCING_REASONS), ...origin })).max(REDUCING_REASONS.length),
  halt: z
    .strictObject({ reason: z.enum(SYSTEM_HALT_REASONS), ...origin, recoverAfterMs: bounded(HALT_RULE_BOUNDS.recoverAfterMs).nullable() })
    .nullable(),
  /** Breakers that were open when somebody in authority lifted a halt, until they are open no more. */
  acknowledged: z.array(z.enum(BREAKER_IDS)).max(BREAKER_IDS.length),
})
const ruleSchema = z.strictObject({
  signerAlone: z.boolean(),
  openAtLeast: bounded(HALT_RULE_BOUNDS.openAtLeast),
  recoverAfterMs: bounded(HALT_RULE_BOUNDS.recoverAfterMs).nullable(),
})

/** What outlives a restart of the trading state. */
export type KeptTradingState = Readonly<z.output<typeof keptSchema>>

/** Nothing reduces and nothing is halted. */
export const NOTHING_KEPT: KeptTradingState = { version: 1, reducing: [], halt: null, acknowledged: [] }

/** What is said when the rule itself cannot be read: one open breaker halts, and only a person ends it. */
const STRICTEST_RULE: SystemHaltRule = { signerAlone: true, openAtLeast: 1, recoverAfterMs: null }

const STATE: SettingKind<KeptTradingState | null> = { key: 'trading-state', schema: keptSchema, fresh: NOTHING_KEPT, unreadable: null }
const RULE: SettingKind<SystemHaltRule> = {
  key: 'trading-halt-rule',
  schema: ruleSchema,
  fresh: DEFAULT_HALT_RULE,
  unreadable: STRICTEST_RULE,
}

/** Where the trading state and its rule outlive a restart. Saving throws when it is not durable. */
export interface TradingStateStore {
  /** The state as last saved; null when it cannot be understood. */
  load(): KeptTradingState | null
  save(state: KeptTradingState): void
  loadRule(): SystemHaltRule
  saveRule(rule: SystemHaltRule): void
  /** Runs several writes as one. */
  atOnce(work: () => void): void
}

/** Whether a rule lies within its bounds. */
export function isHaltRule(rule: SystemHaltRule): boolean {
  return ruleSchema.safeParse(rule).success
}

/** Keeps the trading state in the environment's database. */
export function createTradingStateStore(db: Database, clock: Clock): TradingStateStore {
  const state = new StoredSetting(db, clock, STATE)
  const rule = new StoredSetting(db, clock, RULE)
  return {
    load: () => state.load(),
    save: (kept) => {
      state.save(kept)
    },
    loadRule: () => rule.load(),
    saveRule: (next) => {
      rule.save(next)
    },
    atOnce: (work) => {
      db.transaction(work).immediate()
    },
  }
}
