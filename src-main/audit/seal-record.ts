import type { AuditFact } from '../domain/audit-event'
import { CHAIN_BREAK_KINDS, type ChainBreak, type ChainBreakKind, type ObservedBreak, type SealedBreak } from './audit'
import { parseBody } from './body'

/** The type of the facts that seal findings. */
export const SEGMENT_SEALED = 'SEGMENT_SEALED'

/** Findings named in one fact; more take more facts. */
const MAX_IN_ONE_FACT = 250

/** How the text of such a fact ends: cheap to look for in every entry, and no proof. */
const ENDING = `,"type":"${SEGMENT_SEALED}"}`

/** What makes a finding sealable. */
export type Sealability =
  /** It is about rows: it stays, and stays sealed while they are as they were. */
  | 'rows'
  /** A row whose number is no place in a chain: the same. */
  | 'strange'
  /** A head that was kept elsewhere is not in the chain: it stays. */
  | 'witness'
  /** It is about the end of the chain, which the seal is from then on: found once more, it is new. */
  | 'end'
  /** It is not damage of the past but goes on, or the log is not this one. */
  | 'never'

/** What makes this finding sealable. */
export function sealabilityOf({ kind, fromSeq, toSeq }: Pick<ChainBreak, 'kind' | 'fromSeq' | 'toSeq'>): Sealability {
  switch (kind) {
    case 'EDITED':
    case 'BAD_MAC':
    case 'LINK_BROKEN':
    case 'REORDERED':
    case 'DELETED':
    case 'INSERTED':
    case 'UNREADABLE':
    case 'VOUCHER_MISMATCH':
      return fromSeq >= 1 && toSeq <= Number.MAX_SAFE_INTEGER ? 'rows' : 'strange'
    case 'WITNESS_MISMATCH':
      return 'witness'
    case 'TRUNCATED':
    case 'ANCHOR_MISSING':
    case 'ANCHOR_UNREADABLE':
    case 'ANCHOR_FOREIGN':
    case 'ANCHOR_FORGED':
    case 'ANCHOR_MISMATCH':
    case 'ANCHOR_STALE':
      return 'end'
    case 'FOREIGN_LOG':
    case 'SCHEMA_CHANGED':
      return 'never'
  }
}

/** A seal as it stands in the chain. */
export interface Seal {
  readonly seq: number
  readonly breaks: readonly SealedBreak[]
}

/** The facts that seal these findings. */
export function sealFacts(breaks: readonly ObservedBreak[], by: readonly string[], reason: string): AuditFact[] {
  const facts: AuditFact[] = []
  for (let first = 0; first < breaks.length; first += MAX_IN_ONE_FACT) {
    const named = breaks.slice(first, first + MAX_IN_ONE_FACT)
    facts.push({
      category: 'SECURITY_VIOLATION',
      severity: 'critical',
      type: SEGMENT_SEALED,
      actor: by.join(' and ').slice(0, 200),
      subject: null,
      data: {
        by: [...by],
        reason,
        breaks: named.map(({ kind, fromSeq, toSeq, detail, observedHex }) => ({ kind, fromSeq, toSeq, detail, observed: observedHex })),
        breakCount: breaks.length,
      },
    })
  }
  return facts
}

/** Whether this may be the text of a seal. */
export function mayBeSeal(body: string): boolean {
  return body.endsWith(ENDING)
}

/** The seal in an entry that the chain vouches for; null when it is none. A seal speaks of rows before it alone. */
export function parseSeal(seq: number, body: string): Seal | null {
  const content = parseBody(body)
  if (content?.type !== SEGMENT_SEALED) return null
  const { by, reason, breaks } = content.data
  if (!Array.isArray(by) || !Array.isArray(breaks) || typeof reason !== 'string') return null
  const names = by.filter((name) => typeof name === 'string')
  const told = { sealSeq: seq, sealedAtMs: content.atMs, by: names, reason }
  return {
    seq,
    breaks: breaks.flatMap((item): SealedBreak[] => {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return []
      const { kind, fromSeq, toSeq, detail, observed } = item as Record<string, unknown>
      if (!isKind(kind) || typeof fromSeq !== 'number' || typeof toSeq !== 'number') return []
      if (typeof detail !== 'string' || typeof observed !== 'string') return []
      if (sealabilityOf({ kind, fromSeq, toSeq }) === 'rows' && toSeq >= seq) return []
      return [{ kind, fromSeq, toSeq, detail, observedHex: observed, ...told }]
    }),
  }
}

function isKind(value: unknown): value is ChainBreakKind {
  return (CHAIN_BREAK_KINDS as readonly unknown[]).includes(value)
}
