import { Interface } from 'ethers/abi'
import { describe, expect, test } from 'vitest'

import type { KnownThings } from '../../../../src-main/domain/device-preview'
import type { Hex, UnsignedTx } from '../../../../src-main/domain/evm'
import { auditHeadMessage, authenticationMessage } from '../../../../src-main/domain/own-typed-data'
import { describeCall, describeMessage } from '../../../../src-main/signers/ledger/erc7730/describe'
import { approveData, BENCH_CHAIN_ID, benchTx, ROUTER, SIGNER_ADDRESS, swapData, USDC, WETH } from '../../../support/app/bench-chain'

const V2_ROUTER = '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D'
const DEADLINE = 1_790_000_000
const KNOWN: KnownThings = {
  coin: 'ETH',
  token: (address) =>
    address.toLowerCase() === WETH.toLowerCase()
      ? { symbol: 'WETH', decimals: 18 }
      : address.toLowerCase() === USDC.toLowerCase()
        ? { symbol: 'USDC', decimals: 6 }
        : null,
  router: (address) => (address === ROUTER ? 'uniswap-v3-swap-router' : address === V2_ROUTER ? 'uniswap-v2-router' : null),
}
const v3 = new Interface([
  'function exactOutputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountOut, uint256 amountInMaximum, uint160 sqrtPriceLimitX96) params)',
  'function multicall(bytes[] data)',
  'function unwrapWETH9(uint256 amountMinimum, address recipient)',
])
const v2 = new Interface([
  'function swapExactTokensForTokens(uint256, uint256, address[], address, uint256)',
  'function swapTokensForExactTokens(uint256, uint256, address[], address, uint256)',
])
const erc20 = new Interface(['function transfer(address, uint256)'])
const call = (to: string, data: string, valueWei = 0n): UnsignedTx => benchTx({ to, data: data as Hex, valueWei })
const meant = (tx: UnsignedTx): string => {
  const meaning = describeCall(tx, KNOWN)
  return meaning === null
    ? 'nothing'
    : [`${meaning.owner}: ${meaning.intent}`, ...meaning.fields.map(({ label, value }) => `${label}: ${value}`)].join('\n')
}

