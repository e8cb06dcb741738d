import { AbiCoder, Interface, getAddress, hexlify, solidityPacked, type InterfaceAbi } from 'ethers'
import fc from 'fast-check'
import { createRequire } from 'node:module'

import type { Hex } from '../../../src-main/domain/evm'

const require = createRequire(import.meta.url)
const abiOf = (artifact: string) => new Interface((require(artifact) as { abi: InterfaceAbi }).abi)
const V3 = abiOf('@uniswap/v3-periphery/artifacts/contracts/SwapRouter.sol/SwapRouter.json')
const V2 = abiOf('@uniswap/v2-periphery/build/UniswapV2Router02.json')
const ERC20 = abiOf('@uniswap/v2-periphery/build/IERC20.json')
/** SwapRouter02 (swap-router-contracts), Universal Router and Permit2, as their sources declare them. */
const ROUTER02 = new Interface([
  'function exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))',
  'function exactOutputSingle((address,address,uint24,address,uint256,uint256,uint160))',
  'function exactInput((bytes,address,uint256,uint256))',
  'function exactOutput((bytes,address,uint256,uint256))',
  'function multicall(uint256,bytes[])',
])
const UNIVERSAL = new Interface(['function execute(bytes,bytes[])', 'function execute(bytes,bytes[],uint256)'])
const SINGLE = '((address,uint160,uint48,uint48),address,uint256)'
const PERMIT2 = new Interface([
  'function approve(address,address,uint160,uint48)',
  `function permit(address,${SINGLE},bytes)`,
  'function transferFrom(address,address,uint160,address)',
])
const coder = AbiCoder.defaultAbiCoder()

/** The account that signs, and the contract that is called. */
export const ME = getAddress(`0x${'a1'.repeat(20)}`)
export const CALLED = getAddress(`0x${'c0'.repeat(20)}`)

/** Calldata, and what it does as it was made. Addresses are lower case. */
export interface MadeCall {
  readonly data: Hex
  readonly recipients: readonly string[]
  readonly spenders: readonly string[]
  readonly tokens: readonly string[]
}

const ZERO = `0x${'00'.repeat(20)}`
const SENDER = `0x${'00'.repeat(19)}01`
const ROUTER = `0x${'00'.repeat(19)}02`
const ALL = 1n << 255n

const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => getAddress(hexlify(bytes)))
  .filter((made) => BigInt(made) > 2n && made !== CALLED)
const amount = fc.oneof(fc.bigInt({ min: 1n, max: (1n << 255n) - 1n }), fc.bigInt({ min: 1n, max: 1_000n }))
const uint160 = fc.bigInt({ min: 0n, max: (1n << 160n) - 1n })
const path = fc.uniqueArray(address, { minLength: 2, maxLength: 4 })
const deadline = fc.integer({ min: 0, max: 2 ** 40 })
const swapParts = fc.record({ path, amount, bound: amount, deadline, exactOutput: fc.boolean() })
type SwapParts = typeof swapParts extends fc.Arbitrary<infer T> ? T : never

const lower = (...addresses: readonly string[]) => addresses.map((one) => one.toLowerCase())
const packed = (tokens: readonly string[]) =>
  solidityPacked(
    tokens.flatMap((_, index) => (index === 0 ? ['address'] : ['uint24', 'address'])),
    tokens.flatMap((token, index) => (index === 0 ? [token] : [3000, token])),
  )
const only = (data: string, made: Partial<MadeCall>): MadeCall => ({ data: data as Hex, recipients: [], spenders: [], tokens: [], ...made })

/** Swaps of all three routers, to somebody named. */
function swapTo(kind: 'v2' | 'v3' | 'v3-single' | '02' | '02-single', parts: SwapParts, recipient: string): string {
  const { path: tokens, amount: first, bound: second, deadline: until, exactOutput } = parts
  const way = packed(exactOutput ? [...tokens].reverse() : tokens)
  switch (kind) {
    case 'v2':
      return V2.encodeFunctionData(exactOutput ? 'swapTokensForExactTokens' : 'swapExactTokensForTokens', [
        first,
        second,
        tokens,
        recipient,
        until,
      ])
    case 'v3':
      return V3.encodeFunctionData(exactOutput ? 'exactOutput' : 'exactInput', [[way, recipient, until, first, second]])
    case 'v3-single':
      return V3.encodeFunctionData(exactOutput ? 'exactOutputSingle' : 'exactInputSingle', [
        [tokens[0], tokens[1], 3000, recipient, until, first, second, 0],
      ])
    case '02':
      return ROUTER02.encodeFunctionData(exactOutput ? 'exactOutput' : 'exactInput', [[way, recipient, first, second]])
    case '02-single':
      return ROUTER02.encodeFunctionData(exactOutput ? 'exactOutputSingle' : 'exactInputSingle', [
        [tokens[0], tokens[1], 3000, recipient, first, second, 0],
      ])
  }
}
const touched = (kind: string, { path: tokens }: SwapParts) => lower(...(kind.endsWith('single') ? tokens.slice(0, 2) : tokens))
const leastOf = ({ exactOutput, amount: first, bound: second }: SwapParts) => (exactOutput ? first : second)
const boughtOf = (kind: string, { path: tokens }: SwapParts) => (kind.endsWith('single') ? tokens[1]! : tokens.at(-1)!)

