import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { DecodedCall, UnsignedTx } from '../../../../src-main/domain/evm'
import type { GuardInput } from '../../../../src-main/guards/guard'
import { decodeCall } from '../../../../src-main/guards/policy/decode-call'
import { loadPolicy, type Policy } from '../../../../src-main/guards/policy/policy'
import { policyGuard } from '../../../../src-main/guards/policy/policy-guard'
import { runGuards } from '../../../../src-main/guards/run-guards'
import { decimal } from '../../../../src-main/lib/decimal'
import {
  CHAIN_POLICY,
  DAI,
  ROUTER,
  ROUTER_V2,
  SIGNER,
  STRANGER,
  USDC,
  WETH,
  approveInput,
  chainInput,
  chainIntent,
  paperInput,
  requestOf,
  swapData,
  swapOf,
  txOf,
} from '../support/input'
import { ERC20, V3_ROUTER, encode } from '../support/routers'
import { answer, detailOf, figureOf } from '../support/verdicts'

const withPolicy = (changed: Partial<Policy>): Pick<GuardInput, 'policy'> => ({
  policy: { kind: 'loaded', policy: { ...CHAIN_POLICY, ...changed } },
})
const swap = (changed: Partial<GuardInput>) => policyGuard.evaluate(chainInput(changed))
const withTx = (changed: Partial<UnsignedTx>) => swap({ tx: txOf(changed) })
const withCall = (changed: Partial<Extract<DecodedCall, { kind: 'swap' }>>) => swap({ call: swapOf(changed) })
const approve = (changed: Partial<Extract<DecodedCall, { kind: 'approve' }>>, input: Partial<GuardInput> = {}) => {
  const call = { kind: 'approve', token: WETH, spender: ROUTER, amountRaw: 10n ** 18n, unlimited: false, ...changed } as const
  return policyGuard.evaluate(approveInput({ call, ...input }))
}

describe('the policy', () => {
  it('lets through what is on its lists and within its limits', () => {
    expect(answer(swap({}))).toBe('pass')
    expect(answer(policyGuard.evaluate(approveInput()))).toBe('pass')
    expect(answer(policyGuard.evaluate(paperInput()))).toBe('pass')
  })

  it.each(['', '{', '{"version":1}'])('denies everything when it reads %o', (text) => {
    const policy = loadPolicy(text)
    for (const input of [chainInput({ policy }), approveInput({ policy }), paperInput({ policy })]) {
      expect(answer(policyGuard.evaluate(input))).toBe('POLICY_UNREADABLE')
    }
  })

  it('shows the figures it looked at', () => {
    const verdict = swap({})
    expect(verdict.figures).toContainEqual({ name: 'gas', value: '300000', limit: '1000000', unit: 'gas' })
    expect(verdict.figures).toContainEqual({ name: 'order value', value: '1990.00', limit: '10000', unit: 'USD' })
    expect(figureOf(verdict, 'recipient')).toBe(SIGNER)
  })
})

describe('about the order', () => {
  it('knows venues and instruments', () => {
    expect(answer(swap(withPolicy({ venues: ['paper'] })))).toBe('VENUE_NOT_ALLOWED')
    expect(answer(swap(withPolicy({ instruments: [] })))).toBe('INSTRUMENT_NOT_ALLOWED')
    expect(answer(swap(withPolicy({ instruments: ['WETH-DAI'] })))).toBe('INSTRUMENT_NOT_ALLOWED')
    expect(answer(swap(withPolicy({ instruments: ['WETH-USDC'] })))).toBe('pass')
  })

  it('has a limit in USD that may be reached and not exceeded', () => {
    expect(answer(swap({ notionalUsd: decimal('10000') }))).toBe('pass')
    expect(detailOf(swap({ notionalUsd: decimal('10000.01') }))).toEqual({ notionalUsd: '10000.01', maxUsd: '10000' })
    expect(answer(swap({ notionalUsd: decimal('10000.000000001') }))).toBe('NOTIONAL_EXCEEDS_MAX')
  })

  it('is denied without a value, unless the policy can do without', () => {
    expect(answer(swap({ notionalUsd: null }))).toBe('NOTIONAL_UNKNOWN')
    expect(answer(swap({ notionalUsd: null, ...withPolicy({ requireKnownNotional: false }) }))).toBe('pass')
  })

  it.each(['NaN', 'Infinity', '-Infinity', '-1'])('is denied with a value of %s, whatever the policy', (value) => {
    expect(answer(swap({ notionalUsd: decimal(value) }))).toBe('NOTIONAL_UNKNOWN')
    expect(answer(swap({ notionalUsd: decimal(value), ...withPolicy({ requireKnownNotional: false }) }))).toBe('NOTIONAL_UNKNOWN')
  })

  it('is all that is asked of an order on an exchange', () => {
    const policy = { kind: 'loaded', policy: { ...CHAIN_POLICY, venues: ['paper'], chainIds: [], signerAddresses: [] } } as const
    expect(answer(policyGuard.evaluate(paperInput({ policy })))).toBe('pass')
  })

  it('is one deed: a request or a transaction', () => {
    expect(answer(swap({ tx: null, call: null }))).toBe('INVALID_TRANSACTION')
    expect(answer(swap({ request: requestOf() }))).toBe('INVALID_TRANSACTION')
    expect(answer(swap({ intent: null }))).toBe('INVALID_INTENT')
    expect(answer(policyGuard.evaluate(paperInput({ purpose: 'approve' })))).toBe('INVALID_TRANSACTION')
  })
})

