import { failure, type Failure } from '../../domain/codes'
import { fromUnits } from '../../lib/decimal'
import { ok, type Result } from '../../lib/result'
import { erc20, readContract } from './contracts'
import type { RpcClient } from './rpc'
import { quantity, toQuantity } from './rpc-values'

/** What an account has for a swap. */
export interface AccountState {
  readonly coinWei: bigint
  readonly balanceRaw: bigint
  readonly allowanceRaw: bigint
}

/** Reads what `account` has of `token`, and what `spender` may take of it. */
export async function readAccountState(
  rpc: RpcClient,
  account: string,
  token: string,
  spender: string,
  block: number,
): Promise<Result<AccountState, Failure>> {
  const [coinWei, balance, allowance] = await Promise.all([
    rpc.call('eth_getBalance', [account, toQuantity(block)], quantity),
    readContract(rpc, token, erc20.balanceOf, [account], block),
    readContract(rpc, token, erc20.allowance, [account, spender], block),
  ])
  if (!coinWei.ok) return coinWei
  if (!balance.ok) return balance
  if (!allowance.ok) return allowance
  return ok({ coinWei: coinWei.value, balanceRaw: balance.value[0], allowanceRaw: allowance.value[0] })
}

/** The failure of having less than is needed; amounts in the smallest unit. */
export function lacking(asset: string, haveRaw: bigint, needRaw: bigint, decimals: number): Failure {
  return failure(
    'INSUFFICIENT_FUNDS',
    `${fromUnits(needRaw, decimals).toFixed()} ${asset} needed, ${fromUnits(haveRaw, decimals).toFixed()} there`,
  )
}
