import type { SettingsView } from '../../../src-preload/contract/app'
import type {
  OrderDetail,
  OrderDraft,
  OrderEventView,
  OrderSummary,
  ReplaceOptionView,
  StepView,
} from '../../../src-preload/contract/orders'
import { formatGwei } from '../format/amount'
import { sayCode } from './problems'
import { oneLine, type Said } from './said'

/** How an order's state is meant: still going, needs attention, ended well, ended without a trade. */
export type Tone = 'going' | 'attention' | 'good' | 'ended' | 'bad'

/** What each state is called. */
export const ORDER_STATE_WORDS: Readonly<
  Record<OrderSummary['state'], { readonly name: string; readonly tone: Tone; readonly means: string }>
> = {
  initialized: { name: 'Recorded', tone: 'going', means: 'Written down. Nothing has left.' },
  approved: { name: 'Approved', tone: 'going', means: 'Every guard passed. The order has not left.' },
  signing: { name: 'Signing', tone: 'going', means: 'The signer is asked. The order has not left.' },
  signed: { name: 'Signed', tone: 'going', means: 'Signed and verified. The order has not left.' },
  submitting: { name: 'Sending', tone: 'going', means: 'It may have left; the answer is awaited.' },
  submitted: { name: 'Sent', tone: 'going', means: 'It left and is being followed.' },
  working: { name: 'Working', tone: 'going', means: 'It rests at the venue.' },
  confirming: { name: 'Confirming', tone: 'going', means: 'It is in a block; confirmations are counted.' },
  finalizing: { name: 'Finalizing', tone: 'going', means: 'Confirmed; finality is awaited.' },
  unknown: {
    name: 'Outcome unknown',
    tone: 'attention',
    means: 'It may have left. It is never sent again; the venue is asked until the outcome is known.',
  },
  denied: { name: 'Denied', tone: 'ended', means: 'It was refused before it left. Nothing was sent.' },
  rejected: { name: 'Rejected', tone: 'bad', means: 'The venue refused it.' },
  filled: { name: 'Filled', tone: 'good', means: 'Done.' },
  canceled: { name: 'Canceled', tone: 'ended', means: 'It was called off.' },
  failed: { name: 'Failed', tone: 'bad', means: 'It did not go through.' },
}

const HAS_LEFT: ReadonlySet<string> = new Set(['sending', 'sent'])

/** What an order's state means now: an allowance may have left ahead of it, and what was refused may be out. */
export function sayState({
  summary,
  transactions,
  waitsForChain,
}: Pick<OrderDetail, 'summary' | 'transactions' | 'waitsForChain'>): string {
  if (waitsForChain !== null)
    return `It waits on chain ${waitsForChain}, which is not connected. It counts in the limits, and is followed once that chain is connected again, under Settings.`
  if (mayBeOut({ summary, transactions }))
    return 'The node refused it, but has its signed bytes: it may be carried out all the same until another transaction has its nonce. It is followed, and counts in the limits.'
  if (summary.open && transactions.some(({ purpose, state }) => purpose === 'cancel' && HAS_LEFT.has(state)))
    return 'A cancel of it is on its way. Whichever of the two is mined first counts; both are followed.'
  const isAhead = transactions.some(({ purpose, state }) => purpose === 'approve' && HAS_LEFT.has(state))
  return isAhead && summary.state === 'approved'
    ? 'Its allowance has left and waits to be mined. The order itself has not left.'
    : ORDER_STATE_WORDS[summary.state].means
}

/** Whether a node refused an order and has its signed bytes nevertheless. */
export function mayBeOut({ summary, transactions }: Pick<OrderDetail, 'summary' | 'transactions'>): boolean {
  return summary.state === 'rejected' && transactions.some(({ purpose, state }) => purpose === 'order' && state === 'refused')
}

