import type { BreakerId } from '../../domain/breaker'
import { RELEASE_CHECKS, type ReleaseCheckId } from '../../domain/kill-switch'
import { assertNever } from '../../lib/assert-never'
import { lookForKillFile } from './kill-file'
import type { Latches } from './places'
import { haltingVariables, type HaltVariables } from './start-up'

/** How something outside the kill switch is doing; `unknown` when it could not be found out. */
export interface OutsideFact {
  readonly status: 'ok' | 'bad' | 'unknown'
  readonly detail: string
}

/** An order of unknown outcome, and what somebody says about it. */
export interface ExplainedOrder {
  readonly orderId: string
  readonly by: string
  readonly reason: string
}

/** What the rest of the app says before a release; gathered afresh for each one. */
export interface ReleaseFacts {
  /** Breakers that are not closed; null when it could not be found out. */
  readonly breakersNotClosed: readonly BreakerId[] | null
  /** Orders whose outcome is unknown and that nobody has explained, by id; null when it could not be found out. */
  readonly unknownOrders: readonly string[] | null
  /** Orders whose outcome is unknown and that somebody has explained: that takes no authority, so it is said whose word it is. */
  readonly explainedOrders: readonly ExplainedOrder[]
  /** `sealed`: a broken segment was closed off under more authority. */
  readonly audit: OutsideFact | { readonly status: 'sealed'; readonly detail: string }
  readonly signer: OutsideFact
  readonly venue: OutsideFact
  /** What the automatic triggers still find, in words, apart from breakers and the audit chain; null when it could not be found out. */
  readonly triggers: readonly string[] | null
  /** Steady time at which these were gathered, ms. */
  readonly gatheredAtMs: number
}

/** A person's word that a check may stay as it is, with the reason. */
export interface Acknowledgement {
  readonly check: ReleaseCheckId
  readonly reason: string
}

/** What the kill switch itself sees. */
export interface OwnFacts {
  /** Paths of kill files that are there or cannot be looked for. */
  readonly killFiles: readonly string[]
  /** Names of variables that halt. */
  readonly variables: readonly string[]
}

/** One line of the checklist before a release (product row X5). */
export interface ReleaseCheck {
  readonly id: ReleaseCheckId
  readonly status: 'ok' | 'blocked' | 'acknowledged' | 'unknown'
  /** For people, at most 200 characters. */
  readonly detail: string
}

/** Means of recovery that must agree before an unverified audit chain may be acknowledged. */
export const MEANS_FOR_AUDIT = 2

type Standing = { readonly is: 'ok' | 'bad' | 'unknown' | 'sealed'; readonly detail: string }

/**
 * The checklist. Only `ok` and `acknowledged` let a release through: what could not be found out blocks as well. It can never deadlock:
 *
 * - kill file: whoever can start this app can delete it, and nothing of ours makes it again;
 * - environment variable: unset it and start again: a halt survives the restart, the variable does not;
 * - breakers: acknowledge them; they still deny on their own account until they close;
 * - orders of unknown outcome: reconcile them, or look at the venue and explain each; they are never sent again either way;
 * - audit chain: verify it, seal the broken segment, or acknowledge it with two independent means of recovery together;
 * - signer, venue: acknowledge them; an order meets them again anyway;
 * - automatic triggers: put right what they find, or acknowledge it: what stood at a release does not halt again until it comes back.
 */
export function releaseChecks(
  own: OwnFacts,
  facts: ReleaseFacts,
  acknowledgements: readonly Acknowledgement[],
  means: number,
): readonly ReleaseCheck[] {
  return RELEASE_CHECKS.map((id) => {
    const standing = standingOf(id, own, facts)
    return { id, status: statusOf(id, standing, acknowledgements, means), detail: standing.detail.slice(0, 200) }
  })
}

/** Looks for kill files and halting variables, now. */
export function ownFacts(latches: Latches, env: HaltVariables): OwnFacts {
  const found = [latches.machine, latches.environment].filter((latch) => lookForKillFile(latch) !== 'absent')
  return { killFiles: found.map((latch) => latch.killPath), variables: haltingVariables(env) }
}

/** Whether a check lets a release through. */
export function isCleared(check: ReleaseCheck): boolean {
  return check.status === 'ok' || check.status === 'acknowledged'
}

function statusOf(
  id: ReleaseCheckId,
  standing: Standing,
  acknowledgements: readonly Acknowledgement[],
  means: number,
): ReleaseCheck['status'] {
  if (standing.is === 'ok') return 'ok'
  if (standing.is === 'sealed') return 'acknowledged'
  const acknowledged = acknowledgements.some(({ check, reason }) => check === id && reason.trim() !== '')
  if (acknowledged && mayBeAcknowledged(id, means)) return 'acknowledged'
  return standing.is === 'unknown' ? 'unknown' : 'blocked'
}

function mayBeAcknowledged(id: ReleaseCheckId, means: number): boolean {
  switch (id) {
    case 'kill-file-absent':
    case 'environment-variable-absent':
      return false
    case 'audit-chain-verified':
      return means >= MEANS_FOR_AUDIT
    case 'breakers-closed-or-acknowledged':
    case 'no-unknown-orders':
    case 'signer-health':
    case 'venue-health':
    case 'triggers-clear':
      return true
    default:
      return assertNever(id, 'release check')
  }
}

function standingOf(id: ReleaseCheckId, own: OwnFacts, facts: ReleaseFacts): Standing {
  switch (id) {
    case 'kill-file-absent':
      return listed(own.killFiles, 'No kill file', (paths) => `Delete ${paths}`)
    case 'environment-variable-absent':
      return listed(own.variables, 'No variable halts', (names) => `Unset ${names} and start again`)
    case 'breakers-closed-or-acknowledged':
      return listed(facts.breakersNotClosed, 'All closed', (ids) => `Not closed: ${ids}`)
    case 'no-unknown-orders':
      return ordersInDoubt(facts)
    case 'audit-chain-verified':
      return { is: facts.audit.status, detail: facts.audit.detail }
    case 'signer-health':
      return { is: facts.signer.status, detail: facts.signer.detail }
    case 'venue-health':
      return { is: facts.venue.status, detail: facts.venue.detail }
    case 'triggers-clear':
      return listed(facts.triggers, 'They find nothing', (found) => found, ' ')
    default:
      return assertNever(id, 'release check')
  }
}

/** What is explained bars nothing, and is still not known: whoever releases is told on whose word they would. */
function ordersInDoubt({ unknownOrders, explainedOrders }: Pick<ReleaseFacts, 'unknownOrders' | 'explainedOrders'>): Standing {
  const people = [...new Set(explainedOrders.map(({ by }) => by))].join(', ')
  const reasons = explainedOrders.map(({ reason }) => `“${reason}”`).join(', ')
  const explained = explainedOrders.length === 0 ? null : `${explainedOrders.length} explained by ${people}: ${reasons}`
  return listed(unknownOrders, explained ?? 'None', (ids) => `Outcome unknown: ${ids}${explained === null ? '' : `; ${explained}`}`)
}

/** What triggers find are whole sentences, the rest are names. */
function listed(items: readonly string[] | null, none: string, some: (items: string) => string, between: ', ' | ' ' = ', '): Standing {
  if (items === null) return { is: 'unknown', detail: 'Could not be found out' }
  return items.length === 0 ? { is: 'ok', detail: none } : { is: 'bad', detail: some(items.join(between)) }
}
