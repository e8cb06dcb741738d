import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { ActChange, Authorisation } from '../../domain/admin-act'
import type { ReleaseCheckId } from '../../domain/kill-switch'
import type { KillSwitch } from '../../engine/halt/kill-switch'
import { isCleared, type Acknowledgement, type ExplainedOrder } from '../../engine/halt/release-checks'
import { describeError } from '../../lib/errors'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { recordHalt } from '../halt/halt'
import { visible } from '../views/visible'
import { gatherReleaseFacts } from './release-facts'
import { verifyRelease, type ReleaseVerification } from './verify-release'
import { unknownOrders } from '../views/watch-view'

const CHECK_LABELS: Readonly<Record<ReleaseCheckId, string>> = {
  'kill-file-absent': 'Kill files',
  'environment-variable-absent': 'Variables that halt',
  'breakers-closed-or-acknowledged': 'Breakers',
  'no-unknown-orders': 'Orders of unknown outcome',
  'audit-chain-verified': 'Audit log',
  'signer-health': 'Signer',
  'venue-health': 'Venue',
  'triggers-clear': 'Automatic triggers',
}

/** Who let a broken segment of the record be; their names are in the record. */
const SEALED_BY = 'whoever sealed it'

/** What a release came to; `verification` is empty when it did not get that far. */
export interface ReleaseOutcome {
  readonly released: boolean
  readonly verification: ReleaseVerification[]
}

/**
 * A recovery in its three stages (product row X5): safety validation, authorisation in the main-owned window, state verification. Released is what passes
 * all three; what fails the third is halted again before anything else gets a turn.
 */
export async function releaseHalt(
  context: AppContext,
  environment: OpenEnvironment,
  reason: string,
  acknowledgements: readonly Acknowledgement[],
): Promise<Reply<ReleaseOutcome>> {
  const killSwitch = context.killSwitch()
  const begun = killSwitch.beginRecovery({ by: context.actor(), reason })
  if (!begun.ok) return problemReply('CHECK_BLOCKED', { detail: begun.error.detail.slice(0, 500) })
  try {
    return await recoverFrom(context, environment, begun.value.recoveryId, reason, acknowledgements)
  } catch (thrown) {
    // What cannot be found out ends this recovery, not every later one.
    killSwitch.cancelRecovery({ by: context.actor(), reason: 'it failed' })
    throw thrown
  }
}

async function recoverFrom(
  context: AppContext,
  environment: OpenEnvironment,
  recoveryId: string,
  reason: string,
  acknowledgements: readonly Acknowledgement[],
): Promise<Reply<ReleaseOutcome>> {
  const killSwitch = context.killSwitch()
  const gather = () => gatherReleaseFacts(environment, context.watch(), () => context.clock.steadyMs())
  const acknowledges = (id: ReleaseCheckId): boolean => acknowledgements.some(({ check }) => check === id)
  const seals = acknowledges('audit-chain-verified')
  // A record that cannot be verified is only let be by both means of recovery together, and by as many as sealing it needs where the owner raised that.
  const approvalsAtLeast = seals ? Math.max(2, context.people.needsOf('seal-audit', 2).approvals) : 1
  const begunWith = await gather()
  const checks = killSwitch.checks(begunWith, acknowledgements, approvalsAtLeast)
  const shown = checks.map(({ id, status, detail }) => ({
    ...{ label: CHECK_LABELS[id], ok: status === 'ok', detail },
    // Acknowledged without being asked for here: a seal, made under its own authority.
    ...(status === 'acknowledged' ? { letBeBy: acknowledges(id) ? context.actor() : SEALED_BY } : {}),
  }))
  // Explaining takes no authority: what was explained is shown, and nothing that is explained while the window is open counts unseen.
  const changes = explanationsShown(begunWith.explainedOrders)
  const seen = new Set(begunWith.explainedOrders.map(keyOf))
  let verification: readonly ReleaseVerification[] = []
  const release = async ({ by, means, permissions, integrity, provenAtMs }: Authorisation): Promise<Problem | null> => {
    const facts = await gather()
    const who = by.join(', ')
    const unseen = facts.explainedOrders.filter((explained) => !seen.has(keyOf(explained)))
    if (unseen.length > 0)
      return { code: 'CHECK_BLOCKED', figures: { detail: `${EXPLAINED_MEANWHILE} ${sayOrders(unseen)}`.slice(0, 500) } }
    // Only somebody who showed two means gets here with a log that refuses entries: it goes on, and says on whose word.
    const cleared = killSwitch.checks(facts, acknowledgements, new Set(means).size).every(isCleared)
    if (cleared && seals && environment.audit.status().refuses === 'LOG_BROKEN') await mendRecord(environment, means, who, reason)
    if (cleared && acknowledges('no-unknown-orders')) {
      for (const explained of explainAll(context, environment, who, reason)) seen.add(keyOf(explained))
    }
    // No cancel of this halt may meet what is sent after it.
    if (cleared) await environment.engine.sweeper.stop(who)
    const authorised = { recoveryId, means, permissions, provenAtMs }
    let released: ReturnType<KillSwitch['release']>
    try {
      released = killSwitch.release({ authorised, by: who, reason, facts, acknowledgements })
    } catch (thrown) {
      if (cleared) goOnSweeping(killSwitch, environment, who)
      throw thrown
    }
    if (!released.ok) {
      if (cleared) goOnSweeping(killSwitch, environment, who)
      const blocked = released.error.checks.filter((check) => !isCleared(check)).map(({ detail }) => detail)
      return { code: 'CHECK_BLOCKED', figures: { detail: [released.error.detail, ...blocked].join(' ').slice(0, 500) } }
    }
    const looked = released.value.checks.map(({ id, status }) => `${id}=${status}`).join(' ')
    recordHalt(context, 'KillSwitchReleased', { by: who, reason, keys: means.join(', '), integrity, checks: looked })
    verification = lookedAt(killSwitch, environment)
    const verified = verification.map(({ id, ok }) => `${id}=${ok ? 'ok' : 'failed'}`).join(' ')
    recordHalt(context, 'ReleaseVerified', { by: who, checks: verified })
    const failed = verification.filter(({ ok }) => !ok)
    if (failed.length > 0) {
      const why = `The state after the release is not as it should be: ${failed.map(({ id, detail }) => `${id} (${detail})`).join(', ')}`
      context.halt({ source: 'automatic', by: 'state-verification', reason: why, scope: 'machine', mode: 'gate-only' })
    }
    return null
  }
  const asked = await context.authorise({ act: 'release-halt', subject: '', reason, changes, checks: shown, approvalsAtLeast }, release)
  if (!asked.ok || !asked.value.done) killSwitch.cancelRecovery({ by: context.actor(), reason: 'the window was closed' })
  if (!asked.ok) return asked
  return valueReply({ released: asked.value.done && verification.every(({ ok }) => ok), verification: [...verification] })
}

