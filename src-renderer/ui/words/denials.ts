import type { DenialView } from '../../../src-preload/contract/orders'
import { formatAmount, formatGwei, formatUsd, fromSmallest, withUnit } from '../format/amount'
import { took } from '../format/time'
import { breakerName } from './breakers'
import { isTradingReason, TRADING_REASON_WORDS } from './trading-state'
import { against, amount, hex, NOTHING_SENT, NOTHING_SIGNED, pct, pick, plain, put, type Figures, type Say } from './said'
import { saySignerFailure } from './signer-failures'
import { saySigningPolicy } from './signing-policy'

/** Why we can refuse an order. */
export type DenialCode = DenialView['code']

const usd = (figures: Figures, ...names: readonly string[]): string | null => {
  const value = pick(figures, ...names)
  return value === null ? null : formatUsd(value)
}
const ether = (figures: Figures, ...names: readonly string[]): string | null => {
  const value = pick(figures, ...names)
  return value === null ? null : withUnit(fromSmallest(value, 18), 'ETH')
}
const gwei = (figures: Figures, ...names: readonly string[]): string | null => {
  const value = pick(figures, ...names)
  return value === null ? null : formatGwei(value)
}

/** How long, from a figure in ms; null when it is missing or `unknown`. */
const lasting = (figures: Figures, name: string): string | null => {
  const value = pick(figures, name)
  return value === null || !/^\d+$/.test(value) ? null : took(Number(value))
}
const breaker = (figures: Figures): string => {
  const name = breakerName(pick(figures, 'breaker') ?? '')
  return name === null ? 'A breaker' : `${name} breaker`
}
/** By which figure the slippage limit is exceeded: of the quote, of the price sent, or of the calldata. */
const exceeded = (figures: Figures): string => {
  const price = amount(figures, 'price')
  if (price !== null) return `the worst price accepted is ${price}${put(amount(figures, 'worstAllowed'), ', your limit allows ')}`
  const input = amount(figures, 'maxInputRaw')
  if (input !== null)
    return `the transaction may pay ${input}${put(amount(figures, 'mostAllowedRaw'), ', your limit allows ')} (smallest units)`
  return `expected ${pct(figures, 'slippagePct') ?? 'more'}${put(pct(figures, 'limitPct'), ', your limit is ')}`
}
const mismatch = (figures: Figures): string => {
  const { found, wanted } = { found: hex(figures, 'found'), wanted: hex(figures, 'wanted') }
  return put(pick(figures, 'field'), ': ', found === null || wanted === null ? ' differs' : ` is ${found}, not ${wanted}`)
}

const reason = (figures: Figures): string | null => {
  const given = pick(figures, 'reason')
  return given === 'none given' ? null : given
}

/** What a day's limit is exceeded by: what is used, and what this order adds. */
const overDay = (figures: Figures): string => {
  const [used, value, limit] = [usd(figures, 'usedUsd'), usd(figures, 'valueUsd'), usd(figures, 'limitUsd')]
  return used === null || value === null ? against(null, limit) : against(`${used} and ${value} more`, limit)
}
const sameOrder = (figures: Figures): string | null => {
  const [side, value, instrument] = [pick(figures, 'side'), amount(figures, 'amount'), pick(figures, 'instrument')]
  return side === null || value === null || instrument === null ? null : `${side} ${value} of ${instrument}`
}
const LATER_OR_SMALLER = 'Make it smaller, or wait for the next day (UTC).'

const tradingReason = (figures: Figures): string | null => {
  const word = pick(figures, 'reason')
  return word !== null && isTradingReason(word) ? TRADING_REASON_WORDS[word] : null
}
/** Why an order does not take risk away. */
const addsRisk = (figures: Figures): string => {
  const asset = pick(figures, 'asset')
  switch (pick(figures, 'why')) {
    case 'buys':
      return `buying ${asset ?? 'it'} adds risk`
    case 'not-for-cash':
      return `${asset ?? 'what you would get'} is no dollar, so this sale keeps the risk`
    case 'more-than-held':
      return `the order sells up to ${amount(figures, 'sold') ?? 'more'}${put(asset, ' ')}, you hold ${amount(figures, 'held') ?? 'less'}`
    case 'held-unknown':
      return `how much ${asset ?? 'of it'} you hold is not known to this order; prepare it again`
    case 'other-token':
      return `the transaction gives away something other than ${asset ?? 'what is sold'}`
    default:
      return 'only a sale of what you hold passes'
  }
}

