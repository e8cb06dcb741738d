import { statfs } from 'node:fs/promises'

import type { SeenAt } from '../engine/watch/dead-man'
import type { DiskSpace } from '../engine/watch/disk'
import { Watcher } from '../engine/watch/watcher'
import { accountBalances } from './compose/account-balances'
import type { OpenEnvironment } from './compose/compose-environment'
import { standView, watchView } from './views/watch-view'
import type { AppContext } from './context'

/** Watches an open environment for what halts by itself; begins at once. */
export function watchEnvironment(context: AppContext, environment: OpenEnvironment, seenThisRun: SeenAt | null): Watcher {
  const { clock, scheduler, alerts, facts, desktop } = context
  const { audit, breakers, engine, signers, verification, watchStore } = environment
  const watcher = new Watcher({
    clock,
    scheduler,
    store: watchStore,
    settings: () => watchStore.settings,
    armed: () => context.killSwitch().snapshot().state === 'armed',
    breakers: () => Object.values(breakers.views()),
    auditRefuses: () => audit.status().refuses,
    verifyAudit: async () => {
      await verification.check()
    },
    diskSpace: () => spaceOf(facts.dataDir),
    balances: () => accountBalances(engine.ports.venues, signers),
    halt: context.halt,
    alerts,
    record: (fact) => {
      try {
        audit.append(fact)
      } catch (thrown) {
        context.fault(`recording ${fact.type}`, thrown)
      }
    },
    onChange: () => {
      desktop.publish('watch.changed', watchView(context, environment, watcher))
      desktop.publish('presence.changed', standView(context, watcher))
    },
    seenThisRun,
  })
  // A break that is found halts, whoever looked.
  verification.onReport(({ breaks }) => {
    watcher.auditChecked(breaks)
  })
  return watcher
}

async function spaceOf(folder: string): Promise<DiskSpace> {
  const { bavail, bsize, files, ffree } = await statfs(folder)
  return { freeBytes: bavail * bsize, freeFiles: files === 0 ? null : ffree }
}
