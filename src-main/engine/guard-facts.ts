import type { UnsignedTx } from '../domain/evm'
import type { SigningPurpose, Verdict } from '../domain/guard'
import type { OrderIntent } from '../domain/intent'
import type { VenueOrderRequest } from '../domain/plan'
import type { Quote } from '../domain/quote'
import type { Decimal } from '../lib/decimal'
import type { GuardInput } from '../guards/guard'
import { guardsFor } from '../guards/guard-table'
import type { EnginePorts } from './ports'

/** What is to be judged, beside the state of the system. */
export interface Judged {
  readonly orderId: string
  readonly purpose: SigningPurpose
  readonly intent: OrderIntent | null
  readonly quote: Quote | null
  readonly notionalUsd: Decimal | null
  readonly heldBase: Decimal | null
  readonly request: VenueOrderRequest | null
  readonly tx: UnsignedTx | null
  readonly waitingNonces?: readonly number[]
}

/** Gathers what the guards may look at, as it is at this moment, from main's own data. */
export function guardFacts(ports: EnginePorts, judged: Judged): GuardInput {
  return {
    ...judged,
    killSwitch: ports.gate.snapshot(),
    trading: ports.tradingState.own(),
    breakers: ports.breakers.views(),
    limits: ports.limits.facts(judged.orderId, judged.intent, judged.quote),
    slippage: ports.slippage(),
    policy: ports.policy(),
    call: judged.tx === null ? null : ports.decodeCall(judged.tx),
    signerAddress: judged.intent === null ? null : (ports.accounts.addressOf(judged.intent.account) ?? null),
    nowMs: ports.clock.steadyMs(),
    wallMs: ports.clock.wallMs(),
  }
}

/** What the guards of its purpose say of it. Throws where none are known for the purpose: no list must never mean no guard. */
export function judge({ guards, runGuards }: Pick<EnginePorts, 'guards' | 'runGuards'>, facts: GuardInput): readonly Verdict[] {
  return runGuards(guardsFor(facts.purpose, guards), facts)
}
