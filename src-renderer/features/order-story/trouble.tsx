import type { OrderDetail, OrderEventView } from '../../../src-preload/contract/orders'
import { useEndpointsDiffer } from '../../stores/alerts'
import { SaidNotice } from '../../ui/notice'
import { sayAlert } from '../../ui/words/alerts'
import { sayFollowedInDoubt, sayNotSentAgain } from '../../ui/words/orders'

/** What makes an order that is out on a chain need somebody: it was dropped and not sent again, or its endpoints contradict each other. */
export function Trouble({ detail }: { readonly detail: OrderDetail }) {
  const { summary, events, waitsOnChain } = detail
  const differ = useEndpointsDiffer(summary.updatedAtMs)
  const dropped = summary.open && waitsOnChain ? notSentAgain(events) : null
  return (
    <>
      {dropped !== null && <SaidNotice said={sayNotSentAgain(dropped)} tone="attention" />}
      {summary.open && summary.venue !== 'paper' && differ !== null && <SaidNotice said={sayFollowedInDoubt(sayAlert(differ))} />}
    </>
  )
}

const OVERTAKEN_BY: ReadonlySet<OrderEventView['type']> = new Set([
  'OrderRebroadcast',
  'OrderReplaced',
  'OrderIncluded',
  'OrderCancelIncluded',
])

/** Why what was dropped was not sent again; null where it was, or where something else happened since. */
function notSentAgain(events: readonly OrderEventView[]): OrderEventView['data'] | null {
  const last = [...events]
    .reverse()
    .find(({ type, data }) => OVERTAKEN_BY.has(type) || (type === 'OrderReplacementFailed' && data['how'] === 'rebroadcast'))
  return last?.type === 'OrderReplacementFailed' ? last.data : null
}
