import { createRequire } from 'node:module'

import { AbiCoder, Interface, concat, getCreateAddress } from 'ethers'

const require = createRequire(import.meta.url)

/** @typedef {{ abi: import('ethers').InterfaceAbi, bytecode: string }} Artifact */

/** The compiled contracts, from their makers' packages; the tokens are ours. */
const ARTIFACTS = {
  weth: '@uniswap/v2-periphery/build/WETH9.json',
  token: './token.json',
  v2Factory: '@uniswap/v2-core/build/UniswapV2Factory.json',
  v2Router: '@uniswap/v2-periphery/build/UniswapV2Router02.json',
  v3Factory: '@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json',
  v3Positions: '@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json',
  v3Router: '@uniswap/v3-periphery/artifacts/contracts/SwapRouter.sol/SwapRouter.json',
  v3Quoter: '@uniswap/v3-periphery/artifacts/contracts/lens/QuoterV2.sol/QuoterV2.json',
}

/** Reads an artifact; some makers leave out the 0x. @param {string} path @returns {Artifact} */
function artifact(path) {
  const { abi, bytecode } = require(path)
  return { abi, bytecode: bytecode.startsWith('0x') ? bytecode : `0x${bytecode}` }
}

/** @typedef {Readonly<Record<'weth' | 'usdc' | 'dai' | 'usdt' | 'v2Factory' | 'v2Router' | 'v3Factory' | 'v3Positions' | 'v3Router' | 'v3Quoter', string>>} Addresses */

/**
 * The deployment as data: init code in the order of the deployer's nonces, and where each contract will be.
 * @param {string} deployer
 * @returns {{ initCodes: string[], addresses: Addresses }}
 */
export function deployment(deployer) {
  const at = (/** @type {number} */ nonce) => getCreateAddress({ from: deployer, nonce })
  const addresses = {
    weth: at(0),
    usdc: at(1),
    v3Factory: at(2),
    usdt: at(3),
    v2Factory: at(4),
    v2Router: at(5),
    // The one address here that is lower than WETH's: of its pools WETH is the second token.
    dai: at(6),
    v3Positions: at(7),
    v3Router: at(8),
    v3Quoter: at(9),
  }
  const { weth, v2Factory, v3Factory } = addresses
  const token = (/** @type {string} */ name, /** @type {string} */ symbol, /** @type {number} */ decimals, strictApprove = false) =>
    initCode('token', ['string', 'string', 'uint8', 'bool'], [name, symbol, decimals, strictApprove])
  const initCodes = [
    initCode('weth', [], []),
    token('USD Coin', 'USDC', 6),
    initCode('v3Factory', [], []),
    token('Tether USD', 'USDT', 6, true),
    initCode('v2Factory', ['address'], [deployer]),
    initCode('v2Router', ['address', 'address'], [v2Factory, weth]),
    token('Dai Stablecoin', 'DAI', 18),
    // The third is the descriptor that draws a position's picture; nobody looks at it here.
    initCode('v3Positions', ['address', 'address', 'address'], [v3Factory, weth, weth]),
    initCode('v3Router', ['address', 'address'], [v3Factory, weth]),
    initCode('v3Quoter', ['address', 'address'], [v3Factory, weth]),
  ]
  return { initCodes, addresses }
}

/** @param {keyof typeof ARTIFACTS} name @param {string[]} types @param {unknown[]} values */
function initCode(name, types, values) {
  return concat([artifact(ARTIFACTS[name]).bytecode, AbiCoder.defaultAbiCoder().encode(types, values)])
}

/** What the set-up and the tests call. */
export const abi = {
  weth: new Interface(['function deposit() payable']),
  token: new Interface([
    'function mint(address to, uint256 value)',
    'function approve(address spender, uint256 value) returns (bool)',
    'function transfer(address to, uint256 value) returns (bool)',
    'function balanceOf(address) view returns (uint256)',
    'function allowance(address owner, address spender) view returns (uint256)',
  ]),
  v2Router: new Interface([
    'function addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256 amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256 deadline) returns (uint256, uint256, uint256)',
    'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline) returns (uint256[])',
    'function swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, address to, uint256 deadline) returns (uint256[])',
  ]),
  v3Positions: new Interface([
    'function createAndInitializePoolIfNecessary(address token0, address token1, uint24 fee, uint160 sqrtPriceX96) payable returns (address)',
    'function mint(tuple(address token0, address token1, uint24 fee, int24 tickLower, int24 tickUpper, uint256 amount0Desired, uint256 amount1Desired, uint256 amount0Min, uint256 amount1Min, address recipient, uint256 deadline) params) payable returns (uint256, uint128, uint256, uint256)',
  ]),
  v3Router: new Interface([
    'function exactInputSingle(tuple(address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256)',
    'function exactOutputSingle(tuple(address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountOut, uint256 amountInMaximum, uint160 sqrtPriceLimitX96) params) payable returns (uint256)',
  ]),
}
