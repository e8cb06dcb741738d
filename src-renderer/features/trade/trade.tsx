import './trade.css'

import { Skeleton } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useEffect, type ReactNode } from 'react'

import { refreshMarket, useMarket } from '../../stores/market'
import { known } from '../../stores/remote'
import { useSettings } from '../../stores/settings'
import { fillTicket, useTicket } from '../../stores/ticket'
import { Empty } from '../../ui/empty'
import { Panel } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { MarketPicture } from './market-picture'
import { ReviewButton } from './review-button'
import { ReviewSheet } from './review/review-sheet'
import { TicketForm } from './ticket-form'
import { VerdictColumn } from './verdict-column'

interface Props {
  /** Shows the life of an order; another feature, handed in by the app. */
  readonly renderOrder: (orderId: string) => ReactNode
}

/** Left the ticket, in the middle the market with the walk of this order, right the verdict. */
export function Trade({ renderOrder }: Props) {
  const instruments = useMarket((state) => state.instruments)
  const accounts = useMarket((state) => known(state.accounts))
  const revision = useTicket((state) => state.revision)
  useStartingProfile()

  if (instruments.kind === 'failed' && instruments.before === null) return <Unread problem={instruments.problem} again={refreshMarket} />
  const pairs = known(instruments)
  if (pairs?.length === 0)
    return (
      <Empty icon={<IconArrowsExchange size={32} />} title="There is nothing to trade in this environment yet">
        Connect a chain in Settings, or switch to the paper environment, where everything works at once.
      </Empty>
    )
  const ready = pairs !== null && accounts !== null
  return (
    <div className="hf-trade">
      <h1 className="hf-hidden">Trade</h1>
      <Panel title="Ticket" className="hf-trade__ticket">
        {ready ? <TicketForm key={revision} revision={revision} instruments={pairs} accounts={accounts} /> : <TicketSkeleton />}
        <ReviewButton />
      </Panel>
      <MarketPicture />
      <VerdictColumn />
      <ReviewSheet renderOrder={renderOrder} />
    </div>
  )
}

/** A fresh ticket starts with the risk profile of the settings. */
function useStartingProfile(): void {
  const profile = useSettings(({ settings }) => known(settings)?.riskProfile)
  useEffect(() => {
    if (profile !== undefined && useTicket.getState().draft.instrument === '') fillTicket({ riskProfile: profile })
  }, [profile])
}

function TicketSkeleton() {
  return (
    <div role="status" aria-label="The ticket is loading">
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} h={36} mb="md" />
      ))}
    </div>
  )
}
