import type { PreviewView } from '../../../src-preload/contract/orders'
import type { Problem, ProblemCode } from '../../../src-preload/contract/problem'
import { DENIALS, type DenialCode } from './denials'
import { NOTHING_SENT, NOTHING_SIGNED, pick, plain, put, type Figures, type Said, type Say } from './said'

type ObstacleCode = NonNullable<PreviewView['obstacle']>['code']
/** Why something outside us can fail. */
export type FailureCode = Exclude<ObstacleCode, DenialCode>
/** Why the way to main, a password or a file can fail. */
export type OwnProblemCode = Exclude<ProblemCode, ObstacleCode>

const detail = (f: Figures): string => put(pick(f, 'detail', 'reason', 'why'), ' (', ')')

/** A sentence for every failure of a venue, a chain, a signer or a disk. */
export const FAILURES: Readonly<Record<FailureCode, Say>> = {
  INSUFFICIENT_FUNDS: (f) => ({
    what: `The account does not hold enough${detail(f)}.`,
    means: 'Nothing was bought or sold.',
    now: 'Make the order smaller, or fund the account.',
  }),
  SLIPPAGE_EXCEEDED: (f) => ({
    what: `The price moved past your limit before the trade was carried out${detail(f)}.`,
    means: 'The trade did not happen; on a chain the fee is spent.',
    now: 'Review the order again with a fresh price.',
  }),
  INVALID_INSTRUCTION: (f) => ({
    what: `The venue did not accept the order as it stands${detail(f)}.`,
    means: 'Nothing was bought or sold.',
    now: 'Check pair, amount and price.',
  }),
  NETWORK_ERROR: (f) => ({
    what: `The connection failed${detail(f)}.`,
    means: 'What had been sent is followed until it is known.',
    now: 'Check the network. Holdfast keeps trying to read, and never sends twice.',
  }),
  RATE_LIMITED: (f) => ({ what: `The venue asks for a pause${detail(f)}.`, means: NOTHING_SENT, now: 'Wait a moment and try again.' }),
  TIMEOUT_ERROR: (f) => ({
    what: `No answer came in time${detail(f)}.`,
    means: 'If something had been sent, it is followed until it is known.',
    now: 'Wait. Do not place the order again before its outcome is known.',
  }),
  EXPIRED: (f) => ({
    what: `It expired before it was carried out${detail(f)}.`,
    means: 'Nothing was bought or sold.',
    now: 'Review the order again.',
  }),
  ENDPOINTS_DISAGREE: (f) => ({
    what: `The two chain endpoints say different things${detail(f)}.`,
    means: 'One of them is wrong, and nobody can tell which. Nothing new is sent while they differ; what was sent is followed.',
    now: 'Compare both with a block explorer, and replace the one that is wrong in the chain profile.',
  }),
  WITNESS_MISSING: (f) => ({
    what: `This chain needs a second endpoint${detail(f)}.`,
    means: 'One endpoint cannot unmask itself. The chain was not connected.',
    now: 'Add "witnessRpcUrl", an endpoint of another operator, to the chain profile.',
  }),
  OUT_OF_GAS: (f) => ({
    what: `The transaction ran out of gas${detail(f)}.`,
    means: 'The trade did not happen; the network fee is spent.',
    now: 'Review the order again; it will be prepared with a fresh estimate.',
  }),
  REVERTED: (f) => ({
    what: `The chain refused the transaction${detail(f)}.`,
    means: 'The trade did not happen; the network fee is spent.',
    now: 'See the reason, then review the order again.',
  }),
  NONCE_TOO_LOW: (f) => ({
    what: `Another transaction of this account was first${detail(f)}.`,
    means: 'This one did not happen.',
    now: 'Check what else uses this account, then review the order again.',
  }),
  AMOUNTS_UNKNOWN: (f) => ({
    what: `It was carried out, but how much it moved could not be read${detail(f)}.`,
    means: 'What is shown as filled is not what was traded. Limits count the order in full.',
    now: 'Look its transaction up in a block explorer. Do not place it again.',
  }),
  REPLACEMENT_UNDERPRICED: (f) => ({
    what: `The fee is too low to replace the transaction that is out${detail(f)}.`,
    means: 'The earlier transaction still stands.',
    now: 'Wait for it, or cancel with a higher fee.',
  }),
  WRONG_CHAIN: (f) => ({
    what: `The endpoint serves another chain than expected${detail(f)}.`,
    means: NOTHING_SENT,
    now: 'Connect the right chain in Settings.',
  }),
  BAD_ANSWER: (f) => ({
    what: `An answer could not be trusted${detail(f)}.`,
    means: 'It was not used.',
    now: 'Try again. If it repeats, do not use this endpoint.',
  }),
  NOT_FOUND: (f) => ({ what: `It was not found${detail(f)}.`, means: 'Nothing changed.', now: 'Check what you asked for and try again.' }),
  UNSUPPORTED: (f) => ({
    what: `This venue cannot do that${detail(f)}.`,
    means: 'Nothing changed.',
    now: 'Choose another order type or venue.',
  }),
  VENUE_CLOSED: (f) => ({ what: `The venue is closed${detail(f)}.`, means: NOTHING_SENT, now: 'Try again when it is open.' }),
  DISK_FULL: (f) => ({
    what: `The disk is full${detail(f)}.`,
    means: 'Nothing may happen without a record, so trading has stopped. A halt still works.',
    now: 'Free some space, then try again.',
  }),
  INTERNAL: (f) => ({
    what: `Something went wrong inside Holdfast${detail(f)}.`,
    means: 'What had been sent is followed until it is known. Nothing is sent twice.',
    now: 'Try again. If it repeats, see the audit log.',
  }),
}

