import './charts.css'

import { AreaChart } from '@mantine/charts'

import { clockTime, dayAndTimeInZone } from './format/time'
import { evenly } from './ticks'

/** A line across a {@link ValueChart}. */
export interface ValueLine {
  readonly value: number
  readonly dash: string
  readonly color: string
  /** Said on the line itself. */
  readonly label?: string
}

interface Props {
  /** Says what is seen to those who cannot look. */
  readonly label: string
  /** What the value is called beside the pointer. */
  readonly name: string
  readonly points: readonly { readonly atMs: number; readonly value: number | null }[]
  readonly lines: readonly ValueLine[]
  readonly domain: readonly [number | 'auto', number | 'auto']
  /** Where the axis of values is marked; by itself otherwise. */
  readonly marks?: readonly number[]
  readonly format: (value: number) => string
  readonly className?: string
}

/** One value over some hours, as an area, with lines across it. For drawing only: no figure is taken from its numbers. */
export function ValueChart({ label, name, points, lines, domain, marks, format, className = '' }: Props) {
  const [first, last] = [points[0], points.at(-1)]
  return (
    <div className={`hf-chart ${className}`} role="img" aria-label={label}>
      <AreaChart
        h="100%"
        data={[...points]}
        dataKey="atMs"
        series={[{ name: 'value', label: name, color: 'var(--hf-bid)' }]}
        curveType="linear"
        withDots={false}
        strokeWidth={1.5}
        fillOpacity={0.12}
        gridAxis="x"
        tickLine="none"
        valueFormatter={format}
        xAxisProps={{
          type: 'number',
          domain: ['dataMin', 'dataMax'],
          ...(first === undefined || last === undefined ? { tickCount: 5 } : { ticks: evenly(first.atMs, last.atMs, 4) }),
          tickFormatter: (atMs: number) => clockTime(atMs).slice(0, 5),
        }}
        yAxisProps={{
          width: 72,
          domain: [...domain],
          tickFormatter: format,
          ...(marks === undefined ? { tickCount: 4 } : { ticks: [...marks] }),
        }}
        referenceLines={lines.map(({ value, dash, color, label: said }) => ({
          y: value,
          color,
          strokeDasharray: dash,
          ifOverflow: 'hidden' as const,
          ...(said === undefined ? {} : { label: said, labelPosition: 'insideBottomLeft' as const }),
        }))}
        tooltipProps={{ labelFormatter: (atMs) => dayAndTimeInZone(Number(atMs)) }}
        areaChartProps={{ accessibilityLayer: false, margin: { top: 8, right: 12, bottom: 0, left: 0 } }}
        areaProps={{ isAnimationActive: false, activeDot: false, baseValue: 'dataMin' }}
      />
    </div>
  )
}
