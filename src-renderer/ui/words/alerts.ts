import type { AlertSettingsView, AlertView } from '../../../src-preload/contract/alerts'
import { shortHex } from '../format/identity'
import { ALERT_ACT_WORDS } from './alert-acts'
import { breakerName } from './breakers'
import { DENIALS } from './denials'
import { DRILL_WORDS } from './drills'
import { hex, NOTHING_SENT, pct, pick, plain, put, unstopped, type Figures, type Said, type Say } from './said'
import { sayStuck } from './stuck'

type AlertKind = AlertView['kind']
type PostFailure = NonNullable<NonNullable<AlertSettingsView['webhook']>['lastFailure']>['why']

/** Why the webhook was not reached. */
export const POST_FAILURE_WORDS: Readonly<Record<PostFailure, string>> = {
  UNREACHABLE: 'nobody answers at its address',
  TIMED_OUT: 'it does not answer in time',
  CERTIFICATE: 'its certificate is not to be trusted',
  REDIRECTED: 'it sends us elsewhere, which is refused',
  REFUSED: 'it does not accept the message',
  NO_SECRET: 'the keychain does not give the secret that signs',
}

const detail = (f: Figures): string => put(said(f, 'detail', 'reason', 'why', 'what'), ' (', ')')
/** The first of these figures, which may be a whole sentence. */
const said = (f: Figures, ...names: readonly string[]): string | null => {
  const text = pick(f, ...names)
  return text === null ? null : unstopped(text)
}
/** A code as words: a person need not read capitals. */
const code = (f: Figures): string => put(pick(f, 'code')?.toLowerCase().replaceAll('_', ' ') ?? null, ' (', ')')
const by = (f: Figures): string => put(pick(f, 'by'), ' by ')
/** The first of these that a person gave: an id says nothing to anybody. */
const named = (f: Figures, ...names: readonly string[]): string | null => {
  const known = names.find((name) => pick(f, name) !== null && !/^[0-9a-f]{8}-/.test(f[name] ?? ''))
  return known === undefined ? null : pick(f, known)
}
const about = (f: Figures): string => put(pick(f, 'subject'), ' ')

const breaker = (f: Figures): string => {
  const name = breakerName(f['subject'] ?? '')
  return name === null ? 'A breaker' : `The ${name.toLowerCase()} breaker`
}

/** What each endpoint said, named by its host. */
const bothSaid = (f: Figures): string | null => {
  const [first, second] = [pick(f, 'first'), pick(f, 'second')]
  if (first === null || second === null) return null
  return pick(f, 'about') === 'receipt' ? `${sayReceipt(first)}; ${sayReceipt(second)}` : `${first}; ${second}`
}

/** What an endpoint said of a receipt, as main writes it (`venues/dex/witnessed-reader`): `host: none`, or block hash, block, success and gas. */
const sayReceipt = (said: string): string =>
  said
    .replace(/: none$/, ': in no block')
    .replace(/: (0x[\da-f]+) (\d+) (true|false) \d+$/, (_all, hash: string, block: string, went: string) => {
      const how = went === 'true' ? 'carried out' : 'failed'
      return `: ${how} in block ${block}, ${shortHex(hash)}`
    })

const tradingReason = (f: Figures): string | null => {
  const reason = pick(f, 'reason')
  if (reason === 'breakers') return `open breakers${put(pick(f, 'breakers'), ': ')}`
  return reason === 'person' ? null : (reason?.replaceAll('-', ' ') ?? null)
}

/** What the ticket would say of the refusal. */
const refusal = (f: Figures): string | null => {
  const denied = f['code'] ?? ''
  return Object.hasOwn(DENIALS, denied) ? DENIALS[denied as keyof typeof DENIALS](f).what : null
}

