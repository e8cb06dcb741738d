import { describe, expect, test, vi } from 'vitest'

import { auditHeadMessage } from '../../../../src-main/domain/own-typed-data'
import type { TypedData } from '../../../../src-main/domain/typed-data'
import { systemClock } from '../../../../src-main/lib/clock'
import { ok } from '../../../../src-main/lib/result'
import { fromSetUp } from '../../../../src-main/signers/policy-wrapper/make-signer-policy'
import type { SignerPolicyState } from '../../../../src-main/signers/policy-wrapper/signer-policy'
import { wrapSigner } from '../../../../src-main/signers/policy-wrapper/wrap-signer'
import { reach } from '../../../support/app/reach'
import { ScriptedSigner } from '../../../support/app/scripted-signer'
import { SIGNER_ADDRESS } from '../../../support/app/bench-chain'
import { ROUTER, STRANGER, swapData, txOf, USDC } from '../../guards/support/input'

const SIGNAL = new AbortController().signal
const POLICY = fromSetUp([SIGNER_ADDRESS], {
  chainId: 31_337,
  routers: [ROUTER],
  tokens: ['0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2', '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'],
})
const loaded: SignerPolicyState = { kind: 'loaded', version: 1, policy: POLICY }
const good = txOf({ from: SIGNER_ADDRESS, data: swapData(SIGNER_ADDRESS) })
const bad = { ...good, data: swapData(STRANGER) }
const HEAD = auditHeadMessage({ environment: 'paper', seq: 1, hash: `0x${'00'.repeat(32)}`, atMs: 1 })

describe('C7: the policy around a signer', () => {
  test('lets through what it allows, and the signer never hears of the rest', async () => {
    const inside = new ScriptedSigner()
    const signer = wrapSigner(inside, () => loaded, systemClock)
    expect((await signer.signTransaction(good, SIGNAL)).ok).toBe(true)
    expect(await signer.signTransaction(bad, SIGNAL)).toEqual({
      ok: false,
      error: { code: 'DENIED_BY_POLICY', detail: `RECIPIENT: ${STRANGER.toLowerCase()}` },
    })
    expect(inside.asked).toHaveLength(1)
  })

  test.for([
    ['cannot be read', () => ({ kind: 'unreadable', why: 'damaged' }) as const],
    [
      'cannot be had',
      () => {
        throw new Error('gone')
      },
    ],
  ] as const)('a policy that %s signs nothing', async ([, policy]) => {
    const inside = new ScriptedSigner()
    const answer = await wrapSigner(inside, policy, systemClock).signTransaction(good, SIGNAL)
    expect(answer).toMatchObject({ ok: false, error: { code: 'DENIED_BY_POLICY' } })
    expect(inside.asked).toEqual([])
  })

  test('the policy of that moment counts', async () => {
    let state: SignerPolicyState = loaded
    const signer = wrapSigner(new ScriptedSigner(), () => state, systemClock)
    state = { kind: 'loaded', version: 2, policy: { ...POLICY, chainIds: [] } }
    expect((await signer.signTransaction(good, SIGNAL)).ok).toBe(false)
  })

  test('what was judged is what is signed, whoever changes what was handed over', async () => {
    const inside = new ScriptedSigner()
    const signer = wrapSigner(inside, () => loaded, systemClock)
    const asked = { ...good }
    const signing = signer.signTransaction(asked, SIGNAL)
    asked.data = bad.data
    await signing
    expect(inside.asked[0]?.data).toBe(good.data)
  })

  test('it has no other way to a signature, whatever the signer inside can do', () => {
    const inside = Object.assign(new ScriptedSigner(), {
      signDigest: vi.fn(),
      signMessage: vi.fn(),
      sign: vi.fn(),
      check: vi.fn(),
      attended: true,
      signTypedData: vi.fn(() => Promise.resolve(ok('0x' as const))),
    })
    const signer = wrapSigner(inside, () => loaded, systemClock)
    expect(Object.keys(signer).sort()).toEqual([
      'address',
      'attended',
      'check',
      'health',
      'id',
      'kind',
      'lock',
      'signTransaction',
      'signTypedData',
    ])
    expect(Object.isFrozen(signer)).toBe(true)
    // Walking all of its members finds itself, and not what it is around.
    expect(reach(signer).map(({ path }) => path)).toEqual(['root'])
  })

  test('a permit is judged by the time at which it is asked for', async () => {
    let wallMs = 1_000_000
    const signTypedData = vi.fn(() => Promise.resolve(ok('0x1234' as const)))
    const signer = wrapSigner(Object.assign(new ScriptedSigner(), { signTypedData }), () => loaded, { wallMs: () => wallMs })
    const field = (name: string, type: string) => ({ name, type })
    const permit: TypedData = {
      domain: { name: 'USD Coin', version: '2', chainId: '31337', verifyingContract: USDC },
      types: {
        Permit: [
          field('owner', 'address'),
          field('spender', 'address'),
          field('value', 'uint256'),
          field('nonce', 'uint256'),
          field('deadline', 'uint256'),
        ],
      },
      primaryType: 'Permit',
      message: { owner: SIGNER_ADDRESS, spender: ROUTER, value: '1', nonce: '0', deadline: '4601' },
    }
    expect(await signer.signTypedData?.(permit, SIGNAL)).toMatchObject({ ok: false, error: { detail: 'DEADLINE: 4601, at most 4600' } })
    wallMs = 1_001_000
    expect(await signer.signTypedData?.(permit, SIGNAL)).toEqual(ok('0x1234'))
  })

  test('typed data that it does not know is not signed; a signer that signs none has no way to it', async () => {
    const signTypedData = vi.fn(() => Promise.resolve(ok('0x1234' as const)))
    const signer = wrapSigner(Object.assign(new ScriptedSigner(), { signTypedData }), () => loaded, systemClock)
    expect(await signer.signTypedData?.(HEAD, SIGNAL)).toEqual(ok('0x1234'))
    expect(await signer.signTypedData?.({ ...HEAD, primaryType: 'Order' }, SIGNAL)).toMatchObject({
      ok: false,
      error: { code: 'DENIED_BY_POLICY' },
    })
    expect(signTypedData).toHaveBeenCalledTimes(1)
    expect(wrapSigner(new ScriptedSigner(), () => loaded, systemClock).signTypedData).toBeUndefined()
  })
})
