import type { PatternAlarmView, PatternSettingsView } from '../../../src-preload/contract/patterns'
import { formatAmount, formatUsd } from '../format/amount'
import { shortHex } from '../format/identity'

/** A kind of unusual activity. */
export type PatternKind = PatternAlarmView['kind']
type Sensitivity = PatternSettingsView['sensitivity'][PatternKind]

/** What each kind is called, and what it compares with what. */
export const PATTERN_WORDS: Readonly<Record<PatternKind, { readonly name: string; readonly means: string }>> = {
  size: { name: 'Size', means: 'An order far above your largest of 30 days.' },
  rate: { name: 'Rate of orders', means: 'More orders in an hour than in your busiest one.' },
  hour: { name: 'Hour', means: 'An order at an hour at which you never trade.' },
  counterparty: { name: 'First time', means: 'A pair, contract, spender or recipient that is new.' },
  signing: { name: 'Signatures', means: 'More signatures in an hour than in your busiest one.' },
  failures: { name: 'Refusals and failures', means: 'More in ten minutes than ever before.' },
}
/** In the order in which they are shown. */
export const PATTERN_ORDER = Object.keys(PATTERN_WORDS) as PatternKind[]

/** What each sensitivity is called. */
export const SENSITIVITY_WORDS: Readonly<Record<Sensitivity, string>> = {
  off: 'Off',
  relaxed: 'Relaxed',
  balanced: 'Balanced',
  strict: 'Strict',
}

/** What an alarm does. */
export const ALARM_ACTION_WORDS: Readonly<Record<PatternSettingsView['onAlarm'], string>> = {
  tell: 'Tell me',
  reduce: 'Tell me, and let only orders pass that take risk away',
}

const ROLES: Readonly<Record<string, string>> = {
  pair: 'order of the pair',
  to: 'call of the contract',
  spender: 'allowance for',
  recipient: 'swap that pays',
}

/** What was unusual, in one sentence with its figures. */
export function sayPattern({ kind, figures: f }: Pick<PatternAlarmView, 'kind' | 'figures'>): string {
  const days = `the last ${f['days'] ?? '30'} days`
  const hours = (name: string): string => `${(f[name] ?? '0').padStart(2, '0')}:00`
  const count = formatAmount(f['count'] ?? '')
  const busiest = formatAmount(f['busiest'] ?? '')
  switch (kind) {
    case 'size':
      return `${formatUsd(f['valueUsd'] ?? '')}: ${f['times'] ?? ''} × your largest order of ${days} (${formatUsd(f['largestUsd'] ?? '')}).`
    case 'rate':
      return `${count} orders within an hour; your busiest hour of ${days} had ${busiest}.`
    case 'hour':
      return `An order at ${hours('hourUtc')} UTC: ${f['near'] === '0' ? 'none' : (f['near'] ?? '')} of your ${f['orders'] ?? ''} orders of ${days} ${f['near'] === '1' || f['near'] === '0' ? 'was' : 'were'} between ${hours('fromUtc')} and ${hours('toUtc')}.`
    case 'counterparty':
      return `First ${ROLES[f['role'] ?? ''] ?? 'use of'} ${shortHex(f['name'] ?? '')} in ${days}, after ${f['orders'] ?? ''} orders.`
    case 'signing':
      return `${count} signatures within an hour; your busiest hour of ${days} had ${busiest}.`
    case 'failures':
      return `${count} refused or failed orders within ${f['minutes'] ?? '10'} minutes; the most of ${days} were ${busiest}.`
  }
}
