import { create } from 'zustand'

import type { OrderDraft, PlanView, PreviewView } from '../../src-preload/contract/orders'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on } from '../api/bridge'
import { throttle } from './throttle'

/** How long typing must pause before main is asked, ms. */
export const TYPING_PAUSE_MS = 150
/** While the market moves, the picture is asked again at most this often, ms. */
export const REFRESH_EVERY_MS = 1_000

/** The live picture beside the ticket. Only `ready` belongs to the ticket as it stands. */
export type Picture =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly before: PreviewView | null }
  | { readonly kind: 'ready'; readonly preview: PreviewView }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** Where the review of an order stands. */
export type Review =
  | { readonly kind: 'closed' }
  | { readonly kind: 'preparing' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'open'; readonly plan: PlanView; readonly problem: Problem | null }
  | { readonly kind: 'confirming'; readonly plan: PlanView }
  | { readonly kind: 'sent'; readonly plan: PlanView; readonly orderId: string }

interface TicketState {
  readonly draft: OrderDraft
  /** Whether the draft can be asked about. */
  readonly complete: boolean
  readonly picture: Picture
  readonly review: Review
  /** Counts outside changes of the draft, so that the form starts anew from it. */
  readonly revision: number
}

const EMPTY_DRAFT: OrderDraft = {
  venue: 'paper',
  instrument: '',
  side: 'buy',
  type: 'market',
  timeInForce: 'ioc',
  amount: '',
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account: '',
}

/** The ticket, its live picture and its review. */
export const useTicket = create<TicketState>(() => ({
  draft: EMPTY_DRAFT,
  complete: false,
  picture: { kind: 'none' },
  review: { kind: 'closed' },
  revision: 0,
}))

let question = 0
let typing: ReturnType<typeof setTimeout> | null = null

/** What is shown until the next answer: the last picture of the same pair, marked as of yesterday. */
function pictureBefore(picture: Picture, draft: OrderDraft): PreviewView | null {
  const before = picture.kind === 'ready' ? picture.preview : picture.kind === 'asking' ? picture.before : null
  return before?.instrument.symbol === draft.instrument && before.instrument.venue === draft.venue ? before : null
}

/** Asks main; only the answer to the newest question counts. */
async function ask(): Promise<void> {
  const { draft } = useTicket.getState()
  const mine = ++question
  const reply = await call('order.preview', draft)
  if (mine !== question) return
  useTicket.setState({ picture: reply.ok ? { kind: 'ready', preview: reply.value } : { kind: 'failed', problem: reply.problem } })
}

/** Takes over what was typed. The old picture stops counting at once; the new one is asked for when typing pauses. */
export function editTicket(draft: OrderDraft, complete: boolean): void {
  question++
  if (typing !== null) clearTimeout(typing)
  typing = null
  const { picture } = useTicket.getState()
  useTicket.setState({ draft, complete, picture: complete ? { kind: 'asking', before: pictureBefore(picture, draft) } : { kind: 'none' } })
  if (!complete) return
  typing = setTimeout(() => {
    typing = null
    void ask()
  }, TYPING_PAUSE_MS)
}

/** Fills the ticket from outside the form; the form starts anew from it. */
export function fillTicket(change: Partial<OrderDraft>): void {
  useTicket.setState(({ draft, revision }) => ({ draft: { ...draft, ...change }, revision: revision + 1 }))
}

/** Starts the ticket anew, empty: another environment is open. */
export function resetTicket(): void {
  question++
  if (typing !== null) clearTimeout(typing)
  typing = null
  useTicket.setState(({ revision }) => ({ ...useTicket.getInitialState(), revision: revision + 1 }))
}

/** Asks again for the ticket as it stands, unless an answer is already awaited or a review is open. */
function refreshPicture(): void {
  const { complete, picture, review } = useTicket.getState()
  if (complete && typing === null && picture.kind !== 'asking' && review.kind === 'closed') void ask()
}

/** Has main prepare the exact deed, and opens the review. */
export async function openReview(): Promise<void> {
  const { draft, review } = useTicket.getState()
  if (review.kind === 'preparing' || review.kind === 'confirming') return
  if (review.kind === 'open') await discard(review.plan)
  useTicket.setState({ review: { kind: 'preparing' } })
  const reply = await call('order.prepare', draft)
  if (useTicket.getState().review.kind !== 'preparing') {
    if (reply.ok) await discard(reply.value)
    return
  }
  useTicket.setState({
    review: reply.ok ? { kind: 'open', plan: reply.value, problem: null } : { kind: 'refused', problem: reply.problem },
  })
}

/** Has main plan a further attempt at an order that failed, and opens its review. */
export async function reviewAgain(orderId: string): Promise<void> {
  const { review } = useTicket.getState()
  if (review.kind === 'preparing' || review.kind === 'confirming') return
  if (review.kind === 'open') await discard(review.plan)
  useTicket.setState({ review: { kind: 'preparing' } })
  const reply = await call('order.prepareAgain', { orderId })
  if (reply.ok) fillTicket(reply.value.draft)
  useTicket.setState({
    review: reply.ok ? { kind: 'open', plan: reply.value, problem: null } : { kind: 'refused', problem: reply.problem },
  })
}

/** Signs off exactly the plan that is shown. */
export async function confirmReview(): Promise<void> {
  const { review } = useTicket.getState()
  if (review.kind !== 'open') return
  const { plan } = review
  useTicket.setState({ review: { kind: 'confirming', plan } })
  const reply = await call('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  useTicket.setState({
    review: reply.ok ? { kind: 'sent', plan, orderId: reply.value.orderId } : { kind: 'open', plan, problem: reply.problem },
  })
}

/** Closes the review; a plan that was not used is thrown away. What was confirmed goes on. */
export async function closeReview(): Promise<void> {
  const { review } = useTicket.getState()
  if (review.kind === 'confirming') return
  useTicket.setState({ review: { kind: 'closed' } })
  refreshPicture()
  if (review.kind === 'open') await discard(review.plan)
}

async function discard(plan: PlanView): Promise<void> {
  await call('order.discard', { planId: plan.planId })
}

/** Keeps the picture fresh while the market or the guards move; returns how to stop. */
export function startTicket(): () => void {
  const refreshing = throttle(REFRESH_EVERY_MS, refreshPicture)
  const stops = [
    refreshing.stop,
    on('market.moved', ({ venue, instrument }) => {
      const { draft } = useTicket.getState()
      if (draft.venue === venue && draft.instrument === instrument) refreshing.trigger()
    }),
    on('guards.changed', refreshPicture),
    on('halt.changed', refreshPicture),
    on('signer.changed', refreshPicture),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
