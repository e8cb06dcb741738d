import { failure, type Failure } from '../../domain/codes'
import { sameAddress } from '../../domain/evm'
import { systemScheduler, type Clock, type Scheduler } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { ChainReader, ReplacementReads, SwapReceiptReader } from '../chain'
import type { Health, VenuePlacer, VenuePlanner, VenueReader } from '../venue'
import { checkChainId, readHead } from './chain-head'
import { endpointName, type ChainProfile } from './chain-profile'
import { DexChainReader } from './chain-reader'
import { erc20, readContract, v2, v3, type ContractFunction } from './contracts'
import { DexPlacer } from './placer'
import { DexPlanner } from './planner'
import { DexReader } from './reader'
import type { Protocol } from './protocol'
import { DexReplacementReads, WitnessedReplacementReads } from './replacement-reads'
import { RpcClient, type RpcCall } from './rpc'
import { uniswapV2 } from './uniswap-v2'
import { uniswapV3 } from './uniswap-v3'
import { usdPrices } from './usd-prices'
import { WitnessedReader, type Disagreement } from './witnessed-reader'

const FETCH_TIMEOUT_MS = 10_000

/** What a connection is made of. */
export interface DexOptions {
  readonly profile: ChainProfile
  /** How long one call may take, ms; 10 s when left out. */
  readonly fetchTimeoutMs?: number
  readonly clock: Clock
  /** The machine's own timers when left out. */
  readonly scheduler?: Scheduler
  /** Hears of every call, for the network breaker and the audit log. */
  readonly onCall?: (call: RpcCall) => void
  /** Hears when the two endpoints contradict each other. */
  readonly onDisagreement?: (what: Disagreement) => void
}

/** A chain with its two Uniswap venues. The placer is for the pipeline alone. */
export interface DexConnection {
  readonly profile: ChainProfile
  readonly v3: { readonly reader: VenueReader; readonly planner: VenuePlanner }
  readonly v2: { readonly reader: VenueReader; readonly planner: VenuePlanner }
  readonly placer: VenuePlacer
  readonly chain: ChainReader
  readonly receipts: SwapReceiptReader
  readonly replacing: ReplacementReads
  /** Whether everything read of the chain is compared between two endpoints. */
  readonly witnessed: boolean
  health(): Promise<Health>
  close(): void
}

/**
 * Connects to a chain, and makes sure that it is the one the profile describes: its id, that it moves, that the contracts belong together, and
 * that the tokens count as the profile says. Anything else is a failure, and nothing is connected.
 */
