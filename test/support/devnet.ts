/**
 * A real chain on loopback for integration tests: Uniswap's own contracts, pools with liquidity at 2500 dollars per WETH, an hour of price
 * history, `finalized` defined, and a funded account. Mines nothing by itself unless asked; starts in about a second and dies with the test.
 */
export { startDevnet } from '../../build/devnet/start.mjs'
export type { Devnet } from '../../build/devnet/start.mjs'