const kinds = fc.constantFrom('v2', 'v3', 'v3-single', '02', '02-single')
/** One swap to anybody. */
export const swapCall: fc.Arbitrary<MadeCall> = fc
  .record({ kind: kinds, parts: swapParts, recipient: address })
  .map(({ kind, parts, recipient }) => only(swapTo(kind, parts, recipient), { recipients: lower(recipient), tokens: touched(kind, parts) }))

/** A swap whose proceeds the router keeps, and the call that takes them out: two calls of a multicall. */
const keptSwap = fc
  .record({ kind: fc.constantFrom('v3', 'v3-single', '02', '02-single'), parts: swapParts, recipient: address, unwrap: fc.boolean() })
  .map(({ kind, parts, recipient, unwrap }) => {
    const self = kind.startsWith('02') ? ROUTER : ZERO
    const out = unwrap
      ? V3.encodeFunctionData('unwrapWETH9', [leastOf(parts), recipient])
      : V3.encodeFunctionData('sweepToken', [boughtOf(kind, parts), leastOf(parts), recipient])
    return { calls: [swapTo(kind, parts, self), out], recipients: lower(recipient), tokens: touched(kind, parts) }
  })

/** Multicalls of both forms, in each other. */
export const multicall: fc.Arbitrary<MadeCall> = fc
  .letrec<{ leaf: Inner; call: Inner }>((tie) => ({
    leaf: fc.oneof(
      swapCall.map(({ data, recipients, tokens }) => ({ calls: [data], recipients, tokens })),
      keptSwap,
    ),
    call: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      tie('leaf'),
      fc.record({ inner: fc.array(tie('call'), { minLength: 1, maxLength: 3 }), until: fc.option(deadline) }).map(({ inner, until }) => {
        const calls = inner.flatMap((one) => one.calls)
        const data = until === null ? V3.encodeFunctionData('multicall', [calls]) : ROUTER02.encodeFunctionData('multicall', [until, calls])
        return { calls: [data], recipients: inner.flatMap((one) => one.recipients), tokens: inner.flatMap((one) => one.tokens) }
      }),
    ),
  }))
  .call.map(({ calls, recipients, tokens }) => only(V3.encodeFunctionData('multicall', [calls]), { recipients, tokens }))

interface Inner {
  readonly calls: readonly string[]
  readonly recipients: readonly string[]
  readonly tokens: readonly string[]
}

interface Command {
  readonly code: number
  readonly input: string
}
interface Commands {
  readonly commands: readonly Command[]
  readonly recipients: readonly string[]
  readonly spenders: readonly string[]
  readonly tokens: readonly string[]
}
const input = (code: number, types: readonly string[], values: readonly unknown[]): Command => ({
  code,
  input: coder.encode(types, values),
})
const V3_TYPES = ['address', 'uint256', 'uint256', 'bytes', 'bool']
const V2_TYPES = ['address', 'uint256', 'uint256', 'address[]', 'bool']
const command = (v2: boolean, { path: tokens, amount: first, bound: second, exactOutput }: SwapParts, recipient: string): Command =>
  v2
    ? input(exactOutput ? 0x09 : 0x08, V2_TYPES, [recipient, first, second, tokens, true])
    : input(exactOutput ? 0x01 : 0x00, V3_TYPES, [recipient, first, second, packed(exactOutput ? [...tokens].reverse() : tokens), true])

