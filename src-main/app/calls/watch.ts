import type { Problem } from '../../../src-preload/contract/problem'
import type { WatchView } from '../../../src-preload/contract/watch'
import type { WatchSettings } from '../../domain/watch'
import { compareWatchSettings } from '../../engine/watch/settings'
import type { Watcher } from '../../engine/watch/watcher'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'
import { standView, watchView } from '../views/watch-view'

type Names = 'watch.get' | 'watch.update' | 'presence.get' | 'presence.here'

/** Calls about what halts by itself. */
export function watchCalls(context: AppContext): Pick<AppCalls, Names> {
  const view = (environment: OpenEnvironment, watch: Watcher): WatchView => watchView(context, environment, watch)
  return {
    'watch.get': () =>
      inEnvironment(context, (environment) => {
        const watch = context.watch()
        return watch === null ? problemReply('NOT_READY') : valueReply(view(environment, watch))
      }),
    'watch.update': ({ change, reason }) =>
      inEnvironment<{ changed: boolean }>(context, async ({ watchStore, audit }) => {
        const before = watchStore.settings
        const defined = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<WatchSettings>
        const after = watchStore.changed(defined)
        if (after === null) return problemReply('INVALID_INPUT', { where: 'change' })
        const { changes, loosens } = compareWatchSettings(before, after)
        if (changes.length === 0) return valueReply({ changed: false })
        const apply = (by: string): Problem | null => {
          // What was allowed is what was shown, and nothing else.
          if (watchStore.settings !== before) return { code: 'CHECK_BLOCKED', figures: { detail: 'They were changed meanwhile.' } }
          if (audit.status().refuses !== null) return { code: 'AUDIT_UNAVAILABLE', figures: {} }
          watchStore.update(after, by, reason)
          const watch = context.watch()
          if (after.deadManOn && !before.deadManOn) {
            watch?.personSeen()
            watch?.rememberNow()
          }
          watch?.settingsChanged()
          return null
        }
        if (!loosens) {
          const problem = apply(context.actor())
          return problem === null ? valueReply({ changed: true }) : { ok: false, problem }
        }
        const asked = await context.authorise(
          { act: 'change-halt-settings', subject: '', reason, changes, checks: [], approvalsAtLeast: 1 },
          ({ by }) => apply(by.join(', ')),
        )
        return asked.ok ? valueReply({ changed: asked.value.done }) : asked
      }),
    'presence.get': () => {
      const watch = context.watch()
      return watch === null ? problemReply('NOT_READY') : valueReply(standView(context, watch))
    },
    'presence.here': () => {
      const watch = context.watch()
      if (watch === null) return problemReply('NOT_READY')
      watch.personSeen()
      return valueReply(standView(context, watch))
    },
  }
}
