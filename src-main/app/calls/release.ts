import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { SecureAnswer } from '../../../src-preload/contract/secure'
import type { VerifyFailure } from '../../authority/recovery-keys'
import type { BreakerId } from '../../domain/breaker'
import type { ReleaseCheckId } from '../../domain/kill-switch'
import type { RecoveryPermission } from '../../engine/halt/kill-switch-types'
import type { Acknowledgement } from '../../engine/halt/release-checks'
import { problemReply, valueReply } from '../../ipc/dispatch'
import { err, ok, type Result } from '../../lib/result'
import type { OpenEnvironment } from '../compose/compose-environment'
import { OPERATOR, type AppContext } from '../context'
import { recordHalt } from '../halt'
import { gatherReleaseFacts } from './release-facts'

const CHECK_LABELS: Readonly<Record<ReleaseCheckId, string>> = {
  'kill-file-absent': 'No kill file',
  'environment-variable-absent': 'No halting variable',
  'breakers-closed-or-acknowledged': 'Breakers',
  'no-unknown-orders': 'Orders of unknown outcome',
  'audit-chain-verified': 'Audit log',
  'signer-health': 'Signer',
  'venue-health': 'Venue',
}

/** Asks for recovery keys in the main-owned window and releases the halt, if every check lets it. */
export async function releaseHalt(
  context: AppContext,
  environment: OpenEnvironment,
  reason: string,
  acknowledgements: readonly Acknowledgement[],
): Promise<Reply<{ released: boolean }>> {
  const killSwitch = context.killSwitch()
  const begun = killSwitch.beginRecovery({ by: OPERATOR, reason })
  if (!begun.ok) return problemReply('CHECK_BLOCKED', { detail: begun.error.detail.slice(0, 500) })
  const { recoveryId } = begun.value
  const gather = () => gatherReleaseFacts(environment, () => context.clock.steadyMs())
  // A record that cannot be verified is only let be by both means of recovery together.
  const keysNeeded: 1 | 2 = acknowledgements.some(({ check }) => check === 'audit-chain-verified') ? 2 : 1
  const checks = killSwitch.checks(await gather(), acknowledgements, keysNeeded)
  const task = {
    kind: 'release' as const,
    id: context.random.uuid(),
    act: 'release-halt' as const,
    subject: '',
    keysNeeded,
    reason: reason.slice(0, 200),
    checks: checks.map(({ id, status, detail }) => ({ label: CHECK_LABELS[id], ok: status === 'ok' || status === 'acknowledged', detail })),
  }
  const asked = context.desktop.ask(task, async (answer): Promise<Problem | null> => {
    const authority = await verifyKeys(context, environment, answer, keysNeeded)
    if (!authority.ok) return authority.error
    const { means, permissions, integrity } = authority.value
    const released = killSwitch.release({
      authorised: { recoveryId, means, permissions, provenAtMs: context.clock.steadyMs() },
      by: OPERATOR,
      reason,
      facts: await gather(),
      acknowledgements,
    })
    if (!released.ok) {
      const blocked = released.error.checks.filter(({ status }) => status === 'blocked' || status === 'unknown').map(({ detail }) => detail)
      return { code: 'CHECK_BLOCKED', figures: { detail: [released.error.detail, ...blocked].join(' ').slice(0, 500) } }
    }
    // Only somebody who showed both keys gets here with a log that refuses entries: it goes on, and says on whose word.
    if (keysNeeded === 2 && environment.audit.status().refuses === 'LOG_BROKEN')
      environment.audit.continueAfterBreak({ actor: OPERATOR, reason })
    recordHalt(context, 'KillSwitchReleased', { reason, keys: means.join(', '), integrity })
    return null
  })
  if (asked === 'busy') return problemReply('BUSY')
  const done = await asked
  if (!done) killSwitch.cancelRecovery({ by: OPERATOR, reason: 'the window was closed' })
  return valueReply({ released: done })
}

/** Closes a breaker on the word of somebody who shows a recovery key. */
export async function closeBreaker(
  context: AppContext,
  environment: OpenEnvironment,
  breaker: BreakerId,
  reason: string,
): Promise<Reply<{ closed: boolean }>> {
  const task = {
    kind: 'release' as const,
    id: context.random.uuid(),
    act: 'close-breaker' as const,
    subject: breaker,
    keysNeeded: 1 as const,
    reason: reason.slice(0, 200),
    checks: [],
  }
  const asked = context.desktop.ask(task, async (answer): Promise<Problem | null> => {
    const authority = await verifyKeys(context, environment, answer, 1)
    if (!authority.ok) return authority.error
    environment.audit.append({
      category: 'SECURITY_VIOLATION',
      severity: 'high',
      type: 'BreakerCloseAuthorised',
      actor: OPERATOR,
      subject: breaker,
      data: { reason, keys: [...authority.value.means] },
    })
    const reset = environment.breakers.reset(breaker, { by: OPERATOR, reason })
    return reset.ok ? null : { code: 'CHECK_BLOCKED', figures: { detail: reset.error } }
  })
  return asked === 'busy' ? problemReply('BUSY') : valueReply({ closed: await asked })
}

interface Authority {
  readonly means: readonly string[]
  readonly permissions: readonly RecoveryPermission[]
  readonly integrity: 'verified' | 'unverifiable'
}

/** Whether the typed keys are as many different recovery keys as are needed. */
async function verifyKeys(
  context: AppContext,
  environment: OpenEnvironment,
  answer: SecureAnswer,
  needed: 1 | 2,
): Promise<Result<Authority, Problem>> {
  if (answer.kind !== 'release') return err({ code: 'FORBIDDEN', figures: {} })
  const means = new Set<string>()
  const permissions = new Set<RecoveryPermission>()
  let integrity: Authority['integrity'] = 'verified'
  for (const typed of answer.recoveryKeys) {
    const verified = await context.recoveryKeys.verify(typed)
    if (!verified.ok) {
      recordRefusal(context, environment, verified.error)
      return err(keyProblem(verified.error, context.recoveryKeys.waitMs()))
    }
    means.add(verified.value.keyId)
    for (const permission of verified.value.permissions) permissions.add(permission)
    if (verified.value.integrity === 'unverifiable') integrity = 'unverifiable'
  }
  if (means.size < needed) return err({ code: 'WRONG_KEY', figures: { reason: 'TWO_DIFFERENT_KEYS_NEEDED' } })
  return ok({ means: [...means], permissions: [...permissions], integrity })
}

/** A refused key is recorded where the log takes entries; a broken log must not bar the way to mending it. */
function recordRefusal(context: AppContext, environment: OpenEnvironment, code: VerifyFailure): void {
  try {
    environment.audit.append({
      category: 'SECURITY_VIOLATION',
      severity: 'high',
      type: 'RecoveryKeyRefused',
      actor: OPERATOR,
      subject: null,
      data: { code },
    })
  } catch (thrown) {
    context.fault('recording a refused recovery key', thrown)
  }
}

function keyProblem(failure: VerifyFailure, waitMs: number): Problem {
  switch (failure) {
    case 'WRONG_KEY':
    case 'EXPIRED':
    case 'REVOKED':
      return { code: 'WRONG_KEY', figures: { reason: failure } }
    case 'RATE_LIMITED':
      return { code: 'RATE_LIMITED_ATTEMPTS', figures: { seconds: String(Math.ceil(waitMs / 1_000)) } }
    case 'UNREADABLE':
      return { code: 'UNREADABLE', figures: {} }
  }
}
