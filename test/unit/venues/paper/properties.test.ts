import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import type { OrderType, Side, TimeInForce } from '../../../../src-main/domain/intent'
import { decimal, type Decimal } from '../../../../src-main/lib/decimal'
import type { PaperFault } from '../../../../src-main/venues/paper/faults'
import type { Entries } from '../../../../src-main/venues/paper/ledger'
import { FakeClock } from '../../../support/fake-clock'
import { MemoryStore, open, pass, type Rig } from './support'

type Step =
  | {
      readonly kind: 'place'
      readonly id: number
      readonly instrument: string
      readonly side: Side
      readonly type: OrderType
      readonly timeInForce: TimeInForce
      /** Part of what the account began with, percent. */
      readonly sizePct: number
      /** Limit or collar against the anchor price, in tenths of a percent. */
      readonly offset: number
      /** Whether it stalls when a part of it is filled. */
      readonly stalls: boolean
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'ticks'; readonly count: number }
  | { readonly kind: 'fault'; readonly fault: PaperFault }
  | { readonly kind: 'clear' }
  | { readonly kind: 'restart' }

const ANCHORS: Readonly<
  Record<string, { readonly price: string; readonly digits: number; readonly whole: string; readonly amountDigits: number }>
> = {
  'ETH-USD': { price: '2500', digits: 2, whole: '12', amountDigits: 4 },
  'SOL-USD': { price: '150', digits: 2, whole: '550', amountDigits: 3 },
  'ETH-BTC': { price: '0.04166', digits: 5, whole: '11', amountDigits: 3 },
}

const placing = fc.record({
  kind: fc.constant('place' as const),
  id: fc.nat(14),
  instrument: fc.constantFrom(...Object.keys(ANCHORS)),
  side: fc.constantFrom<Side>('buy', 'sell'),
  type: fc.constantFrom<OrderType>('market', 'limit'),
  timeInForce: fc.constantFrom<TimeInForce>('gtc', 'gtc', 'ioc'),
  sizePct: fc.integer({ min: 1, max: 100 }),
  offset: fc.integer({ min: -25, max: 25 }),
  stalls: fc.nat(5).map((chance) => chance === 0),
})
const canceling = fc.record({ kind: fc.constant('cancel' as const), id: fc.nat(14) })
const ticking = fc.record({ kind: fc.constant('ticks' as const), count: fc.integer({ min: 1, max: 12 }) })
const wayFault = fc.constantFrom<PaperFault>(
  { kind: 'reject-next', failure: failure('RATE_LIMITED') },
  { kind: 'time-out-before-accepting' },
  { kind: 'time-out-after-accepting' },
  { kind: 'disconnect' },
  { kind: 'duplicate-update' },
  { kind: 'reorder-updates' },
)
const marketFault = fc.constantFrom<PaperFault>(
  { kind: 'volatility-shock', instrument: 'SOL-USD', movePct: decimal('-40') },
  { kind: 'volatility-shock', instrument: 'ETH-USD', movePct: decimal('70') },
  { kind: 'liquidity-gone', instrument: null },
)
const faulting = (fault: fc.Arbitrary<PaperFault>) => fc.record({ kind: fc.constant('fault' as const), fault })
const clearing = fc.constant<Step>({ kind: 'clear' })
const trading: readonly fc.WeightedArbitrary<Step>[] = [
  { arbitrary: placing, weight: 8 },
  { arbitrary: canceling, weight: 2 },
  { arbitrary: ticking, weight: 4 },
]

function requestOf(step: Extract<Step, { kind: 'place' }>) {
  const { price, digits, whole, amountDigits } = ANCHORS[step.instrument]!
  return {
    clientOrderId: `c${step.id}`,
    instrument: step.instrument,
    side: step.side,
    type: step.type,
    timeInForce: step.timeInForce,
    baseAmount: decimal(whole).mul(step.sizePct).div(100).toDecimalPlaces(amountDigits, 1),
    limitPrice: decimal(price)
      .mul(1_000 + step.offset)
      .div(1_000)
      .toDecimalPlaces(digits),
  }
}

/** Plays steps; gives what came of each. A restart opens a new venue on what the store holds. */
async function play(
  steps: readonly Step[],
  after: (rig: Rig) => void = () => undefined,
  seed = 5,
): Promise<{ rig: Rig; outcomes: unknown[] }> {
  const clock = new FakeClock()
  const store = new MemoryStore()
  const updates: Rig['updates'] = []
  const begin = (): Rig => {
    const rig = open({ clock, store, seed })
    rig.venue.orders.subscribe((told) => updates.push(...told))
    return { ...rig, updates }
  }
  let rig = begin()
  const outcomes: unknown[] = []
  for (const step of steps) {
    switch (step.kind) {
      case 'place':
        if (step.stalls) rig.venue.faults.inject({ kind: 'partial-fill-then-stall', fraction: decimal('0.4') })
        outcomes.push(await rig.venue.placer.place({ kind: 'venue-order', request: requestOf(step) }, pass))
        break
      case 'cancel':
        outcomes.push(await rig.venue.placer.cancel(`c${step.id}`))
        break
      case 'ticks':
        // The clock's own timers are left alone, so that the venue that was dropped at a restart does not move.
        for (let tick = 0; tick < step.count; tick++) {
          clock.jumpWall(500)
          rig.venue.tick()
        }
        break
      case 'fault':
        rig.venue.faults.inject(step.fault)
        break
      case 'clear':
        rig.venue.faults.clear()
        break
      case 'restart':
        rig = begin()
    }
    after(rig)
  }
  return { rig, outcomes }
}

