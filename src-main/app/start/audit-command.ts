import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { AUDIT_EXIT, runAuditCli, type AuditSource } from '../../audit/cli'
import { readDataKey } from '../../credentials/data-key'
import { systemVault } from '../../credentials/vault'
import type { Environment } from '../../domain/environment'
import { err, ok, type Result } from '../../lib/result'
import { openDatabase } from '../../storage/database'
import { dataDirectory } from './paths'

/** `holdfast audit …`: reads an environment's audit log without a window, also while the app runs. Answers the exit code. */
export async function auditCommand(args: readonly string[]): Promise<number> {
  const out = (line: string): void => {
    process.stdout.write(`${line}\n`)
  }
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  try {
    return await runAuditCli(args, { openForEnvironment: openSource, out, err: say })
  } catch (thrown) {
    say(`The audit log could not be read: ${String(thrown)}`)
    return AUDIT_EXIT.failed
  }
}

async function openSource(environment: Environment): Promise<Result<AuditSource, string>> {
  const folder = join(dataDirectory(), environment)
  const path = join(folder, 'holdfast.db')
  if (!existsSync(path))
    return err(`There is no ${environment} audit log in ${folder}. Start the app once, or name another data folder in HOLDFAST_DATA_DIR.`)
  const key = await readDataKey(join(folder, 'db.key'), systemVault)
  if (!key.ok) {
    return err(
      key.error === 'NO_KEYCHAIN'
        ? 'The keychain that holds the key of the audit log is not available. Log in to the desktop session of this user and try again.'
        : 'The key of the audit log cannot be read. It opens only on the account and machine that made it.',
    )
  }
  const nativeBinding = process.env['HOLDFAST_SQLITE_BINDING']
  const db = openDatabase({ path, key: key.value.key, readonly: true, ...(nativeBinding ? { nativeBinding } : {}) })
  if (!db.ok) return err(`The database could not be opened: ${db.error.message}.`)
  return ok({ db: db.value, key: key.value.key, anchorPath: join(folder, 'audit.anchor'), close: () => void db.value.close() })
}
