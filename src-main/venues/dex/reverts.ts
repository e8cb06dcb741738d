import { Interface } from 'ethers'

import type { FailureCode } from '../../domain/codes'
import { cleanText } from './text'

const knownErrors = new Interface([
  'error Error(string reason)',
  'error Panic(uint256 code)',
  // OpenZeppelin Contracts 5
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error SafeERC20FailedOperation(address token)',
])

/** The reason that revert data carries, for the log and for people; null when there is none. */
export function decodeRevert(data: string): string | null {
  if (data === '0x' || data === '') return null
  try {
    const parsed = knownErrors.parseError(data)
    if (parsed !== null) {
      const values = parsed.args.toArray().map(String)
      if (parsed.name === 'Error') return cleanText(values[0] ?? '') || null
      if (parsed.name === 'Panic') return `panic ${values[0] ?? ''}`
      return cleanText(`${parsed.name}(${values.join(', ')})`)
    }
  } catch {
    // Not in the form that it claims.
  }
  return `error ${data.slice(0, 10)}`
}

/** Reasons that tell more than that it was reverted: those of Uniswap's routers and of the usual tokens. */
const CLASSES: readonly (readonly [RegExp, FailureCode])[] = [
  [/^Too little received$|^Too much requested$|INSUFFICIENT_OUTPUT_AMOUNT|EXCESSIVE_INPUT_AMOUNT/, 'SLIPPAGE_EXCEEDED'],
  [/^Transaction too old$|: EXPIRED$/, 'EXPIRED'],
  // Not V3's `STF`: with an exact allowance it also means that the price left.
  [/TRANSFER_FROM_FAILED|exceeds balance|ERC20InsufficientBalance|insufficient balance/i, 'INSUFFICIENT_FUNDS'],
  [/out of gas/i, 'OUT_OF_GAS'],
]

/** The class of a revert reason. */
export function classifyRevert(reason: string | null): FailureCode {
  return CLASSES.find(([pattern]) => reason !== null && pattern.test(reason))?.[1] ?? 'REVERTED'
}
