import './monitor.css'

import { Button, SegmentedControl, Skeleton } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { useEffect } from 'react'

import type { MetricSeriesView, MetricsNowView } from '../../../src-preload/contract/metrics'
import { chooseSpan, refreshMetrics, SPANS, useMetrics, type Span } from '../../stores/metrics'
import { known } from '../../stores/remote'
import { Empty } from '../../ui/empty'
import { MINUS } from '../../ui/format/decimal'
import { SaidNotice } from '../../ui/notice'
import { Panel, ScreenHead } from '../../ui/panel'
import { TimeChart, type TimeLine } from '../../ui/time-chart'
import { sayProblem } from '../../ui/words/problems'

const EVERY_MS = 15_000
const SPAN_WORDS: Readonly<Record<Span, string>> = { '1h': '1 hour', '24h': '24 hours', '7d': '7 days', '30d': '30 days' }

type Series = ReadonlyMap<MetricSeriesView['name'], MetricSeriesView['points']>

/** What people look at over time: does trading work, how long it takes, what it costs against the limit, how the signer does. */
export function Monitor() {
  const { span, now, series: remote, untilMs } = useMetrics()
  useEffect(() => {
    void refreshMetrics()
    const timer = setInterval(() => void refreshMetrics(), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const figures = known(now)
  const listed = known(remote)
  const series: Series = new Map((listed ?? []).map(({ name, points }) => [name, points]))
  return (
    <div className="hf-monitor">
      <ScreenHead title="Monitor" about="How trading has gone, measured where it happened.">
        <SegmentedControl
          aria-label="Stretch of time"
          data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: SPAN_WORDS[value] }))}
          value={span}
          onChange={(value) => chooseSpan(value)}
        />
        <Button variant="default" onClick={() => void refreshMetrics()}>
          Refresh
        </Button>
      </ScreenHead>
      {remote.kind === 'failed' && <SaidNotice said={sayProblem(remote.problem)} tone="attention" />}
      {figures === null ? now.kind !== 'failed' && <Skeleton h={64} /> : <Tiles figures={figures} />}
      {listed === null ? (
        remote.kind !== 'failed' && <ChartSkeletons />
      ) : (
        <Charts series={series} sinceMs={untilMs - SPANS[span]} untilMs={untilMs} />
      )}
    </div>
  )
}

function ChartSkeletons() {
  return (
    <div className="hf-monitor__charts" role="status" aria-label="Figures are loading">
      {[1, 2, 3, 4].map((each) => (
        <Skeleton key={each} h={240} />
      ))}
    </div>
  )
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const pct = (value: number): string => `${value.toFixed(2).replace('-', MINUS)} %`
const seconds = (value: number): string =>
  value < 1 ? millis(value * 1_000) : value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`
const millis = (value: number): string => `${Math.round(value)} ms`

function Tiles({ figures }: { readonly figures: MetricsNowView }) {
  const show = (value: number | null, say: (value: number) => string): string => (value === null ? '–' : say(value))
  const tiles = [
    { name: 'Orders that ended well', value: show(figures.successRate, percent), note: `of ${figures.ordersEnded} in 24 hours` },
    { name: 'Time to confirmation', value: show(figures.confirmationSeconds, seconds), note: 'mean of 24 hours' },
    { name: 'Slippage paid', value: show(figures.slippagePct, pct), note: 'mean loss against mid' },
    { name: 'Time to sign', value: show(figures.signerLatencyMs, millis), note: 'mean of 24 hours' },
    {
      name: 'Orders out now',
      value: String(figures.ordersOpen),
      note: figures.ordersUnknown === 0 ? 'none of unknown outcome' : `${figures.ordersUnknown} of unknown outcome`,
    },
    { name: 'Refusals and violations', value: String(figures.securityViolations), note: 'security entries in 24 hours' },
  ]
  return (
    <ul className="hf-monitor__tiles" aria-label="Figures of the last 24 hours">
      {tiles.map(({ name, value, note }) => (
        <li key={name}>
          <span className="hf-dim">{name}</span>
          <strong className="hf-num">{value}</strong>
          <span className="hf-dim">{note}</span>
        </li>
      ))}
    </ul>
  )
}

interface ChartsProps {
  readonly series: Series
  readonly sinceMs: number
  readonly untilMs: number
}

function Charts({ series, sinceMs, untilMs }: ChartsProps) {
  const line = (name: MetricSeriesView['name'], label: string, color: string, scale = 1, dash?: string): TimeLine => ({
    name: label,
    color,
    ...(dash === undefined ? {} : { dash }),
    points: (series.get(name) ?? []).map(({ atMs, mean }) => ({ atMs, value: mean * scale })),
  })
  const charts = [
    {
      title: 'Orders that ended well',
      lines: [line('trade_success', 'Ended well', 'var(--hf-bid)', 100)],
      format: (value: number) => `${Math.round(value)} %`,
      max: 100,
    },
    { title: 'Time to confirmation', lines: [line('confirmation_seconds', 'Seconds', 'var(--hf-bid)')], format: seconds },
    {
      title: 'Slippage against its limit',
      lines: [
        line('slippage_expected_pct', 'Expected', 'var(--hf-ask)'),
        line('slippage_pct', 'Paid', 'var(--hf-bid)'),
        line('slippage_limit_pct', 'Limit', 'var(--hf-text)', 1, '4 3'),
      ],
      format: pct,
    },
    { title: 'Time to sign', lines: [line('signer_latency_ms', 'Milliseconds', 'var(--hf-bid)')], format: millis },
    { title: 'Time of the chain’s answers', lines: [line('rpc_latency_ms', 'Milliseconds', 'var(--hf-bid)')], format: millis },
    { title: 'Delay of the app itself', lines: [line('event_loop_lag_ms', 'Milliseconds', 'var(--hf-bid)')], format: millis },
    {
      title: 'Memory of the main process',
      lines: [line('memory_mb', 'MB', 'var(--hf-bid)')],
      format: (value: number) => `${Math.round(value)} MB`,
    },
  ]
  return (
    <div className="hf-monitor__charts">
      {charts.map(({ title, lines, format, ...rest }) => {
        const samples = lines.reduce((count, { points }) => count + points.length, 0)
        return (
          <Panel key={title} title={title} aside={lines.length > 1 && samples > 0 ? <Legend lines={lines} /> : undefined}>
            {samples === 0 ? (
              <Empty icon={<IconChartLine size={28} />} title="Nothing measured yet">
                It fills as you trade.
              </Empty>
            ) : (
              <div className="hf-monitor__chart">
                <TimeChart
                  label={`${title} over time, ${samples} points.`}
                  lines={lines}
                  sinceMs={sinceMs}
                  untilMs={untilMs}
                  format={format}
                  {...rest}
                />
              </div>
            )}
          </Panel>
        )
      })}
    </div>
  )
}

function Legend({ lines }: { readonly lines: readonly TimeLine[] }) {
  return (
    <ul className="hf-chart__legend">
      {lines.map(({ name, color, dash }) => (
        <li key={name}>
          <svg width="16" height="8" aria-hidden>
            <line x1="0" x2="16" y1="4" y2="4" stroke={color} strokeWidth="2" strokeDasharray={dash} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  )
}
