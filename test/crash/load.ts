import type { OrderDraft } from '../../src-preload/contract/orders'
import type { TestApp } from '../support/app/launch'
import type { Chance } from './chance'
import type { Said } from './lines'

/** How many orders are under way at once: one signer's nonces come one after another. */
const WORKERS = { paper: 4, dex: 1 } as const
const DENIED_PAUSE_MS = 5

interface Trading {
  readonly app: TestApp
  readonly account: string
  readonly chance: Chance
  readonly say: (what: Said) => void
}

/** Trades until the process ends: orders of all kinds, some of them canceled or replaced, as many at once as the venue lets. */
export function tradeOn(venue: 'paper' | 'dex', trading: Trading): void {
  const one = venue === 'paper' ? paperOrder : swap
  const work = async (): Promise<never> => {
    for (;;) await one(trading)
  }
  for (let worker = 0; worker < WORKERS[venue]; worker += 1) {
    work().catch((thrown: unknown) => {
      trading.say({ say: 'failed', why: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) })
    })
  }
}

/** One small order that must go through; gives its id. */
export async function probe(app: TestApp, venue: 'paper' | 'dex', account: string, side: 'buy' | 'sell'): Promise<string> {
  const plan = await app.must(
    'order.prepare',
    venue === 'paper' ? paperDraft('ETH-USD', side, '0.002') : swapDraft(account, 'sell', '0.01'),
  )
  const ended = app.heard('order.changed', ({ orderId, open }) => orderId === plan.orderId && !open)
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  const { state, why } = await ended
  if (state !== 'filled') throw new Error(`the order after recovery is ${state}: ${JSON.stringify(why)}`)
  return plan.orderId
}

async function paperOrder({ app, chance, say }: Trading): Promise<void> {
  const side = chance.pick(['buy', 'sell'] as const)
  const rests = chance.once(4)
  const instrument = chance.pick(['ETH-USD', 'ETH-USD', 'BTC-USD', 'SOL-USD'])
  const draft = paperDraft(instrument, side, amountOf(instrument, chance))
  const far = { 'ETH-USD': '2000.00', 'BTC-USD': '45000.0', 'SOL-USD': '110.00' }[instrument] ?? '0'
  const orderId = await confirm({ app, say }, rests ? { ...draft, side: 'buy', type: 'limit', timeInForce: 'gtc', limitPrice: far } : draft)
  if (orderId !== null && rests) await app.call('order.cancel', { orderId })
}

async function swap({ app, account, chance, say }: Trading): Promise<void> {
  // An allowance of its own comes before each swap that buys; the bigger ones need more confirmations.
  const side = chance.once(3) ? 'buy' : 'sell'
  const amount = chance.once(25) ? '2' : chance.once(6) ? '0.5' : `0.0${1 + chance.below(9)}`
  const orderId = await confirm({ app, say }, swapDraft(account, side, amount))
  if (orderId === null || !chance.once(4)) return
  const replace = chance.pick(['order.speedUp', 'order.cancelOnChain'] as const)
  await app.call(replace, { orderId, mostPerGasWei: '500000000000' })
}

/** Prepares and confirms, and waits until it is as far as it goes by itself; null when a guard or the venue refused. */
async function confirm({ app, say }: Pick<Trading, 'app' | 'say'>, draft: OrderDraft): Promise<string | null> {
  const prepared = await app.call('order.prepare', draft)
  if (!prepared.ok) return refused(say, prepared.problem)
  const { planId, planHash, orderId } = prepared.value
  const left = app.heard('order.changed', (order) => order.orderId === orderId && LEFT.has(order.state))
  const confirmed = await app.call('order.confirm', { planId, planHash })
  if (!confirmed.ok) return refused(say, confirmed.problem)
  say({ say: 'confirmed', id: orderId })
  const { open } = await left
  return open ? orderId : null
}

/** On its way, or ended. */
const LEFT: ReadonlySet<string> = new Set(['submitted', 'working', 'unknown', 'filled', 'canceled', 'rejected', 'denied', 'failed'])

async function refused(say: Trading['say'], problem: unknown): Promise<null> {
  say({ say: 'denied', why: JSON.stringify(problem) })
  await new Promise((resolve) => setTimeout(resolve, DENIED_PAUSE_MS))
  return null
}

const amountOf = (instrument: string, chance: Chance): string =>
  instrument === 'SOL-USD' ? `${1 + chance.below(9)}.${1 + chance.below(9)}` : `0.00${1 + chance.below(9)}`

const paperDraft = (instrument: string, side: 'buy' | 'sell', amount: string): OrderDraft => ({
  venue: 'paper',
  instrument,
  side,
  type: 'market',
  timeInForce: 'ioc',
  amount,
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account: 'paper-main',
})

const swapDraft = (account: string, side: 'buy' | 'sell', amount: string): OrderDraft => ({
  ...paperDraft('WETH-USDC', side, amount),
  venue: 'uniswap-v3',
  account,
})
