/**
 * Chains whose coins are worth nothing, by id: public test networks and local development chains. The testnet environment opens no other, so
 * that real money never moves outside live. Source: the chains' entries on chainlist.org / ethereum-lists.
 */
const TEST_CHAINS: ReadonlyMap<number, string> = new Map([
  [1337, 'local development'],
  [31337, 'local development'],
  [11155111, 'Sepolia'],
  [17000, 'Holesky'],
  [560048, 'Hoodi'],
  [84532, 'Base Sepolia'],
  [421614, 'Arbitrum Sepolia'],
  [11155420, 'OP Sepolia'],
  [80002, 'Polygon Amoy'],
])

/** Whether nothing of worth can move on this chain. */
export function isTestChain(chainId: number): boolean {
  return TEST_CHAINS.has(chainId)
}
