import { getAddress, solidityPacked, type Interface } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { DecodedCall, Hex } from '../../../../src-main/domain/evm'
import { decodeCall } from '../../../../src-main/guards/policy/decode-call'
import { UNISWAP_V2_SELECTORS } from '../../../../src-main/guards/policy/decode-uniswap-v2'
import { UNISWAP_V3_SELECTORS } from '../../../../src-main/guards/policy/decode-uniswap-v3'
import { DAI, ROUTER, ROUTER_V2, SIGNER, STRANGER, USDC, WETH, txOf } from '../support/input'
import { ERC20, V2_ROUTER, V3_ROUTER, encode } from '../support/routers'

const ZERO = `0x${'00'.repeat(20)}`
const DEADLINE = 1_700_000_600
const MAX = (1n << 256n) - 1n

const decode = (data: Hex, changed: { to?: string; valueWei?: bigint } = {}): DecodedCall => decodeCall(txOf({ data, ...changed }))
const v3 = (name: string, args: readonly unknown[]) => encode(V3_ROUTER, name, args)
const v2 = (name: string, args: readonly unknown[]) => encode(V2_ROUTER, name, args)

const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(`0x${Buffer.from(bytes).toString('hex')}`))
const token = fc.constantFrom(WETH, USDC, DAI)
const twoTokens = fc.uniqueArray(token, { minLength: 2, maxLength: 2 }) as fc.Arbitrary<[string, string]>
const amount = fc.oneof(fc.bigInt({ min: 0n, max: MAX }), fc.bigInt({ min: 0n, max: 1000n }))
const deadline = fc.integer({ min: 0, max: 2 ** 40 })
const fee = fc.integer({ min: 0, max: 2 ** 24 - 1 })

interface Encoded {
  readonly data: Hex
  readonly valueWei: bigint
  readonly call: DecodedCall
}

const single: fc.Arbitrary<Encoded> = fc
  .record({ tokens: twoTokens, fee, recipient: address, deadline, first: amount, second: amount, input: fc.boolean() })
  .map(({ tokens: [tokenIn, tokenOut], recipient, first, second, input, ...rest }) => ({
    data: v3(input ? 'exactInputSingle' : 'exactOutputSingle', [[tokenIn, tokenOut, rest.fee, recipient, rest.deadline, first, second, 0]]),
    valueWei: 0n,
    call: {
      kind: 'swap',
      protocol: 'uniswap-v3',
      tokenIn,
      tokenOut,
      recipient,
      exact: input ? 'input' : 'output',
      amountInMaxRaw: input ? first : second,
      amountOutMinRaw: input ? second : first,
      deadlineSec: rest.deadline,
    },
  }))

const along: fc.Arbitrary<Encoded> = fc
  .record({
    tokens: twoTokens,
    middle: fc.array(address, { maxLength: 3 }),
    fee,
    recipient: address,
    deadline,
    first: amount,
    second: amount,
    input: fc.boolean(),
  })
  .map(({ tokens: [tokenIn, tokenOut], middle, recipient, first, second, input, ...rest }) => {
    const forward = [tokenIn, ...middle, tokenOut]
    const tokens = input ? forward : [...forward].reverse()
    const types = tokens.flatMap((_, index) => (index === 0 ? ['address'] : ['uint24', 'address']))
    const path = solidityPacked(
      types,
      tokens.flatMap((part, index) => (index === 0 ? [part] : [rest.fee, part])),
    )
    return {
      data: v3(input ? 'exactInput' : 'exactOutput', [[path, recipient, rest.deadline, first, second]]),
      valueWei: 0n,
      call: {
        kind: 'swap',
        protocol: 'uniswap-v3',
        tokenIn,
        tokenOut,
        recipient,
        exact: input ? 'input' : 'output',
        amountInMaxRaw: input ? first : second,
        amountOutMinRaw: input ? second : first,
        deadlineSec: rest.deadline,
      },
    }
  })

