import { getAddress } from 'ethers'

import { sameAddress, type BalanceChange } from '../../domain/evm'
import type { ChainProfile } from './chain-profile'
import { wordsOf, type LogValue } from './rpc-values'

const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
/** WETH9 tells of wrapping and unwrapping in events of its own. */
const DEPOSIT = '0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c'
const WITHDRAWAL = '0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65'
/** Where `eth_simulateV1` says that coin moved, as if it were a token. */
const COIN = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'
const NOBODY = '0x0000000000000000000000000000000000000000'
const COIN_DECIMALS = 18

interface Move {
  readonly from: string
  readonly to: string
  readonly amountRaw: bigint
}

/**
 * What logs say was moved: every change of the signer's balances, and every loss of anybody else's, the pool that pays out among them.
 * A token that the profile does not know goes by its address, counted in its smallest unit.
 */
export function balanceChanges(profile: ChainProfile, signer: string, logs: readonly LogValue[]): readonly BalanceChange[] {
  const totals = new Map<string, { readonly account: string; readonly token: string; deltaRaw: bigint }>()
  const add = (account: string, token: string, deltaRaw: bigint): void => {
    if (account === NOBODY) return
    const key = `${account} ${token}`
    const total = totals.get(key) ?? { account, token, deltaRaw: 0n }
    total.deltaRaw += deltaRaw
    totals.set(key, total)
  }
  for (const log of logs) {
    const move = moveOf(profile, log)
    if (move === null) continue
    add(move.from, log.address, -move.amountRaw)
    add(move.to, log.address, move.amountRaw)
  }
  return [...totals.values()]
    .filter(({ account, deltaRaw }) => deltaRaw < 0n || (deltaRaw > 0n && sameAddress(account, signer)))
    .map(({ account, token, deltaRaw }) => ({ account: getAddress(account), ...nameOf(profile, token), deltaRaw }))
}

function moveOf(profile: ChainProfile, { address, topics, data }: LogValue): Move | null {
  const [topic, first, second, third] = topics
  const amountRaw = wordsOf(data)[0] ?? 0n
  if (topic === TRANSFER && first !== undefined && second !== undefined) {
    // With a third topic it is one item of a collection (ERC-721).
    return { from: accountOf(first), to: accountOf(second), amountRaw: third === undefined ? amountRaw : 1n }
  }
  if (!sameAddress(address, profile.wrappedNative) || first === undefined) return null
  if (topic === DEPOSIT) return { from: NOBODY, to: accountOf(first), amountRaw }
  if (topic === WITHDRAWAL) return { from: accountOf(first), to: NOBODY, amountRaw }
  return null
}

function accountOf(topic: string): string {
  return `0x${topic.slice(-40)}`
}

function nameOf(profile: ChainProfile, token: string): Pick<BalanceChange, 'asset' | 'token' | 'decimals'> {
  if (token === COIN) return { asset: profile.nativeSymbol, token: null, decimals: COIN_DECIMALS }
  const known = profile.tokens.find(({ address }) => sameAddress(address, token))
  if (known !== undefined) return { asset: known.symbol, token: known.address, decimals: known.decimals }
  return { asset: getAddress(token), token: getAddress(token), decimals: 0 }
}
