import { AbiCoder, Interface, MaxUint256, TypedDataEncoder } from 'ethers'
import { describe, expect, test } from 'vitest'

import { auditHeadMessage, authenticationMessage } from '../../../../src-main/domain/own-typed-data'
import type { Hex, UnsignedTx } from '../../../../src-main/domain/evm'
import type { TypedData } from '../../../../src-main/domain/typed-data'
import { typedDataRule } from '../../../../src-main/guards/policy/typed-data-rule'
import { judgeTransaction } from '../../../../src-main/signers/policy-wrapper/judge-transaction'
import { judgeTypedData } from '../../../../src-main/signers/policy-wrapper/judge-typed-data'
import { fromSetUp } from '../../../../src-main/signers/policy-wrapper/make-signer-policy'
import type { SignerPolicy } from '../../../../src-main/signers/policy-wrapper/signer-policy'
import { DAI, ROUTER, ROUTER_V2, SIGNER, STRANGER, USDC, WETH, swapData } from '../../guards/support/input'
import { ERC20, V2_ROUTER, V3_ROUTER, encode } from '../../guards/support/routers'

const PERMIT2_ADDRESS = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
const POLICY: SignerPolicy = (() => {
  const made = fromSetUp([SIGNER], { chainId: 31_337, routers: [ROUTER, ROUTER_V2], tokens: [WETH, USDC] })
  return { ...made, contracts: [...made.contracts, PERMIT2_ADDRESS.toLowerCase()] }
})()
const GWEI = 1_000_000_000n
const txOf = (changed: Partial<UnsignedTx> = {}): UnsignedTx => ({
  chainId: 31_337,
  from: SIGNER,
  to: ROUTER,
  nonce: 0,
  valueWei: 0n,
  data: swapData(),
  gasLimit: 300_000n,
  maxFeePerGasWei: 30n * GWEI,
  maxPriorityFeePerGasWei: GWEI,
  ...changed,
})
const judge = (changed: Partial<UnsignedTx>, policy: Partial<SignerPolicy> = {}) =>
  judgeTransaction({ ...POLICY, ...policy }, SIGNER, txOf(changed))?.rule ?? 'signs'
const PERMIT2 = new Interface(['function approve(address,address,uint160,uint48)'])
const UNIVERSAL = new Interface(['function execute(bytes,bytes[],uint256)'])
const NOBODY = `0x${'00'.repeat(20)}`
const ANOTHER = `0x${'0a'.repeat(20)}`
const execute = (commands: string, ...inputs: readonly (readonly [readonly string[], readonly unknown[]])[]) =>
  UNIVERSAL.encodeFunctionData('execute', [
    commands,
    inputs.map(([types, values]) => AbiCoder.defaultAbiCoder().encode(types, values)),
    1,
  ]) as Hex
const universalSwap = (recipient: string) =>
  [
    ['address', 'uint256', 'uint256', 'bytes', 'bool'],
    [recipient, 10n ** 18n, 2_970_000_000n, `${WETH}000bb8${USDC.slice(2)}`, true],
  ] as const
/** Sells 1 WETH for at least 2 970 USDC. */
const sellTo = (recipient: string, limit = 0n) =>
  encode(V3_ROUTER, 'exactInputSingle', [[WETH, USDC, 3000, recipient, 1, 10n ** 18n, 2_970_000_000n, limit]])
const multicall = (...calls: readonly string[]) => encode(V3_ROUTER, 'multicall', [calls])
const sweepTo = (who: string) =>
  UNIVERSAL.encodeFunctionData('execute', [
    '0x05',
    [AbiCoder.defaultAbiCoder().encode(['address', 'address', 'uint256'], [USDC, who, 1n])],
    1,
  ]) as Hex

