import { z } from 'zod'

import { BREAKER_BOUNDS, BREAKER_IDS, BREAKER_STATES } from '../../src-main/domain/breaker'
import { HALT_RULE_BOUNDS, REDUCING_REASONS, TRADING_REASONS, TRADING_STATES } from '../../src-main/domain/trading-state'
import { command, query } from './channel'
import { decimalText, epochMs, figures, nothing, shortText } from './primitives'

const breakerId = z.enum(BREAKER_IDS)
const reason = z.string().min(1).max(500)
const count = z.number().int()
const within = ({ min, max }: { readonly min: number; readonly max: number }) => count.min(min).max(max)

const range = z.strictObject({ min: count, max: count })

/** When a breaker opens and how long it stays open. */
export const thresholdsView = z.strictObject({
  failuresInWindow: count,
  windowMs: count,
  consecutive: count.nullable(),
  ratePct: z.number().nullable(),
  recoveryMs: count,
})
/** One line of a breaker's history. */
export const breakerEventView = z.strictObject({ atMs: epochMs, kind: shortText, by: shortText, detail: shortText })
/** A stretch of time in which a breaker was in one state. */
export const ribbonPieceView = z.strictObject({ fromMs: epochMs, toMs: epochMs, state: z.enum(BREAKER_STATES) })

/** A breaker: its state, what it has counted, and the thresholds in force. Times in ms, rates in percent of samples. */
export const breakerView = z.strictObject({
  id: breakerId,
  state: z.enum(BREAKER_STATES),
  failuresInWindow: count,
  samplesInWindow: count,
  consecutive: count,
  ratePct: decimalText.nullable(),
  limits: thresholdsView.extend({ rateMinSamples: count }),
  /** Between which values each of them may be set. */
  bounds: z.strictObject({ failuresInWindow: range, windowMs: range, consecutive: range, ratePct: range, recoveryMs: range }),
  /** The product's own thresholds, where other ones are in force; else null. */
  tunedFrom: thresholdsView.nullable(),
  openedAtMs: epochMs.nullable(),
  halfOpenAtMs: epochMs.nullable(),
  probing: z.boolean(),
  /** Why its state could not be saved, which keeps it open; null when it is saved. */
  saveTrouble: shortText.nullable(),
  history: z.array(breakerEventView),
})

/** Whether orders may leave, the kill switch above all else. */
export const tradingStateView = z.strictObject({
  state: z.enum(TRADING_STATES),
  reason: z.enum(TRADING_REASONS).nullable(),
  by: shortText.nullable(),
  sinceMs: epochMs.nullable(),
  figures,
  /** Every reason to reduce that stands, also while halted. */
  reducing: z.array(z.enum(REDUCING_REASONS)),
  /** Whether a system-wide halt stands beside the kill switch. */
  systemHalt: z.boolean(),
  recoverAfterMs: count.nullable(),
  recoversAtMs: epochMs.nullable(),
  rule: z.strictObject({ signerAlone: z.boolean(), openAtLeast: count, recoverAfterMs: count.nullable() }),
})

const recoverAfterMs = within(HALT_RULE_BOUNDS.recoverAfterMs).nullable()
const thresholds = z.strictObject({
  failuresInWindow: within(BREAKER_BOUNDS.failuresInWindow),
  windowMs: within(BREAKER_BOUNDS.windowMs),
  consecutive: within(BREAKER_BOUNDS.consecutive).nullable(),
  ratePct: within(BREAKER_BOUNDS.ratePct).nullable(),
  recoveryMs: within(BREAKER_BOUNDS.recoveryMs),
})
/** Whether an act was carried out; false when the person closed the main-owned window. */
const done = z.strictObject({ done: z.boolean() })

/** Calls about breakers and the trading state. What opens or reduces needs no credential. */
export const breakerCalls = {
  'breaker.isolate': command(z.strictObject({ breaker: breakerId, reason }), nothing),
  /** Closes an open or isolated breaker by hand; the main-owned window asks for authority. */
  'breaker.close': command(z.strictObject({ breaker: breakerId, reason }), z.strictObject({ closed: z.boolean() })),
  /** Changes a breaker's thresholds, `null` for the product's own. What loosens any of them asks for authority; what tightens does not. */
  'breaker.tune': command(z.strictObject({ breaker: breakerId, thresholds: thresholds.nullable(), reason }), done),
  /** What each breaker was over the last 24 hours, and when its failures were counted. */
  'breaker.day': query(
    nothing,
    z.strictObject({
      fromMs: epochMs,
      toMs: epochMs,
      breakers: z.array(
        z.strictObject({ id: breakerId, pieces: z.array(ribbonPieceView).max(2_000), failuresAtMs: z.array(epochMs).max(2_000) }),
      ),
    }),
  ),
  /** From now on only sales of what is held, for cash, pass. Needs no credential. */
  'trading.reduce': command(z.strictObject({ reason }), nothing),
  /** Halts all trading of this environment, short of the kill switch; ends by itself after a quiet time where one is given. Needs no credential. */
  'trading.halt': command(z.strictObject({ reason, recoverAfterMs }), nothing),
  /** Ends reducing, or the system-wide halt; the main-owned window asks for authority. */
  'trading.resume': command(z.strictObject({ what: z.enum(['reducing', 'halt']), reason }), done),
  /** Changes when breakers halt all trading. What makes the rule milder asks for authority. */
  'trading.rule': command(
    z.strictObject({
      rule: z.strictObject({ signerAlone: z.boolean(), openAtLeast: within(HALT_RULE_BOUNDS.openAtLeast), recoverAfterMs }),
      reason,
    }),
    done,
  ),
} as const

/** A breaker as it stands. */
export type BreakerStatusView = z.output<typeof breakerView>
/** A stretch of time in which a breaker was in one state. */
export type RibbonPieceView = z.output<typeof ribbonPieceView>
/** Whether orders may leave. */
export type TradingStateView = z.output<typeof tradingStateView>