export async function connectDex(options: DexOptions): Promise<Result<DexConnection, Failure>> {
  const {
    profile,
    clock,
    scheduler = systemScheduler,
    fetchTimeoutMs = FETCH_TIMEOUT_MS,
    onCall = () => undefined,
    onDisagreement = () => undefined,
  } = options
  const rpc = new RpcClient({ url: profile.rpcUrl, timeoutMs: fetchTimeoutMs, clock, scheduler, onCall })
  const described = await checkProfile(rpc, profile, clock)
  if (!described.ok) {
    rpc.close()
    return described
  }
  const [three, two] = [uniswapV3(rpc, profile), uniswapV2(rpc, profile)]
  const usd = usdPrices(profile, [three, two])
  const own = new DexChainReader(rpc, profile)
  const { witnessRpcUrl } = profile
  const witnessRpc =
    witnessRpcUrl === undefined ? null : new RpcClient({ url: witnessRpcUrl, timeoutMs: fetchTimeoutMs, clock, scheduler, onCall })
  const close = (): void => {
    rpc.close()
    witnessRpc?.close()
  }
  const chain =
    witnessRpc === null
      ? own
      : new WitnessedReader(
          [
            { name: endpointName(profile.rpcUrl), reader: own },
            { name: endpointName(witnessRpcUrl ?? ''), reader: new DexChainReader(witnessRpc, profile) },
          ],
          onDisagreement,
        )
  if (witnessRpc !== null) {
    const agreed = await checkWitness(witnessRpc, profile, chain)
    if (!agreed.ok) {
      close()
      return agreed
    }
  }
  const ownReads = new DexReplacementReads(rpc, profile, clock)
  const replacing =
    witnessRpc === null ? ownReads : new WitnessedReplacementReads(ownReads, new DexReplacementReads(witnessRpc, profile, clock))
  const sidesOf = (protocol: Protocol) => {
    const parts = { rpc, profile, protocol, usd, clock, chain, replacing, onDisagreement }
    return { reader: new DexReader(parts), planner: new DexPlanner(parts) }
  }
  const v3Sides = sidesOf(three)
  const onNonceLie = (endpoint: string, said: string, counted: string): void => {
    onDisagreement({ about: 'nonce', first: `${endpoint}: ${said}`, second: counted })
  }
  const endpoints = [
    { name: endpointName(profile.rpcUrl), rpc },
    ...(witnessRpc === null ? [] : [{ name: endpointName(witnessRpcUrl ?? ''), rpc: witnessRpc }]),
  ]
  return ok({
    profile,
    v3: v3Sides,
    v2: sidesOf(two),
    placer: new DexPlacer({ endpoints, chainId: profile.chainId, chain, replacing, onNonceLie }),
    chain,
    receipts: chain,
    replacing,
    witnessed: witnessRpc !== null,
    health: () => v3Sides.reader.health(),
    close,
  })
}

/** The second endpoint serves the same chain, and says the same of its newest block. */
async function checkWitness(witness: RpcClient, profile: ChainProfile, chain: ChainReader): Promise<Result<void, Failure>> {
  const same = await checkChainId(witness, profile.chainId)
  if (!same.ok) return err(failure(same.error.code, `${endpointName(profile.witnessRpcUrl ?? '')}: ${same.error.detail}`))
  const head = await chain.block('latest')
  return head.ok ? ok(undefined) : head
}

async function checkProfile(rpc: RpcClient, profile: ChainProfile, clock: Clock): Promise<Result<void, Failure>> {
  const chain = await checkChainId(rpc, profile.chainId)
  if (!chain.ok) return chain
  const head = await readHead(rpc, profile, clock)
  if (!head.ok) return head
  const { uniswapV2: two, uniswapV3: three, wrappedNative } = profile
  const same = async (name: string, at: string, what: ContractFunction<[string]>, wanted: string): Promise<Result<void, Failure>> => {
    const read = await readContract(rpc, at, what, [], head.value.number)
    if (!read.ok) return err(failure(read.error.code, `${name}: ${read.error.detail}`))
    return sameAddress(read.value[0], wanted)
      ? ok(undefined)
      : err(failure('BAD_ANSWER', `${name} belongs to ${read.value[0]}, not to ${wanted}`))
  }
  const checks = await Promise.all([
    same('uniswapV3.swapRouter', three.swapRouter, v3.factory, three.factory),
    same('uniswapV3.swapRouter', three.swapRouter, v3.weth, wrappedNative),
    same('uniswapV3.quoterV2', three.quoterV2, v3.factory, three.factory),
    same('uniswapV2.router', two.router, v2.factory, two.factory),
    same('uniswapV2.router', two.router, v2.weth, wrappedNative),
    ...profile.tokens.map(async ({ symbol, address, decimals }): Promise<Result<void, Failure>> => {
      const read = await readContract(rpc, address, erc20.decimals, [], head.value.number)
      if (!read.ok) return err(failure(read.error.code, `token ${symbol}: ${read.error.detail}`))
      return read.value[0] === BigInt(decimals)
        ? ok(undefined)
        : err(failure('BAD_ANSWER', `token ${symbol} has ${read.value[0]} decimals, not ${decimals}`))
    }),
  ])
  return checks.find((check) => !check.ok) ?? ok(undefined)
}
