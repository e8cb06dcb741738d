import { IconChartLine } from '@tabler/icons-react'

import type { AccountLossView, LimitsView } from '../../../src-preload/contract/limits'
import { restartLoss } from '../../stores/limits'
import { formatPct, formatUsd, share } from '../../ui/format/amount'
import { Empty } from '../../ui/empty'
import { Notice } from '../../ui/notice'
import { Meter } from '../../ui/tag'
import { When } from '../../ui/values'
import { LOSS_BASIS_WORDS } from '../../ui/words/limits'
import { LossChart } from './loss-chart'
import { WithReason } from '../../ui/with-reason'

/** Each account's value over the day, and how far its loss is from the limits. */
export function LossOfDay({ view: { losses, settings } }: { readonly view: LimitsView }) {
  if (losses.length === 0) {
    return (
      <Empty icon={<IconChartLine size={28} stroke={1.5} aria-hidden />} title="No account is valued yet">
        Accounts are valued every minute, as soon as a venue is connected.
      </Empty>
    )
  }
  return (
    <div className="hf-limits__losses">
      {losses.map((account) => (
        <Account key={account.id} account={account} settings={settings} />
      ))}
    </div>
  )
}

function Account({ account, settings }: { readonly account: AccountLossView; readonly settings: LimitsView['settings'] }) {
  const { id, label, equityUsd, fromUsd, lossPct, reducedAtMs, haltedAtMs, unknownSinceMs } = account
  const { lossReducePct, lossHaltPct, lossBasis } = settings
  const reached = haltedAtMs ?? reducedAtMs
  return (
    <div>
      <div className="hf-limits__bar">
        <span>
          {label}
          {equityUsd !== null && <span className="hf-dim"> · {formatUsd(equityUsd)}</span>}
        </span>
        <span className="hf-num">
          {lossPct === null ? '–' : formatPct(lossPct)} <span className="hf-dim">/ {formatPct(lossHaltPct)}</span>
        </span>
        <Meter
          label={`Loss of the day, ${label}`}
          share={lossPct === null ? 0 : share(lossPct, lossHaltPct)}
          near={share(lossReducePct, lossHaltPct)}
          full="danger"
        />
      </div>
      {account.points.length > 1 && fromUsd !== null && (
        <LossChart label={label} points={account.points} fromUsd={fromUsd} reducePct={lossReducePct} haltPct={lossHaltPct} />
      )}
      <p className="hf-dim hf-small">
        Measured from {LOSS_BASIS_WORDS[lossBasis]}
        {fromUsd !== null && `, ${formatUsd(fromUsd)}`}. A loss of {formatPct(lossReducePct)} reduces trading, {formatPct(lossHaltPct)}{' '}
        halts it.
      </p>
      {unknownSinceMs !== null && (
        <Notice tone="attention" title="Its value is not known">
          A price is missing or it cannot be read, since <When atMs={unknownSinceMs} />. That is no loss, but no loss is noticed either.
        </Notice>
      )}
      {reached !== null && (
        <Notice
          tone="danger"
          title={haltedAtMs === null ? 'Trading was reduced because of this loss' : 'Trading was halted because of this loss'}
          actions={
            <WithReason
              open="Count anew…"
              means="The loss is measured from what the account is worth now. A small window asks for your authority."
              action="Count anew"
              act={(reason) => restartLoss(id, reason)}
            />
          }
        >
          <When atMs={reached} />
        </Notice>
      )}
    </div>
  )
}