const DRILL_ENDS: Readonly<Record<string, string>> = {
  passed: 'was held and passed',
  failed: 'failed',
  interrupted: 'was interrupted',
  'awaits-release': 'was held and waits for its release',
}
const drillName = (f: Figures): string | null => {
  const kind = f['kind'] ?? ''
  return Object.hasOwn(DRILL_WORDS, kind) ? DRILL_WORDS[kind as keyof typeof DRILL_WORDS].name.toLowerCase() : null
}
const drillEnd = (f: Figures): string => DRILL_ENDS[f['result'] ?? ''] ?? 'was held'

const SLOWER: Readonly<Record<string, { readonly what: string; readonly unit: string }>> = {
  confirmation_seconds: { what: 'Confirmations take longer', unit: 's' },
  signer_latency_ms: { what: 'Signatures take longer', unit: 'ms' },
  rpc_latency_ms: { what: 'The chain answers more slowly', unit: 'ms' },
}
const slowerOf = (f: Figures) => (Object.hasOwn(SLOWER, f['subject'] ?? '') ? SLOWER[f['subject'] ?? ''] : undefined)
const slower = (f: Figures): string => slowerOf(f)?.what ?? 'Something takes longer'
const times = (f: Figures): string | null => {
  const [recent, usual, unit] = [pick(f, 'recent'), pick(f, 'usual'), slowerOf(f)?.unit]
  return recent === null || usual === null || unit === undefined ? null : `${recent} ${unit} now, ${usual} ${unit} before`
}
/** Shares from 0 to 1, as people count them. */
const shares = (f: Figures): string | null => {
  const [recent, usual] = [Number(f['recent'] ?? NaN), Number(f['usual'] ?? NaN)]
  return Number.isFinite(recent) && Number.isFinite(usual) ? `${Math.round(recent * 100)} % now, ${Math.round(usual * 100)} % before` : null
}

const LOST_PATHS: Readonly<Record<string, (f: Figures) => Said>> = {
  webhook: (f) => ({
    what: `The webhook is lost: ${failureOf(f)}.`,
    means: 'Whoever relies on it hears of nothing. What waits is sent when it works again.',
    now: 'Check the receiver and the address, then send a test alert.',
  }),
  desktop: plain(
    'This desktop shows no notifications.',
    'Alerts are seen in this window alone.',
    'Turn notifications on in your system, or set up a webhook, and restart.',
  ),
  database: (f) => ({
    what: `Alerts cannot be kept${detail(f)}.`,
    means: 'They are shown, and would be gone after a restart.',
    now: 'Check that the disk has space and can be written.',
  }),
}

function failureOf(f: Figures): string {
  const why = f['why'] ?? ''
  const words = Object.hasOwn(POST_FAILURE_WORDS, why) ? POST_FAILURE_WORDS[why as PostFailure] : 'its settings cannot be read'
  return `${words}${put(pick(f, 'detail'), ' (', ')')}`
}