const V2_FUNCTIONS = [
  ['swapExactTokensForTokens', 'input', undefined],
  ['swapTokensForExactTokens', 'output', undefined],
  ['swapExactETHForTokens', 'input', 'in'],
  ['swapETHForExactTokens', 'output', 'in'],
  ['swapExactTokensForETH', 'input', 'out'],
  ['swapTokensForExactETH', 'output', 'out'],
] as const
const overV2: fc.Arbitrary<Encoded> = fc
  .record({
    shape: fc.constantFrom(...V2_FUNCTIONS),
    tokens: twoTokens,
    middle: fc.array(address, { maxLength: 3 }),
    recipient: address,
    deadline,
    paid: amount,
    received: amount,
  })
  .map(({ shape: [name, exact, native], tokens: [tokenIn, tokenOut], middle, recipient, paid, received, ...rest }) => {
    const amounts = native === 'in' ? [received] : exact === 'input' ? [paid, received] : [received, paid]
    const valueWei = native === 'in' ? (paid === 0n ? 1n : paid) : 0n
    return {
      data: v2(name, [...amounts, [tokenIn, ...middle, tokenOut], recipient, rest.deadline]),
      valueWei,
      call: {
        kind: 'swap',
        protocol: 'uniswap-v2',
        tokenIn,
        tokenOut,
        recipient,
        exact,
        amountInMaxRaw: native === 'in' ? valueWei : paid,
        amountOutMinRaw: received,
        deadlineSec: rest.deadline,
        ...(native === undefined ? {} : { native }),
      },
    }
  })

const approval: fc.Arbitrary<Encoded> = fc.record({ spender: address, amountRaw: amount }).map(({ spender, amountRaw }) => ({
  data: encode(ERC20, 'approve', [spender, amountRaw]),
  valueWei: 0n,
  call: { kind: 'approve', token: ROUTER, spender, amountRaw, unlimited: amountRaw >= 1n << 128n || amountRaw === (1n << 96n) - 1n },
}))

const anyCall = fc.oneof(single, along, overV2, approval)

describe('the selectors', () => {
  it('are those of the contracts themselves', () => {
    const selectors = (contract: Interface, names: readonly string[]) => new Set(names.map((name) => contract.getFunction(name)?.selector))
    expect(UNISWAP_V3_SELECTORS).toEqual(
      selectors(V3_ROUTER, ['exactInputSingle', 'exactOutputSingle', 'exactInput', 'exactOutput', 'multicall']),
    )
    expect(UNISWAP_V2_SELECTORS).toEqual(
      selectors(
        V2_ROUTER,
        V2_FUNCTIONS.map(([name]) => name),
      ),
    )
  })
})

