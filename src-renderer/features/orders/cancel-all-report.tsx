import { forgetCancelAll, useHalt } from '../../stores/halt'
import { hrefOf } from '../../stores/navigation'
import { useOrders } from '../../stores/orders'
import { known } from '../../stores/remote'
import { Button } from '@mantine/core'
import { shortId } from '../../ui/format/identity'
import { Notice, SaidNotice } from '../../ui/notice'
import { sayProblem } from '../../ui/words/problems'
import { sayNotCanceled } from '../../ui/words/sweep'

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
  const { asked, canceled, notCanceled } = outcome.report
  const title = asked === 0 ? 'Nothing was out.' : `${canceled} of ${asked} ${asked === 1 ? 'order' : 'orders'} canceled.`
  return (
    <Notice tone={notCanceled.length > 0 ? 'attention' : 'good'} live="status" title={title} actions={dismiss}>
      {notCanceled.length > 0 && (
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
        </ul>
      )}
    </Notice>
  )
}