describe('C7: what a transaction is', () => {
  test('the trade of its own accounts is signed', () => {
    expect(judge({})).toBe('signs')
    expect(judge({ to: WETH, data: encode(ERC20, 'approve', [ROUTER, 10n ** 18n]) })).toBe('signs')
    expect(judge({ data: multicall(multicall(swapData())) })).toBe('signs')
  })

  test.for([
    ['another account', { from: STRANGER }, 'ACCOUNT'],
    ['another chain', { chainId: 1 }, 'CHAIN'],
    ['a contract that is not on the list', { to: DAI }, 'CONTRACT'],
    ['too much coin', { valueWei: 1n }, 'VALUE'],
    ['too much gas', { gasLimit: 1_000_001n }, 'GAS'],
    ['too high a fee', { maxFeePerGasWei: 200n * GWEI + 1n }, 'FEE'],
    ['too long data', { data: `0x${'00'.repeat(2_001)}` }, 'DATA_BYTES'],
    ['data that nobody knows', { data: '0xdeadbeef' }, 'UNDECODABLE'],
    ['data that is shorter than a selector', { data: '0xdead' }, 'UNDECODABLE'],
    ['no receiver', { to: '' }, 'CONTRACT_CREATION'],
    ['nobody as receiver', { to: `0x${'00'.repeat(20)}` }, 'CONTRACT_CREATION'],
    ['null as receiver', { to: null as never }, 'CONTRACT_CREATION'],
    ['an amount that is text', { valueWei: '0' as never }, 'MALFORMED'],
    ['an amount below nothing', { valueWei: -1n }, 'MALFORMED'],
    ['a tip above the fee', { maxPriorityFeePerGasWei: 31n * GWEI }, 'MALFORMED'],
  ] as const)('not with %s', ([, changed, rule]) => {
    expect(judge(changed)).toBe(rule)
  })

  test('nor with anything at all in its place', () => {
    for (const odd of [null, undefined, {}, [], 'tx', 1]) expect(judgeTransaction(POLICY, SIGNER, odd as never)).not.toBeNull()
  })

  test('a cancel has one exact shape and a fee budget of its own', () => {
    const cancel = { to: SIGNER, data: '0x' as Hex, gasLimit: 21_000n, maxFeePerGasWei: 500n * GWEI }
    expect(judge(cancel)).toBe('signs')
    expect(judge({ ...cancel, maxFeePerGasWei: 500n * GWEI + 1n })).toBe('FEE')
    expect(judge({ ...cancel, valueWei: 1n, maxFeePerGasWei: GWEI })).toBe('VALUE')
    expect(judge({ ...cancel, to: STRANGER, maxFeePerGasWei: GWEI })).toBe('RECIPIENT')
    expect(judge({ ...cancel, data: '0x00', maxFeePerGasWei: GWEI })).toBe('CONTRACT')
    expect(judge({ ...cancel, chainId: 1 })).toBe('CHAIN')
  })

  test('coin goes to whom it may be paid', () => {
    const pay = { to: STRANGER, data: '0x' as Hex, valueWei: 5n }
    expect(judge(pay, { maxValueWei: 5n })).toBe('RECIPIENT')
    expect(judge(pay, { maxValueWei: 5n, recipients: [STRANGER.toLowerCase()] })).toBe('signs')
  })

  test('C7: one account does not pay another, though both are ours', () => {
    const two = { accounts: [...POLICY.accounts, ANOTHER], maxValueWei: 5n }
    expect(judge({ to: ANOTHER, data: '0x', valueWei: 5n }, two)).toBe('RECIPIENT')
    expect(judge({ data: swapData(ANOTHER) }, two)).toBe('RECIPIENT')
    expect(judge({ to: USDC, data: encode(ERC20, 'transfer', [ANOTHER, 1n]) }, two)).toBe('RECIPIENT')
    expect(judge({ data: swapData(ANOTHER) }, { ...two, recipients: [ANOTHER] })).toBe('signs')
    expect(judge({ data: swapData() }, two)).toBe('signs')
  })

  test('what nobody allowed is not signed', () => {
    expect(judge({}, { accounts: [] })).toBe('ACCOUNT')
    expect(judge({}, { chainIds: [] })).toBe('CHAIN')
    expect(judge({}, { contracts: [] })).toBe('CONTRACT')
    expect(judge({}, { tokens: [] })).toBe('TOKEN')
  })
})

