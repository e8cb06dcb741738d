import { expect, test } from 'vitest'

import { compareChainProfiles } from '../../../src-main/app/compose/compare-chain-profiles'
import type { ChainProfile } from '../../../src-main/venues/dex/chain-profile'
import { ROUTER, USDC, WETH } from '../../support/app/bench-chain'

const PROFILE: ChainProfile = {
  name: 'Sepolia',
  chainId: 11_155_111,
  rpcUrl: 'https://one.example/v2/secret-key',
  witnessRpcUrl: 'https://two.example/',
  finalityDeadlineMs: 600_000,
  blockTimeMs: 12_000,
  nativeSymbol: 'ETH',
  wrappedNative: WETH,
  uniswapV3: { factory: ROUTER, swapRouter: ROUTER, quoterV2: ROUTER, fees: [500] },
  uniswapV2: { factory: ROUTER, router: ROUTER },
  tokens: [{ symbol: 'WETH', address: WETH, decimals: 18, usdStable: false }],
  instruments: [{ symbol: 'WETH-USDC', venue: 'uniswap-v2' }],
}
const of = (change: Partial<ChainProfile>) => compareChainProfiles(PROFILE, { ...PROFILE, ...change })

test('P7: the same profile once more changes nothing', () => {
  expect(of({})).toEqual([])
})

test('P7: another endpoint is told by its host, and never by the key in its address', () => {
  expect(of({ rpcUrl: 'https://evil.example/' })).toEqual([{ label: 'Endpoint', before: 'one.example', after: 'evil.example' }])
  const key = of({ rpcUrl: 'https://one.example/v2/another-key' })
  expect(key).toHaveLength(1)
  expect(JSON.stringify([key, compareChainProfiles(null, PROFILE)])).not.toMatch(/secret-key|another-key/)
})

test('P7: no other part of a profile changes unseen', () => {
  const { witnessRpcUrl: _gone, ...alone } = PROFILE
  expect(compareChainProfiles(PROFILE, alone)).toMatchObject([{ before: 'two.example', after: 'no second endpoint' }])
  const others: { [K in keyof ChainProfile]-?: ChainProfile[K] } = {
    name: 'Other',
    chainId: 1,
    rpcUrl: 'https://three.example/',
    witnessRpcUrl: 'https://four.example/',
    finalityDeadlineMs: 1,
    blockTimeMs: 1,
    nativeSymbol: 'POL',
    wrappedNative: USDC,
    uniswapV3: { ...PROFILE.uniswapV3, fees: [500, 3_000] },
    uniswapV2: { factory: ROUTER, router: USDC },
    tokens: [{ symbol: 'WETH', address: USDC, decimals: 18, usdStable: false }],
    instruments: [{ symbol: 'WETH-USDC', venue: 'uniswap-v3', feeTier: 500 }],
  }
  for (const [key, value] of Object.entries(others)) expect(of({ [key]: value }), key).not.toEqual([])
})

test('P7: where the one before cannot be read, all of the other is shown', () => {
  const shown = compareChainProfiles(null, PROFILE)
  expect(shown).toHaveLength(12)
  expect(shown).toContainEqual({ label: 'Endpoint', before: 'cannot be read', after: 'one.example' })
})
