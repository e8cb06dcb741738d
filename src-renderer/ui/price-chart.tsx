import './charts.css'

import { AreaChart } from '@mantine/charts'
import { useMemo } from 'react'

import type { PriceMark } from './depth-chart'
import { thin } from './depth-points'
import { formatAmount } from './format/amount'
import { toDecimal } from './format/decimal'
import { clockTime } from './format/time'

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
    () => thin(prices, POINTS).map(({ atMs, price }) => ({ atMs, price: toDecimal(price)?.toNumber() ?? null })),
    [prices],
  )
  const [first, last] = [prices[0], prices.at(-1)]
  const money = (price: number) => formatAmount(price.toFixed(priceDigits), { most: priceDigits, least: priceDigits })
  return (
    <div
      className="hf-chart"
      role="img"
      aria-label={`Price of the last hour: from ${first?.price ?? 'unknown'} to ${last?.price ?? 'unknown'}.`}
    >
      <AreaChart
        h="100%"
        data={points}
        dataKey="atMs"
        series={[{ name: 'price', label: 'Price', color: 'var(--hf-bid)' }]}
        curveType="linear"
        withDots={false}
        strokeWidth={1.5}
        fillOpacity={0.12}
        gridAxis="x"
        tickLine="none"
        valueFormatter={money}
        xAxisProps={{
          type: 'number',
          domain: ['dataMin', 'dataMax'],
          tickCount: 5,
          tickFormatter: (atMs: number) => clockTime(atMs).slice(0, 5),
        }}
        yAxisProps={{ width: 72, domain: ['auto', 'auto'], tickCount: 4, tickFormatter: money }}
        referenceLines={marks.map(({ price, dash }) => ({
          y: toDecimal(price)?.toNumber() ?? 0,
          color: 'var(--hf-text)',
          strokeDasharray: dash,
          ifOverflow: 'hidden' as const,
        }))}
        tooltipProps={{ labelFormatter: (atMs) => clockTime(Number(atMs)) }}
        areaChartProps={{ accessibilityLayer: false, margin: { top: 8, right: 12, bottom: 0, left: 0 } }}
        areaProps={{ isAnimationActive: false, activeDot: false }}
      />
    </div>
  )
}