describe('C7: what a call does', () => {
  const v2To = (who: string, name = 'swapExactTokensForTokens') => encode(V2_ROUTER, name, [1n, 1n, [WETH, USDC], who, 1])
  test.for([
    ['an approval for a stranger', { to: WETH, data: encode(ERC20, 'approve', [STRANGER, 1n]) }, 'SPENDER'],
    ['an approval without end', { to: WETH, data: encode(ERC20, 'approve', [ROUTER, MaxUint256]) }, 'ENDLESS_GRANT'],
    ['an approval of a token that is not on the list', { to: ROUTER, data: encode(ERC20, 'approve', [ROUTER, 1n]) }, 'TOKEN'],
    ['a transfer to a stranger', { to: WETH, data: encode(ERC20, 'transfer', [STRANGER, 1n]) }, 'RECIPIENT'],
    ['a swap for a stranger', { data: swapData(STRANGER) }, 'RECIPIENT'],
    ['a swap for a stranger over V2', { to: ROUTER_V2, data: v2To(STRANGER) }, 'RECIPIENT'],
    ['a swap that leaves the proceeds in the router', { data: swapData(`0x${'00'.repeat(20)}`) }, 'RECIPIENT'],
    ['a swap for a stranger in a multicall', { data: multicall(swapData(), swapData(STRANGER)) }, 'RECIPIENT'],
    ['a swap for a stranger in a multicall in a multicall', { data: multicall(swapData(), multicall(swapData(STRANGER))) }, 'RECIPIENT'],
    [
      'Permit2: a right for a stranger',
      { to: PERMIT2_ADDRESS, data: PERMIT2.encodeFunctionData('approve', [WETH, STRANGER, 1n, 1]) as Hex },
      'SPENDER',
    ],
    ['a Universal Router’s transfer to a stranger', { data: sweepTo(STRANGER) }, 'RECIPIENT'],
    [
      'a path over a token that is not on the list',
      { to: ROUTER_V2, data: encode(V2_ROUTER, 'swapExactTokensForTokens', [1n, 1n, [WETH, DAI, USDC], SIGNER, 1]) },
      'TOKEN',
    ],
    [
      'proceeds that stay in the router while something else is unwrapped',
      { data: multicall(sellTo(NOBODY), encode(V3_ROUTER, 'unwrapWETH9', [2_970_000_000n, SIGNER])) },
      'UNDECODABLE',
    ],
    [
      'the same, swept',
      { data: multicall(sellTo(NOBODY), encode(V3_ROUTER, 'sweepToken', [USDC, 2_970_000_000n, SIGNER])) },
      'UNDECODABLE',
    ],
    ['a refund of coin', { data: multicall(swapData(), encode(V3_ROUTER, 'refundETH', [])) }, 'UNDECODABLE'],
    [
      'the Universal Router’s unwrapping of something else',
      {
        data: execute('0x000c', universalSwap(`0x${'00'.repeat(19)}02`), [
          ['address', 'uint256'],
          [SIGNER, 2_970_000_000n],
        ]),
      },
      'UNDECODABLE',
    ],
    ['a V2 swap in a multicall', { data: multicall(v2To(SIGNER)) }, 'UNDECODABLE'],
    [
      'an exact output that may deliver less',
      { data: encode(V3_ROUTER, 'exactOutputSingle', [[WETH, USDC, 3000, SIGNER, 1, 1n, 10n ** 18n, 1n]]) },
      'UNDECODABLE',
    ],
    ['a swap that a token is asked for', { to: WETH, data: v2To(SIGNER) }, 'CONTRACT'],
    ['a multicall that holds nothing', { data: multicall() }, 'UNDECODABLE'],
    ['a multicall that is nested too deeply', { data: multicall(multicall(multicall(multicall(multicall(swapData()))))) }, 'UNDECODABLE'],
  ] as const)('not %s', ([, changed, rule]) => {
    expect(judge(changed)).toBe(rule)
  })

  test('C7: coin goes along only with a call that takes it or gives it back', () => {
    const coin = { maxValueWei: 10n ** 18n }
    const valueWei = 10n ** 18n
    const forCoin = (name: string) => encode(V2_ROUTER, name, [1n, [WETH, USDC], SIGNER, 1])
    for (const name of ['swapExactETHForTokens', 'swapETHForExactTokens']) {
      expect(judge({ to: ROUTER_V2, valueWei, data: forCoin(name) }, coin)).toBe('signs')
      expect(judge({ to: ROUTER_V2, data: forCoin(name) }, coin)).toBe('UNDECODABLE')
    }
    for (const data of [
      encode(V3_ROUTER, 'exactInputSingle', [[USDC, WETH, 3000, SIGNER, 1, 1n, 0n, 0]]),
      sellTo(SIGNER),
      multicall(sellTo(SIGNER)),
      execute('0x00', universalSwap(SIGNER)),
      v2To(SIGNER),
      encode(V2_ROUTER, 'swapExactTokensForETH', [1n, 1n, [USDC, WETH], SIGNER, 1]),
    ]) {
      expect(judge({ to: ROUTER_V2, valueWei, data }, coin)).toBe('UNDECODABLE')
      expect(judge({ to: ROUTER_V2, data }, coin)).toBe('signs')
    }
    expect(judge({ to: WETH, valueWei, data: encode(ERC20, 'approve', [ROUTER, 1n]) }, coin)).toBe('UNDECODABLE')
    // A token with a fallback would keep it, or wrap it: not what the call reads like.
    expect(judge({ to: WETH, valueWei, data: forCoin('swapExactETHForTokens') }, coin)).toBe('CONTRACT')
  })

  test('the same to ourselves is signed', () => {
    expect(judge({ to: ROUTER_V2, data: v2To(SIGNER) })).toBe('signs')
    expect(judge({ data: sweepTo(SIGNER) })).toBe('signs')
    expect(judge({ to: PERMIT2_ADDRESS, data: PERMIT2.encodeFunctionData('approve', [WETH, ROUTER, 1n, 1]) as Hex })).toBe('signs')
  })
})

