/**
 * Networks that the Ethereum app knows by name, and how it calls their coin (LedgerHQ/app-ethereum, network.c): those of a chain that this app may be set to. Any
 * other is shown by its number, with `???` for its coin.
 */
const NETWORKS: Readonly<Record<number, { readonly name: string; readonly coin: string }>> = {
  1: { name: 'Ethereum', coin: 'ETH' },
  5: { name: 'Goerli', coin: 'ETH' },
  10: { name: 'OP Mainnet', coin: 'ETH' },
  25: { name: 'Cronos', coin: 'CRO' },
  56: { name: 'BSC', coin: 'BNB' },
  100: { name: 'Gnosis', coin: 'xDAI' },
  137: { name: 'Polygon', coin: 'POL' },
  250: { name: 'Fantom', coin: 'FTM' },
  324: { name: 'ZKsync Era', coin: 'ETH' },
  1101: { name: 'Polygon zkEVM', coin: 'ETH' },
  5000: { name: 'Mantle', coin: 'MNT' },
  8453: { name: 'Base', coin: 'ETH' },
  17000: { name: 'Holesky', coin: 'ETH' },
  42161: { name: 'Arbitrum', coin: 'ETH' },
  42220: { name: 'Celo', coin: 'CELO' },
  43114: { name: 'Avalanche', coin: 'AVAX' },
  59144: { name: 'Linea', coin: 'ETH' },
  81457: { name: 'Blast', coin: 'ETH' },
  84532: { name: 'Base Sepolia', coin: 'ETH' },
  421614: { name: 'Arbitrum Sepolia', coin: 'ETH' },
  534352: { name: 'Scroll', coin: 'ETH' },
  11155111: { name: 'Sepolia', coin: 'ETH' },
  11155420: { name: 'OP Sepolia', coin: 'ETH' },
}

/** How the device calls a chain and its coin. */
export function networkOnDevice(chainId: number): { readonly name: string; readonly coin: string } {
  return NETWORKS[chainId] ?? { name: String(chainId), coin: '???' }
}
