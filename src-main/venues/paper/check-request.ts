import { failure, type Failure } from '../../domain/codes'
import type { VenueOrderRequest } from '../../domain/plan'
import { err, ok, type Result } from '../../lib/result'
import { listingOf, type Listing } from './listings'
import { wholeSteps } from './units'

/** What a client order id may look like. */
const CLIENT_ORDER_ID = /^[A-Za-z0-9._:-]{1,80}$/

/** A request in the exchange's own units. */
export interface CheckedRequest {
  readonly listing: Listing
  readonly limitTicks: bigint
  readonly lots: bigint
}

/** Whether an order can be remembered under this id. */
export function isClientOrderId(text: string): boolean {
  return CLIENT_ORDER_ID.test(text)
}

/** Checks a request as an exchange does: id, instrument, amount, lot and tick. Funds are the ledger's matter. */
export function checkRequest(request: VenueOrderRequest): Result<CheckedRequest, Failure> {
  const refuse = (detail: string) => err(failure('INVALID_INSTRUCTION', detail))
  if (!isClientOrderId(request.clientOrderId))
    return refuse('a client order id has 1 to 80 letters, digits, dots, colons, dashes or underscores')
  const listing = listingOf(request.instrument)
  if (listing === undefined) return refuse(`${request.instrument} is not traded here`)
  const { amountDigits, priceDigits, minAmountBase } = listing.instrument
  const lots = wholeSteps(request.baseAmount, amountDigits)
  if (lots === null) return refuse(`an amount must be positive, with at most ${amountDigits} digits after the point`)
  if (lots < listing.minLots) return refuse(`the smallest amount is ${minAmountBase}`)
  const limitTicks = wholeSteps(request.limitPrice, priceDigits)
  if (limitTicks === null) return refuse(`a price must be positive, with at most ${priceDigits} digits after the point`)
  return ok({ listing, limitTicks, lots })
}