const permit = (changed: Record<string, string> = {}, domain: Partial<TypedData['domain']> = {}): TypedData => ({
  domain: { name: 'USD Coin', version: '2', chainId: '31337', verifyingContract: USDC, ...domain },
  types: { Permit: ['owner address', 'spender address', 'value uint256', 'nonce uint256', 'deadline uint256'].map(field) },
  primaryType: 'Permit',
  message: { owner: SIGNER, spender: ROUTER, value: '1', nonce: '0', deadline: '1', ...changed },
})
const permit2 = (
  changed: Record<string, string> = {},
  spender: string = ROUTER,
  contract = PERMIT2_ADDRESS,
  sigDeadline = '1',
): TypedData => ({
  domain: { name: 'Permit2', chainId: '31337', verifyingContract: contract },
  types: {
    PermitSingle: ['details PermitDetails', 'spender address', 'sigDeadline uint256'].map(field),
    PermitDetails: ['token address', 'amount uint160', 'expiration uint48', 'nonce uint48'].map(field),
  },
  primaryType: 'PermitSingle',
  message: { details: { token: WETH, amount: '1', expiration: '1', nonce: '0', ...changed }, spender, sigDeadline },
})
function field(text: string): { name: string; type: string } {
  const [name = '', type = ''] = text.split(' ')
  return { name, type }
}
const HEAD = auditHeadMessage({ environment: 'live', seq: 7, hash: `0x${'ab'.repeat(32)}`, atMs: 1 })
const AUTH = authenticationMessage({
  act: 'release-halt',
  subject: '',
  requestHash: `0x${'ef'.repeat(32)}`,
  nonce: `0x${'cd'.repeat(32)}`,
  atMs: 1,
})
const NOW_SEC = 1_700_000_000
const sound = (typedData: TypedData, policy: Partial<SignerPolicy> = {}) =>
  judgeTypedData({ ...POLICY, ...policy }, SIGNER, typedData, NOW_SEC * 1_000 + 999)?.rule ?? 'signs'

