import type { Failure } from '../../domain/codes'
import type { Hex, Simulation } from '../../domain/evm'
import { err, ok, type Result } from '../../lib/result'
import { balanceChanges } from './balance-changes'
import type { ChainProfile } from './chain-profile'
import type { RpcClient } from './rpc'
import { hexBytes, quantity, simulationValue, toQuantity } from './rpc-values'
import { rpcFailure, type RpcFailure } from './rpc-errors'
import { decodeRevert } from './reverts'

/** One transaction to be tried; without the gas part the node gives it as much as it needs. */
export interface SimulatedCall {
  readonly from: string
  readonly to: string
  readonly data: Hex
  readonly gas?: {
    readonly nonce: number
    readonly gasLimit: bigint
    readonly maxFeePerGasWei: bigint
    readonly maxPriorityFeePerGasWei: bigint
    readonly legacy?: true
  }
}

/** A simulation, with the gas of each transaction and what each one answered. */
export interface SimulatedRun {
  readonly simulation: Simulation
  readonly gasUsed: readonly bigint[]
}

/** Runs the transactions one after the other on the state of `block`, and tells what they would move. Moves nothing. */
export async function simulate(
  rpc: RpcClient,
  profile: ChainProfile,
  signer: string,
  calls: readonly SimulatedCall[],
  block: number,
): Promise<Result<SimulatedRun, RpcFailure>> {
  // Without validation nonces may lie ahead, as they do behind transactions that still wait; what they would pay for gas is checked by the planner.
  const blockStateCalls = [{ calls: calls.map(toCallObject) }]
  const ran = await rpc.call(
    'eth_simulateV1',
    [{ blockStateCalls, traceTransfers: true, validation: false }, toQuantity(block)],
    simulationValue,
  )
  if (!ran.ok) return ran
  const results = ran.value[0]?.calls ?? []
  if (results.length !== calls.length) return err(rpcFailure('BAD_ANSWER', 'the simulation ran another number of calls'))
  const failed = results.find((result) => result.status === '0x0')
  const gasUsed = results.map((result) => result.gasUsed)
  return ok({
    gasUsed,
    simulation: {
      ok: failed === undefined,
      revertReason: failed === undefined ? null : (decodeRevert(failed.error?.data ?? failed.returnData) ?? 'reverted without a reason'),
      changes: balanceChanges(
        profile,
        signer,
        results.flatMap((result) => result.logs),
      ),
      gasUsed: gasUsed.reduce((sum, gas) => sum + gas, 0n),
      method: 'eth_simulateV1',
      blockNumber: block,
    },
  })
}

/** Runs one transaction alone, on nodes without `eth_simulateV1`: what it answers, or the failure. */
export function callAlone(rpc: RpcClient, call: SimulatedCall, block: number): Promise<Result<Hex, RpcFailure>> {
  return rpc.call('eth_call', [toCallObject(call), toQuantity(block)], hexBytes)
}

/** The gas of one transaction alone. */
export function estimateGas(rpc: RpcClient, call: SimulatedCall): Promise<Result<bigint, Failure>> {
  return rpc.call('eth_estimateGas', [toCallObject(call)], quantity)
}

function toCallObject({ from, to, data, gas }: SimulatedCall) {
  return {
    ...{ from, to, input: data },
    ...(gas === undefined
      ? {}
      : {
          nonce: toQuantity(gas.nonce),
          gas: toQuantity(gas.gasLimit),
          ...(gas.legacy === true
            ? { gasPrice: toQuantity(gas.maxFeePerGasWei) }
            : { maxFeePerGas: toQuantity(gas.maxFeePerGasWei), maxPriorityFeePerGas: toQuantity(gas.maxPriorityFeePerGasWei) }),
        }),
  }
}
