import type { VenueId } from '../../domain/instrument'
import type { TransactionRecord } from '../journal/records'
import type { ChainSide, Venues } from '../ports'

/**
 * The chain that a transaction is on, where that very chain is connected. Another one, connected in its place, knows neither the transaction nor what
 * its account's nonces are worth there: for what waits it is as if none were connected.
 */
export function chainOf(venues: Venues, venue: VenueId, { chainId }: Pick<TransactionRecord, 'chainId'>): ChainSide | null {
  const chain = venues.get(venue)?.chain ?? null
  return chain?.reader.chainId === chainId ? chain : null
}
