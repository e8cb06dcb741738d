import { decimal, ZERO, type Decimal } from '../../lib/decimal'
import type { Balance } from '../../venues/venue'
import type { LimitSettings } from './limit-settings'

/** An account's day as losses are measured by; USD as decimal text. */
export interface DayEquity {
  readonly startUsd: string
  readonly startAtMs: number
  readonly highUsd: string
  readonly highAtMs: number
  readonly lastUsd: string
  readonly lastAtMs: number
  /** When the first threshold was reached since the count began; null when it was not. */
  readonly reducedAtMs: number | null
  /** When the second was. */
  readonly haltedAtMs: number | null
}

/** How far a loss has gone. */
export type LossLevel = 'none' | 'reduce' | 'halt'

/** What one valuation came to. */
export interface LossReading {
  readonly day: DayEquity
  /** What the loss is measured from, USD. */
  readonly fromUsd: Decimal
  /** Percent of it; zero while there is a gain. */
  readonly lossPct: Decimal
  readonly level: LossLevel
}

/** An account that never was worth more today is not watched: the fee of one transaction would be a loss. */
const LEAST_USD = decimal('10')

/** What an account is worth, USD; null when the price of something that it holds is not known. */
export function equityOf(balances: readonly Balance[]): Decimal | null {
  let total = ZERO
  for (const { free, held, usd } of balances) {
    if (usd !== null) total = total.add(usd)
    else if (!free.add(held).isZero()) return null
  }
  return total.isFinite() && !total.isNegative() ? total : null
}

/** A count of losses that begins now. */
export function dayFrom(equityUsd: Decimal, atMs: number): DayEquity {
  const usd = equityUsd.toFixed()
  const none = { reducedAtMs: null, haltedAtMs: null }
  return { startUsd: usd, startAtMs: atMs, highUsd: usd, highAtMs: atMs, lastUsd: usd, lastAtMs: atMs, ...none }
}

/** Takes a valuation into the day: how much is lost, from its high or its start, and which threshold that reaches. */
export function readEquity(
  before: DayEquity | null,
  equityUsd: Decimal,
  atMs: number,
  { lossBasis, lossReducePct, lossHaltPct }: Pick<LimitSettings, 'lossBasis' | 'lossReducePct' | 'lossHaltPct'>,
): LossReading {
  const known = before ?? dayFrom(equityUsd, atMs)
  const higher = equityUsd.gt(known.highUsd)
  const day: DayEquity = {
    ...known,
    lastUsd: equityUsd.toFixed(),
    lastAtMs: atMs,
    ...(higher ? { highUsd: equityUsd.toFixed(), highAtMs: atMs } : {}),
  }
  const fromUsd = decimal(lossBasis === 'high' ? day.highUsd : day.startUsd)
  if (fromUsd.lt(LEAST_USD) || equityUsd.gte(fromUsd)) return { day, fromUsd, lossPct: ZERO, level: 'none' }
  const lossPct = fromUsd.sub(equityUsd).div(fromUsd).mul(100)
  const level = lossPct.gte(lossHaltPct) ? 'halt' : lossPct.gte(lossReducePct) ? 'reduce' : 'none'
  return { day, fromUsd, lossPct, level }
}
