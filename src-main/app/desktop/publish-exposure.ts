import type { Cancel } from '../../lib/clock'
import { limitsView } from '../calls/limits'
import { patternsView } from '../calls/patterns'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'

/** Changes that come close together are told once, after this long, ms. */
const TELL_AFTER_MS = 300

/** Entries after which a policy, or what it lacks of what is in use, is another. */
const POLICY_ENTRIES = ['PolicyChanged', 'SignerPolicyChanged', 'SignerAdded', 'SignerRemoved', 'ChainConfigured']

/** Tells the windows what is used of the limits, what was lost, what is unusual, and that a policy is another; returns how to stop. */
export function publishExposure(context: AppContext, environment: OpenEnvironment): Cancel {
  const limits = soon(context, () => context.desktop.publish('limits.changed', limitsView(context, environment)))
  const patterns = soon(context, () => context.desktop.publish('patterns.changed', patternsView(context, environment)))
  const policies = soon(context, () => context.desktop.publish('policy.changed', {}))
  const stops = [
    environment.engine.journal.onChange(limits.tell),
    environment.exposure.onLossChange(limits.tell),
    environment.exposure.onPatternChange(patterns.tell),
    environment.audit.onAppend(({ type }) => {
      if (type === 'LimitsChanged' || type === 'RepeatedOrderAcknowledged') limits.tell()
      if (type === 'PatternSettingsChanged') patterns.tell()
      if (POLICY_ENTRIES.includes(type)) policies.tell()
    }),
    limits.stop,
    patterns.stop,
    policies.stop,
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Runs a task once for all tellings that come close together. */
function soon(
  { scheduler, fault }: Pick<AppContext, 'scheduler' | 'fault'>,
  task: () => void,
): { readonly tell: () => void; readonly stop: Cancel } {
  let waiting: Cancel | null = null
  let stopped = false
  return {
    tell: () => {
      if (stopped) return
      waiting ??= scheduler.after(TELL_AFTER_MS, () => {
        waiting = null
        try {
          task()
        } catch (thrown) {
          fault('telling the windows of limits and policies', thrown)
        }
      })
    },
    stop: () => {
      stopped = true
      waiting?.()
    },
  }
}
