import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Hex, UnsignedTx } from '../../../../src-main/domain/evm'
import { RehearsalChain, REHEARSAL_CHAIN_ID } from '../../../../src-main/venues/paper/rehearsal-chain'
import { FakeClock } from '../../../support/fake-clock'

const FROM = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const GWEI = 1_000_000_000n
const txOf = (nonce: number, maxGwei: bigint, tipGwei = 1n): UnsignedTx => ({
  ...{ chainId: REHEARSAL_CHAIN_ID, from: FROM, to: FROM, nonce, valueWei: 0n, data: '0x', gasLimit: 21_000n },
  maxFeePerGasWei: maxGwei * GWEI,
  maxPriorityFeePerGasWei: tipGwei * GWEI,
})

let clock: FakeClock
let chain: RehearsalChain
const known = new Map<Hex, UnsignedTx>()
beforeEach(() => {
  clock = new FakeClock()
  known.clear()
  chain = new RehearsalChain({ clock, scheduler: clock, decode: (raw) => known.get(raw) ?? null })
})
afterEach(() => {
  chain.stop()
})
const place = (hash: Hex, tx: UnsignedTx) => {
  known.set(hash, tx)
  return chain.place({ kind: 'signed-tx', raw: hash, hash }, () => null)
}

test('B7: what offers less than the blocks ask for waits, and what offers enough is mined in the order of the nonces', async () => {
  await place('0xa1', txOf(1, 20n))
  await place('0xa0', txOf(0, 5n))
  await clock.advance(5_000)
  expect([chain.minedAt(0), chain.waitingAt(0), chain.minedAt(1)]).toEqual([null, '0xa0', null])
  expect(await place('0xb0', txOf(0, 20n, 2n))).toMatchObject({ kind: 'accepted' })
  await clock.advance(500)
  expect([chain.minedAt(0), chain.minedAt(1), chain.waitingAt(0)]).toEqual(['0xb0', '0xa1', null])
  expect(await chain.transactionCount()).toEqual({ ok: true, value: 2 })
  expect(await chain.receipt('0xa0')).toEqual({ ok: true, value: null })
})

test('B7: a nonce is taken over only by what offers a tenth more of both fees, and never once it is used', async () => {
  await place('0xa0', txOf(0, 5n))
  for (const tx of [txOf(0, 5n, 2n), txOf(0, 50n, 1n)])
    expect(await place('0xb0', tx)).toMatchObject({ kind: 'rejected', failure: { code: 'REPLACEMENT_UNDERPRICED' } })
  expect(chain.waitingAt(0)).toBe('0xa0')
  await place('0xc0', txOf(0, 20n, 2n))
  await clock.advance(500)
  expect(await place('0xd0', txOf(0, 90n, 9n))).toMatchObject({ kind: 'rejected', failure: { code: 'NONCE_TOO_LOW' } })
})

test('B7: the last look decides here as anywhere, and what is no transaction of this chain is refused', async () => {
  known.set('0xa0', txOf(0, 20n))
  const denial = { code: 'KILL_SWITCH_TRIGGERED', figures: {} } as const
  expect(await chain.place({ kind: 'signed-tx', raw: '0xa0', hash: '0xa0' }, () => denial)).toEqual({ kind: 'withheld', denial })
  expect(await chain.place({ kind: 'signed-tx', raw: '0xff', hash: '0xff' }, () => null)).toMatchObject({ kind: 'rejected' })
  expect(await place('0xe0', { ...txOf(0, 20n), chainId: 1 })).toMatchObject({ kind: 'rejected' })
  expect(chain.waitingAt(0)).toBeNull()
})
