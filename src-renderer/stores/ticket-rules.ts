import { Decimal } from 'decimal.js'

import type { AccountView, InstrumentView } from '../../src-preload/contract/market'
import type { OrderDraft } from '../../src-preload/contract/orders'

/** What keeps a ticket from being asked about; main judges everything else. */
export type TicketIssue =
  | 'AMOUNT_MISSING'
  | 'AMOUNT_NOT_PLAIN'
  | 'AMOUNT_ZERO'
  | 'AMOUNT_TOO_FINE'
  | 'AMOUNT_BELOW_MIN'
  | 'LIMIT_MISSING'
  | 'LIMIT_NOT_PLAIN'
  | 'LIMIT_ZERO'
  | 'ACCOUNT_MISSING'

/** What is wrong with each field of the ticket; empty when main can be asked. */
export interface TicketIssues {
  readonly amount?: TicketIssue
  readonly limitPrice?: TicketIssue
  readonly account?: TicketIssue
}

/** As main reads decimals: no signs, exponents, grouping or blanks. */
const PLAIN = /^(?:0|[1-9]\d{0,38})(?:\.\d{1,36})?$/

/** What is wrong with the ticket as it stands. */
export function ticketIssues(draft: OrderDraft, instrument: InstrumentView): TicketIssues {
  const amount = amountIssue(draft, instrument)
  const limitPrice = draft.type === 'limit' ? limitIssue(draft.limitPrice ?? '') : null
  return {
    ...(amount === null ? {} : { amount }),
    ...(limitPrice === null ? {} : { limitPrice }),
    ...(draft.account === '' ? { account: 'ACCOUNT_MISSING' as const } : {}),
  }
}

function amountIssue({ amount, amountUnit }: OrderDraft, instrument: InstrumentView): TicketIssue | null {
  if (amount === '') return 'AMOUNT_MISSING'
  if (!PLAIN.test(amount)) return 'AMOUNT_NOT_PLAIN'
  const exact = new Decimal(amount)
  if (exact.isZero()) return 'AMOUNT_ZERO'
  if (amountUnit === 'quote') return null
  if (exact.decimalPlaces() > instrument.amountDigits) return 'AMOUNT_TOO_FINE'
  return exact.lessThan(instrument.minAmountBase) ? 'AMOUNT_BELOW_MIN' : null
}

function limitIssue(limitPrice: string): TicketIssue | null {
  if (limitPrice === '') return 'LIMIT_MISSING'
  if (!PLAIN.test(limitPrice)) return 'LIMIT_NOT_PLAIN'
  return new Decimal(limitPrice).isZero() ? 'LIMIT_ZERO' : null
}

/** Whether orders on this venue are placed from this account. */
export function accountFits(account: AccountView, venue: OrderDraft['venue']): boolean {
  return (account.kind === 'paper') === (venue === 'paper')
}

/**
 * The draft with what does not go together put right: a pair that the venue has, an order type that the pair takes, an account that the
 * venue can use, a limit price only on a limit order. Amounts and prices are never altered.
 */
export function settleDraft(draft: OrderDraft, instruments: readonly InstrumentView[], accounts: readonly AccountView[]): OrderDraft {
  // A fresh ticket starts with the first pair, whatever its venue.
  const ofVenue = draft.instrument === '' ? instruments : instruments.filter(({ venue }) => venue === draft.venue)
  const instrument = ofVenue.find(({ symbol }) => symbol === draft.instrument) ?? ofVenue[0] ?? instruments[0]
  if (instrument === undefined) return draft
  const type = instrument.orderTypes.includes(draft.type) ? draft.type : (instrument.orderTypes[0] ?? 'market')
  const fitting = accounts.filter((account) => accountFits(account, instrument.venue))
  const account = fitting.find(({ id }) => id === draft.account) ?? fitting[0]
  return {
    ...draft,
    venue: instrument.venue,
    instrument: instrument.symbol,
    type,
    timeInForce: type === 'market' ? 'ioc' : draft.type === 'market' ? 'gtc' : draft.timeInForce,
    limitPrice: type === 'limit' ? (draft.limitPrice ?? '') : null,
    account: account?.id ?? '',
  }
}

/** A share of a free balance, in percent, cut (never rounded up) to `digits`. */
export function partOf(free: string, percent: number, digits: number): string {
  return new Decimal(free).mul(percent).div(100).toDecimalPlaces(digits, Decimal.ROUND_DOWN).toFixed()
}
