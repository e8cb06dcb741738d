import type { AuditEntry, AuditReader } from '../../audit/audit'
import type { Environment } from '../../domain/environment'
import type { Incident } from '../../domain/incident'
import { HALT_MODES, HALT_SCOPES, HALT_SOURCES } from '../../domain/kill-switch'
import type { JsonObject } from '../../lib/json'
import type { HistoryEntry, HistoryView } from '../halt/history'

/** Halts that are looked for at most, newest first. */
const MOST = 500
/** The file of halts is written moments before the audit log hears of it, ms. */
const AHEAD_MS = 2_000

/** Where incidents are told from. */
export interface IncidentSources {
  readonly environment: Environment
  readonly audit: AuditReader
  /** The file of halts: there also when the database is not. */
  readonly history: () => HistoryView
}

/** Every halt that this environment was under, newest first: as the audit log tells it, and from the file of halts where that was not there to hear. */
export async function listIncidents(sources: IncidentSources): Promise<readonly Incident[]> {
  const fromFile = segmentsOfFile(sources)
  const used = new Set<Incident>()
  const told = (await segmentsOfAudit(sources)).map((incident): Incident => {
    const same = fromFile.find(
      (one) => incident.sinceMs >= one.sinceMs - AHEAD_MS && (one.untilMs === null || incident.sinceMs <= one.untilMs) && !used.has(one),
    )
    if (same === undefined) return incident
    used.add(same)
    return {
      ...incident,
      sinceMs: Math.min(same.sinceMs, incident.sinceMs),
      // Released while the database was not there: the file knows.
      untilMs: incident.untilMs ?? same.untilMs,
      releasedBy: incident.releasedBy ?? same.releasedBy,
    }
  })
  const rest = fromFile.filter((one) => !used.has(one) && !told.some((incident) => overlaps(incident, one)))
  return [...told, ...rest].sort((a, b) => b.sinceMs - a.sinceMs)
}

function overlaps(a: Incident, b: Incident): boolean {
  return a.sinceMs <= (b.untilMs ?? Infinity) && b.sinceMs <= (a.untilMs ?? Infinity)
}

async function segmentsOfAudit({ audit, environment }: IncidentSources): Promise<readonly Incident[]> {
  const pages = await Promise.all(
    ['KillSwitchTriggered', 'KillSwitchReleased'].map((type) => audit.query({ filter: { type }, limit: MOST })),
  )
  const entries = pages
    .flatMap(({ rows }) => rows.map(({ seq }) => audit.get(seq)))
    .filter((entry): entry is AuditEntry => entry !== null)
    .sort((a, b) => a.seq - b.seq)
  const found: Incident[] = []
  let open: Incident | null = null
  for (const { seq, type, atMs, actor, data } of entries) {
    if (type === 'KillSwitchTriggered')
      open ??= { ...haltOf(data), id: `a${seq}`, sinceMs: atMs, by: actor, ...UNENDED, environment, toldBy: 'audit' }
    else if (open !== null) {
      found.push({ ...open, untilMs: atMs, releasedBy: actor })
      open = null
    }
  }
  return open === null ? found : [...found, open]
}

function segmentsOfFile({ history, environment }: IncidentSources): readonly Incident[] {
  const entries = history().lines.flatMap((line) => (line.kind === 'entry' ? [line.entry] : []))
  const found: Incident[] = []
  let open: Incident | null = null
  for (const entry of entries.filter((each) => concerns(each, environment))) {
    const { kind, seq, atMs, by, source, scope, reason, data } = entry
    if (kind === 'Halted' || kind === 'FoundHalted') {
      const { mode } = haltOf(data)
      open ??= { id: `h${seq}`, sinceMs: atMs, ...UNENDED, environment, source, by, reason, scope, mode, toldBy: 'history' }
    } else if (open !== null && (kind === 'Released' || kind === 'ReleaseFoundComplete')) {
      found.push({ ...open, untilMs: atMs, releasedBy: by })
      open = null
    }
  }
  return open === null ? found : [...found, open]
}

/** The file is the machine's: a halt of another environment alone is none of this one's. */
export function concerns({ environment, scope }: Pick<HistoryEntry, 'environment' | 'scope'>, ours: Environment): boolean {
  return environment === ours || scope === 'machine'
}

const UNENDED = { untilMs: null, releasedBy: null } as const

function haltOf({ source, scope, mode, reason }: JsonObject): Pick<Incident, 'source' | 'scope' | 'mode' | 'reason'> {
  return {
    source: HALT_SOURCES.find((known) => known === source) ?? null,
    scope: HALT_SCOPES.find((known) => known === scope) ?? null,
    mode: HALT_MODES.find((known) => known === mode) ?? null,
    reason: typeof reason === 'string' ? reason : '',
  }
}
