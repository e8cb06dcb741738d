import '../../ui/charts.css'

import { AreaChart } from '@mantine/charts'
import { useMemo } from 'react'

import type { AccountLossView } from '../../../src-preload/contract/limits'
import { formatAmount } from '../../ui/format/amount'
import { toDecimal } from '../../ui/format/decimal'
import { clockTime } from '../../ui/format/time'

interface Props {
  readonly label: string
  readonly points: AccountLossView['points']
  readonly fromUsd: string
  readonly reducePct: string
  readonly haltPct: string
}

/** What an account was worth over the day, with the lines at which its loss reduces and halts. */
export function LossChart({ label, points, fromUsd, reducePct, haltPct }: Props) {
  // For drawing only; no figure is taken from these numbers.
  const data = useMemo(() => points.map(({ atMs, equityUsd }) => ({ atMs, usd: toDecimal(equityUsd)?.toNumber() ?? null })), [points])
  const from = toDecimal(fromUsd)
  const lines = [reducePct, haltPct].map(
    (pct) =>
      from
        ?.mul(100 - Number(pct))
        .div(100)
        .toNumber() ?? 0,
  )
  const values = data.map(({ usd }) => usd ?? 0)
  const top = Math.max(...values, from?.toNumber() ?? 0)
  const bottom = Math.min(...values, lines[1] ?? 0)
  const whole = (usd: number) => formatAmount(usd.toFixed(0))
  return (
    <div
      className="hf-chart hf-limits__chart"
      role="img"
      aria-label={`Value of ${label} today: from ${points[0]?.equityUsd ?? 'unknown'} to ${points.at(-1)?.equityUsd ?? 'unknown'} USD; below ${lines[0]?.toFixed(0) ?? ''} it reduces, below ${lines[1]?.toFixed(0) ?? ''} it halts.`}
    >
      <AreaChart
        h="100%"
        data={data}
        dataKey="atMs"
        series={[{ name: 'usd', label: 'Value', color: 'var(--hf-bid)' }]}
        curveType="linear"
        withDots={false}
        strokeWidth={1.5}
        fillOpacity={0.12}
        gridAxis="x"
        tickLine="none"
        valueFormatter={whole}
        xAxisProps={{
          type: 'number',
          domain: ['dataMin', 'dataMax'],
          tickCount: 5,
          tickFormatter: (atMs: number) => clockTime(atMs).slice(0, 5),
        }}
        yAxisProps={{ width: 72, domain: [bottom * 0.995, top * 1.005], tickCount: 4, tickFormatter: whole }}
        referenceLines={lines.map((y, index) => ({
          y,
          label: index === 0 ? 'reduces' : 'halts',
          labelPosition: 'insideBottomLeft' as const,
          color: index === 0 ? 'var(--hf-attention-mark)' : 'var(--hf-danger)',
          strokeDasharray: '4 3',
        }))}
        tooltipProps={{ labelFormatter: (atMs) => clockTime(Number(atMs)) }}
        areaChartProps={{ accessibilityLayer: false, margin: { top: 8, right: 12, bottom: 0, left: 0 } }}
        areaProps={{ isAnimationActive: false, activeDot: false, baseValue: 'dataMin' }}
      />
    </div>
  )
}
