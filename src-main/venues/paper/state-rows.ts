import { err, ok, type Result } from '../../lib/result'
import { auditState } from './audit-state'
import type { ExchangeState } from './exchange-state'
import { idOf, type PaperRecord } from './paper-order'
import { HEAD_FORMAT, HEAD_VERSION, headSchema, recordSchema } from './state-schema'
import type { PaperRow } from './store'

/** Why stored state was refused: it is somebody else's or of another version, or it contradicts itself. */
export interface StateFault {
  readonly code: 'FOREIGN_STATE' | 'CORRUPT_STATE'
  readonly detail: string
}

const HEAD_KEY = 'head'
const RECORD_PREFIX = 'order:'

/** A state as rows: the head, and one for each of its records. */
export function toRows(state: ExchangeState): readonly PaperRow[] {
  const { records, ...head } = state
  return [
    { key: HEAD_KEY, json: write({ format: HEAD_FORMAT, version: HEAD_VERSION, ...head }) },
    ...records.map((record) => ({ key: RECORD_PREFIX + idOf(record), json: write(record) })),
  ]
}

/** Reads rows and audits what they say: state that is not ours, or does not add up, is refused and never mended. */
export function fromRows(rows: readonly PaperRow[]): Result<ExchangeState, StateFault> {
  const headRow = rows.find(({ key }) => key === HEAD_KEY)
  if (headRow === undefined) return refuse('FOREIGN_STATE', 'there is no head row')
  const json = parse(headRow.json)
  if (json === undefined) return refuse('CORRUPT_STATE', 'the head row is not JSON')
  if (!isOurs(json)) return refuse('FOREIGN_STATE', 'the head row is of another format or version')
  const head = headSchema.safeParse(json)
  if (!head.success) return refuse('CORRUPT_STATE', `head: ${where(head.error)}`)

  const records: PaperRecord[] = []
  for (const row of rows) {
    if (row === headRow) continue
    if (!row.key.startsWith(RECORD_PREFIX)) return refuse('FOREIGN_STATE', `row ${row.key}`)
    const record = recordSchema.safeParse(parse(row.json))
    if (!record.success) return refuse('CORRUPT_STATE', `row ${row.key}: ${where(record.error)}`)
    if (RECORD_PREFIX + idOf(record.data) !== row.key) return refuse('CORRUPT_STATE', `row ${row.key} is about another order`)
    records.push(record.data)
  }
  records.sort((a, b) => seqOf(a) - seqOf(b))

  const { seed, starting, accounts, nextSeq, tick, shocks, makersLeft } = head.data
  const state: ExchangeState = { seed, starting, accounts, nextSeq, tick, shocks, makersLeft, records }
  const flaw = auditState(state)
  return flaw === null ? ok(state) : refuse('CORRUPT_STATE', flaw)
}

function refuse(code: StateFault['code'], detail: string): Result<never, StateFault> {
  return err({ code, detail })
}

function seqOf(record: PaperRecord): number {
  return record.kind === 'order' ? record.order.seq : 0
}

function isOurs(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false
  const { format, version } = json as { readonly format?: unknown; readonly version?: unknown }
  return format === HEAD_FORMAT && version === HEAD_VERSION
}

function where(error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }): string {
  const [issue] = error.issues
  return issue === undefined ? '' : `${issue.path.join('.')} ${issue.message}`
}

/** Undefined when it is not JSON; no JSON text says undefined. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function write(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
}
