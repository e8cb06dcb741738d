/**
 * The app in a process of its own that dies by SIGKILL at a named point of one order's way. `tsx crash-child.ts <dataDir> <mask> <point> <draft>
 * [funded key]`. A point is a state of the order, right after it is on record and before anything else is done, or one of those below.
 */
import { writeSync } from 'node:fs'

import { Journal } from '../../../src-main/engine/journal/journal'
import { TransactionJournal } from '../../../src-main/engine/journal/transactions'
import { RpcClient } from '../../../src-main/venues/dex/rpc'
import { UpdateFeed } from '../../../src-main/venues/paper/update-feed'
import type { OrderDraft } from '../../../src-preload/contract/orders'
import { answerFor, hasty, lightKeyHost } from './devnet-app'
import { launchApp } from './launch'
import { memoryVault } from './vault'

const [dataDir = '', mask = '', point = '', draftText = '{}', fundedKey = ''] = process.argv.slice(2)
const draft = JSON.parse(draftText) as OrderDraft
const say = (line: string): void => void writeSync(1, `${line}\n`)

/** Nothing of this process runs after it. */
function die(): never {
  say(`dying at ${point}`)
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const { keepSigned, reserveReplacement } = TransactionJournal.prototype
const { append } = Journal.prototype
const { send } = RpcClient.prototype
const { push } = UpdateFeed.prototype

const isReplacement = (txId: string): boolean => /\.r\d+$/.test(txId)

/** Around the sending of what takes the place of the order's transaction. */
const REPLACING: Readonly<Record<string, () => void>> = {
  kept: () => {
    TransactionJournal.prototype.keepSigned = function (this: TransactionJournal, ...args) {
      keepSigned.apply(this, args)
      if (isReplacement(args[0])) die()
    }
  },
  'before sending': () => {
    let sent = 0
    RpcClient.prototype.send = function (this: RpcClient, ...args) {
      sent += 1
      return sent === 2 ? die() : send.apply(this, args)
    }
  },
  'after sending': () => {
    let sent = 0
    RpcClient.prototype.send = async function (this: RpcClient, ...args) {
      const outcome = await send.apply(this, args)
      sent += 1
      return sent === 2 ? die() : outcome
    }
  },
}
const named = (prefix: string): Readonly<Record<string, () => void>> =>
  Object.fromEntries(Object.entries(REPLACING).map(([name, arrange]) => [`${prefix} ${name}`, arrange]))

/** What a point does to the code, where it lies between two records. */
const POINTS: Readonly<Record<string, () => void>> = {
  /** The exchange has taken the order, durably, and has told nobody. */
  'taken, untold': () => {
    UpdateFeed.prototype.push = function (this: UpdateFeed, updates) {
      if (updates.length > 0) die()
      push.call(this, updates)
    }
  },
  /** The signed bytes are kept, and no event says so yet. */
  'bytes kept': () => {
    TransactionJournal.prototype.keepSigned = function (this: TransactionJournal, ...args) {
      keepSigned.apply(this, args)
      die()
    }
  },
  /** Everything is on record, and nothing has left. */
  'before sending': () => {
    RpcClient.prototype.send = () => die()
  },
  /** The same three for the cancel that replaces the order's transaction, and for the same again at a higher fee. */
  ...named('replacement'),
  ...named('speed-up'),
  /** The allowance that goes before the swap: right before it is sent, and when its being out is on record. */
  'allowance before sending': () => {
    RpcClient.prototype.send = () => die()
  },
  'allowance submitted': () => {
    Journal.prototype.append = function (this: Journal, ...args) {
      const record = append.apply(this, args)
      return args[1].type === 'AllowanceSubmitted' ? die() : record
    }
  },
  /** The cancel of an allowance that outlived its order: its nonce is reserved, and its bytes are kept. */
  'leftover cancel reserved': () => {
    TransactionJournal.prototype.reserveReplacement = function (this: TransactionJournal, ...args) {
      reserveReplacement.apply(this, args)
      return die()
    }
  },
  'leftover cancel kept': () => REPLACING['kept']?.(),
  /** It has left, and nobody has heard the answer. */
  'after sending': () => {
    RpcClient.prototype.send = async function (this: RpcClient, ...args) {
      await send.apply(this, args)
      die()
    }
  },
}

const isLeftover = point.startsWith('leftover ')
/** How long an order waits for its allowance, ms, and how long it does here. */
const PATIENCE = new Map([[180_000, 300]])
const app = await launchApp({
  ...{ dataDir, vault: memoryVault(Buffer.from(mask, 'hex')), spawnKeyHost: lightKeyHost },
  ...(isLeftover ? { scheduler: hasty(PATIENCE) } : {}),
})
if (fundedKey !== '') {
  app.answer = answerFor({ fundedKey })
  await app.must('signer.unlock', { id: draft.account })
}
const plan = await app.must('order.prepare', draft)
say(`order ${plan.orderId}`)
POINTS[point]?.()
void app.heard('order.changed', ({ state }) => {
  // Asked while the record is published: before whoever recorded it goes on.
  if (state === point) die()
  say(`at ${state}`)
  return false
})
// The app's own timers keep no process alive; here it is to live until it dies.
setInterval(() => undefined, 60_000)
const submitted = app.heard('order.changed', ({ state }) => state === 'submitted')
const ended = app.heard('order.changed', ({ open }) => !open)
await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
const isSpeedUp = point.startsWith('speed-up ')
if (point.startsWith('replacement ') || isSpeedUp || isLeftover) {
  await (isLeftover ? ended : submitted)
  await app.must(isSpeedUp ? 'order.speedUp' : 'order.cancelOnChain', { orderId: plan.orderId, mostPerGasWei: '500000000000' })
}
