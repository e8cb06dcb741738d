import { randomBytes } from 'node:crypto'

import { Contract, parseEther } from 'ethers'

import { allowRouter, launchOnDevnet } from '../support/app/devnet-app'
import { memoryVault } from '../support/app/launch'
import { startDevnet, type Devnet } from '../support/devnet'
import { checkChain } from './check'
import { readOrders, readTransactions } from './on-record'
import { beside, readRecovered, type Place } from './place'

const TICK_MS = 60
/** Blocks at each tick: enough for finality in a second while things come to their end. */
const BLOCKS = { calm: 1, hurried: 8 } as const
const CALM_TICKS = 3

/** A fresh account on a chain of its own, whose blocks come by themselves. Where it is `bare`, whatever it sells waits for an allowance of its own as well. */
export async function dexPlace(bare: boolean): Promise<Place> {
  const devnet = await startDevnet()
  try {
    if (!bare) await allowRouter(devnet)
    return await settleOn(devnet)
  } catch (thrown) {
    await devnet.stop()
    throw thrown
  }
}

async function settleOn(devnet: Devnet): Promise<Place> {
  const mask = randomBytes(64).toString('hex')
  const { app, account } = await launchOnDevnet(devnet, devnet.url, { vault: memoryVault(Buffer.from(mask, 'hex')) })
  const { dataDir } = app
  await app.stop()
  const weth = new Contract(devnet.addresses.weth, ['function balanceOf(address) view returns (uint256)'], devnet.provider)
  const baseOf = async (): Promise<bigint> => (await weth.getFunction('balanceOf')(devnet.fundedAddress)) as bigint
  const mined = () => devnet.provider.getTransactionCount(devnet.fundedAddress, 'latest')
  const [first, baseFirst] = [await mined(), await baseOf()]
  const receipts = new Map<string, boolean>()
  const blocks = runBlocks(devnet)
  return {
    open: { do: 'open', venue: 'dex', dataDir, mask, account, fundedKey: devnet.fundedKey },
    async check(heard) {
      const { orders, txs } = await beside(dataDir, 'testnet', mask, (db) => ({ orders: readOrders(db), txs: readTransactions(db) }))
      for (const { hash } of txs) {
        if (hash === null || receipts.has(hash)) continue
        const receipt = await devnet.provider.getTransactionReceipt(hash)
        if (receipt !== null) receipts.set(hash, receipt.status === 1)
      }
      const latest = await mined()
      const pending = await devnet.provider.getTransactionCount(devnet.fundedAddress, 'pending')
      const baseDelta = (await baseOf()) - baseFirst
      return checkChain(orders, txs, { receipts, minedSince: latest - first, latest, pending, baseDelta, baseUnits: parseEther }, heard)
    },
    recovered: () => beside(dataDir, 'testnet', mask, readRecovered),
    hurry: blocks.hurry,
    async end() {
      await blocks.stop()
      await devnet.stop()
    },
  }
}

/** Blocks one after another; each begins when the one before is there. */
function runBlocks(devnet: Devnet): { hurry(on: boolean): void; stop(): Promise<void> } {
  let running = true
  let hurried = false
  const run = async (): Promise<void> => {
    for (let tick = 0; running; tick += 1) {
      // No time passes from block to block: the chain's clock must not run away from ours.
      if (hurried) await devnet.rpc('anvil_mine', `0x${BLOCKS.hurried.toString(16)}`, '0x0')
      else if (tick % CALM_TICKS === 0) await devnet.rpc('anvil_mine', `0x${BLOCKS.calm.toString(16)}`, '0x0')
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
    }
  }
  const done = run()
  // A chain that ended by itself is noticed by whoever asks it next.
  done.catch(() => undefined)
  return {
    hurry: (on) => (hurried = on),
    stop: async () => {
      running = false
      await done.catch(() => undefined)
    },
  }
}
