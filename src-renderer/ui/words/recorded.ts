import { formatAmount, formatGwei, formatPct, formatUsd, fromSmallest, withUnit } from '../format/amount'
import { shortHex, shortId } from '../format/identity'
import { dayAndTime, took } from '../format/time'
import { spellOut } from './audit'
import { BREAKER_CAUSE_WORDS, breakerName } from './breakers'
import { HALT_SCOPE_WORDS, HALT_SOURCE_WORDS } from './halts'
import { VENUE_WORDS } from './orders'
import { CHOSEN_WORDS } from './sweep'
import { PURPOSE_WORDS, triggerName } from './watch'

/** What a person wrote or a venue said stays letter by letter. */
const AS_WRITTEN: readonly string[] = ['reason', 'detail', 'note', 'by', 'name', 'label', 'why', 'purpose', 'means']
/** Numbers that name something are not amounts, and are not grouped. */
const NAMES_SOMETHING = /^(seq|port|pid|chainId|nonce|version|line\w*|auditSeq)$/

const NAMES: Readonly<Record<string, string>> = {
  durable: 'on disk',
  tookMs: 'took',
  seq: 'entry',
  mode: 'what it does',
  means: 'proved by',
}

/** Known words for the values of a member, by its name. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  source: HALT_SOURCE_WORDS,
  scope: HALT_SCOPE_WORDS,
  venue: VENUE_WORDS,
  venues: VENUE_WORDS,
  purpose: PURPOSE_WORDS,
  cause: { ...BREAKER_CAUSE_WORDS, halt: 'a halt' },
  mode: Object.fromEntries(Object.entries(CHOSEN_WORDS).map(([mode, { name }]) => [mode, name.charAt(0).toLowerCase() + name.slice(1)])),
}

/** The ending of a member's name says its unit (`tookMs`, `limitUsd`); how each is shown, longest ending first. */
const UNITS: readonly (readonly [ending: string, show: (value: string) => string])[] = [
  ['PerGasWei', formatGwei],
  ['AtMs', (value) => dayAndTime(Number(value))],
  ['Ms', (value) => took(Number(value))],
  ['Sec', (value) => took(Number(value) * 1_000)],
  ['Min', (value) => withUnit(value, 'min')],
  ['Usd', formatUsd],
  ['Pct', formatPct],
  ['Wei', (value) => withUnit(fromSmallest(value, 18), 'ETH')],
  ['Mb', (value) => withUnit(value, 'MB')],
  ['Bytes', (value) => withUnit(value, 'bytes')],
]

const NUMBER = /^-?\d+(\.\d+)?$/

/** What an account or a signer is called, by its id; null for anything else. */
export type NameOf = (id: string) => string | null
const NAMELESS: NameOf = () => null

/** The figures of a recorded moment as people read them: `took: 91 ms`. What has no words here is spelled out, never hidden. */
export function sayRecorded(figures: Readonly<Record<string, string>>, nameOf: NameOf = NAMELESS): string {
  return Object.entries(figures)
    .map(([name, value]) => {
      const unit = NUMBER.test(value) ? UNITS.find(([ending]) => name.endsWith(ending)) : undefined
      const bare = unit === undefined ? name : name.slice(0, -unit[0].length)
      return `${NAMES[name] ?? spellOut(bare === '' ? name : bare).toLowerCase()}: ${unit === undefined ? sayValue(name, value, nameOf) : unit[1](value)}`
    })
    .join(' · ')
}

/** What a recorded moment is about: an account, a signer, a breaker or a trigger by its name, an identifier shortened. */
export function sayAbout(subject: string, nameOf: NameOf = NAMELESS): string {
  const named = nameOf(subject)
  if (named !== null) return named
  const breaker = breakerName(subject)
  return breaker === null ? short(triggerName(subject)) : `the ${breaker.toLowerCase()} breaker`
}

function sayValue(name: string, value: string, nameOf: NameOf): string {
  const words = VALUES[name]
  if (words !== undefined && Object.hasOwn(words, value)) return words[value] ?? value
  if (AS_WRITTEN.includes(name)) return value
  const named = nameOf(value)
  if (named !== null) return named
  if (value === 'true' || value === 'false') return value === 'true' ? 'yes' : 'no'
  if (NUMBER.test(value)) return NAMES_SOMETHING.test(name) ? value : formatAmount(value)
  const list = listed(value)
  if (list !== null) return list.length === 0 ? 'none' : list.map((each) => sayValue(name, each, nameOf)).join(', ')
  if (/^[A-Z][A-Z\d]*(_[A-Z\d]+)*$/.test(value)) return spellOut(value).toLowerCase()
  // A closed code of ours, such as `half-open`; an identifier has digits.
  if (/^[a-z]+(-[a-z]+)+$/.test(value) && value !== 'half-open') return value.replaceAll('-', ' ')
  return short(value)
}

const short = (value: string): string => (value.startsWith('0x') ? shortHex(value) : /^[\w-]{25,}$/.test(value) ? shortId(value) : value)

/** The members of a list of plain values; null for anything else. */
function listed(value: string): readonly string[] | null {
  if (!value.startsWith('[')) return null
  try {
    const parsed: unknown = JSON.parse(value)
    if (!Array.isArray(parsed)) return null
    return parsed.every((each) => typeof each !== 'object') ? parsed.map(String) : null
  } catch {
    return null
  }
}
