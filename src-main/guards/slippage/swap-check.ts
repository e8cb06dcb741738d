import { denial, type Denial } from '../../domain/codes'
import { sameAddress, type DecodedCall } from '../../domain/evm'
import type { GuardFigure } from '../../domain/guard'
import type { Asset } from '../../domain/instrument'
import { figure } from '../verdict'
import { swapBounds } from './swap-bounds'
import type { Trade } from './trade'

/** What will be signed swaps what was wanted, for no less than the limit allows, and not at some later time. */
export function swapCheck(trade: Trade, call: DecodedCall, figures: GuardFigure[]): Denial | null {
  if (call.kind !== 'swap') return mismatch('call', call.kind, 'swap')
  const { input, intent, quote, limitPct } = trade
  const bounds = swapBounds(intent, quote, limitPct)
  if (call.protocol !== intent.venue) return mismatch('protocol', call.protocol, intent.venue)
  if (!isAsset(bounds.pay, call.tokenIn, call.native === 'in'))
    return mismatch('tokenIn', call.tokenIn, bounds.pay.address ?? bounds.pay.symbol)
  if (!isAsset(bounds.receive, call.tokenOut, call.native === 'out')) {
    return mismatch('tokenOut', call.tokenOut, bounds.receive.address ?? bounds.receive.symbol)
  }
  if (call.exact !== bounds.exact) return mismatch('exact', call.exact, bounds.exact)
  const exactRaw = call.exact === 'input' ? call.amountInMaxRaw : call.amountOutMinRaw
  if (exactRaw !== bounds.exactRaw) return mismatch('amount', exactRaw.toString(), bounds.exactRaw.toString())
  return deadlineCheck(input.wallMs, input.slippage.maxDeadlineSec, call.deadlineSec, figures) ?? boundCheck(call, bounds.boundRaw, figures)
}

function deadlineCheck(wallMs: number, maxDeadlineSec: number, deadlineSec: number, figures: GuardFigure[]): Denial | null {
  const aheadMs = deadlineSec * 1_000 - wallMs
  const aheadSec = String(Math.round(aheadMs / 1_000))
  figures.push(figure('deadline ahead', aheadSec, String(maxDeadlineSec), 's'))
  if (aheadMs > 0 && aheadMs <= maxDeadlineSec * 1_000) return null
  return denial('DEADLINE_OUT_OF_RANGE', { aheadSec, maxSec: String(maxDeadlineSec) })
}

function boundCheck(call: Extract<DecodedCall, { kind: 'swap' }>, boundRaw: bigint, figures: GuardFigure[]): Denial | null {
  const bound = boundRaw.toString()
  if (call.exact === 'input') {
    const least = call.amountOutMinRaw.toString()
    figures.push(figure('minimum output', least, bound, 'raw units'))
    return call.amountOutMinRaw >= boundRaw ? null : denial('MIN_OUTPUT_TOO_LOW', { minOutputRaw: least, leastAllowedRaw: bound })
  }
  const most = call.amountInMaxRaw.toString()
  figures.push(figure('maximum input', most, bound, 'raw units'))
  return call.amountInMaxRaw <= boundRaw ? null : denial('EXCEEDED_LIMIT', { maxInputRaw: most, mostAllowedRaw: bound })
}

/** Whether a call's token is the asset. An asset without an address is the chain's own coin, which only a native call moves. */
function isAsset(asset: Asset, token: string, native: boolean): boolean {
  return asset.address === null ? native : !native && sameAddress(asset.address, token)
}

function mismatch(field: string, found: string, wanted: string): Denial {
  return denial('CALLDATA_MISMATCH', { field, found, wanted })
}