/**
 * What is broken is sealed on the word of both: checks go on naming it, and no longer trip over it. Damage that no seal can hold is gone on from, on record,
 * and stays broken.
 */
async function mendRecord({ audit, verification }: OpenEnvironment, means: readonly string[], who: string, reason: string): Promise<void> {
  const { breaks } = await verification.check({ fresh: true })
  const sealed = await audit.seal({ breaks, by: means, reason })
  if (sealed.ok) verification.note(sealed.value.report)
  else audit.continueAfterBreak({ actor: who, reason })
}

/** What cannot be looked at after a release is not as it should be. */
function lookedAt(killSwitch: KillSwitch, environment: OpenEnvironment): readonly ReleaseVerification[] {
  try {
    return verifyRelease(killSwitch, environment)
  } catch (thrown) {
    return [{ id: 'gate-armed', ok: false, detail: describeError(thrown).slice(0, 200) }]
  }
}

/** Trading stays halted, so what the halt asked for goes on. */
function goOnSweeping({ mode }: Pick<KillSwitch, 'mode'>, { engine }: OpenEnvironment, by: string): void {
  if (mode !== null && mode !== 'gate-only') engine.sweeper.start({ mode, cause: 'halt', by })
}

/** Acknowledging all orders of unknown outcome explains each of them by the reason of the release. A record that fails bars no release: it keeps its own. */
function explainAll(context: AppContext, environment: OpenEnvironment, by: string, reason: string): readonly ExplainedOrder[] {
  return unknownOrders(environment).flatMap(({ orderId, explanation }) => {
    if (explanation !== null) return []
    try {
      environment.explained.explain(orderId, { by, reason })
      return [{ orderId, by, reason }]
    } catch (thrown) {
      context.fault(`explaining order ${orderId}: ${describeError(thrown)}`, thrown)
      return []
    }
  })
}

const EXPLAINED_MEANWHILE = 'Explained since this window was opened; look at it and ask again:'
/** As many lines as the window takes. */
const MOST_SHOWN = 100

function keyOf({ orderId, by, reason }: ExplainedOrder): string {
  return JSON.stringify([orderId, by, reason])
}

function sayOrders(orders: readonly ExplainedOrder[]): string {
  return orders.map(({ orderId, by }) => `${orderId} (by ${by})`).join(', ')
}

function explanationsShown(orders: readonly ExplainedOrder[]): readonly ActChange[] {
  const lines = orders.map(({ orderId, by, reason }) => ({
    label: `Order ${orderId}, explained by ${by}`,
    before: 'outcome unknown',
    after: visible(reason),
  }))
  if (lines.length <= MOST_SHOWN) return lines
  const rest = { label: 'More orders', before: 'outcome unknown', after: `${lines.length - MOST_SHOWN + 1} more explained` }
  return [...lines.slice(0, MOST_SHOWN - 1), rest]
}