const step: fc.Arbitrary<Commands> = fc.oneof(
  fc.record({ v2: fc.boolean(), parts: swapParts, recipient: fc.oneof(address, fc.constant(SENDER)) }).map(({ v2, parts, recipient }) => ({
    commands: [command(v2, parts, recipient)],
    recipients: lower(recipient === SENDER ? ME : recipient),
    spenders: [],
    tokens: lower(...parts.path),
  })),
  // Into the router, and out of it again; half of the time with another swap in between that spends all of it.
  fc
    .record({ v2: fc.boolean(), parts: swapParts, recipient: address, onward: fc.option(address), least: amount, unwrap: fc.boolean() })
    .filter(({ parts, onward }) => onward === null || !parts.path.includes(onward))
    .map(({ v2, parts, recipient, onward, least, unwrap }) => {
      const middle = parts.path.at(-1)!
      const [bought, atLeast] = onward === null ? [middle, leastOf(parts)] : [onward, least]
      return {
        commands: [
          command(v2, parts, ROUTER),
          ...(onward === null ? [] : [input(0x00, V3_TYPES, [ROUTER, ALL, least, packed([middle, onward]), false])]),
          unwrap
            ? input(0x0c, ['address', 'uint256'], [recipient, atLeast])
            : input(0x04, ['address', 'address', 'uint256'], [bought, recipient, atLeast]),
        ],
        recipients: lower(recipient),
        spenders: [],
        tokens: lower(...parts.path, ...(onward === null ? [] : [onward])),
      }
    }),
  fc
    .record({ code: fc.constantFrom(0x02, 0x05), token: address, recipient: address, raw: uint160 })
    .map(({ code, token, recipient, raw }) => ({
      commands: [input(code, ['address', 'address', code === 0x02 ? 'uint160' : 'uint256'], [token, recipient, raw])],
      recipients: lower(recipient),
      spenders: [],
      tokens: lower(token),
    })),
  fc.record({ token: address, spender: address, raw: uint160, until: deadline }).map(({ token, spender, raw, until }) => ({
    commands: [input(0x0a, [SINGLE, 'bytes'], [[[token, raw, until, 0], spender, until], '0x1234'])],
    recipients: [],
    spenders: lower(spender),
    tokens: lower(token),
  })),
)
const joinedSteps = (steps: readonly Commands[]): Commands => ({
  commands: steps.flatMap((one) => one.commands),
  recipients: steps.flatMap((one) => one.recipients),
  spenders: steps.flatMap((one) => one.spenders),
  tokens: steps.flatMap((one) => one.tokens),
})
const planOf = ({ commands }: Commands) =>
  [hexlify(Uint8Array.from(commands, ({ code }) => code)), commands.map((one) => one.input)] as const

/** `execute` of the Universal Router, with plans in plans. */
export const universal: fc.Arbitrary<MadeCall> = fc
  .record({
    steps: fc.array(step, { minLength: 1, maxLength: 3 }),
    inner: fc.option(fc.array(step, { minLength: 1, maxLength: 2 })),
    until: fc.option(deadline),
  })
  .map(({ steps, inner, until }) => {
    const nested = inner === null ? null : joinedSteps(inner)
    const all = joinedSteps([
      ...steps,
      ...(nested === null ? [] : [{ ...nested, commands: [input(0x21, ['bytes', 'bytes[]'], planOf(nested))] }]),
    ])
    const plan = planOf(all)
    const data =
      until === null
        ? UNIVERSAL.encodeFunctionData('execute(bytes,bytes[])', plan)
        : UNIVERSAL.encodeFunctionData('execute(bytes,bytes[],uint256)', [...plan, until])
    const { recipients, spenders, tokens } = all
    return only(data, { recipients, spenders, tokens })
  })

const token = CALLED.toLowerCase()
/** Calls that give rights or move tokens without a swap. */
export const plainCall: fc.Arbitrary<MadeCall> = fc.oneof(
  fc
    .record({ who: address, raw: amount })
    .map(({ who, raw }) => only(ERC20.encodeFunctionData('approve', [who, raw]), { spenders: lower(who), tokens: [token] })),
  fc
    .record({ who: address, raw: amount })
    .map(({ who, raw }) => only(ERC20.encodeFunctionData('transfer', [who, raw]), { recipients: lower(who), tokens: [token] })),
  fc
    .record({ what: address, who: address, raw: uint160, until: deadline })
    .map(({ what, who, raw, until }) =>
      only(PERMIT2.encodeFunctionData('approve', [what, who, raw, until]), { spenders: lower(who), tokens: lower(what) }),
    ),
  fc.record({ what: address, who: address, raw: uint160, until: deadline }).map(({ what, who, raw, until }) =>
    only(PERMIT2.encodeFunctionData('permit', [ME, [[what, raw, until, 0], who, until], '0x12']), {
      spenders: lower(who),
      tokens: lower(what),
    }),
  ),
  fc
    .record({ what: address, who: address, raw: uint160 })
    .map(({ what, who, raw }) =>
      only(PERMIT2.encodeFunctionData('transferFrom', [ME, who, raw, what]), { recipients: lower(who), tokens: lower(what) }),
    ),
)

/** Any of them. */
export const anyCall: fc.Arbitrary<MadeCall> = fc.oneof(swapCall, multicall, universal, plainCall)
