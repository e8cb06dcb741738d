import { AbiCoder, FunctionFragment, Interface, dataSlice, type Result } from 'ethers'

import type { UnsignedTx } from '../../domain/evm'
import { ROUTER_FUNCTIONS, UNIVERSAL_INPUTS } from './known-functions'

/** Everything that a call, the calls nested in it included, would do to what is ours. Addresses are lower case, each named once. */
export interface Effects {
  readonly recipients: readonly string[]
  readonly spenders: readonly string[]
  /** Every token that is touched, those in the middle of a path included. */
  readonly tokens: readonly string[]
}

/** The known functions by selector, read out once: ethers hashes a signature anew each time it is asked for one. */
const FUNCTIONS = new Map(
  new Interface(ROUTER_FUNCTIONS).fragments
    .filter((fragment) => fragment instanceof FunctionFragment)
    .map((fragment) => [fragment.selector, { signature: fragment.format(), inputs: fragment.inputs }] as const),
)
const coder = AbiCoder.defaultAbiCoder()

const MOST_DEPTH = 4
const MOST_CALLS = 64
/** The amount that means all that the Universal Router holds. */
const ALL_THAT_IT_HOLDS = 1n << 255n
const ALLOWS_FAILURE = 0x80
const NOBODY = '0x0000000000000000000000000000000000000000'
const SENDER_MARK = '0x0000000000000000000000000000000000000001'
const ROUTER_MARK = '0x0000000000000000000000000000000000000002'

interface Reading {
  readonly from: string
  readonly to: string
  readonly recipients: Set<string>
  readonly spenders: Set<string>
  readonly tokens: Set<string>
  calls: number
}

/**
 * Reads what a call does with ethers' own decoder, nested calls included: multicalls in both forms, the Universal Router's commands, Permit2. Null for anything
 * that is not known, or not in the one canonical encoding. Proceeds that a router keeps are the router's: which token a later call would take out of it, and
 * whether that is the one that came, no calldata proves, so nothing that takes out is known. Never throws. The policy's second look; {@link decodeCall} is its first.
 */
export function readEffects(tx: UnsignedTx): Effects | null {
  const [from, to] = [tx.from.toLowerCase(), tx.to.toLowerCase()]
  const reading: Reading = { from, to, recipients: new Set(), spenders: new Set(), tokens: new Set(), calls: 0 }
  try {
    call(reading, tx.data, 0, tx.valueWei)
  } catch {
    return null
  }
  return { recipients: [...reading.recipients], spenders: [...reading.spenders], tokens: [...reading.tokens] }
}

function refuse(why: string): never {
  throw new RangeError(why)
}

/** Decodes a call and insists that encoding it again gives the same bytes. */
function decoded(data: string): { readonly signature: string; readonly args: Result } {
  const known = FUNCTIONS.get(data.slice(0, 10)) ?? refuse('not known')
  const words = `0x${data.slice(10)}`
  const args = coder.decode(known.inputs, words)
  if (coder.encode(known.inputs, [...args]) !== words) refuse('not canonical')
  return { signature: known.signature, args }
}

function call(reading: Reading, data: string, depth: number, valueWei: bigint): void {
  const { signature, args } = decoded(data)
  if (depth > 0 && !NESTED.test(signature)) refuse('nothing that a multicall holds')
  if (PAID.test(signature) !== valueWei > 0n) refuse('coin is paid to a call that leaves it behind, or none to one that wants some')
  if (!signature.startsWith('execute(')) count(reading, depth)
  switch (signature) {
    case 'approve(address,uint256)':
      give(reading, reading.to, args[0])
      return
    case 'transfer(address,uint256)':
      touch(reading, [reading.to])
      pay(reading, args[0])
      return
    case 'approve(address,address,uint160,uint48)':
      give(reading, args[0], args[1])
      return
    case `permit(address,${PERMIT_SINGLE},bytes)`:
      if (text(args[0]) !== reading.from) refuse('somebody else’s')
      permit(reading, args[1] as Result)
      return
    case 'transferFrom(address,address,uint160,address)':
      if (text(args[0]) !== reading.from) refuse('somebody else’s')
      touch(reading, [args[3]])
      pay(reading, args[1])
      return
    case 'multicall(bytes[])':
    case 'multicall(uint256,bytes[])': {
      const calls = args[args.length - 1] as Result
      if (calls.length === 0) refuse('no call')
      for (const inner of calls) call(reading, inner as string, depth + 1, 0n)
      return
    }
    case 'execute(bytes,bytes[])':
    case 'execute(bytes,bytes[],uint256)':
      commands(reading, args[0] as string, args[1] as Result, 0)
      return
    default:
      swap(reading, signature, args)
  }
}