/** Why a node refused an order that it has: its word alone, which settles nothing. */
export const sayRefusedButOut = ({ what }: Said): Said => ({
  what,
  means: 'That is what the node says; it settles nothing.',
  now: 'To trade all the same, review the order again: it gets the same nonce, so the chain carries out one of the two at most.',
})

/** That a swap which the nodes have dropped was not sent again: why, from the event's figures, and what can be done. */
export function sayNotSentAgain({ code, ...figures }: OrderEventView['data']): Said {
  const why = code === undefined ? '' : `${sayCode(code, figures).what} `
  return {
    what: 'The chain’s nodes no longer know it, and it was not sent again.',
    means: `${why}Whoever has it may still bring it into a block.`,
    now: 'Cancel on chain takes its place. Speed up sends it anew for a higher fee, once nothing refuses it any more.',
  }
}

/** That the two endpoints differ while an order is followed. */
export const sayFollowedInDoubt = ({ what }: Said): Said => ({
  what,
  means: 'This order is taken neither for done nor for failed before both say the same.',
  now: 'Do not place it again. Find out which endpoint is wrong, and replace it in the chain’s profile.',
})

/** What an event of an order is called. */
export const sayEvent = ({ type, data }: Pick<OrderEventView, 'type' | 'data'>): { readonly name: string; readonly tone: Tone } =>
  type === 'OrderReplacementFailed' && data['how'] === 'rebroadcast'
    ? { name: 'Not sent again', tone: 'attention' }
    : ORDER_EVENT_WORDS[type]

/** What each event is called in a timeline. */
export const ORDER_EVENT_WORDS: Readonly<Record<OrderEventView['type'], { readonly name: string; readonly tone: Tone }>> = {
  OrderInitialized: { name: 'Recorded', tone: 'going' },
  OrderDenied: { name: 'Denied', tone: 'bad' },
  OrderApproved: { name: 'Every guard passed', tone: 'going' },
  AllowanceRequested: { name: 'Allowance asked of the signer', tone: 'going' },
  AllowanceSubmitted: { name: 'Allowance sent', tone: 'going' },
  AllowanceConfirmed: { name: 'Allowance confirmed', tone: 'going' },
  AllowanceOutcomeUnknown: { name: 'Allowance may have left, followed', tone: 'attention' },
  OrderRequoted: { name: 'Market asked again', tone: 'going' },
  OrderSigning: { name: 'Asked the signer', tone: 'going' },
  OrderSigned: { name: 'Signed, signature verified', tone: 'going' },
  OrderSubmitting: { name: 'Last look passed, sending', tone: 'going' },
  OrderSubmitted: { name: 'Sent', tone: 'going' },
  OrderRetrying: { name: 'Turned away; tried again', tone: 'attention' },
  OrderWithheld: { name: 'Withheld at the last look', tone: 'bad' },
  OrderAccepted: { name: 'Accepted by the venue', tone: 'going' },
  OrderRejected: { name: 'Rejected by the venue', tone: 'bad' },
  OrderPartiallyFilled: { name: 'Partly filled', tone: 'going' },
  OrderFilled: { name: 'Filled', tone: 'good' },
  OrderIncluded: { name: 'In a block', tone: 'going' },
  OrderConfirmed: { name: 'Confirmed', tone: 'good' },
  OrderFinalized: { name: 'Final', tone: 'good' },
  OrderReorged: { name: 'The chain dropped its block', tone: 'attention' },
  OrderTimedOut: { name: 'Not confirmed in time, still followed', tone: 'attention' },
  OrderCancelRequested: { name: 'Cancel asked for', tone: 'going' },
  OrderReplacing: { name: 'Replacement asked for', tone: 'going' },
  OrderReplacementSigned: { name: 'Replacement signed, signature verified', tone: 'going' },
  OrderReplaced: { name: 'Replacement sent', tone: 'going' },
  OrderReplacementUnknown: { name: 'Replacement may have left, followed as well', tone: 'attention' },
  OrderReplacementFailed: { name: 'Not replaced', tone: 'attention' },
  OrderCancelIncluded: { name: 'The cancel is in a block', tone: 'going' },
  OrderNonceTaken: { name: 'Another transaction took its nonce', tone: 'bad' },
  OrderTransactionDropped: { name: 'The node dropped it, still followed', tone: 'attention' },
  OrderRebroadcast: { name: 'The same bytes were sent again', tone: 'going' },
  OrderCanceled: { name: 'Canceled', tone: 'ended' },
  OrderFailed: { name: 'Failed', tone: 'bad' },
  OrderOutcomeUnknown: { name: 'Outcome unknown', tone: 'attention' },
  OrderReconciled: { name: 'Reconciled with the venue', tone: 'going' },
}

