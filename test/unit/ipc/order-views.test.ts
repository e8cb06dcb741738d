import { afterEach, beforeEach, expect, test } from 'vitest'

import type { OrderRecord } from '../../../src-main/engine/journal/records'
import { summaryView } from '../../../src-main/ipc/views/order-views'
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
