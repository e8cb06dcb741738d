import type { DecodedCall } from '../../domain/evm'
import { NotCanonical } from './abi-words'
import { checksummed } from './addresses'

/** A swap as a decoder found it: addresses in any case, the deadline of any size. */
export type RawSwap = Omit<Extract<DecodedCall, { kind: 'swap' }>, 'kind' | 'deadlineSec'> & { readonly deadline: bigint }

/** A decoded swap; throws {@link NotCanonical} on one that cannot be meant. */
export function swapCall({ deadline, ...swap }: RawSwap): DecodedCall {
  const tokenIn = address(swap.tokenIn)
  const tokenOut = address(swap.tokenOut)
  if (tokenIn === tokenOut) throw new NotCanonical('a token is swapped for itself')
  // A deadline beyond what a number holds is simply never.
  const deadlineSec = deadline > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(deadline)
  return { kind: 'swap', ...swap, tokenIn, tokenOut, recipient: address(swap.recipient), deadlineSec }
}

function address(text: string): string {
  const result = checksummed(text)
  if (result === null) throw new NotCanonical('an address is malformed')
  return result
}
