import type { orderCalls, PreviewView } from '../../../src-preload/contract/orders'
import type { Problem, Reply } from '../../../src-preload/contract/problem'
import { parseUint256 } from '../../domain/evm'
import type { Denial, Failure } from '../../domain/codes'
import type { Instrument, VenueId } from '../../domain/instrument'
import { isOpen } from '../../domain/order'
import type { Engine } from '../../engine/engine'
import type { OrderRecord } from '../../engine/journal/records'
import { waitingOnChains } from '../../engine/sweep/chain-round'
import { err, ok, type Result } from '../../lib/result'
import { problemReply, valueReply, type Handlers } from '../dispatch'
import type { Services } from '../services'
import { replaceOptionView, replaceOutcomeView } from '../views/replace-views'
import { detailView, draftOf, obstacleView, planView, previewView, summaryView } from '../views/order-views'

/** Handlers of everything about orders. */
export function orderHandlers(services: Services): Handlers<typeof orderCalls> {
  return {
    'order.preview': (draft) =>
      withEngine<PreviewView>(services, async (engine) => {
        const instrument = await findInstrument(engine, draft.venue, draft.instrument)
        if (!instrument.ok) return refuse(instrument.error)
        const drafted = await engine.desk.preview(draft)
        return drafted.ok ? valueReply(previewView(drafted.value, instrument.value, engine.ports.clock.wallMs())) : refuse(drafted.error)
      }),
    'order.prepare': (draft) =>
      withEngine(services, async (engine) => {
        const prepared = await engine.desk.prepare(draft, 'person', services.actor())
        if (!prepared.ok) return refuse(prepared.error)
        return valueReply(planView(prepared.value, draft, engine.ports.accounts.labelOf(draft.account)))
      }),
    'order.prepareAgain': ({ orderId }) =>
      withEngine(services, async (engine) => {
        const record = engine.journal.get(orderId)
        if (record === null) return problemReply('NOT_FOUND')
        const prepared = await engine.desk.prepareAgain(record, services.actor())
        if (!prepared.ok) return refuse(prepared.error)
        const { intent } = prepared.value.plan
        return valueReply(planView(prepared.value, draftOf(intent), engine.ports.accounts.labelOf(intent.account)))
      }),
    'order.confirm': ({ planId, planHash }) =>
      withEngine(services, (engine) => {
        const started = engine.desk.confirm(planId, planHash, services.actor())
        return started.ok ? valueReply({ orderId: started.value.orderId }) : refuse(started.error)
      }),
    'order.discard': ({ planId }) =>
      withEngine(services, (engine) => {
        engine.desk.discard(planId)
        return valueReply({})
      }),
    'order.cancel': ({ orderId }) =>
      withEngine(services, async (engine) => {
        const outcome = await engine.canceller.cancel(orderId, services.actor())
        switch (outcome.kind) {
          case 'canceled':
            return valueReply({})
          case 'not-open':
            return problemReply('ORDER_NOT_OPEN')
          case 'rejected':
          case 'unknown':
            return refuse(outcome.failure)
        }
      }),
    'order.replaceOptions': ({ orderId }) =>
      withEngine(services, async (engine) => {
        const options = await engine.replacer.options(orderId, { personPresent: true })
        return valueReply({ speedUp: replaceOptionView(options['speed-up']), cancel: replaceOptionView(options.cancel) })
      }),
    'order.speedUp': ({ orderId, mostPerGasWei }) =>
      withEngine(services, async (engine) => {
        const limits = { personPresent: true, mostPerGasWei: parseUint256(mostPerGasWei) ?? 0n }
        return valueReply(replaceOutcomeView(await engine.replacer.speedUp(orderId, services.actor(), limits)))
      }),
    'order.cancelOnChain': ({ orderId, mostPerGasWei }) =>
      withEngine(services, async (engine) => {
        const limits = { personPresent: true, mostPerGasWei: parseUint256(mostPerGasWei) ?? 0n }
        return valueReply(replaceOutcomeView(await engine.replacer.cancelOnChain(orderId, services.actor(), limits)))
      }),
    'order.cancelAll': () =>
      withEngine(services, async (engine) => {
        const report = await engine.sweeper.cancelAll(services.actor())
        const { notCanceled, notAsked } = report
        return valueReply({
          ...report,
          notCanceled: notCanceled.map((entry) => ({ ...entry })),
          notAsked: notAsked.map((entry) => ({ ...entry })),
        })
      }),
    'order.list': ({ which, limit, beforeMs }) =>
      withEngine(services, (engine) =>
        valueReply(listed(engine, which, limit, beforeMs).map((record) => summaryView(record, engine.ports.accounts))),
      ),
    'order.detail': ({ orderId }) =>
      withEngine(services, (engine) => {
        const record = engine.journal.whole(orderId)
        if (record !== null) return valueReply(detailView(engine, record))
        return problemReply(engine.journal.venueOf(orderId) === null ? 'NOT_FOUND' : 'ORDER_UNREADABLE')
      }),
  }
}

/** What is open, and what has ended and is still out: an allowance that waits on a chain, or an order that its node refused and has. */
function listed(engine: Engine, which: 'open' | 'closed' | 'all', limit: number, beforeMs: number | null): readonly OrderRecord[] {
  const { journal, transactions } = engine
  const listed = journal.list(which, limit, beforeMs)
  if (which !== 'open' || beforeMs !== null) return listed
  const waiting = new Set([...waitingOnChains(engine).values()].flat())
  const mayBeOut = [...new Set([...waiting, ...transactions.withRefused()])].flatMap((orderId) => journal.get(orderId) ?? [])
  const isOut = ({ orderId, progress }: OrderRecord): boolean => waiting.has(orderId) || progress.mayBeOut === true
  return [...listed, ...mayBeOut.filter((record) => !isOpen(record.state) && isOut(record))]
}

/** Runs a handler on the open environment's engine, or says why there is none. */
export async function withEngine<T>(services: Services, work: (engine: Engine) => Promise<Reply<T>> | Reply<T>): Promise<Reply<T>> {
  const engine = services.engine()
  return engine.ok ? work(engine.value) : { ok: false, problem: engine.error }
}

/** A refusal or failure as a reply. */
export function refuse(why: Denial | Failure): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: obstacleView(why) }
}

async function findInstrument(engine: Engine, venueId: VenueId, symbol: string): Promise<Result<Instrument, Failure>> {
  const venue = engine.ports.venues.get(venueId)
  if (venue === null) return err({ code: 'VENUE_CLOSED', detail: venueId })
  const listed = await venue.reader.instruments()
  if (!listed.ok) return listed
  const found = listed.value.find((instrument) => instrument.symbol === symbol)
  return found === undefined ? err({ code: 'NOT_FOUND', detail: symbol }) : ok(found)
}
