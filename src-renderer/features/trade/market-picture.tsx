import { Skeleton } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { useMemo } from 'react'

import type { DepthView } from '../../../src-preload/contract/market'
import { useMarket } from '../../stores/market'
import { known, type Remote } from '../../stores/remote'
import { DepthChart, type PriceMark } from '../../ui/depth-chart'
import { formatAmount } from '../../ui/format/amount'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { PriceChart } from '../../ui/price-chart'
import { When } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'
import { useTicketFacts } from './use-ticket-facts'

/** The depth with the walk of this order drawn on it, and the price line of the last hour. */
export function MarketPicture() {
  const { draft, instrument, shown } = useTicketFacts()
  const depth = useMarket((state) => state.depth)
  const prices = useMarket((state) => state.prices)
  const quote = shown?.quote ?? null
  const walk = useMemo(
    () => (quote === null ? null : { side: draft.side, baseAmount: quote.baseAmount, worstPrice: quote.worstPrice }),
    [draft.side, quote],
  )
  const marks: PriceMark[] = [
    ...(quote === null
      ? []
      : [
          { name: 'Middle', price: quote.midPrice, dash: '1 3' },
          { name: 'Expected', price: quote.expectedPrice, dash: '6 3' },
          { name: 'Worst', price: quote.worstPrice, dash: '' },
        ]),
    ...(draft.type === 'limit' && /^\d+(\.\d+)?$/.test(draft.limitPrice ?? '')
      ? [{ name: 'Your limit', price: draft.limitPrice ?? '', dash: '8 2 2 2' }]
      : []),
  ]
  const name = instrument === null ? '' : `${instrument.base.symbol} in ${instrument.quote.symbol}`
  const digits = instrument?.priceDigits ?? 2
  const base = instrument?.base.symbol ?? ''
  return (
    <div className="hf-trade__market">
      <Panel title={`Depth, ${name}`} aside={<Best depth={known(depth)} digits={digits} />} className="hf-trade__chart">
        <Chart remote={depth} empty={(value) => value.bids.length + value.asks.length === 0}>
          {(value) => <DepthChart depth={value} walk={walk} marks={marks} priceDigits={digits} base={base} />}
        </Chart>
      </Panel>
      <Panel title="Price, last hour" className="hf-trade__chart">
        <Chart remote={prices} empty={(value) => value.length < 2}>
          {(value) => <PriceChart prices={value} marks={marks.filter((mark) => mark.name !== 'Worst')} priceDigits={digits} />}
        </Chart>
      </Panel>
    </div>
  )
}

function Best({ depth, digits }: { readonly depth: DepthView | null; readonly digits: number }) {
  const [bid, ask] = [depth?.bids[0]?.price, depth?.asks[0]?.price]
  if (depth === null || bid === undefined || ask === undefined) return null
  const style = { most: digits, least: digits }
  return (
    <span className="hf-small hf-num">
      <span className="hf-dim">bid</span> {formatAmount(bid, style)} <span className="hf-dim">ask</span> {formatAmount(ask, style)}{' '}
      <span className="hf-dim">
        <When atMs={depth.atMs} />
      </span>
    </span>
  )
}

interface ChartProps<T> {
  readonly remote: Remote<T>
  readonly empty: (value: T) => boolean
  readonly children: (value: T) => React.ReactNode
}

function Chart<T>({ remote, empty, children }: ChartProps<T>) {
  const value = known(remote)
  if (value === null && remote.kind === 'failed') return <SaidNotice said={sayProblem(remote.problem)} tone="attention" />
  if (value === null) return <Skeleton h="100%" mih={160} />
  if (empty(value))
    return (
      <p className="hf-dim hf-trade__no-chart">
        <IconChartLine size={20} aria-hidden /> Nothing has been seen of this market yet.
      </p>
    )
  return (
    <>
      {remote.kind === 'failed' && <p className="hf-attention hf-small">Not fresh: {sayProblem(remote.problem).what}</p>}
      {children(value)}
    </>
  )
}
