import type { DecodedCall } from '../../domain/evm'
import { AbiWords, NotCanonical, wordsOf } from './abi-words'
import { swapCall, type RawSwap } from './swap-call'

const EXACT_INPUT_SINGLE = '0x414bf389'
const EXACT_OUTPUT_SINGLE = '0xdb3e2198'
const EXACT_INPUT = '0xc04b8d59'
const EXACT_OUTPUT = '0xf28c0498'
const MULTICALL = '0xac9650d8'

const ADDRESS_DIGITS = 40
const FEE_DIGITS = 6
/** A path goes token, fee, token, fee, token …: 20 bytes and 3 in turn. */
const HOP_DIGITS = ADDRESS_DIGITS + FEE_DIGITS

/** The selectors that {@link decodeUniswapV3} reads. */
export const UNISWAP_V3_SELECTORS: ReadonlySet<string> = new Set([
  EXACT_INPUT_SINGLE,
  EXACT_OUTPUT_SINGLE,
  EXACT_INPUT,
  EXACT_OUTPUT,
  MULTICALL,
])

/**
 * Reads a call of Uniswap's SwapRouter (v3-periphery 1.4.4, ISwapRouter and IMulticall); throws {@link NotCanonical}. A multicall may hold one
 * swap and nothing else: an unwrapping after it does not say which token it unwraps, so nothing proves that it takes out what the swap
 * brought. Paying in the chain's own coin is refused: this router does not check that the token sold is the wrapped coin, and what it cannot
 * use stays behind for anyone to take.
 */
export function decodeUniswapV3(selector: string, digits: string, valueWei: bigint): DecodedCall {
  if (valueWei !== 0n) throw new NotCanonical('coin is paid to a router that may keep it')
  return swapCall(selector === MULTICALL ? multicall(digits) : swap(selector, digits))
}

function swap(selector: string, digits: string): RawSwap {
  const words = new AbiWords(digits)
  switch (selector) {
    case EXACT_INPUT_SINGLE:
    case EXACT_OUTPUT_SINGLE:
      return single(selector === EXACT_OUTPUT_SINGLE, words)
    case EXACT_INPUT:
    case EXACT_OUTPUT:
      return along(selector === EXACT_OUTPUT, words)
    default:
      throw new NotCanonical('a multicall holds something that is no swap')
  }
}

/** `(tokenIn, tokenOut, fee, recipient, deadline, amountIn | amountOut, amountOutMinimum | amountInMaximum, sqrtPriceLimitX96)`. */
function single(exactOutput: boolean, words: AbiWords): RawSwap {
  words.expectCount(8)
  words.uintOf(24, 2)
  const priceLimit = words.uintOf(160, 7)
  // With a price limit the router gives up its promise to deliver the exact output.
  if (exactOutput && priceLimit !== 0n) throw new NotCanonical('an exact output with a price limit may deliver less')
  return {
    protocol: 'uniswap-v3',
    tokenIn: words.address(0),
    tokenOut: words.address(1),
    recipient: words.address(3),
    deadline: words.uint(4),
    ...amounts(exactOutput, words.uint(5), words.uint(6)),
  }
}

/** `(path, recipient, deadline, amountIn | amountOut, amountOutMinimum | amountInMaximum)`; the path of an exact output runs backwards. */
function along(exactOutput: boolean, words: AbiWords): RawSwap {
  words.expectOffset(0, 1)
  words.expectOffset(1, 5)
  const length = words.length(6)
  words.expectCount(7 + wordsOf(length))
  const path = words.bytes(7, length)
  if (path.length < HOP_DIGITS + ADDRESS_DIGITS || path.length % HOP_DIGITS !== ADDRESS_DIGITS) {
    throw new NotCanonical('the path is not tokens with fees between them')
  }
  const first = `0x${path.slice(0, ADDRESS_DIGITS)}`
  const last = `0x${path.slice(-ADDRESS_DIGITS)}`
  return {
    protocol: 'uniswap-v3',
    tokenIn: exactOutput ? last : first,
    tokenOut: exactOutput ? first : last,
    recipient: words.address(2),
    deadline: words.uint(3),
    ...amounts(exactOutput, words.uint(4), words.uint(5)),
  }
}

function amounts(exactOutput: boolean, fixed: bigint, bound: bigint): Pick<RawSwap, 'exact' | 'amountInMaxRaw' | 'amountOutMinRaw'> {
  return exactOutput
    ? { exact: 'output', amountInMaxRaw: bound, amountOutMinRaw: fixed }
    : { exact: 'input', amountInMaxRaw: fixed, amountOutMinRaw: bound }
}

/** `multicall(bytes[])`. */
function multicall(digits: string): RawSwap {
  const [only = '', ...others] = nestedCalls(new AbiWords(digits))
  if (others.length > 0) throw new NotCanonical('a multicall holds more than a swap')
  return swap(`0x${only.slice(0, 8)}`, only.slice(8))
}

/** The elements of one `bytes[]`, as hex digits, each where the canonical encoding puts it. */
function nestedCalls(words: AbiWords): string[] {
  words.expectOffset(0, 1)
  const count = words.length(1)
  if (count === 0 || count > words.count) throw new NotCanonical('a multicall holds no call')
  const calls: string[] = []
  let next = count
  for (let index = 0; index < count; index++) {
    words.expectOffset(2 + index, next)
    const length = words.length(2 + next)
    calls.push(words.bytes(3 + next, length))
    next += 1 + wordsOf(length)
  }
  words.expectCount(2 + next)
  return calls
}
