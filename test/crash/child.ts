/**
 * One life of the composed app, to be ended by SIGKILL: opens its data folder, settles what the life before left, shows that an order goes through,
 * and trades until it dies. `tsx child.ts`; orders come as lines on the standard input (lines.ts). It ends with its parent.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { keccak256 } from 'ethers'

import { BreakerSet } from '../../src-main/guards/breakers/breaker-set'
import { systemScheduler, type Scheduler } from '../../src-main/lib/clock'
import { decimal } from '../../src-main/lib/decimal'
import { RpcClient } from '../../src-main/venues/dex/rpc'
import { FaultList, type OrderFault } from '../../src-main/venues/paper/faults'
import { PaperPlacer } from '../../src-main/venues/paper/placer'
import { answerFor, lightKeyHost } from '../support/app/devnet-app'
import { launchApp, type TestApp } from '../support/app/launch'
import { memoryVault } from '../support/app/vault'
import { withoutGuards } from '../support/app/without-guards'
import { chanceOf, type Chance } from './chance'
import type { Order, Said } from './lines'
import { probe, tradeOn } from './load'
import { settle } from './settle'

/** Written before anything else is done: what was said is known even of a process that dies the next moment. */
const say = (what: Said): void => void writeSync(1, `${JSON.stringify(what)}\n`)

/** Delays that keep an app from hurrying, in the time of a test. Five seconds are also a signer's patience, which a busy machine needs some of. */
const SHORTER: ReadonlyMap<number, number> = new Map([
  [500, 40],
  [5_000, 2_000],
])
const scheduler: Scheduler = { after: (delayMs, task) => systemScheduler.after(SHORTER.get(delayMs) ?? delayMs, task) }
let luck: Chance | null = null

sayWhatIsHanded()
keepBreakersClosed()
makeTrouble()

say({ say: 'ready' })
let opened: { readonly app: TestApp; readonly order: Extract<Order, { do: 'open' }> } | null = null
for await (const line of createInterface({ input: process.stdin.on('end', () => process.exit(0)) })) {
  const order = JSON.parse(line) as Order
  try {
    if (order.do === 'open') {
      opened = { app: await live(order), order }
    } else if (opened !== null) {
      luck = chanceOf(order.seed, 1)
      say({ say: 'loading' })
      tradeOn(opened.order.venue, { app: opened.app, account: opened.order.account, chance: chanceOf(order.seed), say })
    }
  } catch (thrown) {
    say({ say: 'failed', why: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) })
  }
}

async function live(order: Extract<Order, { do: 'open' }>): Promise<TestApp> {
  const { dataDir, mask, venue, account, fundedKey } = order
  const app = await launchApp({
    dataDir,
    vault: memoryVault(Buffer.from(mask, 'hex')),
    scheduler,
    // More in a minute than a person may, and the same again: shown elsewhere.
    guards: withoutGuards('limits'),
    ...(venue === 'dex' ? { spawnKeyHost: lightKeyHost } : {}),
  })
  say({ say: 'opened' })
  void app.heard('order.changed', ({ orderId, state, filledBase, open }) => {
    say({ say: 'told', id: orderId, state, filled: filledBase, open })
    return false
  })
  if (venue === 'dex') {
    app.answer = answerFor({ fundedKey })
    await app.must('signer.unlock', { id: account })
  }
  const unstuck = await settle(app, venue)
  const id = await probe(app, venue, account, process.pid % 2 === 0 ? 'buy' : 'sell')
  const { verdict } = await app.must('audit.verify', {})
  const faults = app.logged.map(({ what, thrown }) => `${what}: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  say({ say: 'settled', verdict, probe: id, unstuck, faults })
  return app
}

function sayWhatIsHanded(): void {
  const { place } = PaperPlacer.prototype
  PaperPlacer.prototype.place = function (this: PaperPlacer, what, lastLook) {
    if (what.kind === 'venue-order') say({ say: 'handed', what: what.request.clientOrderId })
    return place.call(this, what, lastLook)
  }
  const { send } = RpcClient.prototype
  RpcClient.prototype.send = function (this: RpcClient, raw, lastLook) {
    say({ say: 'handed', what: keccak256(raw) })
    return send.call(this, raw, lastLook)
  }
}

/** So many lives that end badly would open every breaker, and nothing would be traded any more; what breakers do is shown elsewhere. */
function keepBreakersClosed(): void {
  const { record } = BreakerSet.prototype
  BreakerSet.prototype.record = function (this: BreakerSet, id, _outcome, about) {
    record.call(this, id, 'success', about)
  }
}

/** While there is load, an exchange that now and then loses an order, or its answer. */
function makeTrouble(): void {
  const { takeForOrder } = FaultList.prototype
  FaultList.prototype.takeForOrder = function (this: FaultList): OrderFault | null {
    const own = takeForOrder.call(this)
    if (own !== null || luck === null || !luck.once(5)) return own
    return luck.pick<OrderFault>([
      { kind: 'time-out-before-accepting' },
      { kind: 'time-out-after-accepting' },
      { kind: 'partial-fill-then-stall', fraction: decimal('0.5') },
      { kind: 'reject-next', failure: { code: 'INSUFFICIENT_FUNDS', detail: 'drawn' } },
    ])
  }
}
