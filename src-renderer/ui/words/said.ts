import { formatAmount, formatPct } from '../format/amount'
import { shortHex } from '../format/identity'

/** Figures of a denial, a failure or an event: decimal strings, addresses and names. */
export type Figures = Readonly<Record<string, string>>

/** What is said to a person: what happened, what it means for their money, what to do now. */
export interface Said {
  readonly what: string
  readonly means: string
  readonly now: string
}

/** Makes the sentences from the figures. */
export type Say = (figures: Figures) => Said

/** Sentences that need no figure. */
export function plain(what: string, means: string, now: string): Say {
  return () => ({ what, means, now })
}

/** Nothing left this machine. */
export const NOTHING_SENT = 'Nothing was sent.'
/** Nothing left this machine and nothing was signed. */
export const NOTHING_SIGNED = 'Nothing was signed and nothing was sent.'

/** The first of these figures that is there. */
export function pick(figures: Figures, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = figures[name]
    if (value !== undefined && value !== '') return value
  }
  return null
}

/** A figure in the middle of a sentence, in front of `after`; nothing when it is missing. */
export function put(value: string | null, before = '', after = ''): string {
  return value === null ? '' : `${before}${value}${after}`
}

/** A sentence that another one takes in, without its stop. */
export const unstopped = (text: string): string => text.replace(/\.$/, '')

/** A percentage figure, or null. */
export function pct(figures: Figures, ...names: readonly string[]): string | null {
  const value = pick(figures, ...names)
  return value === null ? null : formatPct(value)
}

/** An amount figure, or null. */
export function amount(figures: Figures, ...names: readonly string[]): string | null {
  const value = pick(figures, ...names)
  return value === null ? null : formatAmount(value)
}

/** An address figure, shortened, or null. */
export function hex(figures: Figures, ...names: readonly string[]): string | null {
  const value = pick(figures, ...names)
  return value === null ? null : shortHex(value)
}

/** `…: 1.42 %, your limit is 1.00 %`: a figure and its limit as far as they are known. */
export function against(value: string | null, limit: string | null, limitWords = 'your limit is'): string {
  if (value === null) return limit === null ? '' : ` (${limitWords} ${limit})`
  return limit === null ? `: ${value}` : `: ${value}, ${limitWords} ${limit}`
}

/** Says it in one line: what happened and what to do. */
export function oneLine({ what, now }: Said): string {
  return now === '' ? what : `${what} ${now}`
}
