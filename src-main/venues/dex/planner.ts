import { failure, type Failure } from '../../domain/codes'
import type { UnsignedTx } from '../../domain/evm'
import type { OrderIntent } from '../../domain/intent'
import type { NetworkFee } from '../../domain/plan'
import type { Quote } from '../../domain/quote'
import type { Clock } from '../../lib/clock'
import { fromUnits } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { ChainReader } from '../chain'
import type { PopulateContext, Populated, PopulatedStep, VenuePlanner } from '../venue'
import { lacking, readAccountState } from './account-state'
import { readHead } from './chain-head'
import type { ChainProfile } from './chain-profile'
import { erc20 } from './contracts'
import { dealOf, type Deal } from './deal'
import { readGasFees, type GasFees } from './gas-fees'
import { marketsOf, type Market } from './markets'
import { nextNonces, type NonceParts } from './next-nonces'
import type { Protocol } from './protocol'
import type { RpcClient } from './rpc'
import { callAlone } from './simulate'
import { trySteps, type Call, type Tried } from './try-steps'
import type { UsdPrices } from './usd-prices'

/** How long a swap may wait to be mined. */
const DEADLINE_SEC = 300
const MOST_APART_SEC = 60
const COIN_DECIMALS = 18

/** Parts of a {@link DexPlanner}. */
export interface DexPlannerParts extends NonceParts {
  readonly rpc: RpcClient
  readonly profile: ChainProfile
  readonly protocol: Protocol
  readonly usd: UsdPrices
  readonly clock: Clock
  /** What is known of the chain; compared between two endpoints where there are two. */
  readonly chain: Pick<ChainReader, 'block' | 'transactionCount'> & NonceParts['chain']
}

/** Turns an intent into exact allowances (only where they are short) and one swap for the signer itself, simulated as they will be sent. */
export class DexPlanner implements VenuePlanner {
  private readonly markets: ReadonlyMap<string, Market>

  constructor(private readonly parts: DexPlannerParts) {
    this.markets = marketsOf(parts.profile, parts.protocol.venue)
  }

  async populate(intent: OrderIntent, quote: Quote, context: PopulateContext): Promise<Result<Populated, Failure>> {
    const { rpc, profile, protocol, usd, clock, chain } = this.parts
    const { from } = context
    if (from === null) return err(failure('INVALID_INSTRUCTION', 'a swap needs a signer'))
    const agreed = dealOf(this.markets, intent, quote, context.slippageLimitPct)
    if (!agreed.ok) return agreed
    const deal = agreed.value
    const { tokenIn } = deal.trade

    const head = await readHead(rpc, profile, clock)
    if (!head.ok) return head
    const block = head.value.number
    const wrapped = profile.tokens.find((token) => token.address === profile.wrappedNative)
    const [account, fees, usdPerCoin, agreedHead, agreedCount] = await Promise.all([
      readAccountState(rpc, from, tokenIn.address, protocol.router, block),
      readGasFees(rpc, head.value),
      wrapped === undefined ? null : usd(wrapped, block),
      chain.block('latest'),
      chain.transactionCount(from),
    ])
    if (!account.ok) return account
    if (!fees.ok) return fees
    // A second endpoint, where there is one, has to say the same of the chain and of the account before anything is signed.
    if (!agreedHead.ok) return agreedHead
    if (!agreedCount.ok) return agreedCount
    const { balanceRaw, allowanceRaw, coinWei } = account.value
    if (balanceRaw < deal.expectedInRaw) return err(lacking(tokenIn.symbol, balanceRaw, deal.expectedInRaw, tokenIn.decimals))

    const approvals = await this.approvals(from, deal, allowanceRaw, block)
    if (!approvals.ok) return approvals
    // A deadline that the chain's own clock has passed would be refused whatever ours says.
    // What was refused may be planned again in the same second, at the same nonce: it must not be the same transaction, which would be two orders' then.
    const apartSec = Math.min(context.ownNonces.refused.length, MOST_APART_SEC)
    const deadlineSec = Math.max(Math.floor(context.nowMs / 1000), head.value.timestampSec) + DEADLINE_SEC + apartSec
    const swap = { to: protocol.router, data: protocol.swapCall(deal.market, deal.trade, { ...deal, recipient: from, deadlineSec }) }
    const nonces = await nextNonces(this.parts, from, agreedCount.value, approvals.value.length + 1, context.ownNonces)
    if (!nonces.ok) return nonces
    const attempt = { from, approvals: approvals.value, swap, trade: deal.trade, nonces: nonces.value, coinWei, fees: fees.value, block }
    const tried = await trySteps(rpc, profile, protocol, attempt)
    if (!tried.ok) return tried

    const networkFee = feeOf(tried.value, fees.value)
    if (coinWei < networkFee.maxWei) return err(lacking(profile.nativeSymbol, coinWei, networkFee.maxWei, COIN_DECIMALS))
    const expectedUsd = usdPerCoin?.mul(fromUnits(networkFee.expectedWei, COIN_DECIMALS)) ?? null
    const steps = [...approvals.value, swap].map((call, index): PopulatedStep => {
      const tx = transaction(profile.chainId, from, call, nonces.value[index] ?? 0, tried.value.gasLimits[index] ?? 0n, fees.value)
      return { kind: 'evm-tx', purpose: call === swap ? 'order' : 'approve', tx }
    })
    return ok({ steps, simulation: tried.value.simulation, networkFee: { ...networkFee, expectedUsd }, minReceived: deal.minReceived })
  }

  /** The allowances that are missing: none, exactly what the swap may take, or, for tokens that insist on it, nothing first. */
  private async approvals(from: string, deal: Deal, allowanceRaw: bigint, block: number): Promise<Result<readonly Call[], Failure>> {
    if (allowanceRaw >= deal.amountInMaxRaw) return ok([])
    const { rpc, protocol } = this.parts
    const to = deal.trade.tokenIn.address
    const approve = (amountRaw: bigint): Call => ({ to, data: erc20.approve.encode([protocol.router, amountRaw]) })
    const exact = approve(deal.amountInMaxRaw)
    if (allowanceRaw === 0n) return ok([exact])
    const changed = await callAlone(rpc, { from, ...exact }, block)
    if (changed.ok) return ok([exact])
    return changed.error.reverted ? ok([approve(0n), exact]) : changed
  }
}

function transaction(chainId: number, from: string, { to, data }: Call, nonce: number, gasLimit: bigint, fees: GasFees): UnsignedTx {
  const { expectedPerGasWei: _, ...offered } = fees
  return { chainId, from, to, nonce, valueWei: 0n, data, gasLimit, ...offered }
}

function feeOf({ gasUsed, gasLimits }: Tried, fees: GasFees): NetworkFee {
  const gasLimit = sum(gasLimits)
  const used = gasUsed.length === gasLimits.length ? sum(gasUsed) : gasLimit
  return { gasLimit, expectedWei: used * fees.expectedPerGasWei, maxWei: gasLimit * fees.maxFeePerGasWei, expectedUsd: null }
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
