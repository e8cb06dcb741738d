import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { ReleaseCheckId } from '../../domain/kill-switch'
import type { Acknowledgement } from '../../engine/halt/release-checks'
import { problemReply, valueReply } from '../../ipc/dispatch'
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

/** Asks for authority in the main-owned window and releases the halt, if every check lets it. */
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
  const approvalsAtLeast: 1 | 2 = acknowledgements.some(({ check }) => check === 'audit-chain-verified') ? 2 : 1
  const checks = killSwitch.checks(await gather(), acknowledgements, approvalsAtLeast)
  const shown = checks.map(({ id, status, detail }) => ({
    label: CHECK_LABELS[id],
    ok: status === 'ok' || status === 'acknowledged',
    detail,
  }))
  const asked = await context.authorise(
    { act: 'release-halt', subject: '', reason, changes: [], checks: shown, approvalsAtLeast },
    async ({ means, permissions, integrity, provenAtMs }): Promise<Problem | null> => {
      const released = killSwitch.release({
        authorised: { recoveryId, means, permissions, provenAtMs },
        by: OPERATOR,
        reason,
        facts: await gather(),
        acknowledgements,
      })
      if (!released.ok) {
        const blocked = released.error.checks
          .filter(({ status }) => status === 'blocked' || status === 'unknown')
          .map(({ detail }) => detail)
        return { code: 'CHECK_BLOCKED', figures: { detail: [released.error.detail, ...blocked].join(' ').slice(0, 500) } }
      }
      // Only somebody who showed both keys gets here with a log that refuses entries: it goes on, and says on whose word.
      if (approvalsAtLeast === 2 && environment.audit.status().refuses === 'LOG_BROKEN')
        environment.audit.continueAfterBreak({ actor: OPERATOR, reason })
      recordHalt(context, 'KillSwitchReleased', { reason, keys: means.join(', '), integrity })
      return null
    },
  )
  if (!asked.ok) return asked
  if (!asked.value.done) killSwitch.cancelRecovery({ by: OPERATOR, reason: 'the window was closed' })
  return valueReply({ released: asked.value.done })
}