describe('decodeCall', () => {
  it.each([
    ['swaps of one pool over V3', single],
    ['swaps along a path over V3', along],
    ['swaps over V2', overV2],
    ['approvals', approval],
  ])('reads %s as ethers encodes them', (_, calls) => {
    fc.assert(
      fc.property(calls, ({ data, valueWei, call }) => {
        expect(decode(data, { valueWei })).toEqual(call)
      }),
    )
  })

  it('reads nothing but the canonical encoding: bytes changed, added or missing give what ethers would encode, or unknown', () => {
    const change = fc.record({
      at: fc.nat(),
      to: fc.integer({ min: 0, max: 255 }),
      how: fc.constantFrom('change', 'change', 'insert', 'delete', 'append'),
    })
    fc.assert(
      fc.property(anyCall, fc.array(change, { minLength: 1, maxLength: 3 }), ({ data, valueWei }, changes) => {
        let bytes = [...Buffer.from(data.slice(2), 'hex')]
        for (const { at, to, how } of changes) {
          const index = at % bytes.length
          if (how === 'change') bytes[index] = to
          else if (how === 'insert') bytes.splice(index, 0, to)
          else if (how === 'delete') bytes.splice(index, 1)
          else bytes = [...bytes, ...Array<number>(32).fill(to % 2)]
        }
        const changed: Hex = `0x${Buffer.from(bytes).toString('hex')}`
        if (decode(changed, { valueWei }).kind === 'unknown') return
        expect(reencode(changed)).toBe(changed)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.constantFrom(...UNISWAP_V3_SELECTORS, ...UNISWAP_V2_SELECTORS, '0x095ea7b3', '0x'),
        (bytes, selector) => {
          expect(decode(`${selector}${Buffer.from(bytes).toString('hex')}` as Hex).kind).toMatch(/^(unknown|transfer-native|swap|approve)$/)
        },
      ),
    )
    for (const odd of [null, undefined, 5, {}, '0xZZ', '0xAB', 'ab', '0x1']) expect(decode(odd as Hex)).toMatchObject({ kind: 'unknown' })
  })

  it('reads no data as a transfer', () => {
    expect(decode('0x', { to: STRANGER.toLowerCase(), valueWei: 5n })).toEqual({ kind: 'transfer-native', recipient: STRANGER })
  })

  it.each([
    ['no address', ''],
    ['a wrong checksum', SIGNER.replace('F', 'f')],
  ])('does not know a call to %s', (_, to) => {
    expect(decode('0x', { to })).toMatchObject({ kind: 'unknown' })
  })

  it.each([
    ['an ERC-20 transfer', encode(ERC20, 'transfer', [STRANGER, 1n])],
    ['an ERC-20 transferFrom', encode(ERC20, 'transferFrom', [SIGNER, STRANGER, 1n])],
    [
      'a V2 swap that promises no output',
      v2('swapExactTokensForTokensSupportingFeeOnTransferTokens', [1n, 1n, [WETH, USDC], SIGNER, DEADLINE]),
    ],
    ['liquidity', v2('addLiquidity', [WETH, USDC, 1n, 1n, 1n, 1n, SIGNER, DEADLINE])],
    ['a sweep', v3('sweepToken', [USDC, 0n, STRANGER])],
    ['an unwrapping alone', v3('unwrapWETH9', [1n, SIGNER])],
    ['a permit', v3('selfPermit', [USDC, 1n, DEADLINE, 27, `0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`])],
    ['a selector alone', '0x414bf389'],
    ['less than a selector', '0x414b'],
    ['data without end', `0x414bf389${'00'.repeat(8_192)}`],
  ])('does not know %s', (_, data) => {
    expect(decode(data as Hex)).toMatchObject({ kind: 'unknown', selector: data.slice(0, 10) })
  })

  it('does not know a swap of a token for itself, or along no path', () => {
    const rest = [SIGNER, DEADLINE]
    expect(decode(v2('swapExactTokensForTokens', [1n, 1n, [WETH, WETH], ...rest])).kind).toBe('unknown')
    expect(decode(v2('swapExactTokensForTokens', [1n, 1n, [WETH], ...rest])).kind).toBe('unknown')
    expect(decode(v2('swapExactTokensForTokens', [1n, 1n, [], ...rest])).kind).toBe('unknown')
    expect(decode(v3('exactInputSingle', [[WETH, WETH, 3000, ...rest, 1n, 1n, 0]])).kind).toBe('unknown')
    for (const path of ['0x', WETH, `${WETH}000bb8`, `${WETH}000bb8${USDC.slice(2, 40)}`]) {
      expect(decode(v3('exactInput', [[path, ...rest, 1n, 1n]])).kind, path).toBe('unknown')
    }
  })

  it('takes a deadline that never comes for what it is', () => {
    expect(decode(v3('exactInputSingle', [[WETH, USDC, 3000, SIGNER, MAX, 1n, 1n, 0]]))).toMatchObject({
      kind: 'swap',
      deadlineSec: Number.MAX_SAFE_INTEGER,
    })
  })

  it('does not know an exact output with a price limit: the router may then deliver less', () => {
    const call = (name: string) => decode(v3(name, [[WETH, USDC, 3000, SIGNER, DEADLINE, 1n, 1n, 1n << 96n]])).kind
    expect(call('exactOutputSingle')).toBe('unknown')
    expect(call('exactInputSingle')).toBe('swap')
  })

  describe('coin paid along', () => {
    it('is unknown where the call does not take it', () => {
      fc.assert(
        fc.property(fc.oneof(single, along, overV2, approval), fc.bigInt({ min: 1n, max: MAX }), ({ data, valueWei }, value) => {
          expect(decode(data, { valueWei: valueWei === 0n ? value : 0n }).kind).toBe('unknown')
        }),
      )
    })
  })

  describe('an unlimited approval', () => {
    const unlimited = (amountRaw: bigint) => decode(encode(ERC20, 'approve', [ROUTER, amountRaw]), { to: USDC })
    it.each([[MAX], [MAX - 1n], [1n << 255n], [(1n << 160n) - 1n], [1n << 128n], [(1n << 96n) - 1n]])('is one of %s', (amountRaw) => {
      expect(unlimited(amountRaw)).toMatchObject({ kind: 'approve', token: USDC, spender: ROUTER, unlimited: true })
    })
    it.each([[0n], [10n ** 36n], [(1n << 96n) - 2n], [(1n << 128n) - 1n]])('is not one of %s', (amountRaw) => {
      expect(unlimited(amountRaw)).toMatchObject({ amountRaw, unlimited: false })
    })
  })
})

describe('a multicall', () => {
  const swapTo = (recipient: string, name = 'exactInputSingle') => v3(name, [[USDC, WETH, 3000, recipient, DEADLINE, 2_000n, 900n, 0]])
  const multicall = (...calls: string[]) => decode(v3('multicall', [calls]))
  const unwrap = (minimum: bigint, recipient = SIGNER) => v3('unwrapWETH9', [minimum, recipient])

  it('is read as the one swap that it holds', () => {
    expect(multicall(swapTo(SIGNER))).toEqual(decode(swapTo(SIGNER)))
    fc.assert(
      fc.property(fc.oneof(single, along), ({ data, call }) => {
        expect(multicall(data)).toEqual(call)
      }),
    )
  })

  it.each([
    ['nothing', []],
    ['an empty call', ['0x']],
    ['two swaps', [swapTo(SIGNER), swapTo(SIGNER)]],
    ['an approval of the router', [v3('selfPermit', [USDC, 1n, DEADLINE, 27, ZERO.padEnd(66, '0'), ZERO.padEnd(66, '0')]), swapTo(SIGNER)]],
    ['a multicall', [v3('multicall', [[swapTo(SIGNER)]])]],
    ['an unwrapping of exactly what the swap brings', [swapTo(ZERO), unwrap(900n)]],
    // Six decimals against eighteen: the router pays out whatever wrapped coin lies there, and the USDC stays for anybody.
    [
      'an unwrapping of as many units of another token',
      [v3('exactInputSingle', [[WETH, USDC, 3000, ZERO, DEADLINE, 1n, 900n, 0]]), unwrap(900n)],
    ],
    ['an unwrapping after a swap that paid out', [swapTo(SIGNER), unwrap(900n)]],
    ['an unwrapping first', [unwrap(900n), swapTo(ZERO)]],
    ['a sweep', [swapTo(ZERO), v3('sweepToken', [WETH, 900n, SIGNER])]],
    ['an unwrapping with a fee for somebody', [swapTo(ZERO), v3('unwrapWETH9WithFee', [900n, SIGNER, 100n, STRANGER])]],
    ['a refund', [swapTo(SIGNER), v3('refundETH', [])]],
    ['something after the unwrapping', [swapTo(ZERO), unwrap(900n), v3('refundETH', [])]],
    ['an unwrapping with more behind it', [swapTo(ZERO), `${unwrap(900n)}00`]],
    ['a swap with more behind it', [`${swapTo(SIGNER)}${'00'.repeat(32)}`]],
  ])('that holds %s is unknown', (_, calls) => {
    expect(multicall(...calls).kind).toBe('unknown')
  })

  it('whose parts lie where the canonical encoding does not put them is unknown', () => {
    const sound = v3('multicall', [[swapTo(SIGNER)]])
    const words = (sound.slice(10).match(/.{64}/g) ?? []).slice()
    const [, , first = ''] = words
    const further = [...words.slice(0, 2), first.replace('20', '40'), ...words.slice(3)].join('')
    expect(decode(`0xac9650d8${further}`).kind).toBe('unknown')
    const [outer = ''] = words
    expect(decode(`0xac9650d8${outer.replace('20', '40')}${words.slice(1).join('')}`).kind).toBe('unknown')
    expect(decode(sound).kind).toBe('swap')
  })
})

describe('addresses', () => {
  it('are given back in checksum case', () => {
    expect(decode(v2('swapExactTokensForTokens', [1n, 1n, [WETH, USDC], SIGNER, DEADLINE]), { to: ROUTER_V2.toLowerCase() })).toMatchObject(
      {
        tokenIn: WETH,
        tokenOut: USDC,
        recipient: SIGNER,
      },
    )
  })
})

/** What ethers makes of bytes when it decodes and encodes them again. */
function reencode(data: Hex): string {
  for (const contract of [V3_ROUTER, V2_ROUTER, ERC20]) {
    const parsed = contract.getFunction(data.slice(0, 10))
    if (parsed !== null) return contract.encodeFunctionData(parsed, contract.decodeFunctionData(parsed, data))
  }
  return data
}
