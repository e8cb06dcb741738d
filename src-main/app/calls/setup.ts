import type { Reply } from '../../../src-preload/contract/problem'
import type { AuditLog } from '../../audit/audit'
import type { RiskProfile } from '../../domain/intent'
import type { KillSwitch } from '../../engine/halt/kill-switch'
import { wasEverArmed } from '../../engine/halt/set-up'
import { problemReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'
import { showCodes } from './show-codes'

/** First set-up: two recovery keys are made and shown once, in the main-owned window; once both are written down they are stored, and trading is armed. */
export function setupCalls(context: AppContext): Pick<AppCalls, 'setup.begin'> {
  /** One at a time: the codes of another would be shown to nobody. */
  let isRunning = false
  return {
    'setup.begin': ({ riskProfile }) =>
      inEnvironment(context, async (environment) => {
        if (!needsSetUp(context)) return problemReply('ALREADY_EXISTS')
        if (isRunning) return problemReply('BUSY')
        isRunning = true
        try {
          return await setUp(context, environment, riskProfile)
        } finally {
          isRunning = false
        }
      }),
  }
}

async function setUp(context: AppContext, environment: OpenEnvironment, riskProfile: RiskProfile): Promise<Reply<{ done: boolean }>> {
  const prepared = await context.recoveryKeys.prepare()
  if (!prepared.ok) return problemReply('ALREADY_EXISTS')
  const { codes, commit } = prepared.value
  try {
    return await showCodes({ context }, codes, () => {
      const opened = context.environment()
      if (!opened.ok || opened.value !== environment) return { code: 'NOT_READY', figures: {} }
      const { audit, settings } = environment
      audit.append({
        category: 'KEY_OPERATION',
        severity: 'medium',
        type: 'RecoveryKeysCreated',
        actor: context.actor(),
        subject: null,
        data: { ids: codes.map(({ keyId }) => keyId) },
      })
      settings.update({ riskProfile }, context.actor())
      const stored = commit()
      if (!stored.ok) return { code: stored.error === 'STORAGE' ? 'DISK_FULL' : 'ALREADY_EXISTS', figures: {} }
      arm(context, context.killSwitch(), audit)
      context.statusChanged()
      return null
    })
  } finally {
    for (const { code } of codes) code.fill(0)
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
