import type { SweepItemView, SweepView } from '../../../src-preload/contract/halt'
import type { CancelReportView } from '../../../src-preload/contract/orders'
import { sayCode } from './problems'

/** What became of an order that a halt went after. */
export const FATE_WORDS: Readonly<Record<SweepItemView['fate'], string>> = {
  canceling: 'asked, not confirmed yet',
  canceled: 'canceled',
  ended: 'had ended before',
  'left-to-finish': 'on chain, left to finish',
  'cancel-sent': 'cancel on chain, waiting for a block',
  'needs-owner': 'needs its owner',
  refused: 'refused',
  'no-answer': 'may still be out',
  unknown: 'may still arrive',
  foreign: 'not ours, left alone',
}

/** What the two ways to go on after a halt are called, and what they do. */
export const SWEEP_MODE_WORDS: Readonly<Record<SweepView['mode'], { readonly action: string; readonly means: string }>> = {
  graceful: {
    action: 'Cancel resting orders',
    means: 'Cancels what rests at exchanges. Transactions that were sent to a chain are left to finish.',
  },
  emergency: {
    action: 'Cancel everything, also on chain',
    means: 'Cancels what rests at exchanges, and replaces what waits on a chain by a cancel, which costs its fee.',
  },
}

/** What a halt does by itself, as chosen beforehand. */
export const CHOSEN_WORDS: Readonly<Record<'gate-only' | SweepView['mode'], { readonly name: string; readonly means: string }>> = {
  'gate-only': { name: 'Close the gate', means: 'What is out stays out; canceling it is offered by a second press.' },
  graceful: { name: 'Close the gate and cancel resting orders', means: 'Transactions that were sent to a chain are left to finish.' },
  emergency: {
    name: 'Close the gate and cancel everything, also on chain',
    means: 'A cancel on chain costs its fee, and may need a keystore to be unlocked or a device to be at hand.',
  },
}

interface Why {
  readonly why: string
  readonly now: string
}

const OWN: Readonly<Record<string, Why>> = {
  SIGNER_LOCKED: { why: 'its key is locked', now: 'Unlock it on the Signers screen; the cancel then goes out by itself.' },
  SIGNER_ATTENDED: { why: 'its key asks for a person', now: 'Open the order and cancel it on chain, with the device at hand.' },
  FEE_BUDGET: { why: 'the cancel would cost more than is allowed', now: 'Open the order to see the fee, or let the transaction finish.' },
  STILL_LISTED: { why: 'the venue said it was canceled and still lists it', now: 'It is asked again. Look at the venue itself.' },
  NOT_LISTED_YET: { why: 'it was on its way when the gate closed', now: 'The venue is asked until it can tell.' },
}

/** Why an order is still out, and what to do about it. */
export function sayStillOut({ code }: Pick<SweepItemView, 'code'>): Why {
  if (code === null) return { why: 'nobody has said why', now: 'It is tried again.' }
  const own = Object.hasOwn(OWN, code) ? OWN[code] : undefined
  if (own !== undefined) return own
  const why = sayCode(code, {}).what.replace(/\.$/, '')
  return {
    why: `${why.charAt(0).toLowerCase()}${why.slice(1)}`,
    now: 'It is tried again while trading is halted. Look at the venue itself.',
  }
}

const ONCE: Readonly<Record<string, Why>> = {
  ALREADY_SENT_TO_CHAIN: {
    why: 'it was sent to a chain, where only a transaction of its own can cancel it',
    now: 'Open it to cancel it there, for a fee, or let it finish.',
  },
  CANCELING: { why: 'the venue was asked and has not said yet', now: 'It is still followed.' },
  CANCEL_SENT: { why: 'its cancel waits for a block', now: 'It is still followed.' },
  NEEDS_OWNER: { why: 'its key needs its owner', now: 'Open it to cancel it yourself.' },
  REFUSED: { why: 'the cancel was refused', now: 'Look at the venue itself, and cancel again.' },
  NO_ANSWER: { why: 'the venue does not answer', now: 'Look at the venue itself, and cancel again.' },
  NOT_LISTED_YET: { why: 'it was on its way to the venue', now: 'The venue is asked until it can tell; then cancel again.' },
  UNKNOWN: { why: 'nobody knows yet whether it got there', now: 'The venue is asked until it can tell; then cancel again.' },
}

/** Why an order was not canceled by cancelling everything once, which nothing tries again, and what to do about it. */
export function sayNotCanceled(why: string): Why {
  const once = Object.hasOwn(ONCE, why) ? ONCE[why] : undefined
  return once ?? { why: sayStillOut({ code: why }).why, now: 'Look at the venue itself, and cancel again.' }
}

/** Whether an order is out that should not be, and nothing is on its way to change that. */
export function isStillOut({ fate }: Pick<SweepItemView, 'fate'>): boolean {
  return fate === 'needs-owner' || fate === 'refused' || fate === 'no-answer' || fate === 'unknown'
}

const ORDERED = [
  'canceled',
  'ended',
  'cancel-sent',
  'canceling',
  'left-to-finish',
  'needs-owner',
  'refused',
  'no-answer',
  'unknown',
  'foreign',
] as const

/** One venue's orders, counted: “2 canceled, 1 on chain, left to finish”. */
export function countFates(items: readonly SweepItemView[]): string {
  return ORDERED.map((fate) => ({ fate, count: items.filter((item) => item.fate === fate).length }))
    .filter(({ count }) => count > 0)
    .map(({ fate, count }) => `${count} ${FATE_WORDS[fate]}`)
    .join(', ')
}

/** What a halt knows of one venue: what became of its orders, and whether the venue could be asked what it holds. */
export function sayVenue({ items, phase, problem }: Pick<SweepView['venues'][number], 'items' | 'phase' | 'problem'>): string {
  const fates = countFates(items)
  if (problem !== null) return fates === '' ? 'could not be asked' : `${fates}, could not be asked for more`
  if (fates !== '') return fates
  return phase === 'clear' ? 'nothing was out' : phase === 'asking' ? 'being asked' : 'not asked'
}

/** What cancelling everything came to, in a line: nothing was out only where every venue said so. */
export function sayCanceled({ asked, canceled, notAsked }: CancelReportView): string {
  if (asked > 0) return `${canceled} of ${asked} ${asked === 1 ? 'order' : 'orders'} canceled.`
  return notAsked.length === 0 ? 'Nothing was out.' : 'Not every venue could be asked what is out.'
}

/** Why a venue could not be asked, and what to do about it. */
export function sayNotAsked(why: string): Why {
  return why === 'NOT_ASKED'
    ? { why: 'it was stopped before the venue answered', now: 'Look at the venue itself, and cancel again.' }
    : { why: sayNotCanceled(why).why, now: 'Orders may be out there. Look at the venue itself, and cancel again.' }
}