/** A sentence for every problem that is neither a denial nor a failure outside. */
export const OWN_PROBLEMS: Readonly<Record<OwnProblemCode, Say>> = {
  INVALID_INPUT: (f) => ({
    what: `The engine could not accept this${put(pick(f, 'field', 'path'), ' (', ')')}${detail(f)}.`,
    means: 'Nothing changed.',
    now: 'Check what you entered.',
  }),
  INVALID_OUTPUT: plain(
    'The engine gave an answer of the wrong form, and it was not shown.',
    'What it did is in the audit log.',
    'Restart Holdfast. If it repeats, do not trade.',
  ),
  FORBIDDEN: plain('This window may not ask for that.', 'Nothing changed.', 'Restart Holdfast.'),
  NOT_READY: plain('The engine is not ready yet.', 'Nothing changed.', 'Wait a moment and try again.'),
  BUSY: plain('The same is already under way.', 'Nothing was done twice.', 'Wait until it is finished.'),
  CANCELED_BY_USER: plain('You closed the window.', 'Nothing changed.', ''),
  WRONG_PASSWORD: plain('That password does not open this key.', NOTHING_SIGNED, 'Try again. Passwords are case-sensitive.'),
  CORRUPT_KEYSTORE: (f) => ({
    what: `This keystore file is damaged or not one${detail(f)}.`,
    means: 'No key was read or changed.',
    now: 'Choose another file, or restore it from your backup.',
  }),
  WRONG_KEY: (f) => ({
    what: `That key is not right${put(pick(f, 'which'), ' (', ')')}.`,
    means: 'Nothing changed.',
    now: 'Check it and try again.',
  }),
  RATE_LIMITED_ATTEMPTS: (f) => ({
    what: `Too many attempts${put(pick(f, 'waitSec', 'retryAfterSec', 'seconds'), '; wait ', '\u00a0s')}.`,
    means: 'Nothing changed.',
    now: 'Wait, then try again with the right one.',
  }),
  CHECK_BLOCKED: (f) => ({
    what: `A check does not pass${put(pick(f, 'check', 'label', 'checks'), ' (', ')')}${detail(f)}.`,
    means: 'Nothing was changed: what was halted stays halted, and what was set stays as it is.',
    now: 'Deal with what the check found, then ask again.',
  }),
  NO_KEYCHAIN: plain(
    'This system offers no keychain.',
    'Secrets could not be kept safely, so live trading stays locked.',
    'Set up a keychain (for example GNOME Keyring or KWallet) and restart.',
  ),
  LIVE_LOCKED: (f) => ({
    what: `Live trading is locked${detail(f)}.`,
    means: 'You stay in the present environment.',
    now: 'See Settings for each reason.',
  }),
  WRONG_KEY_OR_NOT_A_DATABASE: plain(
    'The record of this environment does not open with this machine’s key.',
    'Your funds are not touched. Without its record Holdfast does not trade.',
    'If the keychain was reset or the file came from another machine, put the matching one back, then try again.',
  ),
  FOREIGN_DATABASE: plain(
    'The file in the record’s place belongs to another program or environment.',
    'It was not changed. Without its record Holdfast does not trade.',
    'Move that file away or put the right one back, then try again.',
  ),
  NEWER_THAN_APP: plain(
    'The record was written by a newer Holdfast.',
    'It was not changed. Without its record Holdfast does not trade.',
    'Install the newer version.',
  ),
  CORRUPT: (f) => ({
    what: `The record of this environment is damaged${detail(f)}.`,
    means: 'Your funds are not touched. Without its record Holdfast does not trade.',
    now: 'Restore it from a backup, then try again.',
  }),
  UNREADABLE: (f) => ({
    what: `A file that is needed cannot be read${put(pick(f, 'path', 'file'), ' (', ')')}${detail(f)}.`,
    means: 'What cannot be read counts as refused.',
    now: 'Check its permissions, then try again.',
  }),
  ALREADY_EXISTS: plain('It is already there.', 'Nothing was overwritten.', 'Use the one that is there, or choose another name.'),
  APP_LOCKED: plain('Holdfast is locked.', 'Halting and canceling still work. Nothing else is shown or done.', 'Unlock it first.'),
  NOT_PERMITTED: (f) => ({ what: notPermitted(f), means: 'Nothing was changed.', now: 'Ask somebody who may, or use recovery keys.' }),
  WRONG_CREDENTIALS: plain(
    'Password or code is not right.',
    'Nothing was changed. A code is good once, for about a minute.',
    'Try again with the next code. After a few wrong tries there is a wait.',
  ),
  WRONG_CODE: plain('That code is not right.', 'The second factor does not count yet.', 'Type the code that the authenticator shows now.'),
  BEYOND_REACH: plain(
    'That would leave something that nobody could ever authorise.',
    'Nothing was changed.',
    'Keep two means without an end, a recovery key among them, for every act.',
  ),
  BAD_NAME: plain(
    'That name cannot be used.',
    'Nobody was added. Records name people by it.',
    'Use letters, digits, blanks, dots and dashes; up to 40 characters.',
  ),
  ORDER_UNREADABLE: plain(
    'What is kept of this order cannot be read.',
    'Its record is damaged. It may be out, and counts as an order of unknown outcome.',
    'Look for it at the venue or in a block explorer, and say on Guards what became of it.',
  ),
  ORDER_NOT_OPEN: plain('The order is not open any more.', 'There is nothing left to cancel.', 'See its timeline for what became of it.'),
}

/** Every problem a call can come back with. */
const SAY: Readonly<Record<ProblemCode, Say>> = { ...DENIALS, ...FAILURES, ...OWN_PROBLEMS }

/** The sentences for a problem. */
export function sayProblem({ code, figures }: Problem): Said {
  return SAY[code](figures)
}

/** The sentences for a code that was recorded; an unknown one is named rather than hidden. */
export function sayCode(code: string, figures: Figures): Said {
  const known = Object.hasOwn(SAY, code) ? SAY[code as ProblemCode] : null
  return known === null ? { what: `It ended with ${code}.`, means: '', now: 'See the audit entries for detail.' } : known(figures)
}

function notPermitted(f: Figures): string {
  const name = pick(f, 'name') ?? 'This person'
  switch (pick(f, 'reason')) {
    case 'ACT':
      return `${name} may not approve this.`
    case 'AGAIN':
      return `${name} has approved this already; it takes somebody else.`
    case 'EXPIRED':
      return 'The time of this person has run out.'
    case 'REVOKED':
      return 'This person was revoked.'
    default:
      return `This is not for ${put(pick(f, 'role'), 'the role ') || 'whoever is here now'}${put(pick(f, 'needs'), '; it needs ')}.`
  }
}
