import { Wallet } from 'ethers/wallet'
import { Transaction } from 'ethers/transaction'
import { TypedDataEncoder } from 'ethers/hash'

import type { UnsignedTx } from '../../../src-main/domain/evm'
import type { RemoteDialect } from '../../../src-main/domain/signer'
import { hostileMessageSignature, hostileRaw, type HostileBytes } from './hostile-answers'

/** One request as a signing service reads it. */
export interface ServiceCall {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** Its answer; null when a person is asked who does not answer. */
export interface ServiceReply {
  readonly status: number
  readonly body: string
}

/** What the person at a Clef does with each request. */
export type Person = 'approves' | 'denies' | 'ignores' | { readonly alters: Partial<Record<keyof RpcTx, string>> }

/** How the services are set. */
export interface ServiceRules {
  readonly key: string
  /** The chain that a Web3Signer was started for, and a Clef. */
  readonly chainId: number
  readonly person: Person
  /** What the policy of an intent service refuses, by recipient. */
  readonly refusedTo: readonly string[]
  /** Answers these bytes of a takeover in place of honest ones. */
  readonly hostile: HostileBytes | null
}

interface RpcTx {
  readonly from: string
  readonly to?: string
  readonly gas?: string
  readonly nonce?: string
  readonly value?: string
  readonly data?: string
  readonly gasPrice?: string
  readonly maxFeePerGas?: string
  readonly maxPriorityFeePerGas?: string
  readonly chainId?: string
}
interface Typed {
  readonly domain: Record<string, string>
  readonly types: Record<string, { name: string; type: string }[]>
  readonly message: Record<string, unknown>
}
interface RpcCall {
  readonly id: unknown
  readonly method: string
  readonly params: readonly unknown[]
}

/** Each dialect as its server speaks it, traps included; signatures are real. */
export const SERVICES: Readonly<Record<RemoteDialect, (call: ServiceCall, rules: ServiceRules) => ServiceReply | null>> = {
  web3signer: (call, rules) => {
    if (call.method === 'GET') return call.path === '/upcheck' ? { status: 200, body: 'OK' } : { status: 404, body: '' }
    const rpc = JSON.parse(call.body) as RpcCall
    const wallet = new Wallet(rules.key)
    switch (rpc.method) {
      case 'eth_accounts':
        return result(rpc, [wallet.address.toLowerCase()])
      case 'eth_signTransaction': {
        const [tx] = rpc.params as readonly [RpcTx]
        if (tx.nonce === undefined) return failure(rpc, -32_602, 'Invalid params', 400)
        if (tx.from.toLowerCase() !== wallet.address.toLowerCase()) return failure(rpc, -32_000, 'No unlocked account matches the Sender')
        return result(rpc, hostile(tx, rules) ?? signAsWeb3Signer(tx, rules))
      }
      case 'eth_signTypedData': {
        const [, data] = rpc.params
        if (rpc.params.length !== 2 || typeof data !== 'string') return failure(rpc, -32_602, 'Invalid params', 400)
        return result(rpc, signTyped(rules, JSON.parse(data) as Typed))
      }
      default:
        return failure(rpc, -32_601, 'Method not found')
    }
  },
  clef: (call, rules) => {
    const rpc = JSON.parse(call.body) as RpcCall
    const wallet = new Wallet(rules.key)
    if (rpc.method === 'account_version') return result(rpc, '6.1.0')
    if (rules.person === 'ignores') return null
    if (rules.person === 'denies') return failure(rpc, -32_000, 'Request denied')
    switch (rpc.method) {
      case 'account_list':
        return result(rpc, [wallet.address.toLowerCase()])
      case 'account_signTransaction': {
        const [asked] = rpc.params as readonly [RpcTx]
        const tx = typeof rules.person === 'object' ? { ...asked, ...rules.person.alters } : asked
        if (Number(tx.chainId) !== rules.chainId)
          return failure(rpc, -32_000, 'requested chainid does not match the configuration of the signer')
        if (tx.from.toLowerCase() !== wallet.address.toLowerCase()) return failure(rpc, -32_000, 'unknown account')
        // As its SendTxArgs does: a gas price makes it a legacy transaction.
        const envelope = tx.gasPrice === undefined ? feeMarket(tx, rules.chainId) : legacyAt(tx, rules.chainId)
        const raw = hostile(tx, rules) ?? signed(envelope, rules.key)
        return result(rpc, { raw, tx: { ...tx, hash: `0x${'00'.repeat(32)}` } })
      }
      case 'account_signTypedData': {
        const [, data] = rpc.params
        if (typeof data !== 'object') return failure(rpc, -32_602, 'invalid argument 1')
        return result(rpc, signTyped(rules, data as Typed))
      }
      default:
        return failure(rpc, -32_601, `the method ${rpc.method} does not exist/is not available`)
    }
  },
  intent: (call, rules) => {
    const wallet = new Wallet(rules.key)
    if (call.method === 'GET' && call.path === '/address') return json(200, { address: wallet.address })
    if (call.method !== 'POST' || call.path !== '/sign_transaction') return json(404, { detail: 'Not Found' })
    // Python's integers are exact; so are these.
    const exact = call.body.replace(/:(\d{16,})/g, ':"$1"')
    const { tx, chain_id: chainId, intent } = JSON.parse(exact) as { tx: RpcTx; chain_id: number; intent: Record<string, string> }
    const same =
      intent['intent_type'] === 'evm_transaction' &&
      intent['to'] === tx.to &&
      intent['data_hex'] === tx.data &&
      (
        [
          ['value_wei', tx.value],
          ['gas', tx.gas],
          ['nonce', tx.nonce],
          ['chain_id', tx.chainId],
          ...(tx.gasPrice === undefined
            ? ([
                ['max_fee_per_gas_wei', tx.maxFeePerGas],
                ['max_priority_fee_per_gas_wei', tx.maxPriorityFeePerGas],
              ] as const)
            : ([['gas_price_wei', tx.gasPrice]] as const)),
        ] as const
      ).every(([name, value]) => BigInt(intent[name] ?? -1) === BigInt(value ?? -2))
    if (!same) return json(400, { detail: 'Intent mismatch: payload does not match declared intent.' })
    if (rules.refusedTo.some((to) => to.toLowerCase() === tx.to?.toLowerCase()))
      return json(403, { detail: 'Policy violation: to not allowed' })
    const envelope = tx.gasPrice === undefined ? feeMarket(tx, chainId) : legacyAt(tx, chainId)
    const raw = hostile({ ...tx, from: wallet.address }, rules) ?? signed(envelope, rules.key)
    return json(200, { rawTransactionHex: raw })
  },
}

/** As its EthTransaction does: chainId and accessList are not read; one fee missing makes it legacy; what is missing has its own defaults. */
function signAsWeb3Signer(tx: RpcTx, rules: ServiceRules): string {
  if (tx.maxFeePerGas !== undefined && tx.maxPriorityFeePerGas !== undefined) return signed(feeMarket(tx, rules.chainId), rules.key)
  return signed(legacyAt(tx, rules.chainId), rules.key)
}

function legacyAt(tx: RpcTx, chainId: number): Transaction {
  return Transaction.from({
    type: 0,
    chainId,
    to: tx.to ?? null,
    nonce: Number(tx.nonce),
    gasLimit: tx.gas ?? 90_000,
    gasPrice: tx.gasPrice ?? 0,
    value: tx.value ?? 0,
    data: tx.data ?? '0x',
  })
}

function feeMarket(tx: RpcTx, chainId: number): Transaction {
  return Transaction.from({
    type: 2,
    chainId,
    to: tx.to ?? null,
    nonce: Number(tx.nonce ?? 0),
    gasLimit: tx.gas ?? 90_000,
    maxFeePerGas: tx.maxFeePerGas ?? 0,
    maxPriorityFeePerGas: tx.maxPriorityFeePerGas ?? 0,
    value: tx.value ?? 0,
    data: tx.data ?? '0x',
  })
}

function signed(tx: Transaction, key: string): string {
  tx.signature = new Wallet(key).signingKey.sign(tx.unsignedHash)
  return tx.serialized
}

function signTyped({ key, hostile: how }: ServiceRules, { domain, types, message }: Typed): string {
  const { EIP712Domain: _domain, ...own } = types
  const digest = TypedDataEncoder.hash(domain, own, message)
  return (how === null ? null : hostileMessageSignature(digest, key, how)) ?? new Wallet(key).signingKey.sign(digest).serialized
}

function hostile(tx: RpcTx, { key, hostile: how, chainId }: ServiceRules): string | null {
  if (how === null) return null
  const asked: UnsignedTx = {
    chainId,
    from: tx.from,
    to: tx.to!,
    nonce: Number(tx.nonce),
    valueWei: BigInt(tx.value!),
    data: tx.data as `0x${string}`,
    gasLimit: BigInt(tx.gas!),
    maxFeePerGasWei: BigInt(tx.maxFeePerGas!),
    maxPriorityFeePerGasWei: BigInt(tx.maxPriorityFeePerGas!),
  }
  return hostileRaw(asked, key, how)
}

function result({ id }: RpcCall, value: unknown): ServiceReply {
  return json(200, { jsonrpc: '2.0', id, result: value })
}

function failure({ id }: RpcCall, code: number, message: string, status = 200): ServiceReply {
  return json(status, { jsonrpc: '2.0', id, error: { code, message } })
}

function json(status: number, value: unknown): ServiceReply {
  return { status, body: JSON.stringify(value) }
}
