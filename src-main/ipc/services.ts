import type { CallInput, CallName, CallOutput } from '../../src-preload/contract'
import type { AccountView } from '../../src-preload/contract/market'
import type { Problem, Reply } from '../../src-preload/contract/problem'
import type { Engine } from '../engine/engine'
import type { Result } from '../lib/result'

/** Calls that are not about orders or markets: the app itself answers them. */
export type AppCallName = Exclude<CallName, `order.${string}` | `market.${string}`>
/** An answer to each of those calls. */
export type AppCalls = {
  readonly [Name in AppCallName]: (input: CallInput<Name>) => Promise<Reply<CallOutput<Name>>> | Reply<CallOutput<Name>>
}

/** What the handlers need of the app. The composition root gives it; orders and markets go through the engine alone. */
export interface Services {
  /** The engine of the open environment, or why none is open. */
  readonly engine: () => Result<Engine, Problem>
  /** The accounts that orders can be placed from. */
  readonly accounts: () => readonly AccountView[]
  /** Who is at the machine, for the record. */
  readonly actor: () => string
  readonly app: AppCalls
}
