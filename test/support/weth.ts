import { Contract, MaxUint256, parseEther, Wallet } from 'ethers'

import type { Devnet } from './devnet'

const ABI = [
  'function approve(address, uint256) returns (bool)',
  'function balanceOf(address) view returns (uint256)',
  'function transfer(address, uint256) returns (bool)',
]
const wethOf = (devnet: Devnet, key = devnet.fundedKey): Contract =>
  new Contract(devnet.addresses.weth, ABI, new Wallet(key, devnet.provider))
type Sent = Awaited<ReturnType<Wallet['sendTransaction']>>

async function mined(devnet: Devnet, sent: Sent): Promise<void> {
  await devnet.mine()
  await sent.wait()
}

/** Lets the V3 router spend what WETH a key has, so that a sale needs no allowance of its own. */
export async function approveRouter(devnet: Devnet, key = devnet.fundedKey): Promise<void> {
  await mined(devnet, (await wethOf(devnet, key).getFunction('approve')(devnet.addresses.v3Router, MaxUint256)) as Sent)
}

/** Gives an account ether for fees and WETH to sell. */
export async function fundWithWeth(devnet: Devnet, address: string): Promise<void> {
  await mined(devnet, await new Wallet(devnet.fundedKey, devnet.provider).sendTransaction({ to: address, value: parseEther('5') }))
  await mined(devnet, (await wethOf(devnet).getFunction('transfer')(address, parseEther('2'))) as Sent)
}

/** How much WETH an account has, wei. */
export async function wethHeldBy(devnet: Devnet, address: string): Promise<bigint> {
  return (await wethOf(devnet).getFunction('balanceOf').staticCall(address)) as bigint
}