function accountsOf({ store }: Rig): Record<string, Entries> {
  const { accounts } = JSON.parse(store.rows.get('head')!) as { accounts: Record<string, Record<keyof Entries, string>> }
  return Object.fromEntries(
    Object.entries(accounts).map(([asset, { free, held, market, fees }]) => [
      asset,
      { free: BigInt(free), held: BigInt(held), market: BigInt(market), fees: BigInt(fees) },
    ]),
  )
}

const STARTING: Readonly<Record<string, bigint>> = { USD: 100_000n, ETH: 10n, BTC: 1n, SOL: 500n }

describe('whatever is done', { timeout: 60_000 }, () => {
  it('funds are conserved to the atom and nothing of ours is below zero; the state always passes its own audit', async () => {
    const steps = fc.array(
      fc.oneof(
        ...trading,
        { arbitrary: faulting(fc.oneof(wayFault, marketFault)), weight: 2 },
        { arbitrary: clearing, weight: 1 },
        { arbitrary: fc.constant<Step>({ kind: 'restart' }), weight: 1 },
      ),
      { maxLength: 25 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        await play(given, (rig) => {
          for (const [asset, { free, held, market, fees }] of Object.entries(accountsOf(rig))) {
            expect(free + held + market + fees).toBe(STARTING[asset]! * 10n ** 8n)
            expect(free >= 0n && held >= 0n && fees >= 0n).toBe(true)
          }
        })
      }),
      { numRuns: 40 },
    )
  })

  it('no order trades beyond its limit or collar, or more than its amount, and no id trades twice', async () => {
    const steps = fc.array(fc.oneof(...trading, { arbitrary: faulting(marketFault), weight: 1 }, { arbitrary: clearing, weight: 1 }), {
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const { rig, outcomes } = await play(given)
        const first = new Map<string, ReturnType<typeof requestOf>>()
        const answers = new Map<string, unknown>()
        const acts = given.filter((step) => step.kind === 'place' || step.kind === 'cancel')
        for (const [index, step] of acts.entries()) {
          if (step.kind !== 'place') continue
          const request = requestOf(step)
          if (!first.has(request.clientOrderId)) first.set(request.clientOrderId, request)
          if (!answers.has(request.clientOrderId)) answers.set(request.clientOrderId, outcomes[index])
          // Every repeat got the first answer.
          expect(outcomes[index]).toEqual(answers.get(request.clientOrderId))
        }
        const filled = new Map<string, Decimal>()
        for (const update of rig.updates) {
          if (update.kind !== 'fill') continue
          const { side, limitPrice, baseAmount } = first.get(update.clientOrderId)!
          expect(side === 'buy' ? update.price.lte(limitPrice) : update.price.gte(limitPrice)).toBe(true)
          const total = update.baseAmount.add(filled.get(update.clientOrderId) ?? 0)
          filled.set(update.clientOrderId, total)
          expect(total.add(update.remainingBase).eq(baseAmount)).toBe(true)
        }
        const accepted = rig.updates.filter(({ kind }) => kind === 'accepted').map(({ clientOrderId }) => clientOrderId)
        expect(new Set(accepted).size).toBe(accepted.length)
      }),
      { numRuns: 40 },
    )
  })

  it('a restart at any point is as if there had been none', async () => {
    // No other faults: those that wait for their occasion end with a restart.
    const steps = fc.array(fc.oneof(...trading, { arbitrary: clearing, weight: 1 }), { minLength: 1, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat(25), { minLength: 1, maxLength: 4 }), async (given, where) => {
        const withRestarts = given.flatMap((step, index): Step[] => (where.includes(index) ? [{ kind: 'restart' }, step] : [step]))
        const whole = await play(given)
        const broken = await play([...withRestarts, { kind: 'restart' }])
        expect(broken.outcomes).toEqual(whole.outcomes)
        expect(broken.rig.updates).toEqual(whole.rig.updates)
        expect(broken.rig.store.rows).toEqual(whole.rig.store.rows)
        for (const instrument of Object.keys(ANCHORS)) {
          expect(await broken.rig.venue.reader.depth(instrument, 100)).toEqual(await whole.rig.venue.reader.depth(instrument, 100))
          expect(await broken.rig.venue.reader.prices(instrument)).toEqual(await whole.rig.venue.reader.prices(instrument))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('the same seed and the same deeds give the same market and the same money', async () => {
    const steps = fc.array(fc.oneof(...trading), { maxLength: 15 })
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(200), async (given, seed) => {
        const [one, two] = [await play(given, undefined, seed), await play(given, undefined, seed)]
        expect(one.outcomes).toEqual(two.outcomes)
        expect(one.rig.updates).toEqual(two.rig.updates)
        expect(one.rig.store.rows).toEqual(two.rig.store.rows)
      }),
      { numRuns: 10 },
    )
  })
})
