import type { AbiFrame } from './abi-frame'
import type { EffectsReading } from './effects'

/** Permit2's `((address token, uint160 amount, uint48 expiration, uint48 nonce) details, address spender, uint256 sigDeadline)`, six words in place. */
export function readPermitSingle(frame: AbiFrame, reading: EffectsReading): void {
  const token = frame.address()
  const amount = frame.uint(160)
  frame.uint(48)
  frame.uint(48)
  reading.grant({ token, spender: frame.address(), amount })
  frame.uint()
}
