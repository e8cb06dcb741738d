import type { AuditLog } from '../../audit/audit'
import type { KillSwitch } from '../../engine/halt/kill-switch'
import { wasEverArmed } from '../../engine/halt/set-up'
import { problemReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'
import { showCodes } from './show-codes'

/** First set-up: two recovery keys are made and shown once, in the main-owned window; then trading is armed. */
export function setupCalls(context: AppContext): Pick<AppCalls, 'setup.begin'> {
  return {
    'setup.begin': ({ riskProfile }) =>
      inEnvironment(context, async ({ audit, settings }) => {
        if (!needsSetUp(context)) return problemReply('ALREADY_EXISTS')
        const killSwitch = context.killSwitch()
        settings.update({ riskProfile }, context.actor())
        const made = await context.recoveryKeys.create()
        if (!made.ok) return problemReply(made.error === 'STORAGE' ? 'DISK_FULL' : 'ALREADY_EXISTS')
        return showCodes({ context }, made.value.codes, () => {
          audit.append({
            category: 'KEY_OPERATION',
            severity: 'medium',
            type: 'RecoveryKeysCreated',
            actor: context.actor(),
            subject: null,
            data: { ids: made.value.codes.map(({ keyId }) => keyId) },
          })
          const seen = context.recoveryKeys.markSeen()
          if (!seen.ok) return { code: seen.error === 'STORAGE' ? 'DISK_FULL' : 'UNREADABLE', figures: {} }
          arm(context, killSwitch, audit)
          context.statusChanged()
          return null
        })
      }),
  }
}

/** Whether the recovery keys are still to be made: nothing was ever armed, and nobody has seen keys yet. */
export function needsSetUp(context: AppContext): boolean {
  const keys = context.recoveryKeys.describe()
  if (keys.kind === 'present' && keys.seen) return false
  return !wasEverArmed(context.facts.dataDir)
}

/** Arms what was never armed. After a halt that came before the end of set-up trading stays halted, and the new keys release it. */
function arm(context: AppContext, killSwitch: KillSwitch, audit: AuditLog): void {
  if (!killSwitch.notSetUp) return
  const armed = killSwitch.armFirstTime()
  if (!armed.ok) {
    context.fault(`arming for the first time: ${armed.error.detail}`, null)
    return
  }
  audit.append({
    category: 'SYSTEM_EVENT',
    severity: 'high',
    type: 'TradingArmed',
    actor: context.actor(),
    subject: null,
    data: { first: true },
  })
}
