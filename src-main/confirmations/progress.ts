import { assertNever } from '../lib/assert-never'
import type { ConfirmationEvent, ConfirmationTier, FollowRequest } from './confirmations'
import type { BlockRef, Known, Observation } from './observe'

/** Where following one transaction stands. Nothing in it need survive a restart: it is found again from the chain. */
export interface Progress {
  readonly included: (BlockRef & { readonly succeeded: boolean }) | null
  /** The number of confirmations last said. */
  readonly saidDepth: number
  /** When its confirmations were reached; null before, and again after a reorganisation. */
  readonly deepSinceSteadyMs: number | null
  /** When its block was made; null while it has none. */
  readonly minedAtWallMs: number | null
  readonly anchor: BlockRef | null
  /** Since when the node does not know it; null while it does. */
  readonly unknownSinceSteadyMs: number | null
  readonly saidDropped: boolean
  readonly timedOut: { readonly confirmations: boolean; readonly finality: boolean }
}

/** What does not change while a transaction is followed. */
export interface Rules {
  readonly request: FollowRequest
  readonly tier: ConfirmationTier
  readonly finalityDeadlineMs: number
  /** How long a node must not know it before that is worth saying. */
  readonly droppedAfterMs: number
  /** Steady time and age (by the calendar, since it was sent) when following began. */
  readonly startedSteadyMs: number
  readonly ageAtStartMs: number
}

/** Both clocks at the moment of deciding. */
export interface Now {
  readonly steadyMs: number
  readonly wallMs: number
}

/** The next state, what is to be said, and whether that was the last of it. */
export interface Step {
  readonly progress: Progress
  readonly events: readonly ConfirmationEvent[]
  readonly done: boolean
}

/** Where following begins of what nothing is known of. */
export const UNSEEN: Progress = {
  included: null,
  saidDepth: 0,
  deepSinceSteadyMs: null,
  minedAtWallMs: null,
  anchor: null,
  unknownSinceSteadyMs: null,
  saidDropped: false,
  timedOut: { confirmations: false, finality: false },
}

/** Where following a request begins. */
export function beginning({ foundIn }: FollowRequest): Progress {
  return foundIn === undefined ? UNSEEN : { ...UNSEEN, included: { ...foundIn, succeeded: true } }
}

/** What the next look at the chain must look at again. */
export function knownOf(progress: Progress, tier: ConfirmationTier): Known {
  const { included, anchor, deepSinceSteadyMs } = progress
  return { included, anchor, wantsFinality: tier.finality && (deepSinceSteadyMs !== null || anchor !== null) }
}

/**
 * Decides what one observation means; null when it could not be made, and only time has passed. Pure.
 *
 * A failure in execution is judged like a success: it is `reverted` only at the tier's depth and, where the tier asks for it, when final.
 * Otherwise a reorganisation could still execute it after the order has been given up and sent anew.
 */
export function step(progress: Progress, observation: Observation | null, rules: Rules, now: Now): Step {
  const seen = observation === null ? { progress, events: [], done: false } : applied(progress, observation, rules, now)
  return seen.done ? seen : withTimeOuts(seen, rules, now)
}

function applied(progress: Progress, observation: Observation, rules: Rules, now: Now): Step {
  switch (observation.kind) {
    case 'behind':
      return { progress, events: [], done: false }
    case 'gone':
      return { progress: forgotten(progress), events: reorged(progress), done: false }
    case 'mined':
      return mined(progress, observation, rules.tier, now)
    case 'pending':
      return pending(progress, observation, rules, now)
    default:
      return assertNever(observation)
  }
}

