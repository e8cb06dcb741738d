/** What keeps a ticket from being asked about, as the ticket names it. */
export type TicketIssueName =
  | 'AMOUNT_MISSING'
  | 'AMOUNT_NOT_PLAIN'
  | 'AMOUNT_ZERO'
  | 'AMOUNT_TOO_FINE'
  | 'AMOUNT_BELOW_MIN'
  | 'LIMIT_MISSING'
  | 'LIMIT_NOT_PLAIN'
  | 'LIMIT_ZERO'
  | 'ACCOUNT_MISSING'

interface PairFacts {
  readonly base: string
  readonly amountDigits: number
  readonly minAmountBase: string
}

const NOT_PLAIN = 'Only digits and one point, such as 1249.10: no commas, spaces or signs.'

/** What to do about each. */
export const TICKET_ISSUE_WORDS: Readonly<Record<TicketIssueName, (pair: PairFacts) => string>> = {
  AMOUNT_MISSING: () => 'Type an amount to see what every guard says.',
  AMOUNT_NOT_PLAIN: () => NOT_PLAIN,
  AMOUNT_ZERO: () => 'The amount must be more than zero.',
  AMOUNT_TOO_FINE: ({ amountDigits, base }) => `${base} is traded in steps of ${amountDigits} digits after the point.`,
  AMOUNT_BELOW_MIN: ({ minAmountBase, base }) => `The least that can be traded is ${minAmountBase} ${base}.`,
  LIMIT_MISSING: () => 'Type a limit price.',
  LIMIT_NOT_PLAIN: () => NOT_PLAIN,
  LIMIT_ZERO: () => 'The limit price must be more than zero.',
  ACCOUNT_MISSING: () => 'There is no account for this venue yet. Set up a signer first.',
}
