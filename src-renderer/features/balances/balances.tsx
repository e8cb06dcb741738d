import './balances.css'

import { Button, Select, Skeleton } from '@mantine/core'
import { IconWallet } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { BalanceView } from '../../../src-preload/contract/market'
import { refreshBalances, useMarket } from '../../stores/market'
import { useOrders } from '../../stores/orders'
import { known } from '../../stores/remote'
import { isZero, sum } from '../../ui/format/amount'
import { Empty } from '../../ui/empty'
import { SaidNotice } from '../../ui/notice'
import { ScreenHead } from '../../ui/panel'
import { Amount, Hex, When } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'

/** What each account holds, free and held by orders. */
export function Balances() {
  const accounts = useMarket((state) => known(state.accounts))
  const [chosen, setChosen] = useState<string | null>(null)
  const account = accounts?.find(({ id }) => id === chosen) ?? accounts?.[0] ?? null
  const id = account?.id ?? null
  const changes = useOrders((state) => state.closed)
  useEffect(() => {
    // Read again whenever an order ended: that is when balances move.
    if (id !== null) void refreshBalances(id)
  }, [id, changes])
  const remote = useMarket((state) => state.balances)
  const value = useMarket((state) => (state.balancesOf === id ? known(state.balances) : null))
  return (
    <div className="hf-balances">
      <ScreenHead
        title="Balances"
        about={
          value === null ? undefined : (
            <>
              as of <When atMs={value.atMs} />
            </>
          )
        }
      >
        {accounts !== null && accounts.length > 1 && (
          <Select
            aria-label="Account"
            data={accounts.map(({ id: each, label }) => ({ value: each, label }))}
            value={id}
            onChange={setChosen}
          />
        )}
        <Button
          variant="default"
          onClick={() => {
            if (id !== null) void refreshBalances(id)
          }}
        >
          Refresh
        </Button>
      </ScreenHead>
      {account?.address !== null && account !== null && <Hex value={account.address} what="address" whole />}
      {remote.kind === 'failed' && <SaidNotice said={sayProblem(remote.problem)} tone="attention" />}
      {value === null ? remote.kind !== 'failed' && <Rows /> : <BalanceTable balances={value.balances} />}
    </div>
  )
}

function Rows() {
  return (
    <div role="status" aria-label="Balances are loading">
      {[1, 2, 3, 4].map((row) => (
        <Skeleton key={row} h={32} my="sm" />
      ))}
    </div>
  )
}

function BalanceTable({ balances }: { readonly balances: readonly BalanceView[] }) {
  if (balances.length === 0)
    return (
      <Empty icon={<IconWallet size={32} />} title="This account holds nothing">
        Send coins to its address, then refresh.
      </Empty>
    )
  const priced = balances.flatMap(({ usd }) => (usd === null ? [] : [usd]))
  const total = sum(priced)
  const unpriced = balances.length - priced.length
  return (
    <div className="hf-table__scroll hf-table__scroll--alone">
      <table className="hf-table">
        <thead>
          <tr>
            <th scope="col">Asset</th>
            <th scope="col" className="hf-right">
              Free
            </th>
            <th scope="col" className="hf-right">
              Held by orders
            </th>
            <th scope="col" className="hf-right">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {balances.map(({ asset, token, free, held, usd }) => (
            <tr key={token ?? asset}>
              <td>
                <strong>{asset}</strong> {token !== null && <Hex value={token} what="token address" />}
              </td>
              <td className={isZero(free) ? 'hf-right hf-dim' : 'hf-right'}>
                <Amount value={free} unit={asset} copy />
              </td>
              <td className={isZero(held) ? 'hf-right hf-dim' : 'hf-right'}>
                <Amount value={held} unit={asset} />
              </td>
              <td className="hf-right">
                {usd === null ? <span className="hf-dim">not known</span> : <Amount value={usd} unit="USD" most={2} least={2} />}
              </td>
            </tr>
          ))}
        </tbody>
        {total !== null && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                Together
                {unpriced > 0 &&
                  `, without ${unpriced} ${unpriced === 1 ? 'asset' : 'assets'} that ${unpriced === 1 ? 'has' : 'have'} no price`}
              </th>
              <td className="hf-right">
                <strong>
                  <Amount value={total} unit="USD" most={2} least={2} />
                </strong>
              </td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}
