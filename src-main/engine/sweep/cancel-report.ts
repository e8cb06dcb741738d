import { isFailing, type SweepItem, type SweepVenue } from '../../domain/sweep'

/** What came of cancelling everything; what could not be canceled is named. */
export interface CancelReport {
  readonly asked: number
  readonly canceled: number
  readonly notCanceled: readonly { readonly orderId: string; readonly why: string }[]
  /** Venues that could not be asked what they hold, and why: that nothing is known to be out there says nothing of what is. */
  readonly notAsked: readonly { readonly venue: string; readonly why: string }[]
}

/** What a sweep has come to, as whoever asked for it wants to know it. What is not ours is none of it. */
export function cancelReportOf(venues: readonly SweepVenue[]): CancelReport {
  const ours = venues.flatMap(({ items }) => items).filter(({ fate }) => fate !== 'foreign')
  const notCanceled = ours.flatMap((item) => {
    const why = whyOut(item)
    return why === null ? [] : [{ orderId: item.orderId, why }]
  })
  const notAsked = venues.flatMap((each) => {
    const why = whyNotAsked(each)
    return why === null ? [] : [{ venue: each.venue, why }]
  })
  return { asked: ours.length, canceled: ours.length - notCanceled.length, notCanceled, notAsked }
}

/** Why it is not known what a venue holds; null when it has said so. One that was stopped before its first answer has said nothing. */
function whyNotAsked({ phase, problem, items }: SweepVenue): string | null {
  return problem ?? (phase === 'clear' || items.length > 0 ? null : 'NOT_ASKED')
}

/** Why an order is still out; null when it is not. */
function whyOut({ fate, code }: SweepItem): string | null {
  if (fate === 'canceled' || fate === 'ended') return null
  if (fate === 'left-to-finish') return 'ALREADY_SENT_TO_CHAIN'
  // What waits for its cancel to be mined, or for the venue's word, is out until it is not.
  return isFailing(fate) && code !== null ? code : fate.toUpperCase().replaceAll('-', '_')
}
