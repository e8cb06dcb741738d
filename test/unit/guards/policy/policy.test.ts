import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { loadPolicy, policyText, type Policy } from '../../../../src-main/guards/policy/policy'
import { defaultPolicy, policyForChain } from '../../../../src-main/guards/policy/make-policy'
import { decimal } from '../../../../src-main/lib/decimal'
import { CHAIN_POLICY, ROUTER, SIGNER, USDC, WETH } from '../support/input'

const STORED = JSON.parse(policyText(CHAIN_POLICY)) as Record<string, unknown>
const load = (changed: Record<string, unknown>) => loadPolicy(JSON.stringify({ ...STORED, ...changed }))
const LISTS = ['signerAddresses', 'toAddresses', 'recipients', 'spenders', 'tokens']
const AMOUNTS = ['maxValueWei', 'maxGas', 'maxFeePerGasWei', 'cancelMaxFeePerGasWei']

describe('a stored policy', () => {
  it('comes back as it was', () => {
    expect(loadPolicy(policyText(CHAIN_POLICY))).toEqual({ kind: 'loaded', policy: CHAIN_POLICY })
    expect(loadPolicy(policyText(defaultPolicy('paper')))).toEqual({ kind: 'loaded', policy: defaultPolicy('paper') })
  })

  it('comes back whatever its limits are', () => {
    const wei = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })
    const limits = fc.record({ maxValueWei: wei, maxGas: wei, maxFeePerGasWei: wei, cancelMaxFeePerGasWei: wei })
    const usd = fc.integer({ min: 0, max: 2 ** 40 }).map((cents) => decimal(cents).div(100))
    fc.assert(
      fc.property(limits, usd, fc.boolean(), (amounts, maxOrderNotionalUsd, allowUnlimitedApproval) => {
        const policy: Policy = { ...CHAIN_POLICY, ...amounts, maxOrderNotionalUsd, allowUnlimitedApproval }
        expect(loadPolicy(policyText(policy))).toEqual({ kind: 'loaded', policy })
      }),
    )
  })

  it('has amounts as decimal text and nothing else', () => {
    const noAmount = fc.oneof(
      fc.constantFrom('', ' ', '0x10', '1e18', '-1', '+1', '01', '1.0', '1,000', 'NaN', 'Infinity', '1n', ' 1', '1 ', '١', 'null'),
      fc.integer(),
      fc.double(),
      fc.constantFrom(null, true, {}, [], ['1']),
      fc.bigInt({ min: 1n << 256n }).map(String),
      fc.bigInt({ max: -1n }).map(String),
    )
    fc.assert(
      fc.property(fc.constantFrom(...AMOUNTS), noAmount, (field, value) => {
        expect(load({ [field]: value }).kind).toBe('unreadable')
      }),
    )
  })

  it('has a value in USD as plain decimal text', () => {
    expect(load({ maxOrderNotionalUsd: '12.50' })).toMatchObject({ kind: 'loaded' })
    for (const value of ['', '-1', '-0', '1e3', 'NaN', 'Infinity', '.5', '5.', '0x1', 5, null]) {
      expect(load({ maxOrderNotionalUsd: value }).kind, String(value)).toBe('unreadable')
    }
  })

  it('has every field but the one with a default, and no other', () => {
    for (const field of Object.keys(STORED)) {
      const { [field]: _, ...rest } = STORED
      const expected = field === 'allowUnlimitedApproval' ? 'loaded' : 'unreadable'
      expect(loadPolicy(JSON.stringify(rest)).kind, field).toBe(expected)
    }
    expect(load({ maxGass: '1' })).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('maxGass') as string })
    expect(loadPolicy(`{"__proto__":{"allowUnlimitedApproval":true},${policyText(CHAIN_POLICY).slice(1)}`).kind).toBe('unreadable')
    const { allowUnlimitedApproval: _, ...silent } = STORED
    expect(loadPolicy(JSON.stringify(silent))).toMatchObject({ policy: { allowUnlimitedApproval: false } })
  })

  it('has addresses whose checksum is right, in checksum case', () => {
    const lower = SIGNER.toLowerCase()
    expect(load({ signerAddresses: [lower] })).toMatchObject({ kind: 'loaded', policy: { signerAddresses: [SIGNER] } })
    expect(load({ signerAddresses: [`0x${lower.slice(2).toUpperCase()}`] })).toMatchObject({ policy: { signerAddresses: [SIGNER] } })
    const flipped = `${SIGNER.slice(0, -1)}${SIGNER.endsWith('6') ? '7' : '6'}`
    const wrong = [flipped, SIGNER.slice(2), `${SIGNER}0`, '', 'signer.eth', `0x${'00'.repeat(20)}`, SIGNER.replace('F', 'f'), null, 5]
    for (const field of LISTS)
      for (const value of wrong) expect(load({ [field]: [value] }).kind, `${field} ${String(value)}`).toBe('unreadable')
    expect(load({ recipients: ['signer', ROUTER] })).toMatchObject({ kind: 'loaded' })
    expect(load({ spenders: ['signer'] }).kind).toBe('unreadable')
  })

  it('has lists that are lists', () => {
    for (const field of [...LISTS, 'venues', 'chainIds']) {
      for (const value of [null, '*', SIGNER, { 0: SIGNER }]) expect(load({ [field]: value }).kind, field).toBe('unreadable')
    }
    expect(load({ venues: ['binance'] }).kind).toBe('unreadable')
    expect(load({ instruments: 'ETH-USD' }).kind).toBe('unreadable')
    expect(load({ instruments: ['ETH-USD'] }).kind).toBe('loaded')
    for (const id of [0, -1, 1.5, '1', null]) expect(load({ chainIds: [id] }).kind, String(id)).toBe('unreadable')
  })

  it('has switches that are true or false', () => {
    for (const field of ['requireKnownNotional', 'allowUnlimitedApproval']) {
      for (const value of ['true', 1, 0, null]) expect(load({ [field]: value }).kind).toBe('unreadable')
    }
  })

  it.each([
    ['empty', ''],
    ['blank', ' '],
    ['no JSON', '{"version":1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['cut off', policyText(CHAIN_POLICY).slice(0, -1)],
    ['huge', `${policyText(CHAIN_POLICY)}${' '.repeat(256 * 1024)}`],
  ])('is unreadable when it is %s', (_, text) => {
    expect(loadPolicy(text).kind).toBe('unreadable')
  })

  it('never throws, and never loads noise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(loadPolicy(text).kind).toBe('unreadable')
      }),
    )
  })
})

