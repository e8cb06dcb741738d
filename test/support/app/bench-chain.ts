import { Interface } from 'ethers'

import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import type { Instrument } from '../../../src-main/domain/instrument'
import { policyForChain } from '../../../src-main/guards/policy/make-policy'

/** The first key of the mnemonic that every development chain uses: public knowledge. */
export const SIGNER_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
export const SIGNER_ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
/** The second key: somebody else's, as far as the bench is concerned. */
export const OTHER_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'

export const BENCH_CHAIN_ID = 31_337
export const ROUTER = '0xE592427A0AEce92De3Edee1F18E0157C05861564'
export const WETH = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'
export const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'

export const WETH_USDC: Instrument = {
  symbol: 'WETH-USDC',
  venue: 'uniswap-v3',
  base: { symbol: 'WETH', decimals: 18, address: WETH },
  quote: { symbol: 'USDC', decimals: 6, address: USDC },
  priceDigits: 2,
  amountDigits: 18,
  minAmountBase: '0.000001',
  orderTypes: ['market'],
}

export const BENCH_POLICY = policyForChain({
  chainId: BENCH_CHAIN_ID,
  signers: [SIGNER_ADDRESS],
  routers: [ROUTER],
  tokens: [WETH, USDC],
  venues: ['uniswap-v3', 'paper'],
})

const router = new Interface([
  'function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256)',
])
const token = new Interface(['function approve(address spender, uint256 value) returns (bool)'])

/** The calldata of a swap of WETH for USDC through the V3 router. */
export function swapData(swap: {
  readonly amountInRaw: bigint
  readonly minOutRaw: bigint
  readonly deadlineSec: number
  readonly recipient?: string
}): Hex {
  const params = [WETH, USDC, 3000, swap.recipient ?? SIGNER_ADDRESS, swap.deadlineSec, swap.amountInRaw, swap.minOutRaw, 0]
  return router.encodeFunctionData('exactInputSingle', [params]) as Hex
}

/** The calldata of an exact allowance for the router. */
export function approveData(amountRaw: bigint, spender = ROUTER): Hex {
  return token.encodeFunctionData('approve', [spender, amountRaw]) as Hex
}

/** A transaction of the bench's signer. */
export function benchTx(changed: Partial<UnsignedTx>): UnsignedTx {
  return {
    chainId: BENCH_CHAIN_ID,
    from: SIGNER_ADDRESS,
    to: ROUTER,
    nonce: 0,
    valueWei: 0n,
    data: '0x',
    gasLimit: 300_000n,
    maxFeePerGasWei: 30_000_000_000n,
    maxPriorityFeePerGasWei: 1_000_000_000n,
    ...changed,
  }
}
