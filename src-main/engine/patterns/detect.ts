import type { PatternKind, Sensitivity } from '../../domain/pattern'
import { decimal } from '../../lib/decimal'
import { HISTORY_DAYS, type Activity, type PatternFinding } from './activity'
import { busiest, largest, robustTop } from './statistics'

type Speaking = Exclude<Sensitivity, 'off'>

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FAILURE_WINDOW_MS = 10 * 60_000
/** So far above the middle that no usual spread explains it: deviations of the median. */
const FAR = 6

/** An account says something about its own habits only after so many orders, on so many days. */
const LEAST = {
  relaxed: { orders: 40, days: 7 },
  balanced: { orders: 20, days: 5 },
  strict: { orders: 10, days: 3 },
} as const satisfies Record<Speaking, { readonly orders: number; readonly days: number }>
/** More than `times` the busiest window, and more than `least` in any case. */
const RATE = {
  relaxed: { times: 3, least: 12 },
  balanced: { times: 2, least: 8 },
  strict: { times: 1.5, least: 5 },
} as const satisfies Record<Speaking, { readonly times: number; readonly least: number }>
/** More than so many times the largest order. */
const SIZE = { relaxed: '3', balanced: '2', strict: '1.25' } as const satisfies Record<Speaking, string>
/** At most so many of a thousand orders around this hour. */
const HOUR = { relaxed: 0, balanced: 0, strict: 20 } as const satisfies Record<Speaking, number>
/** Orders before an hour can be unusual: fewer leave gaps in any day. */
const HOUR_LEAST_ORDERS = { relaxed: 80, balanced: 40, strict: 30 } as const satisfies Record<Speaking, number>

/** One kind of an account's activities of the last 30 days, ascending. */
export interface Past {
  /** What its habits are read from: without what was found unusual and nobody has owned up to. */
  readonly usual: readonly Activity[]
  readonly all: readonly Activity[]
}

/** An account's own past. */
export interface History {
  readonly orders: Past
  readonly signatures: Past
  readonly failures: Past
}

const dayOf = (activity: Activity | undefined): number => Math.floor((activity?.atMs ?? 0) / DAY_MS)

/** Whether the past says enough for a kind to speak at this sensitivity. */
export function speaks(orders: readonly Activity[], sensitivity: Speaking): boolean {
  const least = LEAST[sensitivity]
  if (orders.length < least.orders || dayOf(orders.at(-1)) - dayOf(orders[0]) + 1 < least.days) return false
  return new Set(orders.map(dayOf)).size >= least.days
}

/**
 * What is unusual about an activity against the account's own past (product row P6). Each finding is one comparison that can be said in one
 * sentence: with the largest, the busiest, or with nothing of the kind.
 */
export function detect(activity: Activity, history: History, sensitivity: Readonly<Record<PatternKind, Sensitivity>>): PatternFinding[] {
  const findings: PatternFinding[] = []
  const ask = (kind: PatternKind, detector: (at: Speaking) => PatternFinding[]): void => {
    const at = sensitivity[kind]
    if (at !== 'off' && speaks(history.orders.usual, at)) findings.push(...detector(at))
  }
  switch (activity.kind) {
    case 'order':
      ask('rate', (at) => pace('rate', activity, history.orders, HOUR_MS, at))
      ask('hour', (at) => hour(activity, history.orders.usual, at))
      ask('size', (at) => size(activity, history.orders.usual, at))
      ask('counterparty', (at) => counterparty(activity, history.orders.usual, at))
      break
    case 'signature':
      ask('signing', (at) => pace('signing', activity, history.signatures, HOUR_MS, at))
      break
    case 'failure':
      // Nobody's habit: many failures at once are told of from the first day on.
      if (sensitivity.failures !== 'off')
        findings.push(...pace('failures', activity, history.failures, FAILURE_WINDOW_MS, sensitivity.failures))
  }
  return findings
}

function pace(
  kind: 'rate' | 'signing' | 'failures',
  { atMs, orderId }: Activity,
  { usual, all }: Past,
  windowMs: number,
  at: Speaking,
): PatternFinding[] {
  const lately = all.filter((each) => atMs - each.atMs < windowMs)
  const now = lately.length + 1
  // What is going on now is not yet a habit.
  const most = busiest(
    usual.map((each) => each.atMs).filter((time) => atMs - time >= windowMs),
    windowMs,
  )
  const { times: factor, least } = RATE[at]
  if (now <= Math.max(least, most * factor)) return []
  const figures = { count: String(now), busiest: String(most), minutes: String(windowMs / 60_000), days: String(HISTORY_DAYS) }
  return [{ kind, figures, weight: now, about: '', orderIds: [...lately.map((each) => each.orderId), orderId] }]
}

function hour({ atMs, orderId }: Activity, past: readonly Activity[], at: Speaking): PatternFinding[] {
  if (past.length < HOUR_LEAST_ORDERS[at]) return []
  const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) % 24
  const own = hourOf(atMs)
  const near = past.filter((each) => [0, 1, 23].includes((hourOf(each.atMs) - own + 24) % 24)).length
  if (near * 1_000 > past.length * HOUR[at]) return []
  const figures = {
    hourUtc: String(own),
    fromUtc: String((own + 23) % 24),
    toUtc: String((own + 2) % 24),
    near: String(near),
    orders: String(past.length),
    days: String(HISTORY_DAYS),
  }
  return [{ kind: 'hour', figures, weight: 1, about: '', orderIds: [orderId] }]
}

function size({ usd, orderId }: Activity, past: readonly Activity[], at: Speaking): PatternFinding[] {
  if (usd === null) return []
  const known = past.flatMap((each) => (each.usd === null ? [] : [each.usd]))
  const top = largest(known)
  if (top.isZero() || usd.lte(top.mul(decimal(SIZE[at]))) || usd.lte(robustTop(known, FAR))) return []
  const times = usd.div(top)
  const figures = { valueUsd: usd.toFixed(2), largestUsd: top.toFixed(2), times: times.toFixed(1), days: String(HISTORY_DAYS) }
  return [{ kind: 'size', figures, weight: times.toNumber(), about: '', orderIds: [orderId] }]
}

function counterparty({ counterparties, orderId }: Activity, past: readonly Activity[], at: Speaking): PatternFinding[] {
  const seen = new Set(past.flatMap((each) => each.counterparties))
  return counterparties
    .filter((each) => !seen.has(each) && (at !== 'relaxed' || !each.startsWith('pair:')))
    .map((each): PatternFinding => {
      const [role = '', ...name] = each.split(':')
      const figures = { role, name: name.join(':'), orders: String(past.length), days: String(HISTORY_DAYS) }
      return { kind: 'counterparty', figures, weight: 1, about: each, orderIds: [orderId] }
    })
}
