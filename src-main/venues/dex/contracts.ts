import { Interface } from 'ethers'
import { z } from 'zod'

import type { Hex } from '../../domain/evm'
import { err, ok, type Result } from '../../lib/result'
import type { RpcClient } from './rpc'
import { rpcFailure, type RpcFailure } from './rpc-errors'
import { hexBytes, toQuantity } from './rpc-values'

/** A contract's function: how its call is written, and what form its answer must have. */
export interface ContractFunction<Out> {
  encode(args: readonly unknown[]): Hex
  /** The answer's values in order; null when the bytes are not such an answer. */
  decode(data: string): Out | null
}

/** Makes a {@link ContractFunction} from its Solidity signature; `answer` checks the decoded values. */
function contractFunction<Schema extends z.ZodType>(signature: string, answer: Schema): ContractFunction<z.infer<Schema>> {
  const iface = new Interface([`function ${signature}`])
  const name = signature.slice(0, signature.indexOf('('))
  return {
    encode: (args) => iface.encodeFunctionData(name, args) as Hex,
    decode(data) {
      try {
        const parsed = answer.safeParse(iface.decodeFunctionResult(name, data).toArray(true))
        return parsed.success ? parsed.data : null
      } catch {
        return null
      }
    },
  }
}

const uint = z.bigint().min(0n)
const text = z.string()
const anything = z.unknown()

/** ERC-20; some tokens answer nothing to `approve`, so its answer is not read. */
export const erc20 = {
  balanceOf: contractFunction('balanceOf(address) view returns (uint256)', z.tuple([uint])),
  allowance: contractFunction('allowance(address owner, address spender) view returns (uint256)', z.tuple([uint])),
  decimals: contractFunction('decimals() view returns (uint8)', z.tuple([uint])),
  approve: contractFunction('approve(address spender, uint256 amount)', anything),
}

/** Uniswap V2: UniswapV2Pair and UniswapV2Router02. */
export const v2 = {
  getReserves: contractFunction('getReserves() view returns (uint112, uint112, uint32)', z.tuple([uint, uint, uint])),
  factory: contractFunction('factory() view returns (address)', z.tuple([text])),
  weth: contractFunction('WETH() view returns (address)', z.tuple([text])),
  getAmountsOut: contractFunction(
    'getAmountsOut(uint256 amountIn, address[] path) view returns (uint256[])',
    z.tuple([z.tuple([uint, uint])]),
  ),
  getAmountsIn: contractFunction(
    'getAmountsIn(uint256 amountOut, address[] path) view returns (uint256[])',
    z.tuple([z.tuple([uint, uint])]),
  ),
  swapExactTokensForTokens: contractFunction(
    'swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline) returns (uint256[])',
    z.tuple([z.tuple([uint, uint])]),
  ),
  swapTokensForExactTokens: contractFunction(
    'swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, address to, uint256 deadline) returns (uint256[])',
    z.tuple([z.tuple([uint, uint])]),
  ),
}

const QUOTE_ANSWER = 'returns (uint256 amount, uint160 sqrtPriceX96After, uint32 initializedTicksCrossed, uint256 gasEstimate)'
const quoteAnswer = z.tuple([uint, uint, uint, uint])
const ROUTER_HEAD = 'address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline'

/** Uniswap V3: UniswapV3Pool, SwapRouter and QuoterV2 (v3-core, v3-periphery). */
export const v3 = {
  slot0: contractFunction(
    'slot0() view returns (uint160 sqrtPriceX96, int24 tick, uint16, uint16, uint16, uint8, bool)',
    z.tuple([uint, z.bigint(), uint, uint, uint, uint, z.boolean()]),
  ),
  tickSpacing: contractFunction('tickSpacing() view returns (int24)', z.tuple([z.bigint().min(1n).max(32_768n)])),
  liquidity: contractFunction('liquidity() view returns (uint128)', z.tuple([uint])),
  tickBitmap: contractFunction('tickBitmap(int16) view returns (uint256)', z.tuple([uint])),
  ticks: contractFunction(
    'ticks(int24) view returns (uint128, int128 liquidityNet, uint256, uint256, int56, uint160, uint32, bool)',
    z.tuple([uint, z.bigint(), uint, uint, z.bigint(), uint, uint, z.boolean()]),
  ),
  observe: contractFunction('observe(uint32[]) view returns (int56[], uint160[])', z.tuple([z.array(z.bigint()), z.array(uint)])),
  factory: v2.factory,
  weth: contractFunction('WETH9() view returns (address)', z.tuple([text])),
  quoteExactInputSingle: contractFunction(
    `quoteExactInputSingle(tuple(address tokenIn, address tokenOut, uint256 amountIn, uint24 fee, uint160 sqrtPriceLimitX96)) ${QUOTE_ANSWER}`,
    quoteAnswer,
  ),
  quoteExactOutputSingle: contractFunction(
    `quoteExactOutputSingle(tuple(address tokenIn, address tokenOut, uint256 amount, uint24 fee, uint160 sqrtPriceLimitX96)) ${QUOTE_ANSWER}`,
    quoteAnswer,
  ),
  exactInputSingle: contractFunction(
    `exactInputSingle(tuple(${ROUTER_HEAD}, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96)) payable returns (uint256)`,
    z.tuple([uint]),
  ),
  exactOutputSingle: contractFunction(
    `exactOutputSingle(tuple(${ROUTER_HEAD}, uint256 amountOut, uint256 amountInMaximum, uint160 sqrtPriceLimitX96)) payable returns (uint256)`,
    z.tuple([uint]),
  ),
}

/** Reads from a contract at the given block. A revert is a failure with its reason; other bytes than the answer's form are a bad answer. */
export async function readContract<Out>(
  rpc: RpcClient,
  to: string,
  what: ContractFunction<Out>,
  args: readonly unknown[],
  block: number,
): Promise<Result<Out, RpcFailure>> {
  const answer = await rpc.call('eth_call', [{ to, data: what.encode(args) }, toQuantity(block)], hexBytes)
  if (!answer.ok) return answer
  if (answer.value === '0x') return err(rpcFailure('NOT_FOUND', `nothing answers at ${to}`))
  const decoded = what.decode(answer.value)
  return decoded === null ? err(rpcFailure('BAD_ANSWER', `${to} answers in another form`)) : ok(decoded)
}
