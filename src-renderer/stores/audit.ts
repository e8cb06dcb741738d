import { create } from 'zustand'

import type { AuditEntry, AuditFilter, AuditRow, ChainStatus } from '../../src-preload/contract/audit'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on, type CallOutput } from '../api/bridge'
import type { Reply } from '../../src-preload/contract/problem'
import { fetchRemote, known, LOADING, type Remote } from './remote'

/** Rows read at a time. */
export const AUDIT_PAGE = 200
/** Pages kept; the least recently read are forgotten first. */
const PAGES_KEPT = 60

/** Everything. */
export const NO_FILTER: AuditFilter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null }

interface AuditState {
  readonly filter: AuditFilter
  /** Null until the first page of this filter is here. */
  readonly total: number | null
  /** Rows by page number. */
  readonly pages: ReadonlyMap<number, readonly AuditRow[]>
  readonly problem: Problem | null
  readonly entry: Remote<AuditEntry> | null
  readonly status: Remote<ChainStatus>
  readonly types: readonly string[]
}

/** The audit log as far as it was looked at. */
export const useAudit = create<AuditState>(() => ({
  filter: NO_FILTER,
  total: null,
  pages: new Map(),
  problem: null,
  entry: null,
  status: LOADING,
  types: [],
}))

const underway = new Set<string>()

/** Reads one page unless it is here or on its way. A page that comes after the filter changed is dropped. */
export async function readAuditPage(page: number): Promise<void> {
  const { filter, pages } = useAudit.getState()
  const ticket = `${page} ${JSON.stringify(filter)}`
  if (pages.has(page) || underway.has(ticket)) return
  underway.add(ticket)
  const reply = await call('audit.page', { filter, offset: page * AUDIT_PAGE, limit: AUDIT_PAGE })
  underway.delete(ticket)
  if (useAudit.getState().filter !== filter) return
  if (!reply.ok) {
    useAudit.setState({ problem: reply.problem })
    return
  }
  const kept = new Map(useAudit.getState().pages)
  kept.set(page, reply.value.rows)
  for (const old of kept.keys()) {
    if (kept.size <= PAGES_KEPT) break
    kept.delete(old)
  }
  useAudit.setState({ pages: kept, total: reply.value.total, problem: null })
}

/** Looks at other rows. */
export function filterAudit(filter: AuditFilter): void {
  useAudit.setState({ filter, pages: new Map(), total: null, problem: null })
  void readAuditPage(0)
}

/** Forgets what was read and reads anew: rows may have been added. */
export function reloadAudit(): void {
  filterAudit({ ...useAudit.getState().filter })
}

let wanted: number | null = null

/** Reads one entry whole; null closes it. */
export async function openEntry(seq: number | null): Promise<void> {
  wanted = seq
  if (seq === null) {
    useAudit.setState({ entry: null })
    return
  }
  const before = useAudit.getState().entry
  useAudit.setState({ entry: before === null || before.kind === 'failed' ? LOADING : before })
  const entry = await fetchRemote('audit.entry', { seq })
  if (wanted === seq) useAudit.setState({ entry })
}

/** Reads how the chain stands and which event types occur. */
export async function refreshAuditStatus(): Promise<void> {
  const [status, types] = await Promise.all([fetchRemote('audit.status', {}, known(useAudit.getState().status)), call('audit.types', {})])
  useAudit.setState({ status, ...(types.ok ? { types: types.value } : {}) })
}

/** Verifies the whole chain; progress comes by events. */
export async function verifyAudit(): Promise<Problem | null> {
  const reply = await call('audit.verify', {})
  if (!reply.ok) return reply.problem
  useAudit.setState({ status: { kind: 'ready', value: reply.value } })
  return null
}

/** Stops a verification that is under way. */
export async function cancelVerify(): Promise<void> {
  await call('audit.cancelVerify', {})
}

/** Has main write what the filter shows to a file that it asks for. */
export async function exportAudit(): Promise<Reply<CallOutput<'audit.export'>>> {
  return call('audit.export', { filter: useAudit.getState().filter })
}

/** Starts hearing how the chain stands; returns how to stop. */
export function startAudit(): () => void {
  void refreshAuditStatus()
  return on('audit.status', (value) => useAudit.setState({ status: { kind: 'ready', value } }))
}
