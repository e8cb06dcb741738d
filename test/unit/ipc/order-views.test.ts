import { afterEach, beforeEach, expect, test } from 'vitest'

import { orderDetail } from '../../../src-preload/contract/orders'
import type { OrderRecord } from '../../../src-main/engine/journal/records'
import { detailView, summaryView } from '../../../src-main/ipc/views/order-views'
import { engineBench, type EngineBench } from '../../support/app/engine-bench'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const networkFee = { gasLimit: '21000', expectedWei: '1000000000000000', maxWei: '2000000000000000', expectedUsd: '2.5' }
const feeUsd = async (fee: string | null, feeAsset: string | null, plan: Partial<OrderRecord['plan']> = {}): Promise<string | null> => {
  const { orderId } = await bench.start()
  const record = bench.engine.journal.note(orderId, { fee, feeAsset })
  return summaryView({ ...record, plan: { ...record.plan, networkFee, ...plan } }, bench.engine.ports.accounts).feeUsd
}

test('D7: a fee for gas is told in USD by the price that the plan knew, exactly; one without a price is not guessed', async () => {
  expect(await feeUsd('0.002', 'ETH')).toBe('5')
  expect(await feeUsd('0.002', 'ETH', { networkFee: { ...networkFee, expectedUsd: null } })).toBe(null)
  expect(await feeUsd('0.002', 'ETH', { networkFee: { ...networkFee, expectedWei: '0' } })).toBe(null)
  expect(await feeUsd('0.002', 'ETH', { networkFee: null })).toBe(null)
  expect(await feeUsd(null, null)).toBe(null)
  expect(await feeUsd('1', 'SOMETHING')).toBe(null)
})

test('D7: a fee in the quote’s asset is told in USD by its price', async () => {
  const { plan } = await bench.prepare()
  const asset = plan.quote.instrument.quote.symbol
  const usdPerQuote = plan.quote.usdPerQuote?.toFixed() ?? null
  expect(usdPerQuote).not.toBeNull()
  expect(Number(await feeUsd('3', asset))).toBeCloseTo(3 * Number(usdPerQuote), 6)
})

test('X10: an order with a transaction on record that cannot be read is told with what can be read, and offers no replacement', async () => {
  bench.venue.needsAllowance = true
  const { orderId } = await bench.start()
  const told = () => orderDetail.parse(detailView(bench.engine, bench.engine.journal.get(orderId)!))
  const whole = told()
  expect(whole).toMatchObject({
    transactions: [{ purpose: 'approve' }, { purpose: 'order' }],
    unreadableTransactions: 0,
    waitsOnChain: true,
  })
  for (const damage of ["unsigned_json = 'no JSON'", "unsigned_json = '{}'", "purpose = 'gift'"]) {
    bench.db.exec(`UPDATE transactions SET ${damage} WHERE purpose = 'order'`)
    expect(told()).toEqual({ ...whole, transactions: whole.transactions.slice(0, 1), unreadableTransactions: 1, waitsOnChain: false })
  }
})
