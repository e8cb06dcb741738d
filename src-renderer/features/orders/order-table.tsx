import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'

import type { OrderSummary } from '../../../src-preload/contract/orders'
import { isOutOfItsChain, useTakenBack } from '../../stores/alerts'
import { go, hrefOf } from '../../stores/navigation'
import { priceStyle, share, withUnit } from '../../ui/format/amount'
import { Meter, Tag } from '../../ui/tag'
import { Amount, When } from '../../ui/values'
import { sayAlert } from '../../ui/words/alerts'
import { MAY_BE_OUT_WORDS, ORDER_STATE_WORDS, ORDER_TYPE_WORDS, SIDE_WORDS, STILL_WAITS_WORDS, VENUE_WORDS } from '../../ui/words/orders'
import { sayCode } from '../../ui/words/problems'

interface Props {
  /** Null while they are read. */
  readonly orders: readonly OrderSummary[] | null
  readonly selected: string | null
  readonly empty: ReactNode
  /** Whether these are out: what has ended among them has left something on a chain. */
  readonly areOut?: boolean
}

/** Orders, newest first; a row opens its timeline. */
export function OrderTable({ orders, selected, empty, areOut = false }: Props) {
  if (orders === null)
    return (
      <div role="status" aria-label="Orders are loading">
        {[1, 2, 3, 4].map((row) => (
          <Skeleton key={row} h={36} my="sm" />
        ))}
      </div>
    )
  if (orders.length === 0) return <>{empty}</>
  return (
    <div className="hf-table__scroll">
      <table className="hf-table">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Order</th>
            <th scope="col">Venue</th>
            <th scope="col" className="hf-right">
              Price
            </th>
            <th scope="col" className="hf-right">
              Filled
            </th>
            <th scope="col" className="hf-right">
              Value
            </th>
            <th scope="col" className="hf-right">
              When
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <Row key={order.orderId} order={order} selected={order.orderId === selected} isOut={areOut} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ order, selected, isOut }: { readonly order: OrderSummary; readonly selected: boolean; readonly isOut: boolean }) {
  const { name, tone, means } = ORDER_STATE_WORDS[order.state]
  const why = order.why === null ? null : sayCode(order.why.code, order.why.figures).what
  const takenBack = useTakenBack(order.orderId)
  const price = order.averagePrice ?? order.limitPrice ?? order.expectedPrice
  return (
    <tr aria-selected={selected} className={selected ? 'hf-table__row--selected' : ''} onClick={() => go('orders', order.orderId)}>
      <td>
        <Tag tone={isOutOfItsChain(takenBack) ? 'attention' : tone} title={takenBack === null ? (why ?? means) : sayAlert(takenBack).what}>
          {name}
        </Tag>
      </td>
      <td>
        <a className="hf-table__link" href={hrefOf('orders', order.orderId)}>
          {SIDE_WORDS[order.side]} {withUnit(order.baseAmount, order.baseAsset)}
        </a>
        <span className="hf-dim hf-small"> {ORDER_TYPE_WORDS[order.type].toLowerCase()}</span>
        {why !== null && <div className="hf-small hf-dim hf-orders__why">{why}</div>}
        {takenBack !== null && <div className="hf-small hf-attention hf-orders__why">{sayAlert(takenBack).what}</div>}
        {isOut && !order.open && (
          <div className="hf-small hf-attention hf-orders__why">{order.state === 'rejected' ? MAY_BE_OUT_WORDS : STILL_WAITS_WORDS}</div>
        )}
      </td>
      <td>{VENUE_WORDS[order.venue]}</td>
      <td className="hf-right">
        <Amount value={price} unit={order.quoteAsset} {...priceStyle(price)} />
      </td>
      <td className="hf-right hf-orders__filled">
        <Amount value={order.filledBase} unit={order.baseAsset} most={6} />
        {order.open && <Meter label="Filled" share={share(order.filledBase, order.baseAmount)} full="plain" />}
      </td>
      <td className="hf-right">
        {order.notionalUsd === null ? (
          <span className="hf-dim">not known</span>
        ) : (
          <Amount value={order.notionalUsd} unit="USD" most={2} least={2} />
        )}
      </td>
      <td className="hf-right hf-dim">
        <When atMs={order.createdAtMs} />
      </td>
    </tr>
  )
}
