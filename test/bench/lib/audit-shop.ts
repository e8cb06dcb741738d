import { mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AuditLog } from '../../../src-main/audit/audit'
import { openAuditLog } from '../../../src-main/audit/audit-log'
import { AUDIT_CATEGORIES, type AuditFact } from '../../../src-main/domain/audit-event'
import { systemClock } from '../../../src-main/lib/clock'
import { type Database, openDatabase } from '../../../src-main/storage/database'

/** Where one audit log lives. */
export interface AuditShop {
  readonly folder: string
  readonly path: string
  readonly anchorPath: string
  readonly key: Buffer
}

/** A folder for an audit log, on the disk that the machine's temporary files are on. */
export function makeShop(): AuditShop {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  return { folder, path: join(folder, 'environment.db'), anchorPath: join(folder, 'audit.anchor'), key: randomBytes(32) }
}

/** The shop's database and log, as the app opens them. */
export function openShop({ path, key, anchorPath }: Omit<AuditShop, 'folder'>): { db: Database; log: AuditLog } {
  const opened = openDatabase({ path, key, nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'] })
  if (!opened.ok) throw opened.error
  return { db: opened.value, log: openAuditLog({ db: opened.value, key, environment: 'paper', anchorPath, clock: systemClock }) }
}

export function removeShop({ folder }: AuditShop): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Facts as the engine writes them: an order on its way, with what the guards looked at. */
export function orderFact(n: number): AuditFact {
  return {
    category: AUDIT_CATEGORIES[n % AUDIT_CATEGORIES.length] ?? 'TRADE_EXECUTION',
    severity: n % 50 === 0 ? 'high' : 'info',
    type: `OrderEvent${n % 20}`,
    actor: 'operator',
    subject: `0190c6a2-7b1e-7c3d-9f42-${String(n).padStart(12, '0')}`,
    data: {
      instrument: 'ETH-USDC',
      side: n % 2 === 0 ? 'buy' : 'sell',
      quantity: `${n % 10}.25`,
      limitPrice: '3120.55',
      venue: 'uniswap-v3',
      to: '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D',
      planHash: `0x${n.toString(16).padStart(64, 'a')}`,
      guards: ['kill-switch', 'breakers', 'limits', 'slippage', 'policy'],
    },
  }
}
