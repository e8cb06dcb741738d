import { isAddress } from 'ethers'

import { failure, type Failure } from '../../domain/codes'
import { fromUnits, ZERO } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { Balance } from '../venue'
import type { Head } from './chain-head'
import type { ChainProfile } from './chain-profile'
import { erc20, readContract } from './contracts'
import type { RpcClient } from './rpc'
import { quantity, toQuantity } from './rpc-values'
import type { UsdPrices } from './usd-prices'

const COIN_DECIMALS = 18

/** What an address has: the chain's coin, then every token of the profile. Fails when any of it cannot be read. */
export async function readBalances(
  rpc: RpcClient,
  profile: ChainProfile,
  usd: UsdPrices,
  address: string,
  head: Head,
): Promise<Result<readonly Balance[], Failure>> {
  if (!isAddress(address)) return err(failure('INVALID_INSTRUCTION', 'not an address'))
  const block = head.number
  const [coin, ...tokens] = await Promise.all([
    rpc.call('eth_getBalance', [address, toQuantity(block)], quantity),
    ...profile.tokens.map(async (token) => ({
      token,
      balance: await readContract(rpc, token.address, erc20.balanceOf, [address], block),
      price: await usd(token, block),
    })),
  ])
  if (!coin.ok) return coin
  const balances: Balance[] = []
  let usdPerCoin = null
  for (const { token, balance, price } of tokens) {
    if (!balance.ok) return balance
    if (token.address === profile.wrappedNative) usdPerCoin = price
    const free = fromUnits(balance.value[0], token.decimals)
    balances.push({ asset: token.symbol, token: token.address, free, held: ZERO, usd: price?.mul(free) ?? null })
  }
  const free = fromUnits(coin.value, COIN_DECIMALS)
  return ok([{ asset: profile.nativeSymbol, token: null, free, held: ZERO, usd: usdPerCoin?.mul(free) ?? null }, ...balances])
}
