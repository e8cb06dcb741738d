import type { AuditRow, ChainStatus } from '../../../src-preload/contract/audit'
import { formatAmount } from '../format/amount'
import { relative } from '../format/time'

/** What the audit log's categories are called. */
export const CATEGORY_WORDS: Readonly<Record<AuditRow['category'], string>> = {
  TRADE_EXECUTION: 'Trades',
  SECURITY_VIOLATION: 'Security',
  SYSTEM_EVENT: 'System',
  ERROR_EVENT: 'Errors',
  KEY_OPERATION: 'Keys',
}
/** What severities are called. */
export const SEVERITY_WORDS: Readonly<Record<AuditRow['severity'], string>> = {
  info: 'Info',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
}

/** An event name as words: `OrderOutcomeUnknown` becomes `Order outcome unknown`. */
export function spellOut(type: string): string {
  const words = type.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[._-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase()
}

/** How the chain stands, in one line: `124 331 entries, verified 2 min ago`. */
export function sayChain(status: ChainStatus, nowMs: number): string {
  const entries = `${formatAmount(String(status.entries))} ${status.entries === 1 ? 'entry' : 'entries'}`
  switch (status.verdict) {
    case 'verifying':
      return `${entries}, verifying${status.progressPct === null ? '' : ` ${Math.floor(status.progressPct)}\u00a0%`}`
    case 'broken':
      return `${entries}, ${status.breaks.length} ${status.breaks.length === 1 ? 'break' : 'breaks'} in the chain`
    case 'intact':
    case 'sealed': {
      const since = status.entries - status.verifiedEntries
      const more = since > 0 ? `, ${formatAmount(String(since))} since` : ''
      const known = status.sealed.length
      const sealed = known === 0 ? '' : `, ${known} sealed ${known === 1 ? 'break' : 'breaks'}`
      return `${entries}, verified ${status.verifiedAtMs === null ? '' : relative(status.verifiedAtMs, nowMs)}${more}${sealed}`
    }
    case 'unverified':
      return `${entries}, not verified yet`
  }
}