/** Venues. */
export const VENUE_WORDS: Readonly<Record<OrderDraft['venue'], string>> = {
  paper: 'Paper',
  'uniswap-v3': 'Uniswap v3',
  'uniswap-v2': 'Uniswap v2',
}
/** Buying and selling. */
export const SIDE_WORDS: Readonly<Record<OrderDraft['side'], string>> = { buy: 'Buy', sell: 'Sell' }
/** Order types. */
export const ORDER_TYPE_WORDS: Readonly<Record<OrderDraft['type'], string>> = { market: 'Market', limit: 'Limit' }
/** How long an order rests. */
export const TIME_IN_FORCE_WORDS: Readonly<Record<OrderDraft['timeInForce'], string>> = {
  gtc: 'Until canceled',
  ioc: 'At once, cancel the rest',
}
/** Risk profiles with the slippage they allow (product row X2). */
export const RISK_PROFILE_WORDS: Readonly<
  Record<OrderDraft['riskProfile'], { readonly name: string; readonly limit: string; readonly means: string }>
> = {
  conservative: {
    name: 'Conservative',
    limit: '0.5\u00a0%',
    means: 'Refuses an order that would lose more than 0.5\u00a0% against the market price.',
  },
  moderate: {
    name: 'Moderate',
    limit: '1.0\u00a0%',
    means: 'Refuses an order that would lose more than 1.0\u00a0% against the market price.',
  },
  aggressive: {
    name: 'Aggressive',
    limit: '2.0\u00a0%',
    means: 'Refuses an order that would lose more than 2.0\u00a0% against the market price.',
  },
}
/** Of an order that has ended, while an allowance or a cancel of it is on its way. */
export const STILL_WAITS_WORDS = 'The order has ended, but a transaction of it still waits on the chain and is followed.'
/** Of an order that a node refused and has. */
export const MAY_BE_OUT_WORDS = 'The node refused it, but has its signed bytes: it may be carried out all the same, and is followed.'
/** What is done by itself with a chain transaction that waits too long. */
export const STUCK_ACTION_WORDS: Readonly<Record<SettingsView['stuckAction'], { readonly name: string; readonly means: string }>> = {
  off: { name: 'Only tell me', means: 'Nothing is done by itself; you are told, and decide in the order.' },
  'speed-up': { name: 'Speed up', means: 'Sent again for a higher fee, within the policy, if every guard lets it. Never while halted.' },
  cancel: { name: 'Cancel on chain', means: 'Canceled for a fee, within the policy’s budget for cancels.' },
}
/** What a step of a plan is for. */
export const PURPOSE_WORDS: Readonly<Record<StepView['purpose'] | 'cancel', string>> = {
  approve: 'Allowance',
  order: 'Order',
  cancel: 'Cancel',
}
/** That what is kept of some of an order's transactions cannot be read. */
export function sayUnreadableTransactions(count: number): Said {
  const several = count !== 1
  return {
    what: several ? `${count} transactions of this order cannot be read.` : 'A transaction of this order cannot be read.',
    means: several
      ? 'What is kept of them is damaged. They may have left, and cannot be followed, sped up or canceled from here.'
      : 'What is kept of it is damaged. It may have left, and cannot be followed, sped up or canceled from here.',
    now: 'Look at the account in a block explorer, by its nonces.',
  }
}