describe('B11: calls in words, by the descriptors that the app ships (ERC-7730)', () => {
  test('B11: a swap with an exact input', () => {
    const data = swapData({ amountInRaw: 1_500_000_000_000_000_000n, minOutRaw: 4_200_000_000n, deadlineSec: DEADLINE })
    expect(meant(call(ROUTER, data))).toBe(
      `Uniswap: Swap
Send: 1.5 WETH
Receive minimum: 4200 USDC
Pool fee: 0.3%
Beneficiary: ${SIGNER_ADDRESS}
Until: 2026-09-21 14:13:20 UTC`,
    )
  })

  test('B11: a swap with an exact output', () => {
    const data = v3.encodeFunctionData('exactOutputSingle', [[WETH, USDC, 500, SIGNER_ADDRESS, DEADLINE, 4_200_000_000n, 10n ** 18n, 0]])
    expect(meant(call(ROUTER, data))).toContain('Send maximum: 1 WETH\nReceive: 4200 USDC\nPool fee: 0.05%')
  })

  test('B11: several calls in one, each with its own words', () => {
    const swap = swapData({ amountInRaw: 1n, minOutRaw: 1n, deadlineSec: DEADLINE })
    const unwrap = v3.encodeFunctionData('unwrapWETH9', [5n * 10n ** 17n, SIGNER_ADDRESS])
    const both = meant(call(ROUTER, v3.encodeFunctionData('multicall', [[swap, unwrap]])))
    expect(both).toContain('Uniswap: Several calls in one\nCall 1: Swap\n')
    expect(both).toContain('Call 2: Unwrap\nReceive minimum: 0.5 ETH')
    const unknown = v3.encodeFunctionData('multicall', [[swap, '0xdeadbeef']])
    expect(meant(call(ROUTER, unknown))).toBe('nothing')
  })

  test('B11: the V2 router, its path from the first token to the last', () => {
    const args = [10n ** 18n, 4_000_000_000n, [WETH, ROUTER, USDC], SIGNER_ADDRESS, DEADLINE]
    expect(meant(call(V2_ROUTER, v2.encodeFunctionData('swapExactTokensForTokens', args)))).toContain(
      'Send: 1 WETH\nReceive minimum: 4000 USDC',
    )
    const exact = [4_000_000_000n, 10n ** 18n, [WETH, USDC], SIGNER_ADDRESS, DEADLINE]
    expect(meant(call(V2_ROUTER, v2.encodeFunctionData('swapTokensForExactTokens', exact)))).toContain(
      'Send maximum: 1 WETH\nReceive: 4000 USDC',
    )
  })

  test('B11: an allowance and a transfer of a token that the app knows', () => {
    expect(meant(call(USDC, approveData(25_000_000n)))).toBe(
      `ERC-20: Allow spending\nSpender: ${ROUTER} (Uniswap V3 router)\nUp to: 25 USDC`,
    )
    expect(meant(call(USDC, approveData((1n << 256n) - 1n)))).toContain('Up to: Unlimited USDC')
    expect(meant(call(WETH, erc20.encodeFunctionData('transfer', [SIGNER_ADDRESS, 1n])))).toBe(
      `ERC-20: Send\nAmount: 0.000000000000000001 WETH\nTo: ${SIGNER_ADDRESS}`,
    )
  })

  test('B11: what is not known is not described: another contract, another function, another encoding, something behind', () => {
    const swap = swapData({ amountInRaw: 1n, minOutRaw: 1n, deadlineSec: DEADLINE })
    expect(meant(call(SIGNER_ADDRESS, swap))).toBe('nothing')
    expect(meant(call(ROUTER, '0x12345678'))).toBe('nothing')
    expect(meant(call(ROUTER, `${swap}00`))).toBe('nothing')
    expect(meant(call(ROUTER, swap.slice(0, -2)))).toBe('nothing')
    expect(meant(call(ROUTER, '0x'))).toBe('nothing')
    // The upper bytes of an address word are dropped by a lax decoder.
    expect(meant(call(USDC, approveData(1n).replace('095ea7b3000000', '095ea7b3ff0000')))).toBe('nothing')
  })

  test('B11: a router at its official address is known without the app’s list, on its own chain only', () => {
    const bare: KnownThings = { coin: 'ETH', token: () => null, router: () => null }
    const swap = swapData({ amountInRaw: 7n, minOutRaw: 9n, deadlineSec: DEADLINE })
    const fields = describeCall({ ...call(ROUTER, swap), chainId: 1 }, bare)?.fields
    expect(fields?.[0]).toEqual({ label: 'Send', value: `7 units of ${WETH}` })
    expect(describeCall({ ...call(ROUTER, swap), chainId: BENCH_CHAIN_ID }, bare)).toBeNull()
  })
})

describe('B11 B3: messages of our own in words', () => {
  const head = auditHeadMessage({ environment: 'live', seq: 12, hash: `0x${'ab'.repeat(32)}`, atMs: 1_790_000_000_000 })

  test('B3: the head of the record, and a proof of who we are', () => {
    expect(describeMessage(head, KNOWN)).toEqual({
      owner: 'Holdfast',
      intent: 'Vouch for the audit record',
      fields: [
        { label: 'Environment', value: 'live' },
        { label: 'Entries', value: '12' },
        { label: 'Head of the chain', value: `0x${'ab'.repeat(32)}` },
        { label: 'As of, ms since 1970', value: '1790000000000' },
      ],
    })
    const proof = authenticationMessage({
      act: 'release-halt',
      subject: 'testnet',
      requestHash: `0x${'02'.repeat(32)}`,
      nonce: `0x${'01'.repeat(32)}`,
      atMs: 1,
    })
    expect(describeMessage(proof, KNOWN)?.intent).toBe('Prove who you are')
  })

  test('B3: nothing that only looks like one of ours', () => {
    expect(describeMessage({ ...head, domain: { ...head.domain, chainId: '1' } }, KNOWN)).toBeNull()
    expect(describeMessage({ ...head, domain: { name: 'Holdfast', version: '2' } }, KNOWN)).toBeNull()
    expect(describeMessage({ ...head, primaryType: 'Permit' }, KNOWN)).toBeNull()
    expect(describeMessage({ ...head, message: { ...head.message, hash: '0x12' } }, KNOWN)).toBeNull()
    const [first, ...others] = head.types['AuditHead'] ?? []
    expect(describeMessage({ ...head, types: { AuditHead: [...others, ...(first === undefined ? [] : [first])] } }, KNOWN)).toBeNull()
  })
})
