import './charts.css'

import { AreaChart } from '@mantine/charts'
import { useMemo } from 'react'

import type { DepthView } from '../../src-preload/contract/market'
import { depthPicture, type DepthPicture, type Walk } from './depth-points'
import { formatAmount } from './format/amount'
import { toDecimal } from './format/decimal'
import { evenly } from './ticks'

/** A price drawn as a line across a chart, and named in its legend. */
export interface PriceMark {
  readonly name: string
  readonly price: string
  readonly dash: string
}

interface Props {
  readonly depth: DepthView
  readonly walk: Walk | null
  readonly marks: readonly PriceMark[]
  readonly priceDigits: number
  readonly base: string
}

const AREAS = [
  { name: 'Bids', color: 'var(--hf-bid)' },
  { name: 'Asks', color: 'var(--hf-ask)' },
]
const WALK = { name: 'This order', color: 'var(--hf-walk)' }

const isOutside = (price: number, { domain: [low, high] }: DepthPicture): boolean => price < low || price > high

/** The depth on both sides of the market with the walk of this order drawn on it. */
export function DepthChart({ depth, walk, marks, priceDigits, base }: Props) {
  const picture = useMemo(() => depthPicture(depth, walk), [depth, walk])
  // From the middle of the market to the last price taken: how far this order reaches, also when it takes a single level.
  const worst = walk === null ? null : (toDecimal(walk.worstPrice)?.toNumber() ?? 0)
  const band = worst === null || isOutside(worst, picture) ? null : [picture.mid, worst]
  return (
    <>
      <div className="hf-chart" role="img" aria-label={describe(depth, walk, base)}>
        <AreaChart
          h="100%"
          data={[...picture.points]}
          dataKey="price"
          series={[
            { name: 'bids', label: 'Bids', color: 'var(--hf-bid)', curveType: 'stepBefore' },
            { name: 'asks', label: 'Asks', color: 'var(--hf-ask)', curveType: 'stepAfter' },
            { name: 'walk', label: 'This order', color: 'var(--hf-walk)', curveType: walk?.side === 'sell' ? 'stepBefore' : 'stepAfter' },
          ]}
          curveType="linear"
          withDots={false}
          withGradient={false}
          strokeWidth={1.5}
          connectNulls={false}
          fillOpacity={0.22}
          gridAxis="none"
          tickLine="none"
          valueFormatter={(value) => `${formatAmount(String(value), { most: 4 })} ${base}`}
          xAxisProps={{
            type: 'number',
            domain: [...picture.domain],
            allowDataOverflow: true,
            ticks: evenly(picture.domain[0], picture.domain[1], 4),
            tickFormatter: (price: number) => formatAmount(price.toFixed(priceDigits), { most: priceDigits, least: priceDigits }),
          }}
          yAxisProps={{
            width: 44,
            domain: [0, 'auto'],
            tickCount: 4,
            tickFormatter: (size: number) => formatAmount(size.toFixed(2), { most: 2 }),
          }}
          referenceLines={marks.map(({ price, dash }) => ({
            x: toDecimal(price)?.toNumber() ?? 0,
            color: 'var(--hf-text)',
            strokeDasharray: dash,
            ifOverflow: 'hidden' as const,
          }))}
          referenceAreas={
            band === null ? [] : [{ x1: band[0], x2: band[1], color: 'var(--hf-walk)', fillOpacity: 0.14, ifOverflow: 'hidden' as const }]
          }
          tooltipProps={{
            labelFormatter: (price) => `At ${formatAmount(Number(price).toFixed(priceDigits), { most: priceDigits, least: priceDigits })}`,
          }}
          areaChartProps={{ accessibilityLayer: false, margin: { top: 8, right: 12, bottom: 0, left: 0 } }}
          areaProps={(series) => ({ isAnimationActive: false, fillOpacity: series.name === 'walk' ? 0.55 : 0.22, activeDot: false })}
        />
      </div>
      <Legend areas={walk === null ? AREAS : [...AREAS, WALK]} marks={marks} picture={picture} priceDigits={priceDigits} />
    </>
  )
}

function describe(depth: DepthView, walk: Walk | null, base: string): string {
  const [bid, ask] = [depth.bids[0]?.price, depth.asks[0]?.price]
  const market = `Depth. Best bid ${bid ?? 'none'}, best ask ${ask ?? 'none'}.`
  return walk === null ? market : `${market} This order takes ${walk.baseAmount} ${base} down to a price of ${walk.worstPrice}.`
}

interface LegendProps extends Pick<Props, 'marks' | 'priceDigits'> {
  readonly areas: readonly { readonly name: string; readonly color: string }[]
  readonly picture: DepthPicture
}

/** What the colours and lines mean, with the figures of the lines; a line that is too far off to be drawn is said to be. */
function Legend({ areas, marks, picture, priceDigits }: LegendProps) {
  return (
    <ul className="hf-chart__legend">
      {areas.map(({ name, color }) => (
        <li key={name}>
          <svg width="12" height="8" aria-hidden>
            <rect width="12" height="8" rx="2" fill={color} fillOpacity="0.6" />
          </svg>
          {name}
        </li>
      ))}
      {marks.map(({ name, price, dash }) => (
        <li key={name}>
          <svg width="16" height="8" aria-hidden>
            <line x1="0" x2="16" y1="4" y2="4" stroke="currentColor" strokeWidth="1.5" strokeDasharray={dash} />
          </svg>
          {name} <span className="hf-num">{formatAmount(price, { most: priceDigits, least: priceDigits })}</span>
          {isOutside(toDecimal(price)?.toNumber() ?? 0, picture) && ' (too far off to draw)'}
        </li>
      ))}
    </ul>
  )
}