function mined(
  before: Progress,
  { receipt, depth, finalized, minedAtMs }: Observation & { kind: 'mined' },
  tier: ConfirmationTier,
  now: Now,
): Step {
  const events: ConfirmationEvent[] = []
  let progress = before
  if (progress.included !== null && progress.included.hash !== receipt.blockHash) {
    events.push(...reorged(progress))
    progress = forgotten(progress)
  }
  if (progress.included === null) {
    events.push({
      kind: 'included',
      succeeded: receipt.succeeded,
      blockNumber: receipt.blockNumber,
      blockHash: receipt.blockHash,
      gasUsed: receipt.gasUsed,
      feePaidWei: receipt.gasUsed * receipt.effectiveGasPriceWei,
    })
    const included = { number: receipt.blockNumber, hash: receipt.blockHash, succeeded: receipt.succeeded }
    progress = { ...forgotten(progress), included, minedAtWallMs: minedAtMs, unknownSinceSteadyMs: null, saidDropped: false }
  }
  const { succeeded } = receipt
  const last = (event: ConfirmationEvent): Step => ({ progress, events: [...events, event], done: true })
  if (progress.deepSinceSteadyMs !== null) {
    // Finality is looked for from the poll after the confirmations on, so that whoever hears of both has had time to act on the first.
    if (!finalized) return { progress, events, done: false }
    return last(succeeded ? { kind: 'finalized', blockNumber: receipt.blockNumber } : reverted(receipt.blockNumber))
  }
  if (depth !== progress.saidDepth) {
    events.push({ kind: 'confirmations', have: depth, need: tier.confirmations, finality: tier.finality })
    progress = { ...progress, saidDepth: depth }
  }
  if (depth < tier.confirmations) return { progress, events, done: false }
  if (!tier.finality)
    return last(succeeded ? { kind: 'confirmed', confirmations: depth, awaitsFinality: false } : reverted(receipt.blockNumber))
  if (succeeded) events.push({ kind: 'confirmed', confirmations: depth, awaitsFinality: true })
  return { progress: { ...progress, deepSinceSteadyMs: now.steadyMs }, events, done: false }
}

/** `replaced` is certain only below more blocks than a success would need: two reads of two nodes may be a block apart. */
function pending(before: Progress, observation: Observation & { kind: 'pending' }, { tier, droppedAfterMs }: Rules, now: Now): Step {
  const { anchor, headNumber, finalizedNumber } = observation
  if (anchor !== null) {
    const progress: Progress = { ...before, anchor, unknownSinceSteadyMs: null, saidDropped: false }
    const deep = headNumber - anchor.number >= tier.confirmations
    const final = finalizedNumber !== null && finalizedNumber >= anchor.number
    const replaced = deep && (final || !tier.finality)
    return { progress, events: replaced ? [{ kind: 'replaced' }] : [], done: replaced }
  }
  if (observation.known)
    return { progress: { ...before, anchor: null, unknownSinceSteadyMs: null, saidDropped: false }, events: [], done: false }
  const unknownSinceSteadyMs = before.unknownSinceSteadyMs ?? now.steadyMs
  const dropped = !before.saidDropped && now.steadyMs - unknownSinceSteadyMs >= droppedAfterMs
  return {
    progress: { ...before, anchor: null, unknownSinceSteadyMs, saidDropped: before.saidDropped || dropped },
    events: dropped ? [{ kind: 'dropped' }] : [],
    done: false,
  }
}

/** Each phase times out once. Time the machine slept counts; a calendar that is set back prolongs nothing. */
function withTimeOuts({ progress, events }: Step, rules: Rules, now: Now): Step {
  const { timedOut, deepSinceSteadyMs, minedAtWallMs } = progress
  const isDeep = deepSinceSteadyMs !== null
  const ageMs = Math.max(rules.ageAtStartMs + now.steadyMs - rules.startedSteadyMs, now.wallMs - rules.request.sentAtMs)
  if (!isDeep && !timedOut.confirmations && ageMs >= rules.tier.timeoutMs) {
    return timeOut('confirmations')
  }
  const finalityAgeMs = isDeep ? Math.max(now.steadyMs - deepSinceSteadyMs, now.wallMs - (minedAtWallMs ?? now.wallMs)) : 0
  if (isDeep && !timedOut.finality && finalityAgeMs >= rules.finalityDeadlineMs) {
    return timeOut('finality')
  }
  return { progress, events, done: false }

  function timeOut(phase: 'confirmations' | 'finality'): Step {
    return {
      progress: { ...progress, timedOut: { ...timedOut, [phase]: true } },
      events: [...events, { kind: 'timed-out', phase }],
      done: false,
    }
  }
}

/** As if it had not been mined; what has been said once stays said. */
function forgotten(progress: Progress): Progress {
  return { ...UNSEEN, timedOut: progress.timedOut }
}

function reorged({ included }: Progress): readonly ConfirmationEvent[] {
  return included === null ? [] : [{ kind: 'reorged', fromBlock: included.number }]
}

/** The reason is filled in when it is said. */
function reverted(blockNumber: number): ConfirmationEvent {
  return { kind: 'reverted', reason: null, blockNumber }
}
