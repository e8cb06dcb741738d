import { getAddress } from 'ethers'

import type { Failure } from '../../domain/codes'
import type { BalanceChange, Hex, Simulation } from '../../domain/evm'
import { err, ok, type Result } from '../../lib/result'
import { lacking } from './account-state'
import type { ChainProfile } from './chain-profile'
import type { GasFees } from './gas-fees'
import type { Protocol } from './protocol'
import type { RpcClient } from './rpc'
import { callAlone, estimateGas, simulate, type SimulatedCall } from './simulate'
import type { Trade } from './trade'

/** A call that is not yet a whole transaction. */
export interface Call {
  readonly to: string
  readonly data: Hex
}

/** What is tried: allowances, then the swap. */
export interface Attempt {
  readonly from: string
  readonly approvals: readonly Call[]
  readonly swap: Call
  readonly trade: Trade
  /** One a step. */
  readonly nonces: readonly number[]
  /** What there is to pay gas with. */
  readonly coinWei: bigint
  readonly fees: GasFees
  readonly block: number
}

/** Every call's gas, in order, and what the whole does. */
export interface Tried {
  readonly simulation: Simulation
  readonly gasUsed: readonly bigint[]
  readonly gasLimits: readonly bigint[]
}

/** What a step is given when its need cannot be measured, because the whole fails; it will not be sent like that. */
const UNMEASURED_GAS = 500_000n
/** Gas limit over measured gas, percent. Refunds are taken off what is measured, and the price may cross another tick; if the first is too little, the second. */
const GAS_MARGINS_PCT = [125n, 200n]

/**
 * Measures the gas of the steps, sets their limits, and runs exactly these transactions, limits and fees included. A revert is no failure but a
 * simulation that is not `ok`.
 */
export async function trySteps(
  rpc: RpcClient,
  profile: ChainProfile,
  protocol: Protocol,
  attempt: Attempt,
): Promise<Result<Tried, Failure>> {
  const calls = [...attempt.approvals, attempt.swap].map(({ to, data }): SimulatedCall => ({ from: attempt.from, to, data }))
  const measured = await simulate(rpc, profile, attempt.from, calls, attempt.block)
  if (!measured.ok) return measured.error.code === 'UNSUPPORTED' ? tryAlone(rpc, profile, protocol, attempt) : measured
  const { simulation, gasUsed } = measured.value
  if (!simulation.ok) return ok({ simulation, gasUsed, gasLimits: calls.map(() => UNMEASURED_GAS) })

  let last: Tried = { simulation, gasUsed, gasLimits: [] }
  for (const marginPct of GAS_MARGINS_PCT) {
    const gasLimits = gasUsed.map((gas) => (gas * marginPct) / 100n)
    const maxWei = gasLimits.reduce((sum, gas) => sum + gas, 0n) * attempt.fees.maxFeePerGasWei
    if (attempt.coinWei < maxWei) return err(lacking(profile.nativeSymbol, attempt.coinWei, maxWei, 18))
    const exact = calls.map((call, index): SimulatedCall => {
      const { expectedPerGasWei: _, ...fees } = attempt.fees
      return { ...call, gas: { nonce: attempt.nonces[index] ?? 0, gasLimit: gasLimits[index] ?? UNMEASURED_GAS, ...fees } }
    })
    const ran = await simulate(rpc, profile, attempt.from, exact, attempt.block)
    if (!ran.ok) return ran
    last = { ...ran.value, gasLimits }
    if (ran.value.simulation.ok) break
  }
  return ok(last)
}

/**
 * Where the node has no `eth_simulateV1`: the swap alone, if nothing must be allowed first. What it moves is then the router's own word. A swap
 * behind an allowance that is not given yet cannot be tried at all, and is not called good.
 */
async function tryAlone(rpc: RpcClient, profile: ChainProfile, protocol: Protocol, attempt: Attempt): Promise<Result<Tried, Failure>> {
  const { from, approvals, swap, trade, block } = attempt
  const steps = approvals.length + 1
  const failed = (revertReason: string): Result<Tried, Failure> =>
    ok({
      simulation: { ok: false, revertReason, changes: [], gasUsed: 0n, method: 'eth_call', blockNumber: block },
      gasUsed: [],
      gasLimits: Array.from({ length: steps }, () => UNMEASURED_GAS),
    })
  if (approvals.length > 0) return failed('this node cannot simulate an allowance and a swap together (it has no eth_simulateV1)')
  const call = { from, to: swap.to, data: swap.data }
  const [answer, gas] = await Promise.all([callAlone(rpc, call, block), estimateGas(rpc, call)])
  if (!answer.ok) return answer.error.reverted ? failed(answer.error.revertReason ?? 'reverted without a reason') : answer
  if (!gas.ok) return gas
  const told = protocol.swapAnswer(trade, answer.value)
  if (told === null) return err({ code: 'BAD_ANSWER', detail: 'the router answers in another form' })
  const [paidRaw, receivedRaw] = trade.exact === 'input' ? [trade.amountRaw, told] : [told, trade.amountRaw]
  const change = (token: Trade['tokenIn'], deltaRaw: bigint): BalanceChange => ({
    account: getAddress(from),
    asset: token.symbol,
    token: token.address,
    decimals: token.decimals,
    deltaRaw,
  })
  return ok({
    simulation: {
      ok: true,
      revertReason: null,
      changes: [change(trade.tokenIn, -paidRaw), change(trade.tokenOut, receivedRaw)],
      gasUsed: gas.value,
      method: 'eth_call',
      blockNumber: block,
    },
    gasUsed: [gas.value],
    gasLimits: [(gas.value * (GAS_MARGINS_PCT[0] ?? 125n)) / 100n],
  })
}
