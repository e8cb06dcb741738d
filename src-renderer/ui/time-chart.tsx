import './charts.css'

import { LineChart } from '@mantine/charts'

import { clockTime, dayAndTimeInZone, dayOfYear } from './format/time'
import { evenly } from './ticks'

/** A line of a {@link TimeChart}. */
export interface TimeLine {
  readonly name: string
  readonly color: string
  readonly dash?: string
  readonly points: readonly { readonly atMs: number; readonly value: number }[]
}

interface Props {
  /** Says what is seen to those who cannot look. */
  readonly label: string
  readonly lines: readonly TimeLine[]
  readonly sinceMs: number
  readonly untilMs: number
  readonly format: (value: number) => string
  readonly max?: number
}

const DAY_MS = 24 * 3_600_000
/** Parts into which an axis is marked. */
const PARTS = 4

/** Figures over time. Stretches without a sample are gaps, never zeros. */
export function TimeChart({ label, lines, sinceMs, untilMs, format, max }: Props) {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(({ atMs }) => atMs)))].sort((a, b) => a - b)
  const values = lines.map(({ name, points }) => [name, new Map(points.map(({ atMs, value }) => [atMs, value]))] as const)
  const data = times.map((atMs) => ({ atMs, ...Object.fromEntries(values.map(([name, at]) => [name, at.get(atMs) ?? null])) }))
  const tick = (atMs: number): string => (untilMs - sinceMs > DAY_MS ? dayOfYear(atMs) : clockTime(atMs).slice(0, 5))
  return (
    <div className="hf-chart" role="img" aria-label={label}>
      <LineChart
        h="100%"
        data={data}
        dataKey="atMs"
        series={lines.map(({ name, color, dash }) => ({ name, color, ...(dash === undefined ? {} : { strokeDasharray: dash }) }))}
        curveType="linear"
        connectNulls
        dotProps={{ r: times.length > 60 ? 0 : 2 }}
        strokeWidth={1.5}
        gridAxis="x"
        tickLine="none"
        valueFormatter={format}
        xAxisProps={{ type: 'number', domain: [sinceMs, untilMs], ticks: evenly(sinceMs, untilMs, PARTS), tickFormatter: tick }}
        yAxisProps={{
          width: 64,
          domain: [0, max ?? 'auto'],
          tickFormatter: format,
          ...(max === undefined ? { tickCount: 4 } : { ticks: evenly(0, max, PARTS) }),
        }}
        tooltipProps={{ labelFormatter: (atMs) => dayAndTimeInZone(Number(atMs)) }}
        lineChartProps={{ accessibilityLayer: false, margin: { top: 8, right: 12, bottom: 0, left: 0 } }}
        lineProps={{ isAnimationActive: false, activeDot: false }}
      />
    </div>
  )
}
