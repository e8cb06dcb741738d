import { err, ok, type Result } from '../lib/result'

/** 0x-prefixed lower-case hex bytes. */
export type Hex = `0x${string}`

/** A transaction before it is signed: EIP-1559 (type 2) unless it is said to be legacy; every other field present, amounts in wei. */
export interface UnsignedTx {
  readonly chainId: number
  readonly from: string
  readonly to: string
  readonly nonce: number
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  readonly maxFeePerGasWei: bigint
  readonly maxPriorityFeePerGasWei: bigint
  /** Of the form before EIP-2718 (type 0, chain id as of EIP-155), for chains without a base fee: both fees are its one gas price. Absent for EIP-1559. */
  readonly legacy?: true
}

const FIELDS = [
  'chainId',
  'from',
  'to',
  'nonce',
  'valueWei',
  'data',
  'gasLimit',
  'maxFeePerGasWei',
  'maxPriorityFeePerGasWei',
  'legacy',
] as const
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const DATA = /^0x(?:[0-9a-f]{2})*$/
const UINT = /^(?:0|[1-9]\d{0,77})$/
const MAX_UINT256 = (1n << 256n) - 1n

/**
 * Reads an unsigned transaction from something untrusted (a file, a database row, another process). Amounts are decimal strings or
 * bigints; hex amounts, negative, empty, fractional or oversized values, missing and unknown fields are refused by name.
 */
export function parseUnsignedTx(input: unknown): Result<UnsignedTx, { readonly field: string }> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return err({ field: '(object)' })
  const raw = input as Record<string, unknown>
  for (const key of Object.keys(raw)) if (!(FIELDS as readonly string[]).includes(key)) return err({ field: key })
  const chainId = safeInteger(raw['chainId'], 1)
  const nonce = safeInteger(raw['nonce'], 0)
  if (chainId === null) return err({ field: 'chainId' })
  if (nonce === null) return err({ field: 'nonce' })
  const { from, to, data } = raw
  if (typeof from !== 'string' || !ADDRESS.test(from)) return err({ field: 'from' })
  if (typeof to !== 'string' || !ADDRESS.test(to)) return err({ field: 'to' })
  if (typeof data !== 'string' || !DATA.test(data)) return err({ field: 'data' })
  const amounts: Record<string, bigint> = {}
  for (const field of ['valueWei', 'gasLimit', 'maxFeePerGasWei', 'maxPriorityFeePerGasWei'] as const) {
    const amount = parseUint256(raw[field])
    if (amount === null) return err({ field })
    amounts[field] = amount
  }
  const { valueWei = 0n, gasLimit = 0n, maxFeePerGasWei = 0n, maxPriorityFeePerGasWei = 0n } = amounts
  if (gasLimit < 21_000n) return err({ field: 'gasLimit' })
  if (maxFeePerGasWei === 0n || maxPriorityFeePerGasWei > maxFeePerGasWei) return err({ field: 'maxFeePerGasWei' })
  const tx = { chainId, from, to, nonce, valueWei, data: data as Hex, gasLimit, maxFeePerGasWei, maxPriorityFeePerGasWei }
  if (raw['legacy'] === undefined) return ok(tx)
  if (raw['legacy'] !== true || maxPriorityFeePerGasWei !== maxFeePerGasWei) return err({ field: 'legacy' })
  return ok({ ...tx, legacy: true })
}

/** Reads an unsigned 256-bit integer from a bigint or plain decimal text; null for anything else. */
export function parseUint256(value: unknown): bigint | null {
  if (typeof value === 'bigint') return value >= 0n && value <= MAX_UINT256 ? value : null
  if (typeof value !== 'string' || !UINT.test(value)) return null
  const parsed = BigInt(value)
  return parsed <= MAX_UINT256 ? parsed : null
}

function safeInteger(value: unknown, least: number): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : null
}

/** Whether two addresses are the same account, whatever their letter case. */
export function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** What a call does, read from its calldata; `unknown` is denied by policy. */
export type DecodedCall =
  | { readonly kind: 'transfer-native'; readonly recipient: string }
  | { readonly kind: 'approve'; readonly token: string; readonly spender: string; readonly amountRaw: bigint; readonly unlimited: boolean }
  | {
      readonly kind: 'swap'
      readonly protocol: 'uniswap-v2' | 'uniswap-v3'
      readonly tokenIn: string
      readonly tokenOut: string
      readonly recipient: string
      readonly exact: 'input' | 'output'
      /** Exact input, or the most that may be paid. */
      readonly amountInMaxRaw: bigint
      /** The least that must come out, or the exact output. */
      readonly amountOutMinRaw: bigint
      readonly deadlineSec: number
      /** The chain's own coin is paid (`in`) or received (`out`) where the call names its wrapped token; absent when only tokens move. */
      readonly native?: 'in' | 'out'
    }
  | { readonly kind: 'unknown'; readonly selector: string; readonly why: string }

/** A change of one balance that a simulation found. */
export interface BalanceChange {
  readonly account: string
  readonly asset: string
  /** Token address, or null for the chain's own coin. */
  readonly token: string | null
  readonly decimals: number
  /** Negative when it is paid. */
  readonly deltaRaw: bigint
}

/** The result of running the exact transactions against the chain's present state. */
export interface Simulation {
  readonly ok: boolean
  /** Why it failed; null when it succeeded. */
  readonly revertReason: string | null
  readonly changes: readonly BalanceChange[]
  readonly gasUsed: bigint
  readonly method: 'eth_simulateV1' | 'eth_call'
  readonly blockNumber: number
}
