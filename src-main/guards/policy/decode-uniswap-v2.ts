import type { DecodedCall } from '../../domain/evm'
import { AbiWords, NotCanonical } from './abi-words'
import { swapCall } from './swap-call'

/** What distinguishes the six functions: what is exact, and where the chain's own coin takes part. */
interface Shape {
  readonly exact: 'input' | 'output'
  readonly native?: 'in' | 'out'
}

/**
 * Router02 of v2-periphery. Arguments: one or two amounts, `address[] path, address to, uint deadline`; where coin is paid the input amount
 * is the transaction's value. The router itself checks that a path of coin begins or ends with the wrapped token, and pays back what an
 * exact output leaves over. The variants for tokens that take a fee on transfer promise no output and are left unknown.
 */
const FUNCTIONS: Readonly<Record<string, Shape>> = {
  '0x38ed1739': { exact: 'input' }, // swapExactTokensForTokens(amountIn, amountOutMin, …)
  '0x8803dbee': { exact: 'output' }, // swapTokensForExactTokens(amountOut, amountInMax, …)
  '0x7ff36ab5': { exact: 'input', native: 'in' }, // swapExactETHForTokens(amountOutMin, …) payable
  '0x18cbafe5': { exact: 'input', native: 'out' }, // swapExactTokensForETH(amountIn, amountOutMin, …)
  '0xfb3bdb41': { exact: 'output', native: 'in' }, // swapETHForExactTokens(amountOut, …) payable
  '0x4a25d94a': { exact: 'output', native: 'out' }, // swapTokensForExactETH(amountOut, amountInMax, …)
}

/** The selectors that {@link decodeUniswapV2} reads. */
export const UNISWAP_V2_SELECTORS: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS))

/** Reads a call of Uniswap's V2 Router02; throws {@link NotCanonical}. */
export function decodeUniswapV2(selector: string, digits: string, valueWei: bigint): DecodedCall {
  const shape = FUNCTIONS[selector]
  if (shape === undefined) throw new NotCanonical('the function is not known')
  const words = new AbiWords(digits)
  const paysCoin = shape.native === 'in'
  if (paysCoin !== valueWei > 0n) throw new NotCanonical(paysCoin ? 'no coin is paid' : 'coin is paid that the call does not take')

  const amounts = paysCoin ? 1 : 2
  const head = amounts + 3
  words.expectOffset(amounts, head)
  const hops = words.length(head)
  words.expectCount(head + 1 + hops)
  if (hops < 2) throw new NotCanonical('the path has fewer than two tokens')
  const first = words.uint(0)
  const second = paysCoin ? valueWei : words.uint(1)
  const [amountInMaxRaw, amountOutMinRaw] = paysCoin || shape.exact === 'output' ? [second, first] : [first, second]
  // Every token of the path must be well formed, also those in the middle.
  const path = Array.from({ length: hops }, (_, hop) => words.address(head + 1 + hop))
  return swapCall({
    protocol: 'uniswap-v2',
    tokenIn: path[0] ?? '',
    tokenOut: path[hops - 1] ?? '',
    recipient: words.address(amounts + 1),
    exact: shape.exact,
    amountInMaxRaw,
    amountOutMinRaw,
    deadline: words.uint(amounts + 2),
    ...(shape.native === undefined ? {} : { native: shape.native }),
  })
}