const PERMIT_SINGLE = '((address,uint160,uint48,uint48),address,uint256)'
/** They take all of the coin that goes along, or give back what they do not need; nothing else may be paid any. */
const PAID = /^swap(?:Exact)?ETHFor/
/** V2's router has no multicall. */
const NESTED = /^(?:multicall|exact)/

function swap(reading: Reading, signature: string, args: Result): void {
  const params = (signature.startsWith('exact') ? args[0] : args) as Result
  const named = params.toObject() as Record<string, unknown>
  const path = pathOf(named, signature)
  touch(reading, path)
  if ('amountOut' in named && (named['sqrtPriceLimitX96'] ?? 0n) !== 0n) refuse('an exact output that may deliver less')
  const recipient = text(named['recipient'] ?? named['to'])
  const inRouter02 = signature.startsWith('exact') && !('deadline' in named)
  if (inRouter02) pay(reading, marked(reading, recipient))
  else pay(reading, signature.startsWith('exact') && recipient === NOBODY ? reading.to : recipient)
}

function pathOf(named: Record<string, unknown>, signature: string): readonly string[] {
  if ('tokenIn' in named) return [text(named['tokenIn']), text(named['tokenOut'])]
  if (signature.startsWith('exact')) return packedPath(named['path'] as string)
  return longEnough([...(named['path'] as Result)].map(text))
}

function longEnough(path: readonly string[]): readonly string[] {
  return path.length < 2 ? refuse('too short a path') : path
}

/** Tokens of a path of V3: address, fee, address …, packed. */
function packedPath(path: string): readonly string[] {
  const digits = path.slice(2)
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{46})+$/.test(digits)) refuse('no path')
  return [...digits.matchAll(/([0-9a-f]{40})(?:[0-9a-f]{6})?/g)].map((match) => `0x${match[1] ?? ''}`)
}

function commands(reading: Reading, codes: string, inputs: Result, depth: number): void {
  if (codes.length !== 2 + 2 * inputs.length || inputs.length === 0) refuse('commands and inputs do not match')
  inputs.forEach((input: unknown, index) => {
    count(reading, depth)
    const code = Number(dataSlice(codes, index, index + 1))
    const types = UNIVERSAL_INPUTS.get(code)
    if ((code & ALLOWS_FAILURE) !== 0 || types === undefined) return refuse('a command is not known')
    const args = coder.decode(types, input as string)
    if (coder.encode(types, [...args]) !== input) refuse('not canonical')
    command(reading, code, args, depth)
  })
}

function command(reading: Reading, code: number, args: Result, depth: number): void {
  switch (code) {
    case 0x00:
    case 0x01:
    case 0x08:
    case 0x09:
      if (args[4] !== true || args[1] === ALL_THAT_IT_HOLDS || args[2] === ALL_THAT_IT_HOLDS) refuse('about what the router holds')
      touch(reading, code < 8 ? packedPath(args[3] as string) : longEnough([...(args[3] as Result)].map(text)))
      pay(reading, marked(reading, text(args[0])))
      return
    case 0x02:
    case 0x05:
      touch(reading, [args[0]])
      pay(reading, marked(reading, text(args[1])))
      return
    case 0x0a:
      permit(reading, args[0] as Result)
      return
    case 0x21:
      commands(reading, args[0] as string, args[1] as Result, depth + 1)
      return
    default:
      refuse('a command is not known')
  }
}

function permit(reading: Reading, single: Result): void {
  give(reading, (single[0] as Result)[0], single[1])
}

function count(reading: Reading, depth: number): void {
  reading.calls += 1
  if (depth > MOST_DEPTH || reading.calls > MOST_CALLS) refuse('too many calls')
}

function touch({ tokens }: Reading, named: readonly unknown[]): void {
  for (const token of named) tokens.add(text(token))
}

function pay({ recipients }: Reading, recipient: unknown): void {
  recipients.add(text(recipient))
}

function give(reading: Reading, token: unknown, spender: unknown): void {
  touch(reading, [token])
  reading.spenders.add(text(spender))
}

function marked(reading: Reading, recipient: string): string {
  return recipient === SENDER_MARK ? reading.from : recipient === ROUTER_MARK ? reading.to : recipient
}

function text(address: unknown): string {
  return typeof address === 'string' ? address.toLowerCase() : refuse('no address')
}
