import type { UnsignedTx } from '../../domain/evm'
import { err, ok, type Result } from '../../lib/result'
import type { MarketFees } from '../../venues/chain'

/** What a transaction offers for its gas, wei. */
export type OfferedFees = Pick<UnsignedTx, 'maxFeePerGasWei' | 'maxPriorityFeePerGasWei'>

/** The least that would be taken, and what is allowed, wei per gas. */
export interface OverBudget {
  readonly neededPerGasWei: bigint
  readonly limitPerGasWei: bigint
}

/** By how much nodes want a replacement to offer more, of both fees, percent (go-ethereum's `pricebump`, and all others'). */
const BUMP_PCT = 10n

/**
 * What a replacement offers: at least a tenth more than anything offered before for this nonce, of both fees, and no less than the market asks,
 * where that is known. Within `limitPerGasWei`, or not at all: less than the market asks now would only wait as well.
 */
export function replacementFees(
  before: readonly OfferedFees[],
  market: MarketFees | null,
  limitPerGasWei: bigint,
): Result<OfferedFees, OverBudget> {
  const bumpedTip = most(before.map(({ maxPriorityFeePerGasWei }) => bumped(maxPriorityFeePerGasWei)))
  const bumpedMax = most(before.map(({ maxFeePerGasWei }) => bumped(maxFeePerGasWei)))
  const tip = most([bumpedTip, market?.maxPriorityFeePerGasWei ?? 0n])
  const least = most([bumpedMax, market?.expectedPerGasWei ?? 0n, tip])
  if (least > limitPerGasWei) return err({ neededPerGasWei: least, limitPerGasWei })
  const wanted = most([least, market?.maxFeePerGasWei ?? 0n])
  return ok({ maxFeePerGasWei: wanted < limitPerGasWei ? wanted : limitPerGasWei, maxPriorityFeePerGasWei: tip })
}

/** A tenth more, rounded up; something more than nothing. */
function bumped(wei: bigint): bigint {
  const more = (wei * (100n + BUMP_PCT) + 99n) / 100n
  return more > wei ? more : wei + 1n
}

function most(values: readonly bigint[]): bigint {
  return values.reduce((top, value) => (value > top ? value : top), 0n)
}
