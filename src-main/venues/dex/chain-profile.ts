import { getAddress } from 'ethers'
import { z } from 'zod'

import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'

const MAX_PROFILE_CHARS = 200_000
const MAX_FEE_TIER = 999_999
const MAX_DECIMALS = 36

/** An address in its checksummed form (EIP-55). All lower or all upper case is accepted as unchecked; mixed case must be right. */
const address = z.string().transform((text, context) => {
  try {
    if (/^0x[0-9a-fA-F]{40}$/.test(text) && !/^0x0{40}$/.test(text)) return getAddress(text)
  } catch {
    // Said below.
  }
  context.addIssue({ code: 'custom', message: 'not an address, or its checksum is wrong' })
  return z.NEVER
})

const positive = z.int().min(1)

/** `http` would let anybody on the way change answers and see what is asked: only loopback may use it. */
const rpcUrl = z.string().max(2_000).refine(isSafeEndpoint, 'https, or http on loopback; without a user name')

function isSafeEndpoint(text: string): boolean {
  try {
    const { protocol, hostname, username, password, hash } = new URL(text)
    if (username !== '' || password !== '' || hash !== '') return false
    return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  } catch {
    return false
  }
}

const symbol = z.string().regex(/^[A-Za-z0-9.]{1,16}$/, 'letters, digits and points, at most 16')

const token = z.strictObject({
  symbol,
  address,
  decimals: z.int().min(0).max(MAX_DECIMALS),
  /** Whether one token counts as one US dollar. */
  usdStable: z.boolean(),
})

const feeTier = z.int().min(1).max(MAX_FEE_TIER)

const instrument = z.strictObject({
  /** Base and quote token symbols, such as `WETH-USDC`. */
  symbol: z.string().regex(/^[A-Za-z0-9.]{1,16}-[A-Za-z0-9.]{1,16}$/, 'two token symbols with a dash between them'),
  venue: z.enum(['uniswap-v3', 'uniswap-v2']),
  /** The V3 pool's fee, hundredths of a basis point; V2 has none. */
  feeTier: feeTier.optional(),
})

const profile = z
  .strictObject({
    name: z.string().regex(/^[\p{L}\p{N}\p{P}\p{S} ]{1,80}$/u, 'one line of at most 80 characters'),
    chainId: positive,
    rpcUrl,
    /** A second endpoint, of another operator, that everything read of the chain is compared with. */
    witnessRpcUrl: rpcUrl.optional(),
    finalityDeadlineMs: positive,
    blockTimeMs: positive,
    nativeSymbol: symbol,
    wrappedNative: address,
    uniswapV3: z.strictObject({ factory: address, swapRouter: address, quoterV2: address, fees: z.array(feeTier).min(1).max(16) }),
    uniswapV2: z.strictObject({ factory: address, router: address }),
    tokens: z.array(token).min(1).max(500),
    instruments: z.array(instrument).min(1).max(500),
  })
  .superRefine((candidate, context) => {
    const problem = (message: string, ...path: (string | number)[]) => context.addIssue({ code: 'custom', message, path })
    if (candidate.witnessRpcUrl !== undefined && serverOf(candidate.witnessRpcUrl) === serverOf(candidate.rpcUrl))
      problem('the same endpoint twice is no witness', 'witnessRpcUrl')
    const symbols = new Set(candidate.tokens.map((item) => item.symbol))
    if (symbols.size !== candidate.tokens.length) problem('a symbol is used twice', 'tokens')
    if (new Set(candidate.tokens.map((item) => item.address)).size !== candidate.tokens.length)
      problem('an address is used twice', 'tokens')
    if (symbols.has(candidate.nativeSymbol)) problem('a token may not have the name of the coin', 'tokens')
    const seen = new Set<string>()
    for (const [index, item] of candidate.instruments.entries()) {
      const [base = '', quote = ''] = item.symbol.split('-')
      const key = `${item.venue} ${item.symbol}`
      if (seen.has(key)) problem('the same instrument twice', 'instruments', index)
      seen.add(key)
      if (base === quote || !symbols.has(base) || !symbols.has(quote)) problem('not two tokens of this profile', 'instruments', index)
      if (item.venue === 'uniswap-v2' && item.feeTier !== undefined) problem('V2 has no fee tiers', 'instruments', index)
      if (item.venue === 'uniswap-v3' && (item.feeTier === undefined || !candidate.uniswapV3.fees.includes(item.feeTier)))
        problem('a V3 instrument needs one of the fees of uniswapV3', 'instruments', index)
    }
  })

/** This machine under any of its names: all lead to the same servers. */
const THIS_MACHINE = /^(?:127(?:\.\d+){3}|0\.0\.0\.0|(?:.+\.)?localhost|\[::1?\]|\[::ffff:(?:7f[0-9a-f]{2}:[0-9a-f]{1,4}|0:0)\])$/

/** Which server an endpoint is, as far as its address tells. */
function serverOf(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  const name = hostname.replace(/\.$/, '')
  return `${THIS_MACHINE.test(name) ? 'localhost' : name}:${port || (protocol === 'https:' ? '443' : '80')}`
}

/** What people call an endpoint: its host. The rest of its address may hold a key. */
export function endpointName(url: string): string {
  return new URL(url).host
}

/** A chain that orders may go to: endpoint, contracts, tokens and pools. Addresses are checksummed; times in ms. */
export type ChainProfile = z.infer<typeof profile>
/** A token of a {@link ChainProfile}. */
export type ProfileToken = ChainProfile['tokens'][number]
/** A pair of a {@link ChainProfile}. */
export type ProfileInstrument = ChainProfile['instruments'][number]

/**
 * Reads a chain profile from the text of a JSON file. The error names the place and what is wrong there; unknown fields, wrong checksums,
 * an endpoint in the clear and instruments of unknown tokens are refused.
 */
export function parseChainProfile(text: string): Result<ChainProfile, string> {
  if (text.length > MAX_PROFILE_CHARS) return err('(file): too long')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return err(`(file): ${describeError(error)}`)
  }
  const parsed = profile.safeParse(json)
  if (parsed.success) return ok(parsed.data)
  const [first] = parsed.error.issues
  return err(first === undefined ? '(file): not a chain profile' : `${first.path.join('.') || '(file)'}: ${first.message}`)
}