const EDIT_POLICY = 'Change the order, or the policy under Settings if it should be allowed.'

/** A sentence of the policy guard about an address that is not on its list. */
const notListed =
  (thing: string, ...names: readonly string[]): Say =>
  (figures) => ({
    what: `Policy: ${thing}${put(hex(figures, ...names), ' ')} is not on your list.`,
    means: NOTHING_SIGNED,
    now: EDIT_POLICY,
  })

/** A sentence for every reason to refuse. */
export const DENIALS: Readonly<Record<DenialCode, Say>> = {
  KILL_SWITCH_TRIGGERED: (f) => ({
    what: `Kill switch: trading is halted${put(reason(f), ': ')}.`,
    means: 'No order can leave. What is already out stays out until you cancel it.',
    now: 'Release the halt on the Guards screen when it is safe.',
  }),
  KILL_SWITCH_UNREADABLE: (f) => ({
    what: `Kill switch: its state cannot be read${put(pick(f, 'detail', 'why', 'reason'), ' (', ')')}. That counts as halted.`,
    means: 'No order can leave.',
    now: 'See the release checks on the Guards screen.',
  }),
  NOT_SET_UP: plain('Holdfast is not set up yet.', 'No order can leave.', 'Finish the three first steps.'),
  TRADING_STATE_UNREADABLE: () => ({
    what: 'Trading state: it cannot be read, so it counts as halted.',
    means: NOTHING_SENT,
    now: 'See the Guards screen for what to do.',
  }),
  TRADING_HALTED: (f) => ({
    what: `Trading is halted${put(tradingReason(f), ' ')}.`,
    means: NOTHING_SENT,
    now: 'Canceling still works. The halt is lifted on the Guards screen.',
  }),
  TRADING_REDUCED: (f) => ({
    what: `Trading is reducing${put(tradingReason(f), ' ')}: ${addsRisk(f)}.`,
    means: NOTHING_SENT,
    now: 'Selling what you hold for dollars passes, and so does canceling. To allow new risk, leave reducing on the Guards screen.',
  }),
  BREAKER_OPEN: (f) => ({
    what: `${breaker(f)} is ${pick(f, 'state') ?? 'open'}${put(lasting(f, 'timeLeftMs'), '; it half-opens in ')}.`,
    means: NOTHING_SENT,
    now:
      pick(f, 'state') === 'isolated'
        ? 'A person opened it. Only a person closes it, on the Guards screen.'
        : 'Wait until it half-opens, or see the Guards screen.',
  }),
  BREAKER_PROBE_IN_FLIGHT: (f) => ({
    what: `${breaker(f)} is half-open and another order is its probe.`,
    means: NOTHING_SENT,
    now: 'Wait until that order is decided.',
  }),
  LIMIT_USAGE_UNKNOWN: (f) => ({
    what: `Limits: what is already used cannot be told${put(pick(f, 'why'), ' (', ')')}.`,
    means: 'Without it no limit can be kept, so nothing was sent.',
    now: 'Start Holdfast again. If it repeats, see the audit log.',
  }),
  LIMIT_VALUE_UNKNOWN: plain(
    'Limits: the value of the order in USD is not known.',
    'It fits no limit, so nothing was sent.',
    'Wait for a price, or trade a pair that has one.',
  ),
  ORDER_VALUE_EXCEEDS_LIMIT: (f) => ({
    what: `Limits: the order is too large${against(usd(f, 'valueUsd'), usd(f, 'limitUsd'))}.`,
    means: NOTHING_SENT,
    now: 'Make it smaller.',
  }),
  ASSET_DAY_LIMIT: (f) => ({
    what: `Limits: too much ${pick(f, 'asset') ?? 'of this asset'} in one day${overDay(f)}.`,
    means: NOTHING_SENT,
    now: LATER_OR_SMALLER,
  }),
  DAY_LIMIT: (f) => ({ what: `Limits: too much in one day${overDay(f)}.`, means: NOTHING_SENT, now: LATER_OR_SMALLER }),
  ORDER_RATE_EXCEEDED: (f) => ({
    what: `Limits: too many orders in one ${pick(f, 'per') ?? 'moment'}${against(amount(f, 'count'), amount(f, 'limit'))}.`,
    means: NOTHING_SENT,
    now: 'Wait a moment, then try again.',
  }),
  OPEN_ORDERS_LIMIT: (f) => ({
    what: `Limits: too many open orders${against(amount(f, 'count'), amount(f, 'limit'))}.`,
    means: NOTHING_SENT,
    now: 'Cancel one that you do not need, or wait until one is done.',
  }),
  REPEATED_ORDER: (f) => ({
    what: `Limits: the same order again${put(sameOrder(f), ' (', ')')}: it went out ${pick(f, 'count') ?? 'several'} times${put(lasting(f, 'windowMs'), ' within ')}, your limit is ${pick(f, 'limit') ?? 'lower'}.`,
    means: 'Something may be placing it over and over. Nothing was sent.',
    now: 'If you meant it, say so under Limits on the Guards screen. Only a person can.',
  }),
  EXCEEDED_LIMIT: (f) => ({
    what: `Slippage guard: ${exceeded(f)}.`,
    means: 'The order would cost more against the market than you allow. Nothing was sent.',
    now: 'Make it smaller, wait for more depth, or choose another risk profile.',
  }),
  HIGH_VOLATILITY: (f) => ({
    what: `Slippage guard: the price moved too much in the last hour${against(pct(f, 'rangePct'), pct(f, 'limitPct'))}.`,
    means: NOTHING_SENT,
    now: 'Wait for the market to calm down, or change the limit in Settings.',
  }),
  INSUFFICIENT_LIQUIDITY: (f) => ({
    what: `Slippage guard: the visible depth does not fill this order${put(pct(f, 'fillablePct'), ' (only ', ' of it)')}.`,
    means: NOTHING_SENT,
    now: 'Make it smaller, or place a limit order.',
  }),
  CIRCUIT_BREAKER_ACTIVE: (f) => ({
    what: `Slippage guard: ${breaker(f).replace(/^A /, 'a ')} is active.`,
    means: NOTHING_SENT,
    now: 'Wait until it half-opens, or see the Guards screen.',
  }),
  QUOTE_STALE: (f) => ({
    what: `Slippage guard: the price is too old${against(lasting(f, 'ageMs'), lasting(f, 'maxAgeMs'))}.`,
    means: NOTHING_SENT,
    now: 'Ask for a fresh price.',
  }),
  MIN_OUTPUT_TOO_LOW: (f) => ({
    what: `Slippage guard: the least the transaction accepts is below your limit${against(amount(f, 'minOutputRaw'), amount(f, 'leastAllowedRaw'), 'it must be at least')} (smallest units).`,
    means: NOTHING_SIGNED,
    now: 'Prepare the order again.',
  }),
  DEADLINE_OUT_OF_RANGE: (f) => ({
    what: `Slippage guard: the deadline of the swap is in the past or too far ahead${against(put(pick(f, 'aheadSec'), '', '\u00a0s') || null, put(pick(f, 'maxSec'), '', '\u00a0s') || null, 'the most is')}.`,
    means: NOTHING_SIGNED,
    now: 'Prepare the order again, and check this machine’s clock.',
  }),
  CALLDATA_MISMATCH: (f) => ({
    what: `Slippage guard: the transaction does not do what the order says${mismatch(f)}.`,
    means: NOTHING_SIGNED,
    now: 'Do not retry before you know why. See the audit entry.',
  }),
  POLICY_UNREADABLE: (f) => ({
    what: `Policy: the policy cannot be read${put(pick(f, 'why', 'detail', 'reason'), ' (', ')')}.`,
    means: 'Without a policy nothing is allowed.',
    now: 'See Settings, Policy for why, and begin anew there.',
  }),
  VENUE_NOT_ALLOWED: (f) => ({
    what: `Policy: venue${put(pick(f, 'venue'), ' ')} is not on your list.`,
    means: NOTHING_SENT,
    now: EDIT_POLICY,
  }),
  INSTRUMENT_NOT_ALLOWED: (f) => ({
    what: `Policy: pair${put(pick(f, 'instrument'), ' ')} is not on your list.`,
    means: NOTHING_SENT,
    now: EDIT_POLICY,
  }),
  NOTIONAL_EXCEEDS_MAX: (f) => ({
    what: `Policy: the order is too large${against(usd(f, 'notionalUsd'), usd(f, 'maxUsd'))}.`,
    means: NOTHING_SENT,
    now: 'Make it smaller.',
  }),
  NOTIONAL_UNKNOWN: plain(
    'Policy: the value of the order in USD is not known.',
    'Its size cannot be judged, so nothing was sent.',
    'Wait for a price, or trade a pair that has one.',
  ),
  SIGNER_NOT_ALLOWED: notListed('signer', 'signer'),
  CHAIN_NOT_ALLOWED: (f) => ({
    what: `Policy: chain${put(pick(f, 'chainId', 'chain'), ' ')} is not on your list.`,
    means: NOTHING_SIGNED,
    now: EDIT_POLICY,
  }),
  TO_NOT_ALLOWED: notListed('contract', 'to'),
  VALUE_EXCEEDS_MAX: (f) => ({
    what: `Policy: the transaction sends too much${against(ether(f, 'valueWei'), ether(f, 'maxWei'))}.`,
    means: NOTHING_SIGNED,
    now: EDIT_POLICY,
  }),
  GAS_EXCEEDS_MAX: (f) => ({
    what: `Policy: the gas limit is too high${against(amount(f, 'gas'), amount(f, 'maxGas'))}.`,
    means: NOTHING_SIGNED,
    now: EDIT_POLICY,
  }),
  GAS_PRICE_EXCEEDS_MAX: (f) => ({
    what: `Policy: the network fee is too high${against(gwei(f, 'maxFeePerGasWei'), gwei(f, 'limitWei'))}.`,
    means: NOTHING_SIGNED,
    now: 'Wait for the network to calm down, or change the policy.',
  }),
  DATA_TOO_LONG: (f) => ({
    what: `Policy: the transaction carries too much data${against(put(amount(f, 'bytes'), '', '\u00a0bytes') || null, put(amount(f, 'maxBytes'), '', '\u00a0bytes') || null)}.`,
    means: NOTHING_SIGNED,
    now: EDIT_POLICY,
  }),
  CALLDATA_UNDECODABLE: (f) => ({
    what: `Policy: what the transaction would do cannot be read${put(pick(f, 'why'), ' (', ')')}.`,
    means: 'What cannot be read is never signed.',
    now: 'Use a pair and venue that Holdfast can decode.',
  }),
  RECIPIENT_NOT_ALLOWED: notListed('recipient', 'recipient'),
  SPENDER_NOT_ALLOWED: notListed('spender', 'spender'),
  TOKEN_NOT_ALLOWED: notListed('token', 'token'),
  UNLIMITED_APPROVAL: (f) => ({
    what: `Policy: the allowance${put(hex(f, 'spender'), ' for ')} is larger than the order needs${against(amount(f, 'amountRaw'), amount(f, 'neededRaw'), 'needed are')}.`,
    means: 'It could be used to take more later. Nothing was signed.',
    now: 'Allow only the amount of the order.',
  }),
  CONTRACT_CREATION: plain(
    'Policy: the transaction would create a contract.',
    NOTHING_SIGNED,
    'Holdfast only calls contracts that you listed.',
  ),
  CANCEL_SHAPE_INVALID: (f) => ({
    what: `Policy: a cancel has one exact shape, and this is not it${put(pick(f, 'field'), ' (', ')')}.`,
    means: NOTHING_SIGNED,
    now: 'Try to cancel again. If it repeats, see the audit log.',
  }),
  INVALID_INTENT: (f) => ({
    what: `The order cannot be read${put(pick(f, 'field'), ': check ')}${put(pick(f, 'value'), ' (', ')')}.`,
    means: NOTHING_SENT,
    now: 'Correct the ticket.',
  }),
  INVALID_TRANSACTION: (f) =>
    pick(f, 'field') === 'tx'
      ? {
          what: 'There is no transaction that could be judged.',
          means: NOTHING_SIGNED,
          now: 'See what kept it from being prepared, then review the order again.',
        }
      : {
          what: `The transaction is not well formed${put(pick(f, 'field'), ' (', ')')}.`,
          means: NOTHING_SIGNED,
          now: 'Prepare the order again.',
        },
  GUARD_FAILED: (f) => ({
    what: `A guard could not judge${put(pick(f, 'guard'), ' (', ')')}${put(pick(f, 'why'), ': ')}. That counts as a refusal.`,
    means: NOTHING_SENT,
    now: 'Try again. If it repeats, see the audit log.',
  }),
  SIMULATION_FAILED: (f) => ({
    what: `The rehearsal on the chain failed${put(pick(f, 'reason', 'revertReason'), ': ')}.`,
    means: 'The same would have happened for real, and cost the fee. Nothing was signed.',
    now: 'Check balance and allowance, then prepare the order again.',
  }),
  SIMULATION_UNEXPECTED: (f) => ({
    what: `The rehearsal moved something the order does not${put(pick(f, 'what'), ': ')}${put(pick(f, 'amount') === null ? null : formatAmount(f['amount'] ?? ''), ' ')}${put(pick(f, 'asset'), '\u00a0')}.`,
    means: NOTHING_SIGNED,
    now: 'Do not retry before you know why. See the audit entry.',
  }),
  PLAN_UNKNOWN: plain('This plan is not known any more.', NOTHING_SENT, 'Review the order again.'),
  PLAN_EXPIRED: plain('This plan has expired.', NOTHING_SENT, 'Review the order again with a fresh price.'),
  PLAN_ALREADY_USED: plain('This plan was already used.', 'It was not sent a second time.', 'See the order under Orders.'),
  PLAN_MISMATCH: (f) => ({
    what: `What was confirmed is not what was prepared${put(pick(f, 'nonce'), ' (nonce ', ' is taken)')}.`,
    means: NOTHING_SENT,
    now: 'Review the order again.',
  }),
  EARLIER_ORDER_LEAVING: (f) => {
    const again = lasting(f, 'againInMs')
    const left = Number(pick(f, 'triesLeft') ?? '')
    return {
      what: `An earlier order of this account has not left yet${again === null ? '' : `: it was turned away${put(pick(f, 'why'), ' (', ')')}`}.`,
      means: `${NOTHING_SENT} Sent now, this order could come to wait behind a gap.`,
      now:
        again === null
          ? 'See the earlier one under Orders. Review this one again when that is sent or has ended.'
          : `The earlier one is sent again in ${again}${left > 1 ? `, and ${left} times at most` : ' for the last time'}. Review this one again then.`,
    }
  },
  EARLIER_ATTEMPT_BACK: plain(
    'The order that this one was to do anew has come back.',
    `The chain took back what had ended it. ${NOTHING_SENT} With both sent, both could be carried out.`,
    'See the earlier one under Orders.',
  ),
  AUDIT_UNAVAILABLE: plain(
    'The audit log cannot be written.',
    'Nothing may happen without a record, so nothing was sent.',
    'Check disk space and permissions, then try again.',
  ),
  JOURNAL_UNAVAILABLE: (f) => ({
    what: `The order journal cannot be written${put(pick(f, 'reason'), ' (', ')')}.`,
    means: 'An order that is not recorded could be lost or sent twice, so nothing was sent.',
    now: 'Check disk space and permissions, then try again.',
  }),
  SIGNER_LOCKED: plain('The signer is locked.', NOTHING_SIGNED, 'Unlock it, then review the order again.'),
  SIGNER_UNAVAILABLE: (f) =>
    saySignerFailure(pick(f, 'reason')) ?? {
      what: `The signer${put(pick(f, 'signer'), ' ')} is not available.`,
      means: NOTHING_SIGNED,
      now: 'Choose another account, or see Signers.',
    },
  SIGNER_REFUSED: (f) =>
    saySigningPolicy(pick(f, 'why')) ??
    saySignerFailure(pick(f, 'reason')) ?? {
      what: 'The signer refused.',
      means: NOTHING_SIGNED,
      now: 'See why under Signers, then review the order again.',
    },
  SIGNATURE_MISMATCH: (f) => ({
    what: `The signature is not for what was asked${put(pick(f, 'field'), ' (', ' differs)')}.`,
    means: 'The signed transaction was thrown away. Nothing was sent.',
    now: 'Do not use this signer before you know why.',
  }),
  QUOTE_UNAVAILABLE: (f) => ({
    what: `There is no price for this order${put(pick(f, 'venue'), ' on ')}${put(pick(f, 'detail'), ' (', ')')}.`,
    means: NOTHING_SENT,
    now: 'Check the connection of the venue and try again.',
  }),
}
