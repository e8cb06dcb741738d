import { useMemo } from 'react'

import type { PriceMark } from './depth-chart'
import { thin } from './depth-points'
import { formatAmount } from './format/amount'
import { toDecimal } from './format/decimal'
import { ValueChart } from './value-chart'

const POINTS = 300

interface Props {
  readonly prices: readonly { readonly atMs: number; readonly price: string }[]
  readonly marks: readonly PriceMark[]
  readonly priceDigits: number
}

/** The price line of the last hour. */
export function PriceChart({ prices, marks, priceDigits }: Props) {
  // For drawing only; no figure is taken from these numbers.
  const points = useMemo(
    () => thin(prices, POINTS).map(({ atMs, price }) => ({ atMs, value: toDecimal(price)?.toNumber() ?? null })),
    [prices],
  )
  const [first, last] = [prices[0], prices.at(-1)]
  const money = (price: number) => formatAmount(price.toFixed(priceDigits), { most: priceDigits, least: priceDigits })
  return (
    <ValueChart
      label={`Price of the last hour: from ${first?.price ?? 'unknown'} to ${last?.price ?? 'unknown'}.`}
      name="Price"
      points={points}
      lines={marks.map(({ price, dash }) => ({ value: toDecimal(price)?.toNumber() ?? 0, dash, color: 'var(--hf-text)' }))}
      domain={['auto', 'auto']}
      format={money}
    />
  )
}
