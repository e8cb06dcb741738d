import type { Problem } from '../../../src-preload/contract/problem'
import { valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { AppContext } from '../context'
import { recordHalt } from '../halt/halt'

type Names = 'maintenance.enter' | 'maintenance.leave'

/** What may be done while trading is latched for updates and the like: everything but trading. Both ways need authority; neither lets an order pass. */
export function maintenanceCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'maintenance.enter': async ({ purpose, reason }) => {
      const before = context.killSwitch().snapshot().state
      const changes = [{ label: 'Trading', before: before === 'armed' ? 'armed' : 'halted', after: `halted for maintenance: ${purpose}` }]
      const asked = await context.authorise(
        { act: 'enter-maintenance', subject: purpose, reason, changes, checks: [], approvalsAtLeast: 1 },
        ({ by, permissions }): Problem | null => {
          if (!permissions.includes('maintenance')) return NOT_ALLOWED
          const killSwitch = context.killSwitch()
          const who = by.join(', ')
          if (killSwitch.snapshot().state === 'armed')
            context.halt({ source: 'button', by: who, reason: `maintenance: ${reason}`, scope: 'machine', mode: 'gate-only' })
          killSwitch.cancelRecovery({ by: who, reason: 'maintenance begins' })
          if (!killSwitch.enterMaintenance({ by: who, reason, purpose })) return notNow(killSwitch.snapshot().state)
          recordHalt(context, 'MaintenanceEntered', { by: who, purpose, reason })
          return null
        },
      )
      return asked.ok ? valueReply({ entered: asked.value.done }) : asked
    },
    'maintenance.leave': async ({ reason }) => {
      const changes = [{ label: 'Trading', before: 'halted for maintenance', after: 'halted' }]
      const asked = await context.authorise(
        { act: 'leave-maintenance', subject: '', reason, changes, checks: [], approvalsAtLeast: 1 },
        ({ by, permissions }): Problem | null => {
          if (!permissions.includes('maintenance')) return NOT_ALLOWED
          const killSwitch = context.killSwitch()
          const who = by.join(', ')
          if (!killSwitch.leaveMaintenance({ by: who, reason })) return notNow(killSwitch.snapshot().state)
          recordHalt(context, 'MaintenanceLeft', { by: who, reason })
          return null
        },
      )
      return asked.ok ? valueReply({ left: asked.value.done }) : asked
    },
  }
}

const NOT_ALLOWED: Problem = { code: 'CHECK_BLOCKED', figures: { detail: 'What was shown does not allow maintenance.' } }

function notNow(state: string): Problem {
  return { code: 'CHECK_BLOCKED', figures: { detail: `Not possible while ${state}.` } }
}
