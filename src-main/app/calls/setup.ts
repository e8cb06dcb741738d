import type { AuditLog } from '../../audit/audit'
import type { KillSwitch } from '../../engine/halt/kill-switch'
import { wasEverArmed } from '../../engine/halt/set-up'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { OPERATOR, type AppContext } from '../context'
import { inEnvironment } from './in-environment'

const CHECKED_CHARACTERS = 4

/** First set-up: two recovery keys are made and shown once, in the main-owned window; then trading is armed. */
export function setupCalls(context: AppContext): Pick<AppCalls, 'setup.begin'> {
  return {
    'setup.begin': ({ riskProfile }) =>
      inEnvironment(context, async ({ audit, settings }) => {
        if (!needsSetUp(context)) return problemReply('ALREADY_EXISTS')
        const killSwitch = context.killSwitch()
        settings.update({ riskProfile }, OPERATOR)
        const made = await context.recoveryKeys.create()
        if (!made.ok) return problemReply(made.error === 'STORAGE' ? 'DISK_FULL' : 'ALREADY_EXISTS')
        const codes = made.value.codes.map(({ code }) => code.toString('ascii'))
        for (const { code } of made.value.codes) code.fill(0)
        const asked = context.desktop.ask({ kind: 'show-recovery-keys', id: context.random.uuid(), codes }, async (answer) => {
          if (answer.kind !== 'show-recovery-keys') return { code: 'FORBIDDEN', figures: {} }
          const right = codes.every((code, index) => lastCharacters(code) === clean(answer.lastCharacters[index] ?? ''))
          if (!right) return { code: 'WRONG_KEY', figures: {} }
          audit.append({
            category: 'KEY_OPERATION',
            severity: 'medium',
            type: 'RecoveryKeysCreated',
            actor: OPERATOR,
            subject: null,
            data: { ids: made.value.codes.map(({ keyId }) => keyId) },
          })
          const seen = context.recoveryKeys.markSeen()
          if (!seen.ok) return { code: seen.error === 'STORAGE' ? 'DISK_FULL' : 'UNREADABLE', figures: {} }
          arm(context, killSwitch, audit)
          context.statusChanged()
          return null
        })
        if (asked === 'busy') return problemReply('BUSY')
        return valueReply({ done: await asked })
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
  audit.append({ category: 'SYSTEM_EVENT', severity: 'high', type: 'TradingArmed', actor: OPERATOR, subject: null, data: { first: true } })
}

function lastCharacters(code: string): string {
  return clean(code).slice(-CHECKED_CHARACTERS)
}

function clean(text: string): string {
  return text.replace(/[^0-9a-z]/gi, '').toUpperCase()
}
