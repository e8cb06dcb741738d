import { sayCode } from './problems'
import { pick, put, type Figures, type Said, type Say } from './said'

const OPEN_THE_ORDER = 'Open the order: speed it up or cancel it there, as far as that is possible now.'

/** Why a transaction that waits was not replaced by itself, as main names it (`engine/orders/handle-stuck`): the end of a sentence, and what to do. */
const WHY: Readonly<Record<string, (f: Figures) => readonly [why: string, now: string]>> = {
  off: () => ['Settings leave that to you', OPEN_THE_ORDER],
  halted: () => ['trading is halted', 'Cancel it from its order, which a halt never stops, or release the halt first.'],
  'bumps-used': (f) => [`it was replaced${put(times(f), ' ')} already, the most that is allowed`, OPEN_THE_ORDER],
  'order-ended': () => [
    'its order has ended, and nothing more is paid for what the order left',
    'Transactions of this account wait behind it. Open the order and cancel it on the chain.',
  ],
  'signer-locked': () => ['its signer is locked', 'Unlock the signer on the Signers screen, then open the order.'],
  'signer-attended': () => ['its signer needs a person at the device', 'Take the device, then open the order.'],
  'not-sent-yet': () => ['it has not been sent yet', OPEN_THE_ORDER],
  busy: () => ['another replacement of it is under way', 'Wait for that one; it is tried again.'],
  canceling: () => ['a cancel of it is out already', 'Cancel it again from its order to pay a higher fee.'],
  'outcome-unknown': () => ['nobody knows whether it left', 'Open the order. Cancelling it is all that is possible.'],
  budget: () => [
    'that would cost more than your limit for network fees allows',
    'Wait until fees fall, or cancel it from its order; a cancel has a limit of its own.',
  ],
}

/** A transaction that waits and was not replaced: why, which the alert carries as `why`, or as the `code` of a refusal or failure. */
export const sayStuck: Say = (f) => {
  const why = pick(f, 'why') ?? pick(f, 'code')
  if (pick(f, 'how') === 'rebroadcast')
    return {
      what: 'A transaction that the chain’s nodes have dropped was not sent again.',
      means: `${why === null ? '' : refused(why, f)}Whoever has it may still bring it into a block.`,
      now: 'Open the order: cancel it there, or speed it up once nothing refuses it any more.',
    }
  const waits = 'The earlier one still stands and may be carried out.'
  const title = `A transaction${put(waited(f), ' has waited for ')}${waited(f) === null ? '' : ' and'} could not be sped up or canceled`
  if (why === null) return { what: `${title}.`, means: waits, now: OPEN_THE_ORDER }
  if (Object.hasOwn(WHY, why)) {
    const [because, now] = WHY[why]?.(f) ?? ['', OPEN_THE_ORDER]
    return { what: `${title}: ${because}.`, means: waits, now }
  }
  return { what: `${title}.`, means: `${refused(why, f)}${waits}`, now: OPEN_THE_ORDER }
}

/** What a guard, a venue or a signer said, as a sentence before another one; nothing for what is not known. */
function refused(code: string, f: Figures): string {
  if (!/^[A-Z][A-Z_]+$/.test(code)) return ''
  // `why` is the code itself, and no detail of it.
  const said: Said = sayCode(code, { ...f, why: '' })
  return said.means === '' ? '' : `${said.what} `
}

const times = (f: Figures): string | null => {
  const bumps = pick(f, 'bumps')
  return bumps === null ? null : `${bumps} ${bumps === '1' ? 'time' : 'times'}`
}

const waited = (f: Figures): string | null => {
  const seconds = Number(pick(f, 'waitedSec') ?? Number.NaN)
  if (!Number.isFinite(seconds)) return null
  return seconds < 120 ? `${Math.round(seconds)}\u00a0s` : `${Math.round(seconds / 60)}\u00a0min`
}
