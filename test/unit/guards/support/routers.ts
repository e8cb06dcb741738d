import { createRequire } from 'node:module'

import { Interface, type InterfaceAbi } from 'ethers'

import type { Hex } from '../../../../src-main/domain/evm'

const require = createRequire(import.meta.url)

function interfaceOf(artifact: string): Interface {
  return new Interface((require(artifact) as { abi: InterfaceAbi }).abi)
}

/** The routers' own interfaces, from the packages that their contracts are deployed from. */
export const V3_ROUTER = interfaceOf('@uniswap/v3-periphery/artifacts/contracts/SwapRouter.sol/SwapRouter.json')
export const V2_ROUTER = interfaceOf('@uniswap/v2-periphery/build/UniswapV2Router02.json')
export const ERC20 = interfaceOf('@uniswap/v2-periphery/build/IERC20.json')

/** Calldata as ethers encodes it. */
export function encode(contract: Interface, name: string, args: readonly unknown[]): Hex {
  return contract.encodeFunctionData(name, args) as Hex
}
