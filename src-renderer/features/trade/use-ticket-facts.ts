import { useMemo } from 'react'

import type { AccountView, InstrumentView } from '../../../src-preload/contract/market'
import { useMarket } from '../../stores/market'
import { known } from '../../stores/remote'
import { useTicket } from '../../stores/ticket'
import { ticketIssues, type TicketIssue } from '../../stores/ticket-rules'
import type { OrderDraft, PreviewView } from '../../../src-preload/contract/orders'

/** What the ticket as it stands is about. */
export interface TicketFacts {
  readonly draft: OrderDraft
  readonly instrument: InstrumentView | null
  readonly account: AccountView | null
  /** The first thing that is missing; null when main can be asked. */
  readonly issue: TicketIssue | null
  /** The picture that belongs to the ticket as it stands. */
  readonly current: PreviewView | null
  /** The last picture of this pair, while a new one is awaited. */
  readonly shown: PreviewView | null
}

/** Reads the ticket's facts from the stores. */
export function useTicketFacts(): TicketFacts {
  const draft = useTicket((state) => state.draft)
  const picture = useTicket((state) => state.picture)
  const instruments = useMarket((state) => known(state.instruments))
  const accounts = useMarket((state) => known(state.accounts))
  return useMemo(() => {
    const instrument = instruments?.find(({ venue, symbol }) => venue === draft.venue && symbol === draft.instrument) ?? null
    const issues = instrument === null ? {} : ticketIssues(draft, instrument)
    const current = picture.kind === 'ready' ? picture.preview : null
    return {
      draft,
      instrument,
      account: accounts?.find(({ id }) => id === draft.account) ?? null,
      issue: issues.amount ?? issues.limitPrice ?? issues.account ?? null,
      current,
      shown: current ?? (picture.kind === 'asking' ? picture.before : null),
    }
  }, [draft, picture, instruments, accounts])
}
