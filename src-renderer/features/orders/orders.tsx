import './orders.css'

import { Button, Tabs } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconHistory, IconListDetails } from '@tabler/icons-react'
import type { ReactNode } from 'react'

import { cancelAll, useHalt } from '../../stores/halt'
import { go } from '../../stores/navigation'
import { readOlderOrders, refreshOrders, useOrders } from '../../stores/orders'
import { known } from '../../stores/remote'
import { Empty } from '../../ui/empty'
import { ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { CancelAllReport } from './cancel-all-report'
import { OrderTable } from './order-table'

interface Props {
  /** The order that is open beside the list. */
  readonly selected: string | null
  /** Shows the life of an order; another feature, handed in by the app. */
  readonly renderOrder: (orderId: string) => ReactNode
}

/** What is going out and what became of it; each opens its timeline. */
export function Orders({ selected, renderOrder }: Props) {
  const open = useOrders((state) => state.open)
  const closed = useOrders((state) => state.closed)
  const more = useOrders((state) => state.moreClosed)
  const canceling = useHalt((state) => state.cancelAll.kind === 'canceling')
  const narrow = useMediaQuery('(max-width: 1100px)')
  const openCount = known(open)?.length ?? null
  // What its node refused and has is out, and nobody can cancel it.
  const cancelable = (known(open) ?? []).filter(({ state }) => state !== 'rejected').length
  if (selected !== null && narrow)
    return (
      <div className="hf-orders__alone">
        <Button variant="subtle" onClick={() => go('orders')}>
          Back to the list
        </Button>
        {renderOrder(selected)}
      </div>
    )
  return (
    <div className={selected === null ? 'hf-orders' : 'hf-orders hf-orders--split'}>
      <section className="hf-orders__list" aria-label="Orders">
        <ScreenHead title="Orders">
          <Button variant="default" loading={canceling} disabled={openCount !== null && cancelable === 0} onClick={() => void cancelAll()}>
            Cancel all open orders{cancelable === 0 ? '' : ` (${cancelable})`}
          </Button>
        </ScreenHead>
        <CancelAllReport />
        <Tabs defaultValue="open" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="open">Open{openCount === null ? '' : ` (${openCount})`}</Tabs.Tab>
            <Tabs.Tab value="closed">History</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="open">
            {open.kind === 'failed' && <Unread problem={open.problem} again={refreshOrders} />}
            {(open.kind !== 'failed' || known(open) !== null) && (
              <OrderTable
                orders={known(open)}
                selected={selected}
                areOut
                empty={
                  <Empty
                    icon={<IconListDetails size={32} />}
                    title="Nothing is out"
                    action={<Button onClick={() => go('trade')}>Open a ticket</Button>}
                  >
                    Orders that rest or are being followed appear here, each with its timeline.
                  </Empty>
                }
              />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="closed">
            {closed.kind === 'failed' && <Unread problem={closed.problem} again={refreshOrders} />}
            {(closed.kind !== 'failed' || known(closed) !== null) && (
              <OrderTable
                orders={known(closed)}
                selected={selected}
                empty={
                  <Empty icon={<IconHistory size={32} />} title="No order has ended yet">
                    Filled, canceled, denied and rejected orders are kept here with everything that stands behind them.
                  </Empty>
                }
              />
            )}
            {more && (
              <Button variant="subtle" fullWidth onClick={() => void readOlderOrders()}>
                Show older orders
              </Button>
            )}
          </Tabs.Panel>
        </Tabs>
      </section>
      {selected !== null && (
        <aside className="hf-orders__detail" aria-label="Order detail" tabIndex={0}>
          <Button className="hf-orders__close" variant="subtle" size="compact-sm" onClick={() => go('orders')}>
            Close
          </Button>
          {renderOrder(selected)}
        </aside>
      )}
    </div>
  )
}
