import type { GuardsView, ReleaseCheckView } from '../../../src-preload/contract/guards'
import type { Acknowledgement } from '../../engine/halt/release-checks'
import { valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import type { Halter } from '../halt/halt'
import { breakerViews, tradingView } from './breakers'
import { inEnvironment } from './in-environment'
import { releaseHalt } from './release'
import { gatherReleaseFacts } from './release-facts'

type Names = 'guards.status' | 'halt.trigger' | 'halt.durable' | 'halt.checks' | 'halt.release' | 'halt.cancelRelease'

/** How old a check of the audit chain may be that is only shown; a release makes its own, ms. */
const SHOWN_CHECK_AGE_MS = 30_000

/** Calls about halting and releasing. */
export function haltCalls(context: AppContext, halter: Halter): Pick<AppCalls, Names> {
  return {
    'guards.status': () => inEnvironment(context, (environment) => valueReply(guardsView(context, environment))),
    'halt.trigger': ({ mode, scope, source }) => {
      const reason = source === 'shortcut' ? 'the halt shortcut was pressed' : 'the halt button was pressed'
      const receipt = halter.haltForWindow({ source, by: context.actor(), reason, mode, scope })
      return valueReply({ state: context.killSwitch().snapshot().state, sinceMs: receipt.sinceMs })
    },
    // Asked together with a halt, whose answer is on its way by then.
    'halt.durable': () => {
      const durable = halter.durable()
      return valueReply({
        durable,
        detail: durable ? '' : 'The disk refused. Trading is halted in memory, and it is tried again each second.',
      })
    },
    'halt.checks': () =>
      inEnvironment(context, async (environment) => {
        const facts = await gatherReleaseFacts(environment, context.watch(), () => context.clock.steadyMs(), SHOWN_CHECK_AGE_MS)
        return valueReply(
          context
            .killSwitch()
            .checks(facts, [])
            .map((check): ReleaseCheckView => ({ ...check })),
        )
      }),
    'halt.release': ({ reason, acknowledge }) =>
      inEnvironment(context, async (environment) => {
        const acknowledgements = acknowledge.map((check): Acknowledgement => ({ check, reason }))
        return releaseHalt(context, environment, reason, acknowledgements)
      }),
    'halt.cancelRelease': () => {
      context.killSwitch().cancelRecovery({ by: context.actor(), reason: 'canceled' })
      return valueReply({})
    },
  }
}

/** What the guard panel shows, at this moment. */
export function guardsView(context: AppContext, environment: OpenEnvironment): GuardsView {
  return {
    killSwitch: context.killSwitch().snapshot(),
    trading: tradingView(environment),
    breakers: breakerViews(environment),
    atMs: context.clock.wallMs(),
  }
}
