import { AbiCoder, Interface, concat, id } from 'ethers'
import { describe, expect, it } from 'vitest'

import { classifyRevert, decodeRevert } from '../../../../src-main/venues/dex/reverts'
import { classifyReadError, classifySendError } from '../../../../src-main/venues/dex/rpc-errors'
import { cleanText } from '../../../../src-main/venues/dex/text'

const reason = (text: string) => concat(['0x08c379a0', AbiCoder.defaultAbiCoder().encode(['string'], [text])])

describe('revert data', () => {
  it('is read in the forms that contracts use', () => {
    expect(decodeRevert(reason('Too little received'))).toBe('Too little received')
    expect(decodeRevert(concat(['0x4e487b71', AbiCoder.defaultAbiCoder().encode(['uint256'], [0x11])]))).toBe('panic 17')
    const custom = new Interface(['error ERC20InsufficientBalance(address,uint256,uint256)'])
    const data = custom.encodeErrorResult('ERC20InsufficientBalance', [`0x${'11'.repeat(20)}`, 1, 2])
    expect(decodeRevert(data)).toBe(`ERC20InsufficientBalance(0x${'11'.repeat(20)}, 1, 2)`)
    expect(decodeRevert(id('Unknown()').slice(0, 10))).toBe(`error ${id('Unknown()').slice(0, 10)}`)
  })

  it('is never a reason to fall over', () => {
    expect(decodeRevert('0x')).toBeNull()
    expect(decodeRevert('')).toBeNull()
    expect(decodeRevert('0x08c379a0ffff')).toBe('error 0x08c379a0')
    expect(decodeRevert('0x01')).toBe('error 0x01')
    expect(decodeRevert(reason(''))).toBeNull()
    expect(decodeRevert(reason(`a\u0000b\n\u202e${'x'.repeat(1000)}`))).toMatch(/^a b x{1,196}$/)
  })

  it.each([
    ['Too little received', 'SLIPPAGE_EXCEEDED'],
    ['Too much requested', 'SLIPPAGE_EXCEEDED'],
    ['UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT', 'SLIPPAGE_EXCEEDED'],
    ['UniswapV2Router: EXCESSIVE_INPUT_AMOUNT', 'SLIPPAGE_EXCEEDED'],
    ['Transaction too old', 'EXPIRED'],
    ['UniswapV2Router: EXPIRED', 'EXPIRED'],
    ['TransferHelper: TRANSFER_FROM_FAILED', 'INSUFFICIENT_FUNDS'],
    ['ERC20: transfer amount exceeds balance', 'INSUFFICIENT_FUNDS'],
    ['out of gas', 'OUT_OF_GAS'],
    ['STF', 'REVERTED'],
    ['something else', 'REVERTED'],
    [null, 'REVERTED'],
  ] as const)('%s is %s', (text, code) => {
    expect(classifyRevert(text)).toBe(code)
  })
})

describe('a node’s refusal', () => {
  it.each([
    [{ code: 3, message: 'execution reverted: STF', data: reason('STF') }, 'REVERTED', true, 'STF'],
    [{ code: -32000, message: 'execution reverted: Transaction too old' }, 'EXPIRED', true, 'Transaction too old'],
    [{ code: -32015, message: 'VM execution error. reverted', data: { data: reason('STF') } }, 'REVERTED', true, 'STF'],
    [{ code: 3, message: 'execution reverted', data: '0x' }, 'REVERTED', true, null],
    [{ code: -32005, message: 'limit exceeded' }, 'RATE_LIMITED', false, null],
    [{ code: -32000, message: 'Too Many Requests' }, 'RATE_LIMITED', false, null],
    [{ code: -32601, message: 'the method eth_simulateV1 does not exist' }, 'UNSUPPORTED', false, null],
    [{ code: -32000, message: 'insufficient funds for gas * price + value' }, 'INSUFFICIENT_FUNDS', false, null],
    [{ code: -32000, message: 'header not found' }, 'NOT_FOUND', false, null],
    [{ code: -32000, message: 'missing trie node 12ab (path )' }, 'NOT_FOUND', false, null],
    [{ code: -32005, message: 'query returned more than 10000 results' }, 'NOT_FOUND', false, null],
    [{ code: -32602, message: 'BlockOutOfRangeError: block height is 86 but requested was 65535' }, 'NOT_FOUND', false, null],
    [{ code: -32603, message: 'Internal error' }, 'NETWORK_ERROR', false, null],
    [{ code: -32000, message: 'something else' }, 'NETWORK_ERROR', false, null],
  ] as const)('to read: %o', (error, code, reverted, revertReason) => {
    expect(classifyReadError(error)).toMatchObject({ code, reverted, revertReason })
    // The breaker hears of a node that does not serve, not of one that says no.
    expect(classifyReadError(error).fault).toBe(code === 'RATE_LIMITED' || error.code === -32603)
  })

  // The words of geth, erigon, nethermind, besu, reth and anvil.
  it.each([
    ['already known', 'known', null],
    ['ALREADY_EXISTS: already known', 'known', null],
    ['AlreadyKnown', 'known', null],
    ['Known transaction', 'known', null],
    ['transaction already imported', 'known', null],
    ['nonce too low: next nonce 5, tx nonce 4', 'lookup', 'NONCE_TOO_LOW'],
    ['NONCE_TOO_LOW', 'lookup', 'NONCE_TOO_LOW'],
    ['OldNonce', 'lookup', 'NONCE_TOO_LOW'],
    ['insufficient funds for gas * price + value: balance 1', 'rejected', 'INSUFFICIENT_FUNDS'],
    ['Upfront cost exceeds account balance', 'rejected', 'INSUFFICIENT_FUNDS'],
    ['replacement transaction underpriced', 'rejected', 'REPLACEMENT_UNDERPRICED'],
    ['transaction underpriced: gas tip cap 0', 'rejected', 'REPLACEMENT_UNDERPRICED'],
    ['FeeTooLow', 'rejected', 'REPLACEMENT_UNDERPRICED'],
    ['max fee per gas less than block base fee', 'rejected', 'REPLACEMENT_UNDERPRICED'],
    ['txpool is full', 'rejected', 'REPLACEMENT_UNDERPRICED'],
    ['intrinsic gas too low', 'rejected', 'OUT_OF_GAS'],
    ['exceeds block gas limit', 'rejected', 'INVALID_INSTRUCTION'],
    ['tx fee (12.00 ether) exceeds the configured cap (1.00 ether)', 'rejected', 'INVALID_INSTRUCTION'],
    ['invalid sender', 'rejected', 'INVALID_INSTRUCTION'],
    ['rlp: expected input list', 'rejected', 'INVALID_INSTRUCTION'],
    ['invalid chain id for signer: have 1 want 5', 'rejected', 'WRONG_CHAIN'],
    ['internal error', 'unknown', 'NETWORK_ERROR'],
    ['request timed out', 'unknown', 'NETWORK_ERROR'],
    ['', 'unknown', 'NETWORK_ERROR'],
  ] as const)('to send, “%s”, is %s', (message, kind, code) => {
    const refusal = classifySendError({ code: -32000, message })
    expect(refusal.kind).toBe(kind)
    expect(refusal.kind === 'known' ? null : refusal.failure.code).toBe(code)
  })
})

describe('a stranger’s text', () => {
  it('becomes one short printable line', () => {
    expect(cleanText('a\u001b[31mred\r\nb')).toBe('a [31mred b')
    expect(cleanText('‮gnp.exe')).toBe('gnp.exe')
    expect(cleanText('x'.repeat(10_000))).toHaveLength(200)
  })
})
