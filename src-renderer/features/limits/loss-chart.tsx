import { useMemo } from 'react'

import type { AccountLossView } from '../../../src-preload/contract/limits'
import { formatAmount } from '../../ui/format/amount'
import { toDecimal } from '../../ui/format/decimal'
import { roundTicks } from '../../ui/ticks'
import { ValueChart } from '../../ui/value-chart'

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
  const data = useMemo(() => points.map(({ atMs, equityUsd }) => ({ atMs, value: toDecimal(equityUsd)?.toNumber() ?? null })), [points])
  const from = toDecimal(fromUsd)
  const lines = [reducePct, haltPct].map(
    (pct) =>
      from
        ?.mul(100 - Number(pct))
        .div(100)
        .toNumber() ?? 0,
  )
  const values = data.map(({ value }) => value ?? 0)
  const top = Math.max(...values, from?.toNumber() ?? 0)
  const bottom = Math.min(...values, lines[1] ?? 0)
  const marks = roundTicks(bottom, top, 4)
  const whole = (usd: number) => formatAmount(usd.toFixed(0))
  return (
    <ValueChart
      className="hf-limits__chart"
      label={`Value of ${label} today: from ${points[0]?.equityUsd ?? 'unknown'} to ${points.at(-1)?.equityUsd ?? 'unknown'} USD; below ${lines[0]?.toFixed(0) ?? ''} it reduces, below ${lines[1]?.toFixed(0) ?? ''} it halts.`}
      name="Value"
      points={data}
      lines={lines.map((value, index) => ({
        value,
        dash: '4 3',
        color: index === 0 ? 'var(--hf-attention-mark)' : 'var(--hf-danger)',
        label: index === 0 ? 'reduces' : 'halts',
      }))}
      domain={[marks[0] ?? bottom, marks.at(-1) ?? top]}
      marks={marks}
      format={whole}
    />
  )
}
