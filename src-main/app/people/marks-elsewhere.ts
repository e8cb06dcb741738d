import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { newestMarks, type Marks } from '../../authority/marks'
import { readDataKey } from '../../credentials/data-key'
import { ENVIRONMENTS, type Environment } from '../../domain/environment'
import { openDatabase } from '../../storage/database'
import { markStore } from '../compose/mark-store'
import type { AppContext } from '../context'

/**
 * What the environments that are not open remember of the files of people and keys: the newest of each. Else a file that was put back would be believed in
 * whichever environment was not opened since. Their databases are only read. One that cannot be read is told; what it remembers stays unknown.
 */
export async function marksElsewhere(context: Pick<AppContext, 'facts' | 'vault' | 'clock' | 'fault'>, open: Environment): Promise<Marks> {
  const found: Marks[] = []
  for (const environment of ENVIRONMENTS) {
    if (environment === open) continue
    try {
      found.push(await marksIn(context, join(context.facts.dataDir, environment)))
    } catch (thrown) {
      context.fault(`reading by what ${environment} knows the files of people and keys`, thrown)
    }
  }
  return newestMarks(found)
}

async function marksIn({ facts, vault, clock }: Pick<AppContext, 'facts' | 'vault' | 'clock'>, folder: string): Promise<Marks> {
  const path = join(folder, 'holdfast.db')
  if (!existsSync(path)) return {}
  const key = await readDataKey(join(folder, 'db.key'), vault)
  if (!key.ok) throw new Error(`the key of its database: ${key.error}`)
  const { nativeBinding } = facts
  const db = openDatabase({ path, key: key.value.key, readonly: true, ...(nativeBinding === undefined ? {} : { nativeBinding }) })
  key.value.key.fill(0)
  if (!db.ok) throw db.error
  try {
    return markStore(db.value, clock).load()
  } finally {
    db.value.close()
  }
}
