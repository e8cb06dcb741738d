import type { LimitsView, RepeatedView } from '../../../src-preload/contract/limits'
import { acknowledgeRepeat } from '../../stores/limits'
import { formatAmount, formatUsd, share, withUnit } from '../../ui/format/amount'
import { exactly, relative } from '../../ui/format/time'
import { Notice } from '../../ui/notice'
import { Meter } from '../../ui/tag'
import { useNow } from '../../ui/use-now'
import { WithReason } from '../../ui/with-reason'

/** What is used of every limit, as bars. */
export function LimitBars({ view }: { readonly view: LimitsView }) {
  const { settings, assets } = view
  const nowMs = useNow()
  return (
    <div className="hf-limits__bars">
      {view.trouble !== null && (
        <Notice tone="danger" title="What is used cannot be told" live="alert">
          No order passes until it can: {view.trouble}.
        </Notice>
      )}
      <Bar name="All assets today" value={view.dayUsd} limit={settings.maxDayUsd} unit="USD" />
      {assets.map(({ asset, usedUsd }) => (
        <Bar key={asset} name={`${asset} today`} value={usedUsd} limit={settings.maxAssetDayUsd} unit="USD" />
      ))}
      <Bar name="Orders in the last minute" value={String(view.ordersLastMinute)} limit={String(settings.maxOrdersPerMinute)} unit="" />
      <Bar name="Open orders" value={String(view.openOrders)} limit={String(settings.maxOpenOrders)} unit="" />
      {view.repeated.map((each) => (
        <Repeated key={each.key} repeated={each} limit={settings.repeatCount} nowMs={nowMs} />
      ))}
      <p className="hf-dim hf-small">
        One order may be worth {formatUsd(settings.maxOrderUsd)} at most, {formatAmount(String(settings.maxOrdersPerSecond))} may go out in
        a second, and the same one {formatAmount(String(settings.repeatCount))} times in {settings.repeatWindowMin} min. A new day begins{' '}
        <time title={exactly(view.dayEndsMs)}>{relative(view.dayEndsMs, nowMs)}</time>, at midnight UTC.
      </p>
    </div>
  )
}

interface BarProps {
  readonly name: string
  readonly value: string
  readonly limit: string
  readonly unit: string
}

function Bar({ name, value, limit, unit }: BarProps) {
  const style = unit === 'USD' ? { most: 2, least: 2 } : {}
  return (
    <div className="hf-limits__bar">
      <span>{name}</span>
      <span className="hf-num">
        {formatAmount(value, style)} <span className="hf-dim">/ {withUnit(limit, unit)}</span>
      </span>
      <Meter label={name} share={share(value, limit)} near={0.9} />
    </div>
  )
}

/** An order that repeats itself, and a person's word that it is meant. */
function Repeated({ repeated, limit, nowMs }: { readonly repeated: RepeatedView; readonly limit: number; readonly nowMs: number }) {
  const { key, side, amount, amountUnit, instrument, count, throttledSinceMs } = repeated
  const [base = '', quote = ''] = instrument.split('-')
  const what = `${side === 'buy' ? 'Buy' : 'Sell'} ${withUnit(amount, amountUnit === 'base' ? base : quote)}${amountUnit === 'base' ? '' : ` of ${base}`}`
  return (
    <div className="hf-limits__repeated">
      <Bar name={`The same order: ${what}`} value={String(count)} limit={String(limit)} unit="times" />
      {throttledSinceMs !== null && (
        <Notice
          tone="attention"
          title="Refused until a person has looked"
          actions={
            <WithReason
              open="I meant it…"
              means={`${what} may go out again. A small window asks for your authority.`}
              action="Let it pass again"
              act={(reason) => acknowledgeRepeat(key, reason)}
            />
          }
        >
          Something placed it over and over, last {relative(throttledSinceMs, nowMs)}.
        </Notice>
      )}
    </div>
  )
}
