import { AbiCoder, id, zeroPadValue } from 'ethers'
import { describe, expect, it } from 'vitest'

import type { Hex } from '../../../../src-main/domain/evm'
import { balanceChanges } from '../../../../src-main/venues/dex/balance-changes'
import type { LogValue } from '../../../../src-main/venues/dex/rpc-values'
import { testProfile } from './dex-fixtures'

const ME: Hex = `0x${'77'.repeat(20)}`
const OTHER: Hex = `0x${'88'.repeat(20)}`
const POOL: Hex = `0x${'99'.repeat(20)}`
const UNKNOWN: Hex = `0x${'ab'.repeat(20)}`
const COIN: Hex = `0x${'ee'.repeat(20)}`
const profile = testProfile()
const [weth, usdc] = profile.tokens.map((token) => token.address.toLowerCase() as Hex) as [Hex, Hex]

const word = (value: bigint) => AbiCoder.defaultAbiCoder().encode(['uint256'], [value]) as Hex
const log = (address: Hex, event: string, accounts: readonly Hex[], amount: bigint): LogValue => ({
  address,
  topics: [id(event) as Hex, ...accounts.map((account) => zeroPadValue(account, 32) as Hex)],
  data: word(amount),
})
const transfer = (token: Hex, from: Hex, to: Hex, amount: bigint) => log(token, 'Transfer(address,address,uint256)', [from, to], amount)
const changes = (...logs: LogValue[]) =>
  balanceChanges(profile, ME, logs).map(({ account, asset, deltaRaw, decimals }) => [account.toLowerCase(), asset, deltaRaw, decimals])

describe('what logs move', () => {
  it('is ours both ways, and others’ losses', () => {
    expect(changes(transfer(weth, ME, POOL, 10n), transfer(usdc, POOL, ME, 25n))).toEqual([
      [ME, 'WETH', -10n, 18],
      [POOL, 'USDC', -25n, 6],
      [ME, 'USDC', 25n, 6],
    ])
  })

  it('names whoever else loses something', () => {
    expect(changes(transfer(weth, OTHER, POOL, 10n))).toEqual([[OTHER, 'WETH', -10n, 18]])
  })

  it('adds up, and leaves out what comes to nothing', () => {
    expect(changes(transfer(weth, ME, POOL, 10n), transfer(weth, ME, POOL, 5n), transfer(weth, POOL, ME, 15n))).toEqual([])
    expect(changes(transfer(weth, ME, ME, 10n))).toEqual([])
  })

  it('counts wrapping, unwrapping, minting, burning and the coin itself', () => {
    const nobody: Hex = `0x${'00'.repeat(20)}`
    expect(changes(log(weth, 'Deposit(address,uint256)', [ME], 7n))).toEqual([[ME, 'WETH', 7n, 18]])
    expect(changes(log(weth, 'Withdrawal(address,uint256)', [ME], 7n))).toEqual([[ME, 'WETH', -7n, 18]])
    expect(changes(log(usdc, 'Deposit(address,uint256)', [ME], 7n))).toEqual([])
    expect(changes(transfer(usdc, nobody, ME, 7n))).toEqual([[ME, 'USDC', 7n, 6]])
    expect(changes(transfer(usdc, ME, nobody, 7n))).toEqual([[ME, 'USDC', -7n, 6]])
    expect(changes(transfer(COIN, ME, OTHER, 7n))).toEqual([[ME, 'ETH', -7n, 18]])
  })

  it('shows tokens that nobody told us of, and items of collections', () => {
    expect(changes(transfer(UNKNOWN, ME, POOL, 7n))).toMatchObject([[ME, expect.stringMatching(/^0x[aAbB]{40}$/) as string, -7n, 0]])
    const item = { ...transfer(UNKNOWN, ME, POOL, 0n), data: '0x' as Hex }
    expect(changes({ ...item, topics: [...item.topics, word(99n)] })).toMatchObject(
      [[ME, {}, -1n, 0]].map(([a, , d, n]) => [a, expect.any(String) as string, d, n]),
    )
  })

  it('ignores other events', () => {
    expect(changes(log(weth, 'Approval(address,address,uint256)', [ME, POOL], 7n), { address: weth, topics: [], data: '0x' })).toEqual([])
  })
})
