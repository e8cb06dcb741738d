import type { VerdictView } from '../../src-preload/contract/orders'
import { formatAmount, formatGwei, formatPct, formatUsd, fromSmallest, share, withUnit } from './format/amount'
import { toDecimal } from './format/decimal'
import { shortHex } from './format/identity'
import { dayAndTime, took } from './format/time'

/** A figure that a guard looked at, with its limit. */
export type GuardFigure = VerdictView['figures'][number]

/** The figure that says most about a guard, by the beginning of its name; else the first. */
const TELLING: Partial<Record<VerdictView['guard'], string>> = { limits: 'order value', slippage: 'expected slippage', policy: 'order value' }

/** The most telling figure first, the others after it. */
export function byWeight(guard: VerdictView['guard'], figures: readonly GuardFigure[]): readonly GuardFigure[] {
  const name = TELLING[guard]
  const telling = name === undefined ? undefined : figures.find((figure) => figure.name.startsWith(name))
  return telling === undefined ? figures : [telling, ...figures.filter((figure) => figure !== telling)]
}

const isFeeRate = (name: string): boolean => name.includes('per gas')

function one(value: string, unit: string, name: string): string {
  if (toDecimal(value) === null) return shortHex(value)
  if (unit === '%' || unit.startsWith('% ')) return formatPct(value)
  if (unit === 'USD') return formatUsd(value)
  if (unit === 'ms') return took(Number(value))
  if (unit.startsWith('ms since')) return dayAndTime(Number(value))
  if (unit === 'wei') return isFeeRate(name) ? formatGwei(value) : withUnit(fromSmallest(value, 18), 'ETH')
  if (unit === 'raw units') return withUnit(value, 'smallest units')
  return withUnit(value, unit)
}

/** A figure against its limit: `0.14 / 1.00 %`; a unit that both share is said once. */
export function figureText({ name, value, limit, unit }: GuardFigure): string {
  const text = one(value, unit, name)
  if (limit === null || limit === value) return text
  // A state has no limit, only a state that passes; a time left needs no zero beside it.
  if (toDecimal(value) === null || (name === 'time left' && limit === '0')) return text
  const bare =
    unit === '%' || unit.startsWith('% ') || unit === 'USD'
      ? formatAmount(value, { most: 2, least: 2 })
      : unit === 'wei' || unit === 'ms'
        ? text
        : formatAmount(value)
  return `${bare} / ${one(limit, unit, name)}`
}

/** How much of its limit a figure uses, 0 to 1; null where that means nothing. */
export function figureShare({ value, limit }: GuardFigure): number | null {
  if (limit === null || toDecimal(value) === null || (toDecimal(limit)?.isZero() ?? true)) return null
  return share(value, limit)
}