describe('about the transaction', () => {
  it('is signed by an allowed signer, from itself', () => {
    expect(answer(swap({ signerAddress: null }))).toBe('SIGNER_NOT_ALLOWED')
    expect(answer(swap({ signerAddress: STRANGER, tx: txOf({ from: STRANGER }) }))).toBe('SIGNER_NOT_ALLOWED')
    expect(answer(withTx({ from: STRANGER }))).toBe('SIGNER_NOT_ALLOWED')
    expect(answer(withTx({ from: SIGNER.toLowerCase() }))).toBe('pass')
  })

  it('is for an allowed chain', () => {
    expect(answer(withTx({ chainId: 1 }))).toBe('CHAIN_NOT_ALLOWED')
  })

  it('goes to an allowed address', () => {
    expect(answer(withTx({ to: STRANGER }))).toBe('TO_NOT_ALLOWED')
    expect(answer(withTx({ to: ROUTER.toLowerCase() }))).toBe('pass')
    expect(answer(withTx({ to: ROUTER_V2 }))).toBe('pass')
  })

  it.each(['', '0x', `0x${'00'.repeat(20)}`, null, undefined])('is denied as the creation of a contract when it goes to %o', (to) => {
    expect(answer(withTx({ to: to as string }))).toBe('CONTRACT_CREATION')
  })

  it('carries no more coin than allowed', () => {
    expect(answer(withTx({ valueWei: 1n }))).toBe('VALUE_EXCEEDS_MAX')
    expect(answer(swap({ tx: txOf({ valueWei: 5n }), ...withPolicy({ maxValueWei: 5n }) }))).toBe('pass')
    expect(answer(swap({ tx: txOf({ valueWei: 6n }), ...withPolicy({ maxValueWei: 5n }) }))).toBe('VALUE_EXCEEDS_MAX')
  })

  it('takes no more gas and pays no more for it than allowed', () => {
    expect(answer(withTx({ gasLimit: 1_000_000n }))).toBe('pass')
    expect(answer(withTx({ gasLimit: 1_000_001n }))).toBe('GAS_EXCEEDS_MAX')
    expect(answer(withTx({ maxFeePerGasWei: 200_000_000_000n }))).toBe('pass')
    expect(answer(withTx({ maxFeePerGasWei: 200_000_000_001n }))).toBe('GAS_PRICE_EXCEEDS_MAX')
  })

  it('has no more data than allowed', () => {
    expect(answer(withTx({ data: `0x${'00'.repeat(2_000)}` }))).toBe('CALLDATA_UNDECODABLE')
    expect(answer(withTx({ data: `0x${'00'.repeat(2_001)}` }))).toBe('DATA_TOO_LONG')
  })

  it.each([
    ['an amount that is text', { valueWei: '0' as never, gasLimit: 'many' as never }],
    ['an amount below zero', { valueWei: -1n }],
    ['no fee', { maxFeePerGasWei: undefined as never }],
    ['no chain', { chainId: undefined as never }],
    ['a chain that is no number', { chainId: NaN }],
    ['an unknown field', { accessList: [] } as never],
    ['a tip above the fee', { maxPriorityFeePerGasWei: 10n ** 18n }],
    ['a receiver with a wrong checksum', { to: ROUTER.replace('E5', 'e5') }],
    ['a receiver that is a name', { to: 'router.eth' }],
    ['data that is no hex', { data: '0xzz' as never }],
  ])('is denied with %s', (_, part) => {
    expect(answer(withTx(part))).toBe('INVALID_TRANSACTION')
  })
})

