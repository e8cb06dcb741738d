import type { WatchSettings } from '../../domain/watch'
import { decimal, Decimal, ZERO } from '../../lib/decimal'
import type { Balance } from '../../venues/venue'
import { finding, type Finding } from './finding'

/** What is remembered of one account, so that a drop is seen across a restart. Decimals are texts. */
export interface AccountHistory {
  /** The highest value in each part of the window, USD, oldest first. */
  readonly highs: readonly { readonly atMs: number; readonly usd: string }[]
  /** The last known price of each asset, USD for one whole unit. */
  readonly pricesUsd: Readonly<Record<string, string>>
}

/** What one reading of an account came to. */
export interface AccountReading {
  readonly history: AccountHistory
  /** What all assets with a known price are worth, USD. */
  readonly usd: Decimal
  /** Assets that the account holds and that never had a price: they are in no sum. */
  readonly unpriced: readonly string[]
  /** The drop from the highest value within the window, percent; null when there is none that counts. */
  readonly drop: { readonly fromUsd: Decimal; readonly pct: Decimal; readonly sinceMs: number } | null
}

/** An account that was never read. */
export const NO_HISTORY: AccountHistory = { highs: [], pricesUsd: {} }

const MINUTE = 60_000
/** Parts that the window is divided into. */
const PARTS = 24
/** An account that was worth less, USD, is not watched: the fee of one transaction would be a drop. */
const LEAST_USD = decimal('10')

/**
 * Values an account and compares it with the highest value within the window. A price that is unknown now is taken as it last was, so that a price source
 * that fails is no drop, and money that leaves while it fails is one.
 */
export function readAccount(
  before: AccountHistory,
  balances: readonly Balance[],
  nowMs: number,
  { balanceWithinMin, balanceDropPct }: Pick<WatchSettings, 'balanceWithinMin' | 'balanceDropPct'>,
): AccountReading {
  const pricesUsd: Record<string, string> = { ...before.pricesUsd }
  const unpriced: string[] = []
  let usd = ZERO
  for (const { asset, token, free, held, usd: known } of balances) {
    const amount = free.add(held)
    if (amount.lte(0)) continue
    const key = token ?? asset
    if (known !== null) pricesUsd[key] = known.div(amount).toFixed()
    const price = known === null ? pricesUsd[key] : undefined
    if (known !== null) usd = usd.add(known)
    else if (price !== undefined) usd = usd.add(decimal(price).mul(amount))
    else unpriced.push(asset)
  }
  const windowMs = balanceWithinMin * MINUTE
  const highs = withHigh(inWindow(before.highs, nowMs - windowMs), { atMs: nowMs, usd }, windowMs / PARTS)
  const top = highs.reduce((best, each) => (decimal(each.usd).gt(best.usd) ? each : best), highs[0] ?? { atMs: nowMs, usd: '0' })
  const fromUsd = decimal(top.usd)
  const pct = fromUsd.lte(0) ? ZERO : fromUsd.sub(usd).div(fromUsd).mul(100)
  const counts = fromUsd.gte(LEAST_USD) && pct.gte(balanceDropPct)
  return { history: { highs, pricesUsd }, usd, unpriced, drop: counts ? { fromUsd, pct, sinceMs: top.atMs } : null }
}

/** The trigger's finding for an account that lost too much. */
export function balanceFinding(
  account: { readonly id: string; readonly label: string },
  { usd, drop }: AccountReading,
  { balanceDropPct, balanceWithinMin }: Pick<WatchSettings, 'balanceWithinMin' | 'balanceDropPct'>,
): Finding | null {
  if (drop === null) return null
  const [from, to, pct] = [drop.fromUsd.toFixed(2), usd.toFixed(2), drop.pct.toFixed(1, Decimal.ROUND_DOWN)]
  const limit = `halts at ${balanceDropPct} % within ${balanceWithinMin} min`
  const reason = `${account.label.slice(0, 60)} lost ${pct} % of its value (${limit}): ${from} to ${to} USD.`
  return finding('balance-drop', [`balance:${account.id}`], reason, { account: account.label, pct, fromUsd: from, toUsd: to })
}

/** What lies in the window, and the newest value before it: the account had it when the window began. */
function inWindow(highs: AccountHistory['highs'], sinceMs: number): AccountHistory['highs'] {
  const first = highs.findIndex(({ atMs }) => atMs >= sinceMs)
  return first < 0 ? highs.slice(-1) : highs.slice(Math.max(0, first - 1))
}

function withHigh(highs: AccountHistory['highs'], now: { readonly atMs: number; readonly usd: Decimal }, partMs: number) {
  const entry = { atMs: now.atMs, usd: now.usd.toFixed() }
  const last = highs.at(-1)
  if (last === undefined || Math.floor(last.atMs / partMs) !== Math.floor(now.atMs / partMs)) return [...highs, entry]
  return now.usd.gte(last.usd) ? [...highs.slice(0, -1), entry] : highs
}
