import type { AuditFact } from '../domain/audit-event'
import type { VenueId } from '../domain/instrument'
import type { Engine } from '../engine/engine'
import { waitingOnChains } from '../engine/sweep/chain-round'

/** What is out at this moment, and goes on without this app. */
export interface OutNow {
  /** Orders that rest at an exchange: they can be filled while nobody watches. */
  readonly resting: number
  /** Orders of which a transaction waits on a chain: it is followed on at the next start. */
  readonly onChain: number
  /** Resting orders that could not be canceled when it was tried just now. */
  readonly notCanceled: number
}

/** What is to be closed: all of the app, or the open environment for another one. */
export type Leaving = 'app' | 'environment'

/** What to do about it. */
export type QuitChoice = 'leave' | 'cancel' | 'stay'

/** What quitting works with. */
export interface QuittingParts {
  readonly engine: Pick<Engine, 'journal' | 'transactions' | 'sweeper' | 'ports'>
  readonly ask: (out: OutNow) => Promise<QuitChoice>
  /** Records; never throws. */
  readonly record: (fact: AuditFact) => void
  readonly actor: string
  readonly leaving: Leaving
}

/** Whether the app may end, or the environment be closed: at once when nothing is out, else as the person says (product row B12). What could not be canceled is asked about again. */
export async function mayQuit({ engine, ask, record, actor, leaving }: QuittingParts): Promise<boolean> {
  let notCanceled = 0
  for (;;) {
    const out = { ...outNow(engine), notCanceled }
    if (out.resting + out.onChain === 0) return true
    const choice = await ask(out)
    record({
      category: 'SYSTEM_EVENT',
      severity: choice === 'leave' ? 'medium' : 'info',
      type: 'QuitAsked',
      actor,
      subject: null,
      data: { leaving, choice, resting: out.resting, onChain: out.onChain },
    })
    if (choice === 'stay') return false
    if (choice === 'leave' || out.resting === 0) return true
    await engine.sweeper.cancelAll(actor)
    notCanceled = outNow(engine).resting
    if (notCanceled === 0) return true
  }
}

/** What is out at this moment, by where it is: also the allowance of an order that has not left itself, or has ended. */
export function outNow({
  journal,
  transactions,
  ports,
}: Pick<Engine, 'journal' | 'transactions' | 'ports'>): Pick<OutNow, 'resting' | 'onChain'> {
  const read = journal.open().map(({ orderId, state, plan }) => ({ orderId, state, venue: plan.intent.venue }))
  const sent = [...read, ...journal.unreadable()].filter(({ state }) => !UNSENT.has(state))
  const waiting = new Set([...waitingOnChains({ journal, transactions }).values()].flat())
  const onChain = sent.filter(({ orderId, venue }) => waiting.has(orderId) || ports.venues.get(venue as VenueId)?.orders === null)
  return { resting: sent.length - onChain.length, onChain: new Set([...waiting, ...onChain.map(({ orderId }) => orderId)]).size }
}

const UNSENT: ReadonlySet<string> = new Set(['initialized', 'approved', 'signing', 'signed'])