describe('policies made by us', () => {
  it('trade on paper with no chain', () => {
    expect(defaultPolicy('paper')).toMatchObject({
      venues: ['paper'],
      instruments: '*',
      chainIds: [],
      signerAddresses: [],
      toAddresses: [],
    })
  })

  it('allow nothing in the other environments until they are set up', () => {
    for (const environment of ['testnet', 'live'] as const) {
      expect(defaultPolicy(environment)).toMatchObject({ venues: [], instruments: [], chainIds: [], toAddresses: [], maxGas: 0n })
    }
  })

  it('for a chain name its routers and tokens, send to the signer alone and allow no unlimited allowance', () => {
    const policy = policyForChain({ chainId: 1, signers: [SIGNER.toLowerCase()], routers: [ROUTER], tokens: [WETH, USDC] })
    expect(policy).toMatchObject({
      signerAddresses: [SIGNER],
      chainIds: [1],
      toAddresses: [ROUTER, WETH, USDC],
      recipients: ['signer'],
      spenders: [ROUTER],
      tokens: [WETH, USDC],
      maxValueWei: 0n,
      allowUnlimitedApproval: false,
      requireKnownNotional: true,
    })
  })

  it('are refused with a wrong address', () => {
    const parts = { chainId: 1, signers: [SIGNER], routers: [ROUTER.replace('E5', 'e5')], tokens: [] }
    expect(() => policyForChain(parts)).toThrow()
  })
})
