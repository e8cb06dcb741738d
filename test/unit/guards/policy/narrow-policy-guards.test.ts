import { describe, expect, it } from 'vitest'

import type { GuardInput } from '../../../../src-main/guards/guard'
import { cancelPolicyGuard, messagePolicyGuard, testPolicyGuard } from '../../../../src-main/guards/policy/narrow-policy-guards'
import { CHAIN_POLICY, ROUTER, SIGNER, STRANGER, cancelInput, cancelTx, requestOf, txOf } from '../support/input'
import { answer, detailOf } from '../support/verdicts'

const cancel = (changed: Partial<GuardInput>) => cancelPolicyGuard.evaluate(cancelInput(changed))

describe('the guard of cancels', () => {
  it('lets through the one shape, above the fee cap of orders', () => {
    expect(cancelTx().maxFeePerGasWei > CHAIN_POLICY.maxFeePerGasWei).toBe(true)
    expect(answer(cancel({}))).toBe('pass')
    expect(answer(cancel({ tx: cancelTx({ to: SIGNER.toLowerCase() }) }))).toBe('pass')
  })

  it.each([
    ['to', { to: STRANGER }],
    ['to', { to: ROUTER }],
    ['value', { valueWei: 1n }],
    ['data', { data: '0x00' }],
    ['data', { data: txOf().data }],
  ] as const)('denies any other %s', (field, changed) => {
    const verdict = cancel({ tx: cancelTx(changed) })
    expect(answer(verdict)).toBe('CANCEL_SHAPE_INVALID')
    expect(detailOf(verdict)).toEqual({ field })
  })

  it('C6: is at a nonce at which the journal holds something waiting, and at no other', () => {
    const { nonce } = cancelTx()
    for (const waitingNonces of [[], [nonce + 1], [nonce - 1, nonce + 1]])
      expect(detailOf(cancel({ waitingNonces }))).toEqual({ field: 'nonce' })
    const { waitingNonces: _, ...nobodySaid } = cancelInput({})
    expect(detailOf(cancelPolicyGuard.evaluate(nobodySaid))).toEqual({ field: 'nonce' })
    expect(answer(cancel({ tx: cancelTx({ nonce: nonce + 1 }) }))).toBe('CANCEL_SHAPE_INVALID')
  })

  it('needs a transaction, and nothing beside it', () => {
    expect(detailOf(cancel({ tx: null }))).toEqual({ field: 'tx' })
    expect(detailOf(cancel({ request: requestOf() }))).toEqual({ field: 'request' })
  })

  it('has a fee budget of its own', () => {
    const { cancelMaxFeePerGasWei, maxGas } = CHAIN_POLICY
    expect(answer(cancel({ tx: cancelTx({ maxFeePerGasWei: cancelMaxFeePerGasWei }) }))).toBe('pass')
    expect(answer(cancel({ tx: cancelTx({ maxFeePerGasWei: cancelMaxFeePerGasWei + 1n }) }))).toBe('GAS_PRICE_EXCEEDS_MAX')
    expect(answer(cancel({ tx: cancelTx({ gasLimit: maxGas + 1n }) }))).toBe('GAS_EXCEEDS_MAX')
  })

  it('is signed by an allowed signer on an allowed chain', () => {
    expect(answer(cancel({ signerAddress: null }))).toBe('SIGNER_NOT_ALLOWED')
    expect(answer(cancel({ signerAddress: STRANGER }))).toBe('SIGNER_NOT_ALLOWED')
    expect(answer(cancel({ signerAddress: STRANGER, tx: cancelTx({ from: STRANGER, to: STRANGER }) }))).toBe('SIGNER_NOT_ALLOWED')
    expect(answer(cancel({ tx: cancelTx({ chainId: 1 }) }))).toBe('CHAIN_NOT_ALLOWED')
  })

  it('is whole', () => {
    expect(answer(cancel({ tx: cancelTx({ nonce: -1 }) }))).toBe('INVALID_TRANSACTION')
    expect(answer(cancel({ tx: cancelTx({ to: '' }) }))).toBe('CONTRACT_CREATION')
    expect(answer(cancel({ policy: { kind: 'unreadable', why: 'a test' } }))).toBe('POLICY_UNREADABLE')
  })
})

describe('the guard of messages', () => {
  const message = (changed: Partial<GuardInput>) =>
    answer(messagePolicyGuard.evaluate(cancelInput({ purpose: 'audit-head', tx: null, call: null, ...changed })))

  it('lets an allowed signer sign what is no transaction', () => {
    expect(message({})).toBe('pass')
    expect(message({ signerAddress: STRANGER })).toBe('SIGNER_NOT_ALLOWED')
    expect(message({ signerAddress: null })).toBe('SIGNER_NOT_ALLOWED')
    expect(message({ policy: { kind: 'unreadable', why: 'a test' } })).toBe('POLICY_UNREADABLE')
  })

  it('denies whatever could be sent', () => {
    expect(message({ tx: cancelTx() })).toBe('INVALID_TRANSACTION')
    expect(message({ call: { kind: 'transfer-native', recipient: SIGNER } })).toBe('INVALID_TRANSACTION')
    expect(message({ request: requestOf() })).toBe('INVALID_TRANSACTION')
  })
})

describe('the guard of test signatures', () => {
  it('lets through a message, or a transaction that moves nothing', () => {
    const test = (changed: Partial<GuardInput>) => answer(testPolicyGuard.evaluate(cancelInput({ purpose: 'test', ...changed })))
    expect(test({})).toBe('pass')
    expect(test({ tx: null, call: null })).toBe('pass')
    expect(test({ tx: cancelTx({ valueWei: 1n }) })).toBe('CANCEL_SHAPE_INVALID')
    expect(test({ tx: txOf() })).toBe('CANCEL_SHAPE_INVALID')
    expect(test({ tx: null })).toBe('INVALID_TRANSACTION')
  })
})
