import { HDNodeWallet, JsonRpcProvider, Mnemonic, parseEther, parseUnits, toQuantity } from 'ethers'

import { startAnvil } from './anvil.mjs'
import { deployment } from './contracts.mjs'
import { HISTORY_ROUNDS, fund, marketTrade, openPools, quoteTokens } from './market.mjs'

/** The mnemonic that every development chain uses; its keys are public knowledge. */
const DEV_MNEMONIC = Mnemonic.fromPhrase('test test test test test test test test test test test junk')
const SETUP_GAS = 6_000_000n
const CHAIN_ID = 31337
/** History begins this long before the present, s. */
const HISTORY_SEC = 3900
const ROUND_SEC = 150

/**
 * @typedef {object} Devnet
 * @property {string} url
 * @property {ChainProfileJson} chainProfile what the app reads as a chain profile
 * @property {string} fundedKey private key of an account with 100 ETH, 50 WETH and 200 000 of each dollar; public knowledge
 * @property {string} fundedAddress
 * @property {JsonRpcProvider} provider
 * @property {import('./contracts.mjs').Addresses} addresses
 * @property {(blocks?: number) => Promise<void>} mine mines one or more blocks, a second apart
 * @property {(method: string, ...params: unknown[]) => Promise<any>} rpc
 * @property {(trade: Parameters<typeof marketTrade>[1]) => Promise<string>} trade somebody else trades at any price; mines a block on a chain that does not mine by itself; gives the hash
 * @property {() => Promise<void>} stop
 * @property {Promise<void>} gone settles when the chain has ended, for whatever reason
 */

/** @typedef {ReturnType<typeof profileOf>} ChainProfileJson */

/**
 * Starts a chain of our own on loopback: the real Uniswap contracts, pools with liquidity at 2500 dollars per WETH, an hour of history, and a
 * funded account.
 * @param {{ blockTimeSec?: number | null, port?: number, hardfork?: string }} [options] blockTimeSec null mines nothing by itself (the default); port 0 lets the system choose; a
 * `hardfork` before london has no base fee
 * @returns {Promise<Devnet>}
 */