/** What each alert says: what happened, what it means for your money, what to do now. `subject` stands among the figures. */
const ALERTS: Readonly<Record<AlertKind, Say>> = {
  'kill-switch-triggered': (f) => ({
    what: `Trading was halted${by(f)}${put(said(f, 'reason'), ': ')}.`,
    means: 'No order can leave. What is already out stays out unless it was canceled.',
    now: 'See what is out, find the reason, and recover on the Guards screen.',
  }),
  'kill-switch-released': (f) => ({
    what: `The halt was released${by(f)}.`,
    means: 'Orders can leave again.',
    now: 'If that was not you, halt now and replace the recovery keys.',
  }),
  'trading-halted': (f) => ({
    what: `All trading of this environment was halted${by(f)}${put(tradingReason(f), ' (', ')')}.`,
    means: 'No order of it leaves. Cancels still pass, and what is already out stays out.',
    now: 'See on the Guards screen why, and what leads back.',
  }),
  'halt-not-durable': (f) => ({
    what: `A halt could not be written to disk${detail(f)}.`,
    means: 'Trading is halted while this window runs; it may not survive a restart.',
    now: 'Do not restart before the disk is mended, or create the kill file.',
  }),
  'cancel-failed': (f) => ({
    what: `An order could not be canceled${put(pick(f, 'venue'), ' at ')}${code(f)}.`,
    means: 'It may still fill.',
    now: 'Cancel it at the venue itself, then look at the order here.',
  }),
  'signer-failed': (f) => ({
    what: `The signer${put(named(f, 'signer', 'subject'), ' ')} failed${code(f)}.`,
    means: 'Nothing was signed.',
    now: 'Test it on the Signers screen before you trade again.',
  }),
  'signature-mismatch': (f) => ({
    what: `A signer gave a signature for something else than was asked${put(pick(f, 'field'), ' (', ' differs)')}.`,
    means: 'It was not used, and nothing was sent. The signer may be broken or taken over.',
    now: 'Halt. Do not use this signer, and move its funds from a machine that you trust.',
  }),
  'authentication-failures': (f) => ({
    what: `Several attempts to prove who somebody is have failed${put(pick(f, 'failures', 'times'), ' (', ')')}.`,
    means: 'Nothing was allowed.',
    now: 'If that was not you, somebody is at this machine. Halt, and see the audit log.',
  }),
  'audit-broken': (f) => ({
    what: `The audit record is broken${detail(f)}.`,
    means: 'Nothing may happen without a record, so no order can leave.',
    now: 'See the breaks on the Audit screen, keep a copy, and find out who could write to this disk.',
  }),
  'authority-rolled-back': (f) => ({
    what: `The file of ${f['subject'] === 'recovery-keys' ? 'the recovery keys' : 'who may do what'} ${f['fault'] === 'REMOVED' ? 'was taken away' : 'is not the one that was written last'}.`,
    means: 'What it says is not believed. Somebody may want revoked people or keys to count again.',
    now: 'Find out who could write to this disk. People and keys says what puts it right.',
  }),
  'balance-drop': (f) => ({
    what: `A balance fell${put(pct(f, 'dropPct', 'fellPct'), ' by ')} without an order of yours${detail(f)}.`,
    means: 'Funds may have been moved by somebody else.',
    now: 'Look at the account at its venue or on the chain. If it was not you, move what is left.',
  }),
  'loss-limit': (f) => ({
    what: `The loss of the day reached its limit${about(f)}.`,
    means: 'Orders are held back to what the limit allows.',
    now: 'See the limits on the Guards screen. Trading on needs a recovery key.',
  }),
  'dead-man': (f) => ({
    what:
      pick(f, 'minutesLeft') === null
        ? 'Nobody was at this machine for too long.'
        : `Nobody seems to be here; trading halts in ${f['minutesLeft'] ?? ''}\u00a0min.`,
    means: 'Without a sign of you Holdfast stops trading by itself.',
    now: 'Move the mouse or press a key in this window if you are here.',
  }),
  'disk-full': (f) => ({
    what: `The disk is full, or nearly${put(pick(f, 'freeMb'), ' (', '\u00a0MB left)')}.`,
    means: 'Without room for a record no order can leave. A halt still works.',
    now: 'Free some space.',
  }),
  'endpoints-disagree': (f) => ({
    what: `Two endpoints of the chain contradict each other${put(pick(f, 'about'), ' about the ')}${put(bothSaid(f), ' (', ')')}.`,
    means:
      'One of them is wrong or lies, so neither is believed: nothing new is prepared on what they differ about, and no order is taken for done or failed by it.',
    now: 'Find out which, and replace it in the chain’s profile.',
  }),
  'call-forbidden': (f) => ({
    what: `Something asked for what it may not do${put(pick(f, 'call', 'act'), ' (', ')')}.`,
    means: 'It was refused.',
    now: 'See the audit entry. If you did not do that, restart Holdfast and check this machine.',
  }),
  'breaker-opened': (f) => ({
    what: `${breaker(f)} opened${detail(f)}.`,
    means: 'No order passes it until it has had time to recover.',
    now: 'See on the Guards screen what it counted.',
  }),
  'trading-reduced': (f) => ({
    what: `Trading was reduced${by(f)}${put(tradingReason(f), ' (', ')')}.`,
    means: 'Only what lessens risk may still leave; cancels always pass.',
    now: 'See on the Guards screen why, and what leads back.',
  }),
  'outcome-unknown': (f) => ({
    what: `It is not known what became of an order${code(f)}.`,
    means: 'It may have been carried out. It is not sent again, and the venue is asked until it can tell.',
    now: 'Wait. Do not place it again before its outcome is known.',
  }),
  reorg: plain(
    'The chain took back a block that held a transaction of yours.',
    'What was confirmed is open again, and is followed.',
    'Wait until it is final before you rely on it.',
  ),
  'fill-reorged': plain(
    'The chain took back the block of a swap that counts as filled.',
    'It may be mined again, and is watched until it is final.',
    'Do not count on what it bought until then.',
  ),
  'fill-undone': plain(
    'A swap that counted as filled never came to be: the chain took it back for good.',
    'Balances and limits still count it as filled.',
    'Compare your balances with the chain, and trade again if you still want to.',
  ),
  'end-undone': (f) => ({
    what: `A swap that had ended as ${f['ended'] ?? 'not carried out'} is carried out after all: the chain took back the block that had ended it.`,
    means: 'Its order is open again, counts in the limits, and is followed to its end.',
    now: 'Do not trade it anew. If you have, both may be carried out: compare your balances with the chain.',
  }),
  'fill-mined-again': plain(
    'A swap that the chain had taken back is in a block again.',
    'It counts as filled, as before, and is watched until it is final.',
    'Nothing needs to be done. You are told should it be taken back once more.',
  ),
  'clock-jump': (f) => ({
    what: `The clock of this machine jumped${detail(f)}.`,
    means: 'Times of orders and records may be off.',
    now: 'Set the clock right, and see that nobody changes it.',
  }),
  'unknown-client': () => ({
    what: 'A program that is not known keeps knocking at the local interface.',
    means: 'It was refused each time.',
    now: 'If none of your programs is set up wrongly, turn the local interface off in Settings.',
  }),
  'unusual-activity': (f) => ({
    what: `Something unlike what this account usually does${about(f) === '' ? '' : `:${about(f)}`}.`,
    means: 'It may be you, or somebody in your place.',
    now: 'Look at it in the audit log. If it was not you, halt.',
  }),
  'valuation-missing': (f) => ({
    what: `The value of an account cannot be told${about(f) === '' ? '' : `:${about(f)}`}.`,
    means: 'Losses cannot be counted, so its limits count as reached.',
    now: 'See why prices or balances are missing.',
  }),
  'alert-path-lost': (f) =>
    (LOST_PATHS[f['subject'] ?? ''] ?? plain('A way of telling you is lost.', 'You may miss alerts.', 'Send a test alert.'))(f),
  'order-withheld': (f) => ({
    what: `An order was held back at the last moment${code(f)}.`,
    means: NOTHING_SENT,
    now: 'See why trading was halted or refused, then review the order again.',
  }),
  'nonce-taken': (f) => ({
    what: `A transaction that Holdfast did not send took the place of yours${put(hex(f, 'hash'), ' (', ')')}.`,
    means: 'Somebody else may hold this key, or you sent it from another wallet.',
    now: 'If it was not you, halt and move what is left to another account.',
  }),
  'protection-changed': (f) => ({
    what: `Somebody in authority ${put(pick(f, 'by'), '(', ') ')}${ALERT_ACT_WORDS[pick(f, 'act', 'subject') ?? ''] ?? 'changed a protection'}.`,
    means: 'Holdfast protects you differently from now on.',
    now: 'If that was not you, halt and replace the recovery keys.',
  }),
  'endpoint-down': (f) => ({
    what: `An account or endpoint cannot be read${about(f) === '' ? '' : `:${about(f)}`}${detail(f)}.`,
    means: 'What happens there is not seen.',
    now: 'Check the network and the endpoint.',
  }),
  'network-trouble': (f) => ({
    what: `Nothing gets through to ${named(f, 'name', 'subject') ?? 'the chain'}${detail(f)}.`,
    means: 'Orders are refused until it is well; what is out is followed on as soon as it is.',
    now: 'Check your connection and the endpoints in Settings.',
  }),
  'confirmation-timeout': (f) => ({
    what: `A transaction was not confirmed in time${put(pick(f, 'phase'), ' (', ')')}.`,
    means: 'It is still out and may be carried out.',
    now: 'See the order: it can be sped up or canceled there.',
  }),
  'transaction-stuck': sayStuck,
  'transaction-dropped': plain(
    'The chain’s nodes no longer know a transaction of yours.',
    'It was not carried out so far; it still could be.',
    'See the order. It is sent again as it is, or can be canceled there.',
  ),
  'slippage-rejections': (f) => ({
    what: `Several orders were refused for what they would have cost${put(pick(f, 'times'), ' (', ' in a quarter of an hour)')}.`,
    means: NOTHING_SENT,
    now: 'Make them smaller, or wait for a calmer market.',
  }),
  'order-failed': (f) => ({
    what: `An order did not go through${code(f)}${put(pick(f, 'detail'), ': ')}.`,
    means: 'As far as is known it was not carried out, or not whole.',
    now: 'See the order for what became of it.',
  }),
  'limit-reached': (f) => ({
    what: refusal(f) ?? 'An order went beyond a limit.',
    means: 'It was refused, and nothing was sent. Orders beyond the limit stay refused.',
    now: 'See the limits on the Guards screen. If it was not you, find out what places these orders.',
  }),
  'internal-fault': (f) => ({
    what: `Something went wrong inside Holdfast${put(pick(f, 'subject'), ': ')}${detail(f)}.`,
    means: 'What had been sent is followed until it is known.',
    now: 'If it repeats, stop trading and see the audit log.',
  }),
  'error-rate': (f) => ({
    what: `Orders end well less often than usual${put(shares(f), ': ')}.`,
    means: 'What fails was not carried out, or not whole. Something about the venue, the chain or the signer may have changed.',
    now: 'See on the Monitor screen since when, and in the failed orders why, before you trade on.',
  }),
  'performance-degraded': (f) => ({
    what: `${slower(f)} than usual${put(times(f), ': ')}.`,
    means: 'Orders take longer, and prices move meanwhile. Nothing is held back because of it.',
    now: 'See on the Monitor screen since when. If it lasts, look at the endpoint, the signer or the fees.',
  }),
  'breaker-half-open': (f) => ({
    what: `${breaker(f)} lets one order through as a probe.`,
    means: 'Its outcome closes or reopens the breaker.',
    now: 'Nothing needs to be done.',
  }),
  drill: (f) => ({
    what: `A drill${put(drillName(f), ' (', ')')} ${drillEnd(f)}${put(pick(f, 'by'), ', begun by ')}.`,
    means: 'It was held in paper; nothing real happened.',
    now: f['result'] === 'awaits-release' ? 'Release its halt on the Guards screen.' : 'See its report on the Incidents screen.',
  }),
  'test-alert': (f) => ({
    what: `This is a test${by(f)}.`,
    means: 'Nothing happened.',
    now: 'See whether it reached every way that you rely on.',
  }),
}

/** The sentences of an alert. */
export function sayAlert({ kind, subject, figures }: Pick<AlertView, 'kind' | 'subject' | 'figures'>): Said {
  return ALERTS[kind](subject === null ? figures : { ...figures, subject })
}

/** Every kind that has its words. */
export const ALERT_WORD_KINDS = Object.keys(ALERTS) as readonly AlertKind[]

/** What delivery to the webhook is called. */
export const DELIVERY_WORDS: Readonly<Record<AlertView['delivery'], string | null>> = {
  none: null,
  due: 'Waiting for the webhook',
  sent: 'Sent to the webhook',
  dropped: 'Never reached the webhook',
}

/** How the webhook fares. */
export const WEBHOOK_STATE_WORDS: Readonly<Record<NonNullable<AlertSettingsView['webhook']>['state'], string>> = {
  untried: 'Not tried yet',
  working: 'Works',
  retrying: 'Trying again',
  lost: 'Lost',
}
