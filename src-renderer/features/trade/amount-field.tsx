import { Button, SegmentedControl, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useEffect } from 'react'

import type { InstrumentView } from '../../../src-preload/contract/market'
import type { OrderDraft } from '../../../src-preload/contract/orders'
import { refreshBalances, useMarket } from '../../stores/market'
import { known } from '../../stores/remote'
import { partOf } from '../../stores/ticket-rules'
import { Amount } from '../../ui/values'

const SHARES = [25, 50, 75, 100]

interface Props {
  readonly draft: OrderDraft
  readonly instrument: InstrumentView
  readonly error: ReactNode
  readonly input: object
  readonly onChange: (part: Partial<OrderDraft>) => void
}

/** How much, counted in either asset; shares of what is free fill it in. */
export function AmountField({ draft, instrument, error, input, onChange }: Props) {
  const unit = draft.amountUnit === 'base' ? instrument.base.symbol : instrument.quote.symbol
  return (
    <div>
      <TextInput
        label="Amount"
        inputMode="decimal"
        autoComplete="off"
        placeholder={`0.00 ${unit}`}
        classNames={{ input: 'hf-num' }}
        rightSectionWidth={124}
        rightSectionProps={{ className: 'hf-ticket__unit' }}
        rightSection={
          <SegmentedControl
            size="xs"
            aria-label="Amount counts"
            data={[
              { value: 'base', label: instrument.base.symbol },
              { value: 'quote', label: instrument.quote.symbol },
            ]}
            value={draft.amountUnit}
            onChange={(amountUnit) => onChange({ amountUnit })}
          />
        }
        {...input}
        error={error}
      />
      <FreeShares draft={draft} instrument={instrument} onChange={onChange} />
    </div>
  )
}

function FreeShares({ draft, instrument, onChange }: Pick<Props, 'draft' | 'instrument' | 'onChange'>) {
  const { account, side } = draft
  const balances = useMarket((state) => (state.balancesOf === account ? known(state.balances) : null))
  useEffect(() => {
    if (account !== '') void refreshBalances(account)
  }, [account])
  const spent = side === 'sell' ? instrument.base : instrument.quote
  const balance = balances?.balances.find(
    ({ asset, token }) => asset === spent.symbol && (token === null || spent.address === null || token === spent.address),
  )
  if (balance === undefined) return null
  const amountUnit = side === 'sell' ? ('base' as const) : ('quote' as const)
  const digits = side === 'sell' ? instrument.amountDigits : instrument.priceDigits
  return (
    <div className="hf-ticket__shares">
      <span className="hf-small hf-dim">
        Free <Amount value={balance.free} unit={spent.symbol} most={4} />
      </span>
      <span className="hf-ticket__share-buttons">
        {SHARES.map((percent) => (
          <Button
            key={percent}
            size="compact-xs"
            variant="default"
            aria-label={`${percent} % of what is free`}
            onClick={() => onChange({ amountUnit, amount: partOf(balance.free, percent, digits) })}
          >
            {percent}&#8239;%
          </Button>
        ))}
      </span>
    </div>
  )
}
