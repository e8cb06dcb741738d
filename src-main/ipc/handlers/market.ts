import type { BalanceView, InstrumentView, marketCalls } from '../../../src-preload/contract/market'
import { toJson } from '../../lib/json'
import { problemReply, valueReply, type Handlers } from '../dispatch'
import type { Services } from '../services'
import { instrumentView } from '../views/order-views'
import { refuse, withEngine } from './orders'

/** Handlers of everything that reads markets and balances. */
export function marketHandlers(services: Services): Handlers<typeof marketCalls> {
  return {
    'market.instruments': () =>
      withEngine<InstrumentView[]>(services, async (engine) => {
        const listed = await Promise.all(engine.ports.venues.all().map((venue) => venue.reader.instruments()))
        // A venue that does not answer is shown by its health light; the others can still be traded.
        return valueReply(listed.flatMap((result) => (result.ok ? result.value.map(instrumentView) : [])))
      }),
    'market.depth': ({ venue, instrument, levels }) =>
      withEngine(services, async (engine) => {
        const reader = engine.ports.venues.get(venue)?.reader
        if (reader === undefined) return problemReply('VENUE_CLOSED')
        const depth = await reader.depth(instrument, levels)
        if (!depth.ok) return refuse(depth.error)
        const { bids, asks, atMs } = toJson(depth.value)
        return valueReply({ bids: [...bids], asks: [...asks], atMs: Math.round(atMs) })
      }),
    'market.prices': ({ venue, instrument }) =>
      withEngine(services, async (engine) => {
        const reader = engine.ports.venues.get(venue)?.reader
        if (reader === undefined) return problemReply('VENUE_CLOSED')
        const prices = await reader.prices(instrument)
        return prices.ok
          ? valueReply(prices.value.map(({ atMs, price }) => ({ atMs: Math.round(atMs), price: price.toFixed() })))
          : refuse(prices.error)
      }),
    'market.accounts': () => withEngine(services, () => valueReply([...services.accounts()])),
    'market.balances': ({ account: id }) =>
      withEngine(services, async (engine) => {
        const account = services.accounts().find((candidate) => candidate.id === id)
        const venue = engine.ports.venues.all().find((candidate) => (account?.kind === 'paper') === (candidate.chain === null))
        if (account === undefined) return problemReply('NOT_FOUND')
        if (venue === undefined) return problemReply('VENUE_CLOSED')
        const balances = await venue.reader.balances(account.address ?? account.id)
        if (!balances.ok) return refuse(balances.error)
        const views = balances.value.map((balance): BalanceView => toJson(balance))
        return valueReply({ account, balances: views, atMs: engine.ports.clock.wallMs() })
      }),
  }
}
