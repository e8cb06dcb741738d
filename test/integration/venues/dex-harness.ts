import { Contract, Transaction, Wallet, type TransactionReceipt } from 'ethers'

import type { Failure } from '../../../src-main/domain/codes'
import type { Hex, Simulation, UnsignedTx } from '../../../src-main/domain/evm'
import type { OrderIntent } from '../../../src-main/domain/intent'
import type { Quote } from '../../../src-main/domain/quote'
import { systemClock } from '../../../src-main/lib/clock'
import { decimal } from '../../../src-main/lib/decimal'
import type { Result } from '../../../src-main/lib/result'
import { parseChainProfile, type ChainProfile } from '../../../src-main/venues/dex/chain-profile'
import { connectDex, type DexConnection, type DexOptions } from '../../../src-main/venues/dex/connect'
import type { OwnNonces, PlaceOutcome, Populated } from '../../../src-main/venues/venue'
import type { Devnet } from '../../support/devnet'

export type DexVenue = 'uniswap-v3' | 'uniswap-v2'
export const LIMIT_PCT = decimal('0.5')

/** The value of a result that must be one. */
export function must<T>(result: Result<T, Failure | string>): T {
  if (result.ok) return result.value
  throw new Error(typeof result.error === 'string' ? result.error : `${result.error.code}: ${result.error.detail}`)
}

/** The failure of a result that must be one. */
export function mustFail<T>(result: Result<T, Failure>): Failure {
  if (!result.ok) return result.error
  throw new Error('it did not fail')
}

/** The devnet's profile as the app reads it, perhaps through another endpoint. */
export function profileOf(devnet: Devnet, rpcUrl: string = devnet.url): ChainProfile {
  return must(parseChainProfile(JSON.stringify({ ...devnet.chainProfile, rpcUrl })))
}

export async function connect(devnet: Devnet, options: Partial<DexOptions> = {}): Promise<DexConnection> {
  return must(await connectDex({ profile: profileOf(devnet), clock: systemClock, ...options }))
}

/** One venue's reading sides. */
export function sideOf(dex: DexConnection, venue: DexVenue) {
  return venue === 'uniswap-v3' ? dex.v3 : dex.v2
}

export type OrderDraft = Pick<OrderIntent, 'side' | 'amountUnit' | 'instrument'> & { readonly venue: DexVenue; readonly amount: string }

export function intentOf({ amount, ...draft }: OrderDraft): OrderIntent {
  return {
    ...{
      environment: 'testnet',
      type: 'market',
      timeInForce: 'ioc',
      limitPrice: null,
      riskProfile: 'conservative',
      account: 'dev',
      source: 'person',
    },
    ...draft,
    amount: decimal(amount),
  }
}

export async function quoteFor(dex: DexConnection, draft: OrderDraft): Promise<Quote> {
  const intent = intentOf(draft)
  return must(await sideOf(dex, draft.venue).reader.quote({ ...intent, limitPrice: null }))
}

export function populate(
  dex: DexConnection,
  draft: OrderDraft,
  quote: Quote,
  from: string,
  ownNonces: OwnNonces = { held: [], refused: [] },
): Promise<Result<Populated, Failure>> {
  const context = { orderId: 'order', from, slippageLimitPct: LIMIT_PCT, ownNonces, nowMs: systemClock.wallMs() }
  return sideOf(dex, draft.venue).planner.populate(intentOf(draft), quote, context)
}

/** The transactions of a populated order, allowances first. */
export function transactionsOf(populated: Populated): UnsignedTx[] {
  return populated.steps.map((step) => {
    if (step.kind !== 'evm-tx') throw new Error('not a transaction')
    return step.tx
  })
}

export async function sign(key: string, tx: UnsignedTx): Promise<{ kind: 'signed-tx'; raw: Hex; hash: Hex }> {
  const { valueWei, maxFeePerGasWei, maxPriorityFeePerGasWei, ...rest } = tx
  const wallet = new Wallet(key)
  const raw = await wallet.signTransaction({
    ...rest,
    type: 2,
    value: valueWei,
    maxFeePerGas: maxFeePerGasWei,
    maxPriorityFeePerGas: maxPriorityFeePerGasWei,
  })
  return { kind: 'signed-tx', raw: raw as Hex, hash: Transaction.from(raw).hash as Hex }
}

export const goAhead = () => null

/** Signs and sends, and mines it. */
export async function send(
  devnet: Devnet,
  dex: DexConnection,
  tx: UnsignedTx,
): Promise<{ outcome: PlaceOutcome; hash: Hex; receipt: TransactionReceipt | null }> {
  const signed = await sign(devnet.fundedKey, tx)
  const outcome = await dex.placer.place(signed, goAhead)
  await devnet.mine()
  return { outcome, hash: signed.hash, receipt: await devnet.provider.getTransactionReceipt(signed.hash) }
}

/** What an account has of a token, raw. */
export async function balanceOf(devnet: Devnet, token: string, account: string): Promise<bigint> {
  const contract = new Contract(token, ['function balanceOf(address) view returns (uint256)'], devnet.provider)
  return (await contract.getFunction('balanceOf')(account)) as bigint
}

export async function allowanceOf(devnet: Devnet, token: string, owner: string, spender: string): Promise<bigint> {
  const contract = new Contract(token, ['function allowance(address, address) view returns (uint256)'], devnet.provider)
  return (await contract.getFunction('allowance')(owner, spender)) as bigint
}

/** The change of one account's token in a simulation, raw. */
export function simulated(simulation: Simulation | null, account: string, token: string): bigint {
  const found = simulation?.changes.find((change) => change.account === account && change.token === token)
  return found?.deltaRaw ?? 0n
}

/** Undoes everything that `work` does to the chain. */
export async function onTheSide<T>(devnet: Devnet, work: () => Promise<T>): Promise<T> {
  const snapshot: unknown = await devnet.rpc('evm_snapshot')
  try {
    return await work()
  } finally {
    await devnet.rpc('evm_revert', snapshot)
    await devnet.rpc('anvil_dropAllTransactions')
  }
}
