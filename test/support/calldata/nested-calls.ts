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
const v3Kinds = fc.constantFrom('v3', 'v3-single', '02', '02-single')
const swapOver = (kinds: fc.Arbitrary<Parameters<typeof swapTo>[0]>): fc.Arbitrary<MadeCall> =>
  fc
    .record({ kind: kinds, parts: swapParts, recipient: address })
    .map(({ kind, parts, recipient }) =>
      only(swapTo(kind, parts, recipient), { recipients: lower(recipient), tokens: touched(kind, parts) }),
    )
/** One swap to anybody. */
export const swapCall: fc.Arbitrary<MadeCall> = swapOver(fc.constantFrom('v2', 'v3', 'v3-single', '02', '02-single'))

/** Swaps over V2 that are paid for in the chain's own coin. */
export const coinCall: fc.Arbitrary<MadeCall> = fc
  .record({ parts: swapParts, recipient: address })
  .map(({ parts: { path: tokens, amount: least, deadline: until, exactOutput }, recipient }) =>
    only(V2.encodeFunctionData(exactOutput ? 'swapETHForExactTokens' : 'swapExactETHForTokens', [least, tokens, recipient, until]), {
      recipients: lower(recipient),
      tokens: lower(...tokens),
    }),
  )
/** Swaps over V2 whose proceeds are the chain's own coin: the router itself checks that they are. */
const swapForCoin: fc.Arbitrary<MadeCall> = fc
  .record({ parts: swapParts, recipient: address })
  .map(({ parts: { path: tokens, amount: first, bound: second, deadline: until, exactOutput }, recipient }) =>
    only(
      V2.encodeFunctionData(exactOutput ? 'swapTokensForExactETH' : 'swapExactTokensForETH', [first, second, tokens, recipient, until]),
      { recipients: lower(recipient), tokens: lower(...tokens) },
    ),
  )

/** A swap whose proceeds the router keeps, and a call that takes something out: two calls of a multicall. Whether it is the same, nobody can tell. */
export const takenOut: fc.Arbitrary<Hex> = fc
  .record({ kind: v3Kinds, parts: swapParts, recipient: address, least: amount, how: fc.constantFrom('unwrap', 'sweep', 'refund') })
  .map(({ kind, parts, recipient, least, how }) => {
    const out = {
      unwrap: () => V3.encodeFunctionData('unwrapWETH9', [least, recipient]),
      sweep: () => V3.encodeFunctionData('sweepToken', [parts.path.at(-1), least, recipient]),
      refund: () => V3.encodeFunctionData('refundETH', []),
    }[how]()
    return V3.encodeFunctionData('multicall', [[swapTo(kind, parts, kind.startsWith('02') ? ROUTER : ZERO), out]]) as Hex
  })

/** Multicalls of both forms, in each other. */
export const multicall: fc.Arbitrary<MadeCall> = fc
  .letrec<{ leaf: Inner; call: Inner }>((tie) => ({
    leaf: swapOver(v3Kinds).map(({ data, recipients, tokens }) => ({ calls: [data], recipients, tokens })),
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
const planOf = ({ commands }: Pick<Commands, 'commands'>) =>
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

/** Plans that leave a swap's proceeds in the router, or pay with what it holds, and take something out. */
export const takenOutOfUniversal: fc.Arbitrary<Hex> = fc
  .record({ v2: fc.boolean(), parts: swapParts, recipient: address, onward: address, least: amount, how: fc.nat(3) })
  .map(({ v2, parts, recipient, onward, least, how }) => {
    const bought = parts.path.at(-1)!
    const commands = [
      [command(v2, parts, ROUTER), input(0x0c, ['address', 'uint256'], [recipient, least])],
      [command(v2, parts, ROUTER), input(0x04, ['address', 'address', 'uint256'], [bought, recipient, least])],
      [command(v2, parts, ROUTER), input(0x00, V3_TYPES, [recipient, ALL, least, packed([bought, onward]), false])],
      [command(v2, { ...parts, amount: ALL }, recipient)],
    ][how]!
    return UNIVERSAL.encodeFunctionData('execute(bytes,bytes[])', planOf({ commands })) as Hex
  })

const token = CALLED.toLowerCase()
/** Calls that give rights or move tokens without a swap, or for coin. */
export const plainCall: fc.Arbitrary<MadeCall> = fc.oneof(
  swapForCoin,
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

/** Any of them that is paid no coin. */
export const anyCall: fc.Arbitrary<MadeCall> = fc.oneof(swapCall, multicall, universal, plainCall)
