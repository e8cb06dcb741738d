import { z } from 'zod'

import type { Environment } from '../../domain/environment'
import { decimal } from '../../lib/decimal'

/** The most that a limit in USD may be set to: beyond it, it would be none. */
const CEILING_USD: Readonly<Record<Environment, number>> = { paper: 1_000_000_000, testnet: 1_000_000_000, live: 10_000_000 }

const usd = (environment: Environment) =>
  z
    .string()
    .regex(/^(?:0|[1-9]\d{0,11})(?:\.\d{1,2})?$/)
    .refine((text) => decimal(text).gt(0) && decimal(text).lte(CEILING_USD[environment]))
/** Percent, above zero and below 100. */
const pct = z
  .string()
  .regex(/^(?:0|[1-9]\d?)(?:\.\d{1,2})?$/)
  .refine((text) => decimal(text).gt(0))

/** What a day's loss is measured from: its highest value so far, or its first. */
export const LOSS_BASES = ['high', 'start'] as const

const fields = (environment: Environment) =>
  z.strictObject({
    maxOrderUsd: usd(environment),
    maxAssetDayUsd: usd(environment),
    maxDayUsd: usd(environment),
    maxOrdersPerSecond: z.int().min(1).max(50),
    maxOrdersPerMinute: z.int().min(1).max(600),
    maxOpenOrders: z.int().min(1).max(500),
    /** How often the very same order may go out within the window. */
    repeatCount: z.int().min(1).max(50),
    repeatWindowMin: z.int().min(1).max(1_440),
    /** Loss of the day from which on no new risk is taken, percent. */
    lossReducePct: pct,
    /** Loss of the day that halts, percent. */
    lossHaltPct: pct,
    lossBasis: z.enum(LOSS_BASES),
    /** How long the account's value may be unknown before people are told, minutes. */
    valuationTimeoutMin: z.int().min(1).max(60),
  })

/** The limits of an environment, as they are stored. Bounds are part of the schema: a limit that is none cannot be stored (product row B9). */
export type LimitSettings = z.output<ReturnType<typeof fields>>
/** One limit. */
export type LimitName = keyof LimitSettings

/** The schema of an environment's limits. */
export function limitSettingsSchema(environment: Environment) {
  return fields(environment).refine(({ lossReducePct, lossHaltPct }) => decimal(lossReducePct).lte(lossHaltPct), { path: ['lossHaltPct'] })
}

const STRICT: LimitSettings = {
  maxOrderUsd: '1000',
  maxAssetDayUsd: '5000',
  maxDayUsd: '10000',
  maxOrdersPerSecond: 1,
  maxOrdersPerMinute: 10,
  maxOpenOrders: 10,
  repeatCount: 3,
  repeatWindowMin: 10,
  lossReducePct: '5',
  lossHaltPct: '10',
  lossBasis: 'high',
  valuationTimeoutMin: 5,
}

/** What a fresh environment starts with. Paper is for trying things out; live begins small. */
export const DEFAULT_LIMITS: Readonly<Record<Environment, LimitSettings>> = {
  paper: {
    ...STRICT,
    maxOrderUsd: '1000000',
    maxAssetDayUsd: '5000000',
    maxDayUsd: '10000000',
    maxOrdersPerSecond: 10,
    maxOrdersPerMinute: 120,
    maxOpenOrders: 100,
    repeatCount: 10,
    lossReducePct: '20',
    lossHaltPct: '40',
  },
  testnet: {
    ...STRICT,
    maxOrderUsd: '50000',
    maxAssetDayUsd: '250000',
    maxDayUsd: '500000',
    maxOrdersPerSecond: 5,
    maxOrdersPerMinute: 60,
    maxOpenOrders: 50,
    repeatCount: 20,
    lossReducePct: '20',
    lossHaltPct: '40',
  },
  live: STRICT,
}

/** Which way each limit loosens. */
const LOOSER: Readonly<Record<LimitName, 'more' | 'less' | 'start'>> = {
  maxOrderUsd: 'more',
  maxAssetDayUsd: 'more',
  maxDayUsd: 'more',
  maxOrdersPerSecond: 'more',
  maxOrdersPerMinute: 'more',
  maxOpenOrders: 'more',
  repeatCount: 'more',
  // The longer one looks back, the more repetitions one sees.
  repeatWindowMin: 'less',
  lossReducePct: 'more',
  lossHaltPct: 'more',
  // From its highest value a loss is never smaller than from its first.
  lossBasis: 'start',
  valuationTimeoutMin: 'more',
}

/** The limits that differ, and those of them that allow more than before. */
export function compareLimits(
  before: LimitSettings,
  after: LimitSettings,
): { readonly changed: LimitName[]; readonly loosened: LimitName[] } {
  const changed = (Object.keys(LOOSER) as LimitName[]).filter((name) => before[name] !== after[name])
  const loosened = changed.filter((name) => {
    const way = LOOSER[name]
    if (way === 'start') return after[name] === 'start'
    const difference = decimal(after[name]).cmp(before[name])
    return way === 'more' ? difference > 0 : difference < 0
  })
  return { changed, loosened }
}
