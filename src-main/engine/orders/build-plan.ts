import { createHash } from 'node:crypto'

import { denial, type Denial, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { GUARD_IDS, type GuardId, type Verdict } from '../../domain/guard'
import type { OrderIntent } from '../../domain/intent'
import type { OrderPlan, PlanStep } from '../../domain/plan'
import type { Quote } from '../../domain/quote'
import type { Decimal } from '../../lib/decimal'
import { canonicalJson } from '../../lib/json'
import type { GuardInput } from '../../guards/guard'
import { guardFacts, judge } from '../guard-facts'
import type { TransactionJournal } from '../journal/transactions'
import type { VenueReader } from '../../venues/venue'
import type { EnginePorts } from '../ports'
import { checkSimulation } from './check-simulation'

/** How long a plan may be signed off, ms: long enough to read it, short enough that the market has not left. */
export const PLAN_LIFETIME_MS = 60_000

/** A plan as far as it could be made, with what every guard says of it. */
export interface DraftedPlan {
  readonly orderId: string
  readonly quote: Quote | null
  /** Null when the way to it was barred; `obstacle` says by what. */
  readonly plan: OrderPlan | null
  readonly verdicts: readonly Verdict[]
  readonly obstacle: Denial | Failure | null
  readonly slippageLimitPct: Decimal
  readonly notionalUsd: Decimal | null
}

/** The hash that binds a plan: SHA-256 over its canonical JSON. */
export function hashPlan(plan: OrderPlan): Hex {
  return `0x${createHash('sha256').update(canonicalJson(plan)).digest('hex')}`
}

/**
 * Quotes, populates and simulates an intent, and lets every guard judge it. Reads venues, moves nothing. What cannot be done is
 * in `obstacle`; the guards judge all the same on what is known, so that a person sees every reason at once.
 */
export async function buildPlan(ports: EnginePorts, transactions: TransactionJournal, intent: OrderIntent): Promise<DraftedPlan> {
  const slippageLimitPct = ports.slippage().limitPct[intent.riskProfile]
  const orderId = ports.random.uuid()
  let heldBase: Decimal | null = null
  const verdictsOn = (quote: Quote | null, notionalUsd: Decimal | null, steps: readonly PlanStep[]) =>
    judgeSteps(ports, { orderId, intent, quote, notionalUsd, heldBase }, steps)
  const barred = (obstacle: Denial | Failure, quote: Quote | null = null, notionalUsd: Decimal | null = null): DraftedPlan => ({
    orderId,
    quote,
    plan: null,
    verdicts: verdictsOn(quote, notionalUsd, []),
    obstacle,
    slippageLimitPct,
    notionalUsd,
  })

  const venue = ports.venues.get(intent.venue)
  if (venue === null) return barred(denial('QUOTE_UNAVAILABLE', { venue: intent.venue }))
  const from = ports.accounts.addressOf(intent.account)
  if (from === undefined || (venue.chain !== null && from === null)) return barred(denial('SIGNER_UNAVAILABLE', { signer: intent.account }))

  const quoted = await venue.reader.quote({
    instrument: intent.instrument,
    side: intent.side,
    amount: intent.amount,
    amountUnit: intent.amountUnit,
    limitPrice: intent.limitPrice,
  })
  if (!quoted.ok) return barred(quoted.error)
  const quote = quoted.value
  const notionalUsd = quote.usdPerQuote === null ? null : quote.quoteAmount.mul(quote.usdPerQuote)

  if (ports.tradingState.own().state === 'reducing') heldBase = await freeBase(venue.reader, from ?? intent.account, quote)

  // From here on: nonces that are given back while the steps are made are not known to them.
  const createdAtMs = ports.clock.wallMs()
  const populated = await venue.planner.populate(intent, quote, {
    orderId,
    from,
    slippageLimitPct,
    ownNonces: venue.chain === null || from === null ? { held: [], refused: [] } : transactions.own(venue.chain.reader.chainId, from),
    nowMs: ports.clock.wallMs(),
  })
  if (!populated.ok) return barred(populated.error, quote, notionalUsd)
  const steps = populated.value.steps.map((step): PlanStep =>
    step.kind === 'evm-tx' ? { ...step, call: ports.decodeCall(step.tx) } : step,
  )

  const plan: OrderPlan = {
    planId: ports.random.uuid(),
    orderId,
    intent,
    quote,
    steps,
    simulation: populated.value.simulation,
    networkFee: populated.value.networkFee,
    slippageLimitPct,
    minReceived: populated.value.minReceived,
    notionalUsd,
    heldBase,
    createdAtMs,
    expiresAtMs: createdAtMs + PLAN_LIFETIME_MS,
  }
  return {
    orderId,
    quote,
    plan,
    verdicts: verdictsOn(quote, notionalUsd, steps),
    obstacle: checkSimulation(plan, from),
    slippageLimitPct,
    notionalUsd,
  }
}

/** What the account holds free of the asset that a sale gives away; null when the venue cannot say. */
export async function freeBase(reader: VenueReader, account: string, { instrument: { base } }: Quote): Promise<Decimal | null> {
  const balances = await reader.balances(account)
  if (!balances.ok) return null
  return (
    balances.value.find(({ asset, token }) => (base.address === null ? token === null && asset === base.symbol : token === base.address))
      ?.free ?? null
  )
}

/** What is judged of a plan, beside its steps. */
export interface PlanFacts {
  readonly orderId: string
  readonly intent: OrderIntent
  readonly quote: Quote | null
  readonly notionalUsd: Decimal | null
  readonly heldBase: Decimal | null
}

/** What the guards may look at of one step, now; of the intent alone where there is none. */
export function stepFacts(
  ports: EnginePorts,
  { orderId, intent, quote, notionalUsd, heldBase }: PlanFacts,
  step: PlanStep | null,
): GuardInput {
  return guardFacts(ports, {
    orderId,
    intent,
    quote,
    notionalUsd,
    heldBase,
    purpose: step?.purpose ?? 'order',
    request: step?.kind === 'venue-order' ? step.request : null,
    tx: step?.kind === 'evm-tx' ? step.tx : null,
  })
}

/**
 * One verdict a guard over all steps of a plan: a guard that denies any step denies the plan. Without steps the guards still judge the intent,
 * so that whoever is barred early sees what else stands in the way.
 */
export function judgeSteps(ports: EnginePorts, facts: PlanFacts, steps: readonly PlanStep[]): readonly Verdict[] {
  const perStep = (steps.length === 0 ? [null] : steps).map((step) => judge(ports, stepFacts(ports, facts, step)))
  const byGuard = new Map<GuardId, Verdict>()
  for (const verdict of perStep.flat()) if (byGuard.get(verdict.guard)?.outcome !== 'deny') byGuard.set(verdict.guard, verdict)
  return GUARD_IDS.flatMap((id) => byGuard.get(id) ?? [])
}
