import { describe, expect, it } from 'vitest'

import { parseChainProfile } from '../../../../src-main/venues/dex/chain-profile'

const A = (digit: string) => `0x${digit.repeat(40)}`
const WETH = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'
const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'

const sound = () => ({
  name: 'Ethereum',
  chainId: 1,
  rpcUrl: 'https://node.example/v1/key',
  finalityDeadlineMs: 1_800_000,
  blockTimeMs: 12_000,
  nativeSymbol: 'ETH',
  wrappedNative: WETH.toLowerCase(),
  uniswapV3: { factory: A('1'), swapRouter: A('2'), quoterV2: A('3'), fees: [500, 3000] },
  uniswapV2: { factory: A('4'), router: A('5') },
  tokens: [
    { symbol: 'WETH', address: WETH, decimals: 18, usdStable: false },
    { symbol: 'USDC', address: USDC, decimals: 6, usdStable: true },
  ],
  instruments: [
    { symbol: 'WETH-USDC', venue: 'uniswap-v3', feeTier: 500 },
    { symbol: 'WETH-USDC', venue: 'uniswap-v2' },
  ],
})
type Sound = ReturnType<typeof sound>
const parse = (change: (profile: Sound) => unknown) => {
  const result = parseChainProfile(JSON.stringify(change(sound())))
  return result.ok ? 'ok' : result.error
}

describe('a chain profile', () => {
  it('is read with checksummed addresses', () => {
    const result = parseChainProfile(JSON.stringify(sound()))
    expect(result.ok && result.value.wrappedNative).toBe(WETH)
    expect(result.ok && result.value.instruments[1]).toEqual({ symbol: 'WETH-USDC', venue: 'uniswap-v2' })
  })

  it.each<[string, string | null, boolean]>([
    ['https://node.example', null, true],
    ['http://127.0.0.1:8545', null, true],
    ['http://localhost:8545', null, true],
    ['http://[::1]:8545', null, true],
    ['http://node.example', 'in the clear', false],
    ['http://127.0.0.1.evil.example', 'only looks like loopback', false],
    ['http://10.0.0.2:8545', 'another machine', false],
    ['https://user:secret@node.example', 'with a password', false],
    ['ws://127.0.0.1:8545', 'another protocol', false],
    ['file:///etc/passwd', 'a file', false],
    ['node.example', 'no URL', false],
  ])('may go to %s: %s', (rpcUrl, _why, allowed) => {
    expect(parse((p) => ({ ...p, rpcUrl }))).toBe(allowed ? 'ok' : 'rpcUrl: https, or http on loopback; without a user name')
  })

  it.each<[string, string, boolean]>([
    ['http://127.0.0.1:8545', 'http://127.0.0.1:8546', true],
    ['https://a.example', 'https://b.example', true],
    ['https://a.example', 'https://a.example:8443', true],
    ['http://127.0.0.1:8545', 'http://localhost:8545', false],
    ['http://localhost:8545', 'http://[::1]:8545/other', false],
    ['http://127.0.0.1:8545', 'https://127.9.9.9:8545', false],
    ['http://127.0.0.1:8545', 'https://[::ffff:127.0.0.1]:8545', false],
    ['http://127.0.0.1:8545', 'https://node.localhost:8545', false],
    ['https://a.example', 'https://A.example.:443/other', false],
  ])('X10: %s and %s are two servers: %s', (rpcUrl, witnessRpcUrl, two) => {
    expect(parse((p) => ({ ...p, rpcUrl, witnessRpcUrl }))).toBe(two ? 'ok' : 'witnessRpcUrl: the same endpoint twice is no witness')
  })

  it.each<[string, (p: Sound) => unknown, string]>([
    ['an unknown field', (p) => ({ ...p, gasPrice: 1 }), '(file)'],
    ['an unknown field within', (p) => ({ ...p, uniswapV2: { ...p.uniswapV2, pair: A('6') } }), 'uniswapV2'],
    ['a missing field', ({ nativeSymbol: _, ...p }) => p, 'nativeSymbol'],
    ['a wrong checksum', (p) => ({ ...p, wrappedNative: WETH.replace('C0', 'c0') }), 'wrappedNative'],
    ['the zero address', (p) => ({ ...p, wrappedNative: A('0') }), 'wrappedNative'],
    ['a short address', (p) => ({ ...p, wrappedNative: '0x12' }), 'wrappedNative'],
    ['a fraction of a chain', (p) => ({ ...p, chainId: 1.5 }), 'chainId'],
    ['no time', (p) => ({ ...p, blockTimeMs: 0 }), 'blockTimeMs'],
    ['the same symbol twice', (p) => ({ ...p, tokens: [...p.tokens, { ...p.tokens[1]!, address: A('7') }] }), 'tokens'],
    ['the same token twice', (p) => ({ ...p, tokens: [...p.tokens, { ...p.tokens[1]!, symbol: 'USD' }] }), 'tokens'],
    ['a token named as the coin', (p) => ({ ...p, tokens: [...p.tokens, { ...p.tokens[1]!, symbol: 'ETH', address: A('7') }] }), 'tokens'],
    ['a token of too many decimals', (p) => ({ ...p, tokens: [{ ...p.tokens[0]!, decimals: 255 }] }), 'tokens.0.decimals'],
    ['an instrument of an unknown token', (p) => ({ ...p, instruments: [{ ...p.instruments[0]!, symbol: 'WETH-DAI' }] }), 'instruments.0'],
    ['an instrument of one token', (p) => ({ ...p, instruments: [{ ...p.instruments[0]!, symbol: 'WETH-WETH' }] }), 'instruments.0'],
    ['a V3 instrument without a fee', (p) => ({ ...p, instruments: [{ symbol: 'WETH-USDC', venue: 'uniswap-v3' }] }), 'instruments.0'],
    ['a V3 instrument of another fee', (p) => ({ ...p, instruments: [{ ...p.instruments[0]!, feeTier: 100 }] }), 'instruments.0'],
    ['a V2 instrument with a fee', (p) => ({ ...p, instruments: [{ ...p.instruments[1]!, feeTier: 500 }] }), 'instruments.0'],
    ['an instrument twice', (p) => ({ ...p, instruments: [...p.instruments, p.instruments[0]] }), 'instruments.2'],
    ['an unknown venue', (p) => ({ ...p, instruments: [{ symbol: 'WETH-USDC', venue: 'paper' }] }), 'instruments.0.venue'],
    ['nothing to trade', (p) => ({ ...p, instruments: [] }), 'instruments'],
    ['a list', (p) => [p], '(file)'],
  ])('is refused with %s', (_name, change, place) => {
    expect(parse(change).split(':')[0]).toBe(place)
  })

  it('is refused when it is no JSON, or endless', () => {
    expect(parseChainProfile('{').ok).toBe(false)
    expect(parseChainProfile(`"${'x'.repeat(300_000)}"`)).toEqual({ ok: false, error: '(file): too long' })
  })
})
