import { z } from 'zod'

import { AUDIT_CATEGORIES, AUDIT_SEVERITIES } from '../../src-main/domain/audit-event'
import { SIGNER_KINDS } from '../../src-main/domain/signer'
import { command, event, query } from './channel'
import { addressText, epochMs, idText, nothing, shortText } from './primitives'

/** What to show; empty lists mean everything. */
export const auditFilter = z.strictObject({
  sinceMs: epochMs.nullable(),
  untilMs: epochMs.nullable(),
  categories: z.array(z.enum(AUDIT_CATEGORIES)).max(10),
  severities: z.array(z.enum(AUDIT_SEVERITIES)).max(10),
  type: shortText.nullable(),
  text: shortText.nullable(),
})
/** One entry of the audit log, as a list shows it. */
export const auditRow = z.strictObject({
  seq: z.number().int(),
  atMs: epochMs,
  category: z.enum(AUDIT_CATEGORIES),
  severity: z.enum(AUDIT_SEVERITIES),
  type: shortText,
  actor: shortText,
  subject: shortText.nullable(),
})
/** One entry whole: its data as JSON text, and the hashes that chain it to the entry before. */
export const auditEntry = auditRow.extend({ dataJson: z.string().max(200_000), hash: z.string().max(80), prevHash: z.string().max(80) })
/** A place where the chain is not as it was written, from one entry to another. */
export const auditBreak = z.strictObject({ kind: shortText, fromSeq: z.number().int(), toSeq: z.number().int(), detail: shortText })
/** Damage that was looked at, let be and put on record; it stays in sight. */
export const sealedBreak = auditBreak.extend({ sealedAtMs: epochMs, by: z.array(shortText), reason: shortText })
/** How the chain stands; counts in entries. `progressPct` is of a check that runs, null while none does. */
export const chainStatus = z.strictObject({
  entries: z.number().int(),
  verdict: z.enum(['unverified', 'verifying', 'intact', 'sealed', 'broken']),
  verifiedAtMs: epochMs.nullable(),
  verifiedEntries: z.number().int(),
  /** Rows that stand after the external anchor. */
  anchorLag: z.number().int(),
  breaks: z.array(auditBreak),
  sealed: z.array(sealedBreak),
  progressPct: z.number().min(0).max(100).nullable(),
})
/** Who vouched for which head of the chain, when. */
export const auditVoucher = z.strictObject({
  /** The entry that says so. */
  seq: z.number().int(),
  /** The last entry that is vouched for. */
  headSeq: z.number().int(),
  atMs: epochMs,
  address: addressText,
  kind: z.enum(SIGNER_KINDS),
  /** Who had it signed. */
  by: shortText,
  /** Why it vouches for nothing after all; null when signature and hash hold. */
  problem: shortText.nullable(),
})

/** Calls about the audit log; none of them changes an entry. */
export const auditCalls = {
  'audit.page': query(
    z.strictObject({ filter: auditFilter, offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(500) }),
    z.strictObject({ total: z.number().int(), rows: z.array(auditRow) }),
  ),
  'audit.entry': query(z.strictObject({ seq: z.number().int().positive() }), auditEntry),
  'audit.types': query(nothing, z.array(shortText)),
  'audit.status': query(nothing, chainStatus),
  'audit.verify': command(nothing, chainStatus),
  'audit.cancelVerify': command(nothing, nothing),
  /** Asks in main for a file to write to. */
  'audit.export': command(
    z.strictObject({ filter: auditFilter }),
    z.strictObject({ written: z.number().int(), path: z.string().max(4_000).nullable() }),
  ),
  /** Has a signer vouch for where the chain stands now; on a device, a person confirms it. */
  'audit.signHead': command(z.strictObject({ signerId: idText }), auditVoucher),
  /** The newest, newest first; each is looked at anew. */
  'audit.vouchers': query(nothing, z.strictObject({ total: z.number().int(), vouchers: z.array(auditVoucher).max(20) })),
} as const
/** What main tells of the audit log. */
export const auditEvents = {
  'audit.status': event(chainStatus),
} as const

/** Which entries to show. */
export type AuditFilter = z.output<typeof auditFilter>
/** One entry, as a list shows it. */
export type AuditRow = z.output<typeof auditRow>
/** One entry whole. */
export type AuditEntry = z.output<typeof auditEntry>
/** Who vouched for which head of the chain. */
export type AuditVoucher = z.output<typeof auditVoucher>
/** How the chain stands. */
export type ChainStatus = z.output<typeof chainStatus>
