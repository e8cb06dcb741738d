import { assertNever } from '../lib/assert-never'
import { err, ok, type Result } from '../lib/result'

/**
 * The life of an order. `submitting` means: it may have left, the answer is not known yet; after a crash it is reconciled, never re-sent.
 */
export const ORDER_STATES = [
  'initialized',
  'approved',
  'signing',
  'signed',
  'submitting',
  'submitted',
  'working',
  'confirming',
  'finalizing',
  'unknown',
  'denied',
  'rejected',
  'filled',
  'canceled',
  'failed',
] as const
/** A state in the life of an order. */
export type OrderState = (typeof ORDER_STATES)[number]

/** What can happen to an order, past tense. */
export const ORDER_EVENT_TYPES = [
  'OrderInitialized',
  'OrderDenied',
  'OrderApproved',
  'AllowanceRequested',
  'AllowanceSubmitted',
  'AllowanceConfirmed',
  'AllowanceOutcomeUnknown',
  'OrderRequoted',
  'OrderSigning',
  'OrderSigned',
  'OrderSubmitting',
  'OrderSubmitted',
  'OrderRetrying',
  'OrderWithheld',
  'OrderAccepted',
  'OrderRejected',
  'OrderPartiallyFilled',
  'OrderFilled',
  'OrderIncluded',
  'OrderConfirmed',
  'OrderFinalized',
  'OrderReorged',
  'OrderTimedOut',
  'OrderCancelRequested',
  'OrderReplacing',
  'OrderReplacementSigned',
  'OrderReplaced',
  'OrderReplacementUnknown',
  'OrderReplacementFailed',
  'OrderCancelIncluded',
  'OrderNonceTaken',
  'OrderTransactionDropped',
  'OrderRebroadcast',
  'OrderCanceled',
  'OrderFailed',
  'OrderOutcomeUnknown',
  'OrderReconciled',
] as const
/** The name of something that happened to an order. */
export type OrderEventType = (typeof ORDER_EVENT_TYPES)[number]

/**
 * What only says what a chain, a venue or the app has done already, and what no act of ours waits for. It is journaled also while the audit log takes no
 * entries, and the log is owed it. What announces an act is on record first, or is not done.
 */
const HAPPENED: ReadonlySet<OrderEventType> = new Set<OrderEventType>([
  'AllowanceSubmitted',
  'AllowanceConfirmed',
  'AllowanceOutcomeUnknown',
  'OrderSubmitted',
  'OrderWithheld',
  'OrderAccepted',
  'OrderRejected',
  'OrderPartiallyFilled',
  'OrderFilled',
  'OrderIncluded',
  'OrderConfirmed',
  'OrderFinalized',
  'OrderReorged',
  'OrderTimedOut',
  'OrderCancelRequested',
  'OrderReplaced',
  'OrderReplacementUnknown',
  'OrderReplacementFailed',
  'OrderCancelIncluded',
  'OrderNonceTaken',
  'OrderTransactionDropped',
  'OrderCanceled',
  'OrderFailed',
  'OrderOutcomeUnknown',
  'OrderReconciled',
])

/** Whether an event says what has happened already, whatever is on record of it. */
export function hasHappened(type: OrderEventType): boolean {
  return HAPPENED.has(type)
}

/** States that an order never leaves, save that one which did not come to be may turn out to be carried out after all. */
export const TERMINAL_STATES: ReadonlySet<OrderState> = new Set<OrderState>(['denied', 'rejected', 'filled', 'canceled', 'failed'])

/** Whether an order in this state can still change. */
export function isOpen(state: OrderState): boolean {
  return !TERMINAL_STATES.has(state)
}

const SENT: readonly OrderState[] = ['submitting', 'submitted', 'working', 'confirming', 'finalizing', 'unknown']
const UNSENT: readonly OrderState[] = ['initialized', 'approved', 'signing', 'signed']
/** A transaction of ours may be out: the allowance of an approved order as well as the order itself. */
const OUT: readonly OrderState[] = ['approved', 'signing', 'signed', ...SENT]
/** What a venue can turn out to hold of an order whose outcome was unknown. */
const RECONCILED_TO: readonly OrderState[] = [
  'submitted',
  'working',
  'confirming',
  'finalizing',
  'rejected',
  'filled',
  'canceled',
  'failed',
]