describe('C7: typed data is a closed list', () => {
  test('messages of our own, and permits for whom the lists name', () => {
    for (const typedData of [HEAD, AUTH, permit(), permit2()]) {
      // They are what they say: ethers can hash them.
      expect(TypedDataEncoder.hash(typedData.domain, mutable(typedData), typedData.message)).toMatch(/^0x/)
      expect(sound(typedData)).toBe('signs')
    }
  })

  test.for([
    ['a permit for a stranger', permit({ spender: STRANGER }), 'SPENDER'],
    ['a permit without end', permit({ value: MaxUint256.toString() }), 'ENDLESS_GRANT'],
    ['a permit of a token that is not on the list', permit({}, { verifyingContract: DAI }), 'TOKEN'],
    ['a permit of somebody else’s', permit({ owner: STRANGER }), 'ACCOUNT'],
    ['a permit on another chain', permit({}, { chainId: '1' }), 'CHAIN'],
    ['a Permit2 permit for a stranger', permit2({}, STRANGER), 'SPENDER'],
    ['a Permit2 permit of a token that is not on the list', permit2({ token: DAI }), 'TOKEN'],
    ['a Permit2 permit at another contract', permit2({}, ROUTER, STRANGER), 'CONTRACT'],
    ['a head in another domain', { ...HEAD, domain: { name: 'Holdfast', version: '1', chainId: '31337' } }, 'TYPED_DATA'],
    ['a head that a contract could take', { ...HEAD, domain: { name: 'Holdfast', version: '1', verifyingContract: USDC } }, 'TYPED_DATA'],
    [
      'another struct',
      { ...HEAD, types: { Order: [field('maker address')] }, primaryType: 'Order', message: { maker: SIGNER } },
      'TYPED_DATA',
    ],
    ['a field more', { ...HEAD, message: { ...HEAD.message, more: '1' } }, 'MALFORMED'],
    ['nothing', {} as TypedData, 'MALFORMED'],
  ] as const)('not %s', ([, typedData, rule]) => {
    expect(sound(typedData)).toBe(rule)
  })

  test('C7: a permit holds for an hour at most: its deadline, and the allowance that it gives', () => {
    const [hour, more] = [String(NOW_SEC + 3_600), String(NOW_SEC + 3_601)]
    const byEach = (until: string) => [
      permit({ deadline: until }),
      permit2({ expiration: until }),
      permit2({}, ROUTER, PERMIT2_ADDRESS, until),
    ]
    for (const typedData of byEach(hour)) expect(sound(typedData)).toBe('signs')
    for (const until of [more, MaxUint256.toString()]) for (const typedData of byEach(until)) expect(sound(typedData)).toBe('DEADLINE')
    for (const odd of ['soon', '-1', '']) for (const typedData of byEach(odd)) expect(sound(typedData)).toBe('MALFORMED')
  })

  test('nor at a time that nobody knows', () => {
    for (const wallMs of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(judgeTypedData(POLICY, SIGNER, permit(), wallMs)?.rule).toBe('MALFORMED')
  })

  test('nor by an account that is not ours', () => {
    expect(sound(HEAD, { accounts: [] })).toBe('ACCOUNT')
  })
})

describe('C6: typed data is a closed list of its own', () => {
  test('messages of our own alone', () => {
    expect([typedDataRule(HEAD, 'audit-head'), typedDataRule(AUTH, 'auth')]).toEqual([null, null])
    expect(typedDataRule(HEAD, 'auth')?.code).toBe('CALLDATA_UNDECODABLE')
    expect(typedDataRule(AUTH, 'audit-head')?.code).toBe('CALLDATA_UNDECODABLE')
    expect(typedDataRule(AUTH, 'order')?.code).toBe('CALLDATA_UNDECODABLE')
    for (const other of [
      permit(),
      permit2(),
      { ...HEAD, domain: { name: 'Holdfast', version: '1', chainId: '1' } },
      { ...HEAD, message: {} },
      { ...HEAD, primaryType: 'Other' },
    ])
      expect(typedDataRule(other, 'audit-head')?.code).toBe('CALLDATA_UNDECODABLE')
  })
})

function mutable({ types }: TypedData): Record<string, { name: string; type: string }[]> {
  return Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]))
}