/** Who proposed an order. */
export const SOURCE_WORDS: Readonly<Record<OrderSummary['source'], string>> = { person: 'You', agent: 'Agent' }

/** What giving an order up means for the device that is asked to sign it. */
export const GIVE_UP_WORDS =
  'The device may go on showing the request for a while: it cannot be called off there. Reject it; what it signs from then on is thrown away.'

/** Why an order cannot be canceled. */
export const CANCEL_OBSTACLE_WORDS: Readonly<Record<NonNullable<OrderDetail['cancelObstacle']>, string>> = {
  NOT_OPEN: 'it has ended.',
  ALREADY_SENT_TO_CHAIN: 'its transaction is with the chain, which cannot recall it. It fails by itself when its deadline passes.',
  NOT_SENT_YET: 'it has not been sent yet. Halt to keep it from leaving.',
}

type ReplaceObstacle = Extract<ReplaceOptionView, { kind: 'impossible' }>

/** Why what waits on a chain cannot be sped up or canceled now. */
export function sayReplaceObstacle({ why, code, figures }: ReplaceObstacle, hasEnded = false): string {
  switch (why) {
    case 'NOT_OPEN':
      return hasEnded ? 'The order has ended: what it left waiting can only be canceled.' : 'Nothing of it waits any more.'
    case 'NOT_SENT_YET':
      return 'It has not been sent yet.'
    case 'TOO_LATE':
      return 'It is already in a block.'
    case 'BUSY':
      return 'Another replacement of it is under way.'
    case 'CANCELING':
      return 'A cancel is on its way; that one can be sped up by cancelling again.'
    case 'OUTCOME_UNKNOWN':
      return 'Its outcome is unknown: only cancelling is possible.'
    case 'SIGNER_LOCKED':
      return 'The signer is locked. Unlock it first.'
    case 'SIGNER_ATTENDED':
      return 'The signer needs a person at its device.'
    case 'BUDGET':
      return `It would take at least ${formatGwei(figures['neededPerGasWei'] ?? '')} per gas; the limit is ${formatGwei(figures['limitPerGasWei'] ?? '')}.`
    case 'DENIED':
      if (code === 'KILL_SWITCH_TRIGGERED') return 'Halted: only cancelling is possible.'
      return code === null ? 'A guard refuses it.' : oneLine(sayCode(code, figures))
    case 'FAILED':
      return code === null ? 'It did not work; nothing left.' : oneLine(sayCode(code, figures))
  }
}

/** The two ways to replace what waits on a chain. */
export const REPLACE_WORDS = {
  speedUp: { button: 'Speed up', means: 'The same transaction again for a higher fee. The chain takes one of the two.' },
  cancel: { button: 'Cancel on chain', means: 'A transaction that does nothing takes its place. The fee is spent all the same.' },
} as const

/** Short values of events about replacing, as people read them. */
export const REPLACEMENT_VALUES: Readonly<Record<string, string>> = {
  'speed-up': 'Speed up',
  cancel: 'Cancel',
  repriced: 'The replacement with the higher fee',
  'too-late': 'It is already in a block.',
  'not-open': 'Nothing of it waits any more.',
  'needs-owner': 'The signer needs its owner.',
  'before-signed': 'Given up before it was signed. Nothing left.',
}

/** What of a further attempt differs from what was signed off. */
export const RETRY_CHANGE_WORDS: Readonly<Record<string, string>> = {
  price: 'the price is worse',
  'least received': 'the least you receive is less',
  amount: 'the amount',
  'network fee': 'the network may take more',
  steps: 'a further transaction is needed',
  'not final': 'what ended it is in a block that the chain may still take back, and it may then be carried out as well',
  'somebody else used the nonce': 'another transaction of this account took its place',
}
