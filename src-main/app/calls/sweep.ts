import { doesLess } from '../../engine/sweep/halt-settings'
import { valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { HaltMode } from '../../domain/kill-switch'
import type { AppContext } from '../context'
import type { Halter } from '../halt/halt'
import { inEnvironment } from './in-environment'
import { sweepView } from '../views/sweep-view'

type Names = 'halt.sweep' | 'halt.sweepForeign' | 'halt.sweepReport' | 'halt.chosen' | 'halt.choose'

/** What a halt does about what is out, as the main-owned window names it. */
const MODE_LABELS: Readonly<Record<HaltMode, string>> = {
  'gate-only': 'Closes the gate, and offers the rest',
  graceful: 'Closes the gate and cancels resting orders',
  emergency: 'Closes the gate, cancels resting orders, and cancels on chain what waits there',
}

/** Calls about what a halt does with what is already out. */
export function sweepCalls(context: AppContext, halter: Halter): Pick<AppCalls, Names> {
  return {
    'halt.sweep': ({ mode }) => {
      const report = halter.sweep(mode, context.actor(), false)
      return valueReply(report === null ? null : sweepView(report))
    },
    'halt.sweepForeign': () => {
      const report = halter.sweep('graceful', context.actor(), true)
      return valueReply(report === null ? null : sweepView(report))
    },
    'halt.sweepReport': () =>
      inEnvironment(context, ({ engine }) => {
        const report = engine.sweeper.report()
        return valueReply(report === null ? null : sweepView(report))
      }),
    'halt.chosen': () => inEnvironment(context, ({ haltSettings }) => valueReply({ mode: haltSettings.mode })),
    'halt.choose': ({ mode, reason }) =>
      inEnvironment(context, async ({ haltSettings }) => {
        const before = haltSettings.mode
        if (!doesLess(before, mode)) {
          haltSettings.choose(mode, { actor: context.actor(), reason })
          return valueReply({ done: true })
        }
        const changes = [{ label: 'A halt', before: MODE_LABELS[before], after: MODE_LABELS[mode] }]
        return context.authorise(
          { act: 'change-halt-settings', subject: '', reason, changes, checks: [], approvalsAtLeast: 1 },
          ({ by }) => {
            haltSettings.choose(mode, { actor: by.join(', '), reason })
            return null
          },
        )
      }),
  }
}
