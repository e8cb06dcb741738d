import { setImmediate } from 'node:timers/promises'

import { openAuditLog } from '../../../src-main/audit/audit-log'
import { systemClock } from '../../../src-main/lib/clock'
import { openDatabase } from '../../../src-main/storage/database'

/** Appends until it is killed, and writes the number of every entry that it was told is on disk. Some are written in transactions. */
const [path = '', anchorPath = '', keyHex = ''] = process.argv.slice(2)
const key = Buffer.from(keyHex, 'hex')
const opened = openDatabase({ path, key, nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'] })
if (!opened.ok) throw opened.error
const db = opened.value
const log = openAuditLog({ db, key, environment: 'paper', anchorPath, clock: systemClock })
if (!log.openReport.intact) throw new Error(JSON.stringify(log.openReport))

const append = (n: number): number =>
  log.append({
    category: 'SYSTEM_EVENT',
    severity: 'info',
    type: 'Tick',
    actor: 'system',
    subject: null,
    data: { n, text: 'x'.repeat(n % 3_000) },
  }).seq
const tell = (seq: number): void => {
  process.stdout.write(`${seq}\n`)
}

for (let n = 1; ; n++) {
  if (n % 10 === 0) {
    const last = db.transaction(() => [append(n), append(n), append(n)].at(-1) ?? 0)()
    tell(last)
  } else tell(append(n))
  if (n % 25 !== 0) continue
  log.anchorNow()
  // What a full pipe did not take is written by the event loop.
  await setImmediate()
}
