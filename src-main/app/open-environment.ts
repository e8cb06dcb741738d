import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Problem } from '../../src-preload/contract/problem'
import { dataKey } from '../credentials/data-key'
import type { Environment } from '../domain/environment'
import type { KillSwitch } from '../engine/halt/kill-switch'
import { beginSetUp, isNeverSetUp } from '../engine/halt/set-up'
import { describeError, HoldfastError } from '../lib/errors'
import { err, ok, type Result } from '../lib/result'
import { openDatabase } from '../storage/database'
import type { StorageErrorCode } from '../storage/errors'
import { composeEnvironment, type EnvironmentParts, type OpenEnvironment } from './compose/compose-environment'
import type { AppContext } from './context'
import { forgetLeftOut } from './left-out'
import { tellInteractions } from './desktop/signer-prompts'

/** Opens an environment: its key, its database, and everything that is composed on them. What goes wrong comes back as a problem that a window has a sentence for. */
export async function openEnvironment(
  context: AppContext,
  environment: Environment,
  killSwitch: KillSwitch,
  guards?: EnvironmentParts['guards'],
): Promise<Result<OpenEnvironment, Problem>> {
  const { dataDir, nativeBinding } = context.facts
  const folder = join(dataDir, environment)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (isNeverSetUp(dataDir, environment)) {
      const begun = beginSetUp(dataDir, environment)
      if (!begun.ok) return problem('UNREADABLE', begun.error.detail)
    }
    const path = join(folder, 'holdfast.db')
    const key = await dataKey(join(folder, 'db.key'), context.vault, existsSync(path))
    if (!key.ok) return problem(key.error, 'the key of the database')
    if (key.value.protection === 'none' && environment === 'live') return problem('NO_KEYCHAIN', 'live needs a real keychain')
    const db = openDatabase({ path, key: key.value.key, ...(nativeBinding === undefined ? {} : { nativeBinding }) })
    if (!db.ok) return problem(codeOf(db.error.code), db.error.message)
    let opened: OpenEnvironment | null = null
    try {
      opened = composeEnvironment({
        environment,
        folder,
        db: db.value,
        key: key.value.key,
        killSwitch,
        clock: context.clock,
        scheduler: context.scheduler,
        random: context.random,
        spawnKeyHost: context.spawnKeyHost,
        spawnVendorHost: context.spawnVendorHost,
        alerts: context.alerts,
        actor: () => context.actor(),
        halt: context.halt,
        onInteraction: tellInteractions(context),
        clockInDoubt: () => context.watch()?.clockInDoubt ?? true,
        onChange: () => {
          context.statusChanged()
        },
        unrecorded: (fact) => {
          context.unrecorded(fact)
        },
        onFault: (what, thrown) => {
          context.fault(what, thrown)
        },
        ...(guards === undefined ? {} : { guards }),
      })
      recordOpening(context, opened, key.value.protection)
      forgetUnusedSecrets(context, opened)
      await opened.chain.open()
      await recover(context, opened)
      opened.exposure.start()
      forgetLeftOut(context.facts.dataDir, environment)
      opened.signerWatch.start()
      return ok(opened)
    } catch (thrown) {
      // Everything that was started on the database ends with it.
      await opened?.close().catch((second: unknown) => {
        context.fault(`closing ${environment}`, second)
      })
      if (db.value.open) db.value.close()
      throw thrown
    }
  } catch (thrown) {
    context.fault(`opening ${environment}`, thrown)
    return problem(thrown instanceof HoldfastError ? codeOf(String(thrown.code)) : 'INTERNAL', describeError(thrown))
  }
}

/** A broken log takes no records, so nothing can be settled or traded on it; it is opened all the same, to be seen and mended. */
async function recover(context: AppContext, { audit, engine }: OpenEnvironment): Promise<void> {
  try {
    await engine.recover()
  } catch (thrown) {
    if (audit.openReport.intact) throw thrown
    context.fault('settling the orders of the last run', thrown)
  }
}

/** What somebody typed for a set-up that the last run did not see ended. */
function forgetUnusedSecrets(context: AppContext, { audit, secrets }: OpenEnvironment): void {
  if (!audit.openReport.intact) return
  try {
    secrets.forgetUnused('system')
  } catch (thrown) {
    context.fault('forgetting secrets that nothing needs', thrown)
  }
}

function recordOpening(context: AppContext, opened: OpenEnvironment, protection: 'keychain' | 'none'): void {
  if (!opened.audit.openReport.intact) return // nothing may be appended to a broken log; the screens say so
  opened.audit.append({
    category: 'SYSTEM_EVENT',
    severity: protection === 'keychain' ? 'info' : 'high',
    type: 'EnvironmentOpened',
    actor: 'system',
    subject: null,
    data: {
      environment: opened.environment,
      version: context.facts.version,
      electron: context.facts.electron,
      keyProtection: protection,
      killSwitch: context.killSwitch().snapshot().state,
    },
  })
}

function problem(code: Problem['code'], detail: string): Result<never, Problem> {
  return err({ code, figures: { detail: detail.slice(0, 500) } })
}

const KNOWN: Readonly<Record<StorageErrorCode, Problem['code']>> = {
  WRONG_KEY_OR_NOT_A_DATABASE: 'WRONG_KEY_OR_NOT_A_DATABASE',
  CORRUPT: 'CORRUPT',
  FOREIGN_DATABASE: 'FOREIGN_DATABASE',
  NEWER_THAN_APP: 'NEWER_THAN_APP',
  DISK_FULL: 'DISK_FULL',
  UNREADABLE: 'UNREADABLE',
  BUSY: 'BUSY',
  OLDER_THAN_APP: 'UNSUPPORTED',
  UNSUPPORTED_RUNTIME: 'UNSUPPORTED',
}

function codeOf(code: string): Problem['code'] {
  return Object.hasOwn(KNOWN, code) ? KNOWN[code as StorageErrorCode] : 'INTERNAL'
}
