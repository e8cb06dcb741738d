/**
 * Fills an audit log with entries, through the app's own code, in one transaction: `tsx seed-audit.ts <environment folder> <count>`, the database's key in
 * hexadecimal digits on standard input. The app must not be running.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { openAuditLog } from '../../../src-main/audit/audit-log'
import type { AuditFact } from '../../../src-main/domain/audit-event'
import { openDatabase } from '../../../src-main/storage/database'

const [folder = '', count = '0'] = process.argv.slice(2)
const key = Buffer.from(readFileSync(0, 'utf8').trim(), 'hex')
const DAY_MS = 86_400_000

const opened = openDatabase({ path: join(folder, 'holdfast.db'), key })
if (!opened.ok) throw opened.error
const db = opened.value
const total = Number(count)
const nowMs = Date.now()
let written = 0
// The entries are spread over a hundred days that end two days ago.
const clock = { wallMs: () => nowMs - 2 * DAY_MS - (total - written) * ((100 * DAY_MS) / total), steadyMs: () => performance.now() }
const audit = openAuditLog({ db, key, environment: 'paper', anchorPath: join(folder, 'audit.anchor'), clock })

/** Mostly trades, every tenth a key operation, every thousandth a critical one. */
function fact(index: number): AuditFact {
  const subject = `seeded-${index}`
  const data = { index, note: 'seeded' }
  if (index % 1_000 === 0)
    return { category: 'SECURITY_VIOLATION', severity: 'critical', type: 'SeededAlarm', actor: 'system', subject, data }
  if (index % 10 === 0) return { category: 'KEY_OPERATION', severity: 'medium', type: 'SeededSignature', actor: 'operator', subject, data }
  return { category: 'TRADE_EXECUTION', severity: 'info', type: 'SeededTrade', actor: 'operator', subject, data }
}

db.transaction(() => {
  for (; written < total; written += 1) audit.append(fact(written))
})()
audit.anchorNow()
audit.close()
db.close()
