import { alertCalls, alertEvents } from './alerts'
import { appCalls, appEvents } from './app'
import { auditCalls, auditEvents } from './audit'
import { authorityCalls, authorityEvents } from './authority'
import { breakerCalls } from './breakers'
import type { InputOf, OutputOf, PayloadOf } from './channel'
import { guardCalls, guardEvents } from './guards'
import { haltCalls, haltEvents } from './halt'
import { incidentCalls, incidentEvents } from './incidents'
import { limitsCalls, limitsEvents } from './limits'
import { marketCalls, marketEvents } from './market'
import { metricsCalls } from './metrics'
import { orderCalls, orderEvents } from './orders'
import { patternCalls, patternEvents } from './patterns'
import { policyCalls, policyEvents } from './policy'
import type { Reply } from './problem'
import { readinessCalls } from './readiness'
import { signerCalls, signerEvents } from './signers'
import { watchCalls, watchEvents } from './watch'

/** Every call the main window may make. There are no others: the bridge and the handler table derive from this. */
export const calls = {
  ...appCalls,
  ...signerCalls,
  ...marketCalls,
  ...orderCalls,
  ...guardCalls,
  ...haltCalls,
  ...incidentCalls,
  ...watchCalls,
  ...breakerCalls,
  ...metricsCalls,
  ...auditCalls,
  ...authorityCalls,
  ...alertCalls,
  ...limitsCalls,
  ...patternCalls,
  ...policyCalls,
  ...readinessCalls,
} as const
/** Every event the main window may hear. */
export const events = {
  ...appEvents,
  ...signerEvents,
  ...marketEvents,
  ...orderEvents,
  ...guardEvents,
  ...haltEvents,
  ...incidentEvents,
  ...watchEvents,
  ...auditEvents,
  ...authorityEvents,
  ...alertEvents,
  ...limitsEvents,
  ...patternEvents,
  ...policyEvents,
} as const

/** The name of a call of the main window. */
export type CallName = keyof typeof calls
/** The name of an event that it may hear. */
export type EventName = keyof typeof events
/** What a call is given. */
export type CallInput<N extends CallName> = InputOf<(typeof calls)[N]>
/** What a call answers when it does not fail; failures are a `Problem`. */
export type CallOutput<N extends CallName> = OutputOf<(typeof calls)[N]>
/** What an event carries. */
export type EventPayload<N extends EventName> = PayloadOf<(typeof events)[N]>

/** What the main window finds as `window.holdfast`. */
export interface HoldfastBridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<CallOutput<N>>>
  /** Hears an event; returns how to stop hearing it. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
}
