import type { AuditRow } from '../../audit/audit'
import type { Incident, IncidentCheck, IncidentMoment, IncidentOrder, IncidentStory } from '../../domain/incident'
import { isOpen } from '../../domain/order'
import type { JsonObject } from '../../lib/json'
import type { Journal } from '../journal/journal'
import type { OrderRecord } from '../journal/records'
import type { TransactionJournal } from '../journal/transactions'
import { concerns, type IncidentSources } from './incidents'

/** What led to a halt, and what followed its release, belongs to its story for this long, ms. */
const AROUND_MS = 10_000
/** Moments that are told at most: how it began, and how it ended. */
const MOST_FIRST = 250
const MOST_LAST = 150
const PAGE = 500
const LONGEST = 300

/** Types of audit entries that tell of a halt; the rest is the day's business. */
const TELLING =
  /^(KillSwitch|Sweep|CancelFailed|Release|Recovery|Maintenance|Breaker|Trading(Reduced|Halted|Resumed|HaltLifted)|AutomaticTrigger|Act(Approved|Authorised)|ApprovalRefused|Signer(Unlocked|Locked)|Drill|Environment(Opened|Closed)|LossLimit|UnusualActivity|CallForbidden|Incident|HaltSettings|UnknownOrderExplained|SEGMENT_SEALED|AuditContinuedAfterBreak|EndpointsDisagreed|SignatureMismatch|SigningFailed|WatchFailed|System(Suspended|Resumed))/
/** What happened to orders while halted. */
const TELLING_OF_ORDERS =
  /^(Order(Cancel|Filled|Failed|Rejected|Withheld|Outcome|Reconciled|Replac|Finalized|Confirmed|Included|NonceTaken)|Allowance(Submitted|Confirmed|Outcome))/
/** What only the file of halts knows. */
const IN_FILE_ALONE: ReadonlySet<string> = new Set([
  'FoundHalted',
  'RecoveryBegun',
  'RecoveryCanceled',
  'ReleaseRefused',
  'ReleaseFoundComplete',
])

/** What is on record of orders and of what they sent. */
export interface JournaledOrders {
  readonly journal: Journal
  readonly transactions: TransactionJournal
}

/** Tells an incident: what happened, when and by whom, what was out then and what it has come to, and what was verified. */
export async function tellIncident(
  sources: IncidentSources,
  { journal, transactions }: JournaledOrders,
  incident: Incident,
): Promise<IncidentStory> {
  const fromMs = incident.sinceMs - AROUND_MS
  const toMs = incident.untilMs === null ? null : incident.untilMs + AROUND_MS
  const { moments, omitted } = await auditMoments(sources, fromMs, toMs)
  const all = [...moments, ...fileMoments(sources, fromMs, toMs, incident.toldBy === 'history')].sort((a, b) => a.atMs - b.atMs)
  return {
    ...incident,
    moments: all,
    omitted,
    orders: ordersOut({ journal, transactions }, incident),
    checks: checksOf(all),
  }
}

async function auditMoments(
  { audit }: IncidentSources,
  sinceMs: number,
  untilMs: number | null,
): Promise<{ readonly moments: readonly IncidentMoment[]; readonly omitted: number }> {
  const rows: AuditRow[] = []
  let beforeSeq: number | undefined
  do {
    const page = await audit.query({ filter: { sinceMs, untilMs }, limit: PAGE, ...(beforeSeq === undefined ? {} : { beforeSeq }) })
    rows.push(...page.rows.filter(({ type }) => TELLING.test(type) || TELLING_OF_ORDERS.test(type)))
    beforeSeq = page.next ?? undefined
  } while (beforeSeq !== undefined)
  rows.reverse()
  const told = rows.length <= MOST_FIRST + MOST_LAST ? rows : [...rows.slice(0, MOST_FIRST), ...rows.slice(-MOST_LAST)]
  return {
    omitted: rows.length - told.length,
    moments: told.map(({ seq, atMs, type, actor, subject }) => ({
      ...{ atMs, type, actor, subject, auditSeq: seq },
      figures: figuresOf(audit.get(seq)?.data ?? {}),
    })),
  }
}

function fileMoments(
  { history, environment }: IncidentSources,
  fromMs: number,
  toMs: number | null,
  alone: boolean,
): readonly IncidentMoment[] {
  return history()
    .lines.flatMap((line) => (line.kind === 'entry' ? [line.entry] : []))
    .filter((entry) => concerns(entry, environment) && entry.atMs >= fromMs && (toMs === null || entry.atMs <= toMs))
    .filter(({ kind }) => alone || IN_FILE_ALONE.has(kind))
    .map(({ kind, atMs, by, reason, data }) => ({
      ...{ atMs, type: kind, actor: by, subject: null, auditSeq: null },
      figures: { ...figuresOf(data), ...(reason === '' ? {} : { reason }) },
    }))
}

function figuresOf(data: JsonObject): Readonly<Record<string, string>> {
  const told: Record<string, string> = {}
  for (const [name, value] of Object.entries(data)) {
    if (value === null || value === '') continue
    told[name] = (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, LONGEST)
  }
  return told
}

/** What was out when the gate closed: sent, and not over; also of an order that had ended and left an allowance waiting. */
function ordersOut({ journal, transactions }: JournaledOrders, { sinceMs }: Incident): readonly IncidentOrder[] {
  const known = new Map<string, OrderRecord>()
  const waited = new Set(transactions.outAt(sinceMs))
  const left = [...waited].flatMap((orderId) => journal.get(orderId) ?? [])
  for (const records of [journal.open(), journal.changedSince(sinceMs), left])
    for (const record of records) if (record.createdAtMs <= sinceMs) known.set(record.orderId, record)
  return [...known.values()].flatMap((record): readonly IncidentOrder[] => {
    const { orderId, plan, state } = record
    const events = journal.readableEvents(orderId)
    const ended = !isOpen(state) && events.every(({ atMs }) => atMs <= sinceMs)
    const before = events.filter(({ type, atMs }) => atMs <= sinceMs && (!ended || ABOUT_ALLOWANCE.test(type))).at(-1)
    // What had ended by then, or had not left, was not out.
    if (before === undefined || (ended && !waited.has(orderId)) || !events.some(({ type, atMs }) => LEAVING.has(type) && atMs <= sinceMs))
      return []
    const { venue, instrument, side, amount, amountUnit } = plan.intent
    return [{ orderId, venue, instrument, side, amount, amountUnit, before: before.type, now: state }]
  })
}

/** Of an order that had ended, only its allowance can have been out. */
const ABOUT_ALLOWANCE = /^Allowance/
const LEAVING: ReadonlySet<string> = new Set(['OrderSubmitting', 'AllowanceRequested'])

/** What was looked at for the release, as the release itself recorded it: `name=status`, one after another. */
function checksOf(moments: readonly IncidentMoment[]): readonly IncidentCheck[] {
  return moments
    .filter(({ type }) => type === 'KillSwitchReleased' || type === 'ReleaseVerified')
    .flatMap(({ figures }) => (figures['checks'] ?? '').split(' '))
    .flatMap((pair): readonly IncidentCheck[] => {
      const [name = '', status = ''] = pair.split('=')
      return name === '' || status === '' ? [] : [{ name, status }]
    })
}
