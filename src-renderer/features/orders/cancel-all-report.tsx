import { forgetCancelAll, useHalt } from '../../stores/halt'
import { hrefOf } from '../../stores/navigation'
import { useOrders } from '../../stores/orders'
import { known } from '../../stores/remote'
import { Button } from '@mantine/core'
import { shortId } from '../../ui/format/identity'
import { Notice, SaidNotice } from '../../ui/notice'
import { VENUE_WORDS } from '../../ui/words/orders'
import { sayProblem } from '../../ui/words/problems'
import { sayCanceled, sayNotAsked, sayNotCanceled } from '../../ui/words/sweep'

/** What became of cancelling everything; stays until it is dealt with. */
export function CancelAllReport() {
  const outcome = useHalt((state) => state.cancelAll)
  const open = useOrders((state) => known(state.open))
  const dismiss = (
    <Button size="compact-sm" variant="default" onClick={forgetCancelAll}>
      Dismiss
    </Button>
  )
  if (outcome.kind === 'failed') return <SaidNotice said={sayProblem(outcome.problem)} actions={dismiss} />
  if (outcome.kind !== 'done') return null
  const { notCanceled, notAsked } = outcome.report
  const isWhole = notCanceled.length === 0 && notAsked.length === 0
  return (
    <Notice tone={isWhole ? 'good' : 'attention'} live="status" title={sayCanceled(outcome.report)} actions={dismiss}>
      {!isWhole && (
        <ul className="hf-orders__left">
          {notCanceled.map((each) => {
            const { why, now } = sayNotCanceled(each.why)
            const isOver = open !== null && !open.some(({ orderId }) => orderId === each.orderId)
            return (
              <li key={each.orderId}>
                <a className="hf-link" href={hrefOf('orders', each.orderId)}>
                  {shortId(each.orderId)}
                </a>{' '}
                {isOver ? 'was not canceled by this; it has ended since.' : `is still out: ${why}. ${now}`}
              </li>
            )
          })}
          {notAsked.map(({ venue, why }) => {
            const said = sayNotAsked(why)
            return (
              <li key={venue}>
                {venueName(venue)} could not be asked: {said.why}. {said.now}
              </li>
            )
          })}
        </ul>
      )}
    </Notice>
  )
}

function venueName(venue: string): string {
  return Object.hasOwn(VENUE_WORDS, venue) ? VENUE_WORDS[venue as keyof typeof VENUE_WORDS] : venue
}