/** From where an event may come; an event anywhere else is a bug and is refused. */
const FROM: Readonly<Record<OrderEventType, readonly OrderState[]>> = {
  OrderInitialized: [],
  OrderDenied: UNSENT,
  OrderApproved: ['initialized'],
  AllowanceRequested: ['approved'],
  AllowanceSubmitted: ['approved'],
  AllowanceConfirmed: ['approved'],
  AllowanceOutcomeUnknown: ['approved'],
  OrderRequoted: ['approved', 'signed', 'submitted'],
  OrderSigning: ['approved'],
  OrderSigned: ['signing'],
  OrderSubmitting: ['approved', 'signed'],
  OrderSubmitted: ['submitting'],
  // For certain nothing left: it is tried again after a while.
  OrderRetrying: ['approved', 'submitting'],
  OrderWithheld: ['signed', 'submitting'],
  OrderAccepted: ['submitting', 'submitted', 'unknown'],
  OrderRejected: SENT,
  OrderPartiallyFilled: SENT,
  OrderFilled: SENT,
  OrderIncluded: SENT,
  OrderConfirmed: ['confirming'],
  OrderFinalized: ['confirming', 'finalizing'],
  OrderReorged: ['confirming', 'finalizing'],
  OrderTimedOut: SENT,
  // Approved, or being signed: a person is waited for at a device.
  OrderCancelRequested: ['approved', 'signing', ...SENT],
  // Begun only where something waits to be mined; what came of it may be told later, whatever the order has come to meanwhile.
  OrderReplacing: ['approved', 'submitted', 'unknown'],
  OrderReplacementSigned: OUT,
  OrderReplaced: OUT,
  OrderReplacementUnknown: OUT,
  OrderReplacementFailed: OUT,
  OrderCancelIncluded: SENT,
  OrderNonceTaken: OUT,
  OrderTransactionDropped: OUT,
  OrderRebroadcast: OUT,
  // Approved: the allowance that it waited for was canceled on the chain. That one, or the order, may be given up while it is signed.
  OrderCanceled: ['approved', 'signing', ...SENT],
  OrderFailed: [...UNSENT, ...SENT],
  OrderOutcomeUnknown: SENT,
  // Refused by an endpoint that has its bytes, or ended by a block that is no more, and found in a block.
  OrderReconciled: ['unknown', 'rejected', 'canceled', 'failed'],
}

/**
 * The state after an event, or why the event cannot be. `OrderConfirmed` and `OrderReconciled` carry where they lead:
 * whether finality is still awaited, and what the venue really holds.
 */
export function nextState(
  from: OrderState | null,
  event: { readonly type: OrderEventType; readonly leadsTo?: OrderState },
): Result<OrderState, 'ILLEGAL_TRANSITION'> {
  if (event.type === 'OrderInitialized') return from === null ? ok('initialized') : err('ILLEGAL_TRANSITION')
  if (from === null || !FROM[event.type].includes(from)) return err('ILLEGAL_TRANSITION')
  switch (event.type) {
    case 'OrderDenied':
    case 'OrderWithheld':
      return ok('denied')
    case 'OrderApproved':
    case 'AllowanceRequested':
    case 'AllowanceSubmitted':
    case 'AllowanceConfirmed':
    case 'AllowanceOutcomeUnknown':
      return ok('approved')
    case 'OrderRequoted':
    case 'OrderRetrying':
      return ok(from)
    case 'OrderSigning':
      return ok('signing')
    case 'OrderSigned':
      return ok('signed')
    case 'OrderSubmitting':
      return ok('submitting')
    case 'OrderSubmitted':
      return ok('submitted')
    case 'OrderAccepted':
    case 'OrderPartiallyFilled':
      return ok('working')
    case 'OrderRejected':
      return ok('rejected')
    case 'OrderFilled':
      return ok('filled')
    case 'OrderIncluded':
    case 'OrderCancelIncluded':
      return ok('confirming')
    case 'OrderConfirmed':
      return event.leadsTo === 'finalizing' ? ok('finalizing') : ok('filled')
    case 'OrderFinalized':
      return ok('filled')
    case 'OrderReorged':
      return ok('submitted')
    case 'OrderTimedOut':
    case 'OrderCancelRequested':
    case 'OrderReplacing':
    case 'OrderReplacementSigned':
    case 'OrderReplaced':
    case 'OrderReplacementUnknown':
    case 'OrderReplacementFailed':
    case 'OrderNonceTaken':
    case 'OrderTransactionDropped':
    case 'OrderRebroadcast':
      return ok(from)
    case 'OrderCanceled':
      return ok('canceled')
    case 'OrderFailed':
      return ok('failed')
    case 'OrderOutcomeUnknown':
      return ok('unknown')
    case 'OrderReconciled':
      if (!isOpen(from) && event.leadsTo !== 'submitted') return err('ILLEGAL_TRANSITION')
      // The venue's word is about an order that has left: it can neither put it back before its sending nor leave it unknown.
      return event.leadsTo !== undefined && RECONCILED_TO.includes(event.leadsTo) ? ok(event.leadsTo) : err('ILLEGAL_TRANSITION')
    default:
      return assertNever(event.type, 'order event')
  }
}
