import type { Failure } from '../../domain/codes'
import type { Cancel } from '../../lib/clock'
import { fromUnits, ZERO } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { VenueOrders, VenueOrderStatus, VenueOrderUpdate } from '../venue'
import { reachSettled, type PaperCore } from './core'
import { listingOf } from './listings'
import { feeTaken, type PaperRecord } from './paper-order'
import { averagePrice } from './prices'
import type { UpdateFeed } from './update-feed'

/** Following orders on the paper venue. */
export class PaperOrders implements VenueOrders {
  constructor(
    private readonly core: PaperCore,
    private readonly feed: UpdateFeed,
  ) {}

  subscribe(listener: (updates: readonly VenueOrderUpdate[]) => void): Cancel {
    return this.feed.subscribe(listener)
  }

  async find(clientOrderId: string): Promise<Result<VenueOrderStatus | null, Failure>> {
    const failed = await reachSettled(this.core)
    if (failed !== null) return err(failed)
    const record = this.core.exchange.record(clientOrderId)
    return ok(record === null ? null : statusOf(record))
  }

  async open(): Promise<Result<readonly string[], Failure>> {
    const failed = await reachSettled(this.core)
    return failed === null ? ok(this.core.exchange.open()) : err(failed)
  }
}

function statusOf(record: PaperRecord): VenueOrderStatus {
  if (record.kind === 'rejection') {
    return { state: 'rejected', filledBase: ZERO, averagePrice: null, fee: ZERO, feeAsset: record.rejection.feeAsset }
  }
  const { order } = record
  const listing = listingOf(order.instrument)
  if (listing === undefined) throw new RangeError(`${order.instrument} is not traded here`)
  const { quote, amountDigits } = listing.instrument
  return {
    state: order.state,
    filledBase: fromUnits(order.filledLots, amountDigits),
    averagePrice: order.filledLots === 0n ? null : averagePrice(listing, order.notionalAtoms, order.filledLots),
    fee: fromUnits(feeTaken(order), quote.decimals),
    feeAsset: quote.symbol,
  }
}
