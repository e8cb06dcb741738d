/** How many accounts of each custom are looked at. */
const ACCOUNTS = 5

/**
 * Where accounts usually lie: Ledger Live's `44'/60'/x'/0/0`, BIP-44's `44'/60'/0'/0/x` and the older `44'/60'/0'/x` of MyEtherWallet. `first` comes before
 * all others, and each path once.
 */
export function usualPaths(first: string): readonly string[] {
  const of = (pathOf: (x: number) => string): string[] => Array.from({ length: ACCOUNTS }, (_, x) => pathOf(x))
  return [...new Set([first, ...of((x) => `44'/60'/${x}'/0/0`), ...of((x) => `44'/60'/0'/0/${x}`), ...of((x) => `44'/60'/0'/${x}`)])]
}