describe('about what the call does', () => {
  it('sends to the signer or to a listed recipient', () => {
    expect(answer(withCall({ recipient: STRANGER }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(answer(withCall({ recipient: `0x${'00'.repeat(20)}` }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(answer(withCall({ recipient: ROUTER }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(answer(withCall({ recipient: SIGNER.toLowerCase() }))).toBe('pass')
    const toStranger = { call: swapOf({ recipient: STRANGER }), tx: txOf({ data: swapData(STRANGER) }) }
    expect(answer(swap({ ...toStranger, ...withPolicy({ recipients: [STRANGER] }) }))).toBe('pass')
    expect(answer(swap(withPolicy({ recipients: [STRANGER] })))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(answer(swap(withPolicy({ recipients: [] })))).toBe('RECIPIENT_NOT_ALLOWED')
  })

  it('trades listed tokens', () => {
    expect(detailOf(withCall({ tokenIn: STRANGER }))).toEqual({ token: STRANGER })
    expect(answer(withCall({ tokenOut: STRANGER }))).toBe('TOKEN_NOT_ALLOWED')
  })

  it('is not asked of a token, whose fallback might answer', () => {
    expect(answer(withTx({ to: WETH }))).toBe('TO_NOT_ALLOWED')
  })

  it('gives an allowance to a listed spender, for a listed token, of no more than the order needs', () => {
    expect(answer(approve({ spender: STRANGER }))).toBe('SPENDER_NOT_ALLOWED')
    expect(answer(approve({ amountRaw: 10n ** 18n + 1n }))).toBe('UNLIMITED_APPROVAL')
    expect(answer(approve({ amountRaw: 1n }))).toBe('pass')
    expect(answer(approve({ token: DAI }, { tx: txOf({ to: DAI }) }))).toBe('CALLDATA_MISMATCH')
    expect(answer(approve({ token: DAI }))).toBe('CALLDATA_MISMATCH')
    expect(answer(approve({}, { tx: txOf({ to: USDC }) }))).toBe('CALLDATA_MISMATCH')
    expect(answer(approve({}, withPolicy({ tokens: [USDC, DAI] })))).toBe('TOKEN_NOT_ALLOWED')
    expect(answer(approve({}, { intent: null }))).toBe('INVALID_INTENT')
    expect(answer(approve({}, { quote: null }))).toBe('INVALID_INTENT')
  })

  it('gives an allowance for the most that an exact output may cost', () => {
    // 1 WETH at 1990 with a fee of 0.3 % and a limit of 1 %.
    const buy = (amountRaw: bigint) =>
      answer(approve({ token: USDC, amountRaw }, { intent: chainIntent({ side: 'buy' }), tx: txOf({ to: USDC }) }))
    expect(buy(2_015_947_844n)).toBe('pass')
    expect(buy(2_015_947_844n + 2n)).toBe('UNLIMITED_APPROVAL')
  })

  it('gives an unlimited allowance only where the policy says so', () => {
    const unlimited = { amountRaw: (1n << 256n) - 1n, unlimited: true }
    expect(answer(approve(unlimited))).toBe('UNLIMITED_APPROVAL')
    expect(answer(approve(unlimited, withPolicy({ allowUnlimitedApproval: true })))).toBe('pass')
    expect(answer(approve({ ...unlimited, spender: STRANGER }, withPolicy({ allowUnlimitedApproval: true })))).toBe('SPENDER_NOT_ALLOWED')
  })

  it('takes an allowance back', () => {
    expect(answer(approve({ token: DAI, amountRaw: 0n }, { tx: txOf({ to: DAI }) }))).toBe('pass')
  })

  it.each([
    ['unknown', { kind: 'unknown', selector: '0xa9059cbb', why: 'no trade' }, 'CALLDATA_UNDECODABLE'],
    ['a plain transfer', { kind: 'transfer-native', recipient: SIGNER }, 'RECIPIENT_NOT_ALLOWED'],
    ['of a kind that nobody knows', { kind: 'selfdestruct' }, 'CALLDATA_UNDECODABLE'],
    ['not decoded', null, 'CALLDATA_UNDECODABLE'],
  ] as const)('is denied when it is %s', (_, call, code) => {
    expect(answer(swap({ call: call as DecodedCall | null }))).toBe(code)
    expect(answer(policyGuard.evaluate(approveInput({ call: call as DecodedCall | null })))).toBe(code)
    expect(answer(swap({ purpose: 'fund-move', intent: null, call: call as DecodedCall | null }))).toBe(code)
  })

  it('is what the signature is for', () => {
    expect(answer(swap({ purpose: 'approve' }))).toBe('CALLDATA_MISMATCH')
    expect(answer(policyGuard.evaluate(approveInput({ purpose: 'order' })))).toBe('CALLDATA_MISMATCH')
    expect(answer(swap({ purpose: 'fund-move', intent: null }))).toBe('CALLDATA_MISMATCH')
  })
})

describe('from the bytes', () => {
  const judge = (tx: UnsignedTx, purpose: 'order' | 'approve' = 'order') =>
    answer(policyGuard.evaluate(chainInput({ purpose, tx, call: decodeCall(tx) })))
  const swapTo = (recipient: string) => encode(V3_ROUTER, 'exactInputSingle', [[WETH, USDC, 3000, recipient, 1_700_000_600, 1n, 1n, 0]])

  it('finds a recipient that was slipped in, nested or not', () => {
    expect(judge(txOf({ data: swapTo(SIGNER) }))).toBe('pass')
    expect(judge(txOf({ data: swapTo(STRANGER) }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(judge(txOf({ data: encode(V3_ROUTER, 'multicall', [[swapTo(SIGNER)]]) }))).toBe('pass')
    expect(judge(txOf({ data: encode(V3_ROUTER, 'multicall', [[swapTo(STRANGER)]]) }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(judge(txOf({ data: encode(V3_ROUTER, 'multicall', [[swapTo(SIGNER), swapTo(STRANGER)]]) }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(judge(txOf({ data: encode(V3_ROUTER, 'multicall', [[swapTo(SIGNER), swapTo(SIGNER)]]) }))).toBe('CALLDATA_UNDECODABLE')
  })

  it('C6: denies what leaves proceeds in a router, whatever takes something out after it, and coin that goes along', () => {
    const kept = encode(V3_ROUTER, 'exactInputSingle', [
      [WETH, USDC, 3000, `0x${'00'.repeat(20)}`, 1_700_000_600, 10n ** 18n, 2_970_000_000n, 0],
    ])
    const unwrap = encode(V3_ROUTER, 'unwrapWETH9', [2_970_000_000n, SIGNER])
    const sweep = encode(V3_ROUTER, 'sweepToken', [USDC, 2_970_000_000n, SIGNER])
    expect(judge(txOf({ data: kept }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(judge(txOf({ data: encode(V3_ROUTER, 'multicall', [[kept, unwrap]]) }))).toBe('CALLDATA_UNDECODABLE')
    expect(judge(txOf({ data: encode(V3_ROUTER, 'multicall', [[kept, sweep]]) }))).toBe('CALLDATA_UNDECODABLE')
    expect(judge(txOf({ data: unwrap }))).toBe('CALLDATA_UNDECODABLE')
    const rich = { ...CHAIN_POLICY, maxValueWei: 10n ** 18n }
    const paid = (tx: UnsignedTx) =>
      answer(policyGuard.evaluate(chainInput({ tx, call: decodeCall(tx), policy: { kind: 'loaded', policy: rich } })))
    expect(paid(txOf({ valueWei: 1n, data: swapTo(SIGNER) }))).toBe('CALLDATA_UNDECODABLE')
    expect(paid(txOf({ valueWei: 1n, data: encode(V3_ROUTER, 'multicall', [[swapTo(SIGNER)]]) }))).toBe('CALLDATA_UNDECODABLE')
  })

  it('denies transfers of tokens and allowances that go by another name', () => {
    expect(judge(txOf({ to: USDC, data: encode(ERC20, 'transfer', [STRANGER, 1n]) }))).toBe('RECIPIENT_NOT_ALLOWED')
    expect(judge(txOf({ to: USDC, data: encode(ERC20, 'transfer', [SIGNER, 1n]) }))).toBe('CALLDATA_UNDECODABLE')
    expect(judge(txOf({ to: USDC, data: encode(ERC20, 'approve', [ROUTER, 1n]) }))).toBe('CALLDATA_MISMATCH')
    expect(judge(txOf({ to: WETH, data: encode(ERC20, 'approve', [STRANGER, 1n]) }), 'approve')).toBe('SPENDER_NOT_ALLOWED')
    expect(judge(txOf({ to: ROUTER, data: encode(ERC20, 'approve', [ROUTER, 1n]) }), 'approve')).toBe('TOKEN_NOT_ALLOWED')
  })

  it('lets nothing through that pays anybody but the signer, whatever bytes are sent', () => {
    const recipient = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
    fc.assert(
      fc.property(recipient, fc.nat(), fc.integer({ min: 0, max: 255 }), (to, at, byte) => {
        fc.pre(to !== SIGNER.toLowerCase())
        const bytes = Buffer.from(swapTo(to).slice(2), 'hex')
        // Any one byte but those of the recipient itself.
        const index = at % bytes.length
        if (index < 112 || index >= 132) bytes[index] = byte
        const tx = txOf({ data: `0x${bytes.toString('hex')}` })
        const [verdict] = runGuards([policyGuard], chainInput({ tx, call: decodeCall(tx) }))
        expect(verdict?.outcome).toBe('deny')
      }),
    )
  })
})
