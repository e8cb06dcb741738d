import type { OpenEnvironment } from '../compose/compose-environment'

/** What addresses are called here: the chain's routers and tokens, and the signers' labels; by address in lower case. */
export function policyNames({ chain, signers }: OpenEnvironment): Record<string, string> {
  const profile = chain.chainProfile
  const named: readonly (readonly [string, string])[] = [
    ...(profile === null
      ? []
      : [
          [profile.uniswapV3.swapRouter, 'Uniswap V3 router'] as const,
          [profile.uniswapV2.router, 'Uniswap V2 router'] as const,
          ...profile.tokens.map(({ address, symbol }) => [address, symbol] as const),
        ]),
    ...signers.list().map(({ address, label }) => [address, label] as const),
  ]
  return Object.fromEntries(named.map(([address, name]) => [address.toLowerCase(), name.slice(0, 200)]))
}