export async function startDevnet({ blockTimeSec = null, port = 0, hardfork } = {}) {
  const genesisSec = nowSec() - HISTORY_SEC
  const anvil = await startAnvil({ port, genesisSec, ...(hardfork === undefined ? {} : { hardfork }) })
  const provider = new JsonRpcProvider(anvil.url, CHAIN_ID, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 })
  const stop = async () => {
    provider.destroy()
    await anvil.stop()
  }
  try {
    return await populate(provider, { url: anvil.url, genesisSec, blockTimeSec, stop, gone: anvil.gone })
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * @param {JsonRpcProvider} provider
 * @param {{ url: string, genesisSec: number, blockTimeSec: number | null, stop: () => Promise<void>, gone: Promise<void> }} context
 * @returns {Promise<Devnet>}
 */
async function populate(provider, { url, genesisSec, blockTimeSec, stop, gone }) {
  const rpc = (/** @type {string} */ method, /** @type {unknown[]} */ ...params) => provider.send(method, params)
  const [maker, trader, mover] = [devAccount(0), devAccount(1), devAccount(2)]
  const { initCodes, addresses } = deployment(maker.address)
  const [max, tip] = [toQuantity(parseUnits('10', 'gwei')), toQuantity(parseUnits('1', 'gwei'))]
  const { baseFeePerGas } = await rpc('eth_getBlockByNumber', 'latest', false)
  const fees = baseFeePerGas == null ? { gasPrice: max } : { maxFeePerGas: max, maxPriorityFeePerGas: tip }
  /** @type {Map<string, number>} */
  const nonces = new Map()
  const send = (/** @type {string} */ from, /** @type {{ to?: string, data: string, value?: bigint }} */ { to, data, value = 0n }) => {
    const nonce = nonces.get(from) ?? 0
    nonces.set(from, nonce + 1)
    return rpc('eth_sendTransaction', {
      ...{ from, to, data, value: toQuantity(value), nonce: toQuantity(nonce), gas: toQuantity(SETUP_GAS) },
      ...fees,
    })
  }
  /** @param {number} atSec @param {Promise<string>[]} sent */
  const mineAt = async (atSec, sent) => {
    const hashes = await Promise.all(sent)
    await rpc('evm_setNextBlockTimestamp', atSec)
    await rpc('evm_mine')
    const receipts = await Promise.all(hashes.map((hash) => rpc('eth_getTransactionReceipt', hash)))
    receipts.forEach((receipt, index) => {
      if (receipt?.status !== '0x1') throw new Error(`step ${index} of the set-up at ${atSec} failed: ${JSON.stringify(receipt)}`)
    })
  }

  await mineAt(
    genesisSec + 1,
    initCodes.map((data) => send(maker.address, { data })),
  )
  const { v2Router, v3Router, v3Positions } = addresses
  const rich = { weth: '8000', dollars: '50000000', spenders: [v2Router, v3Router, v3Positions] }
  const dealt = [maker, mover].flatMap(({ address }) => fund(addresses, rich, address).map((call) => send(address, call)))
  // The trader's allowances are the app's to give.
  const poor = fund(addresses, { weth: '50', dollars: '200000', spenders: [] }, trader.address)
  await mineAt(genesisSec + 2, [...dealt, ...poor.map((call) => send(trader.address, call))])
  await mineAt(
    genesisSec + 3,
    openPools(addresses, maker.address).map((call) => send(maker.address, call)),
  )
  for (const [index, weth] of HISTORY_ROUNDS.entries()) {
    const atSec = genesisSec + 4 + (index + 1) * ROUND_SEC
    await mineAt(
      atSec,
      markets(addresses).map((market) => send(mover.address, marketTrade(addresses, { ...market, ...sideOf(weth) }, mover.address))),
    )
    await rpc('anvil_mine', '0x2', toQuantity(ROUND_SEC / 3))
  }
  await rpc('anvil_mine', '0xa', '0x1')
  await rpc('anvil_setBalance', trader.address, toQuantity(parseEther('100')))
  if (baseFeePerGas != null) await rpc('anvil_setNextBlockBaseFeePerGas', toQuantity(parseUnits('1', 'gwei')))
  await mineAt(nowSec(), [])
  if (blockTimeSec !== null) await rpc('evm_setIntervalMining', blockTimeSec)

  return {
    url,
    chainProfile: profileOf(url, addresses, (blockTimeSec ?? 1) * 1000),
    fundedKey: trader.privateKey,
    fundedAddress: trader.address,
    provider,
    addresses,
    rpc,
    stop,
    gone,
    async mine(blocks = 1) {
      await rpc('anvil_mine', toQuantity(blocks), '0x1')
    },
    async trade(trade) {
      // The nonce as the node has it: a test may have taken the chain back.
      nonces.set(mover.address, Number(await rpc('eth_getTransactionCount', mover.address, 'pending')))
      const hash = await send(mover.address, marketTrade(addresses, trade, mover.address))
      if (blockTimeSec === null) {
        await rpc('evm_mine')
        const receipt = await rpc('eth_getTransactionReceipt', hash)
        if (receipt?.status !== '0x1') throw new Error(`the trade failed: ${JSON.stringify(receipt)}`)
      }
      return hash
    },
  }
}

/**
 * The chain profile as the app reads it.
 * @param {string} rpcUrl @param {import('./contracts.mjs').Addresses} at @param {number} blockTimeMs
 */
function profileOf(rpcUrl, at, blockTimeMs) {
  return {
    name: 'Local devnet',
    chainId: CHAIN_ID,
    rpcUrl,
    finalityDeadlineMs: 600_000,
    blockTimeMs,
    nativeSymbol: 'ETH',
    wrappedNative: at.weth,
    uniswapV3: { factory: at.v3Factory, swapRouter: at.v3Router, quoterV2: at.v3Quoter, fees: [500, 3000] },
    uniswapV2: { factory: at.v2Factory, router: at.v2Router },
    tokens: [
      { symbol: 'WETH', address: at.weth, decimals: 18, usdStable: false },
      ...Object.entries(quoteTokens(at)).map(([symbol, { address, decimals }]) => ({ symbol, address, decimals, usdStable: true })),
    ],
    instruments: markets(at).map(({ venue, quote }) => {
      const { fee } = quoteTokens(at)[quote]
      return { symbol: `WETH-${quote}`, venue, ...(venue === 'uniswap-v3' && fee !== null ? { feeTier: fee } : {}) }
    }),
  }
}

/** Every pool. @param {import('./contracts.mjs').Addresses} at */
function markets(at) {
  /** @type {{ venue: import('./market.mjs').Venue, quote: import('./market.mjs').QuoteSymbol }[]} */
  const all = []
  for (const [symbol, { fee }] of Object.entries(quoteTokens(at))) {
    const quote = /** @type {import('./market.mjs').QuoteSymbol} */ (symbol)
    if (fee !== null) all.push({ venue: 'uniswap-v3', quote })
    all.push({ venue: 'uniswap-v2', quote })
  }
  return all.sort((a, b) => (a.venue < b.venue ? 1 : a.venue > b.venue ? -1 : 0))
}

/** A signed amount as a side. @param {number} weth @returns {{ side: 'buy' | 'sell', weth: string }} */
function sideOf(weth) {
  return weth > 0 ? { side: 'sell', weth: String(weth) } : { side: 'buy', weth: String(-weth) }
}

/** @param {number} index */
function devAccount(index) {
  return HDNodeWallet.fromMnemonic(DEV_MNEMONIC, `m/44'/60'/0'/0/${index}`)
}

function nowSec() {
  return Math.floor(Date.now() / 1000)
}
