import type { ActChange } from '../../domain/admin-act'
import { endpointName, type ChainProfile } from '../../venues/dex/chain-profile'

type Key = keyof ChainProfile

/** The parts of a profile in words; one without a line does not compile. Of an endpoint only its host: the rest may hold a key. */
const ONE: Readonly<Record<Exclude<Key, 'tokens' | 'instruments'>, readonly [label: string, said: (profile: ChainProfile) => string]>> = {
  chainId: ['Chain id', ({ chainId }) => String(chainId)],
  rpcUrl: ['Endpoint', ({ rpcUrl }) => endpointName(rpcUrl)],
  witnessRpcUrl: [
    'Compared with',
    ({ witnessRpcUrl }) => (witnessRpcUrl === undefined ? 'no second endpoint' : endpointName(witnessRpcUrl)),
  ],
  name: ['Name', ({ name }) => name],
  uniswapV3: ['Uniswap V3', ({ uniswapV3: v3 }) => `router ${v3.swapRouter}, quoter ${v3.quoterV2}, factory ${v3.factory}`],
  uniswapV2: ['Uniswap V2', ({ uniswapV2: { router, factory } }) => `router ${router}, factory ${factory}`],
  wrappedNative: ['Wrapped coin', ({ wrappedNative }) => wrappedNative],
  nativeSymbol: ['Coin', ({ nativeSymbol }) => nativeSymbol],
  finalityDeadlineMs: ['Final within', ({ finalityDeadlineMs }) => `${finalityDeadlineMs} ms`],
  blockTimeMs: ['Time of a block', ({ blockTimeMs }) => `${blockTimeMs} ms`],
}
const MANY: Readonly<Record<'tokens' | 'instruments', readonly [label: string, said: (profile: ChainProfile) => readonly string[]]>> = {
  tokens: [
    'Token',
    ({ tokens }) =>
      tokens.map(
        ({ symbol, address, decimals, usdStable }) => `${symbol} ${address}, ${decimals} decimals${usdStable ? ', counts as USD' : ''}`,
      ),
  ],
  instruments: [
    'Pair',
    ({ instruments }) =>
      instruments.map(({ symbol, venue, feeTier }) => `${symbol} on ${venue}${feeTier === undefined ? '' : `, fee ${feeTier}`}`),
  ],
}

/** What another profile changes, in words; all of it where the one before cannot be read (null). Nothing for the same profile once more. */
export function compareChainProfiles(before: ChainProfile | null, after: ChainProfile): readonly ActChange[] {
  const one = Object.entries(ONE).flatMap(([key, [label, said]]): ActChange[] => {
    if (before === null) return [{ label, before: 'cannot be read', after: said(after) }]
    if (JSON.stringify(before[key as Key]) === JSON.stringify(after[key as Key])) return []
    const [was, is] = [said(before), said(after)]
    return [{ label, before: was, after: was === is ? `${is}, with other details` : is }]
  })
  const many = Object.values(MANY).flatMap(([label, said]): ActChange[] => {
    const [had, has] = [before === null ? [] : said(before), said(after)]
    return [
      ...had.filter((item) => !has.includes(item)).map((item) => ({ label, before: item, after: 'not any more' })),
      ...has.filter((item) => !had.includes(item)).map((item) => ({ label, before: null, after: item })),
    ]
  })
  return [...one, ...many]
}
