import { denial, failure } from '../../../src-main/domain/codes'
import { decimal } from '../../../src-main/lib/decimal'
import { ok } from '../../../src-main/lib/result'
import { acting, answered, bringToWorld, LATE_MS, meddleFeed, reading, signing, TOO_LATE_MS, type Fault, type Stage } from './fault-kinds'
import { never, type FaultVenue, type FaultWorld } from './fault-world'
import { PAPER_RESTING } from './halt-help'
import { honest } from './scripted-signer'

/** How long a fault lasts: longer than a read may take, shorter than retries go on. */
const LASTS_MS = 20_000
/** By then whatever waits has been tried again, and what was lost is noticed. */
const OVER_MS = 150_000

/** Plays one order up to a stage, lets the fault have its way there, and says what stood meanwhile. */
export interface Played {
  /** The order, where there came to be one. */
  readonly orderId: string | null
  /** What stood while the fault lasted: a state, or a refusal's code. */
  readonly during: string
}

const refused = (code: string): Played => ({ orderId: null, during: `refused ${code}` })

async function started(world: FaultWorld, venue: FaultVenue, changed: object = {}): Promise<string> {
  return (await world.bench.start({ ...world.draft(venue), ...changed })).orderId
}

const stateOf = (world: FaultWorld, orderId: string): string => world.state(orderId) ?? 'no order'

const prepare: Play = async (world, venue, fault) => {
  const { desk } = world.bench.engine
  const meddler = reading(world, fault)
  if (meddler === 'world') bringToWorld(world, fault)
  else world.meddlers.set('quote', meddler)
  const preparing = desk.prepare(world.draft(venue), 'person', 'operator')
  await world.bench.clock.advance(LATE_MS)
  const plan = await preparing
  if (!plan.ok) return refused(plan.error.code)
  world.mend()
  const going = desk.confirm(plan.value.plan.planId, plan.value.planHash, 'operator')
  if (!going.ok) return refused(going.error.code)
  await world.bench.clock.settle()
  return { orderId: going.value.orderId, during: 'prepared' }
}

const judge: Play = async (world, venue, fault) => {
  const { bench } = world
  const { plan, planHash } = await bench.prepare(world.draft(venue))
  const confirm = () => bench.engine.desk.confirm(plan.planId, planHash, 'operator')
  const before = bench.policy
  if (fault === 'garbage answer') bench.policy = { kind: 'loaded' } as never
  else if (fault === 'late answer') await bench.clock.advance(61_000)
  else if (fault === 'duplicate delivery') confirm()
  else bringToWorld(world, fault)
  const going = confirm()
  bench.policy = before
  await bench.clock.settle()
  const orderId = world.state(plan.orderId) === null ? null : plan.orderId
  return { orderId, during: going.ok ? 'started' : `refused ${going.error.code}` }
}

const sign: Play = async (world, _venue, fault) => {
  const { signer, clock } = world.bench
  signer.script = signing(world, fault)
  const orderId = await started(world, 'dex')
  await clock.advance(fault === 'time-out' || fault === 'late answer' ? TOO_LATE_MS - 1_000 : LASTS_MS)
  const during = stateOf(world, orderId)
  if (fault === 'late answer') await clock.advance(2_000)
  signer.script = honest
  return { orderId, during }
}

const lastLook: Play = async (world, venue, fault) => {
  world.meddlers.set('place', (go) => {
    world.halt()
    if (fault === 'garbage answer') world.bench.gate.look = denial('KILL_SWITCH_UNREADABLE')
    return go()
  })
  const orderId = await started(world, venue)
  return { orderId, during: stateOf(world, orderId) }
}

/** The allowance that goes before the swap is placed; the swap only after it is mined. */
const allowance: Play = async (world, venue, fault) => {
  const { venue: chainVenue, clock, engine } = world.bench
  chainVenue.needsAllowance = true
  world.meddlers.set('place', acting(world, venue, fault))
  const orderId = await started(world, venue)
  // The order after it needs none.
  chainVenue.needsAllowance = false
  await clock.advance(1_000)
  const during = `${stateOf(world, orderId)}, ${engine.transactions.ofOrder(orderId)[0]?.state ?? 'nothing'}`
  if (fault === 'late answer') await clock.advance(LATE_MS)
  // What is tried again leaves now, so that the chain has time for the swap as well.
  world.mend()
  await clock.advance(LASTS_MS)
  return { orderId, during }
}

const placing: Play = async (world, venue, fault) => {
  if (venue === 'paper' && fault === 'connection reset')
    world.meddlers.set('place', (go) => {
      world.paper.faults.inject({ kind: 'disconnect' })
      return go()
    })
  else world.meddlers.set('place', acting(world, venue, fault))
  const orderId = await started(world, venue)
  await world.bench.clock.advance(1_000)
  const during = stateOf(world, orderId)
  // An answer that is late comes by itself.
  if (fault === 'late answer') await world.bench.clock.advance(LATE_MS)
  return { orderId, during }
}

/** A second order of the account, confirmed while it is open what came of the first, and again once that is over. */
const behind: Play = async (world, venue, fault) => {
  const { bench } = world
  world.meddlers.set('place', acting(world, venue, fault))
  const first = await started(world, venue)
  await bench.clock.advance(1_100)
  world.meddlers.clear()
  const second = async (): Promise<Played> => {
    bench.venue.chainNonce = world.chain.count
    const { plan, planHash } = await bench.prepare({ ...world.draft(venue), amount: '0.8' })
    const going = bench.engine.desk.confirm(plan.planId, planHash, 'operator')
    await bench.clock.settle()
    return going.ok ? { orderId: plan.orderId, during: stateOf(world, plan.orderId) } : refused(going.error.code)
  }
  const meanwhile = await second()
  const during = `${stateOf(world, first)}, ${meanwhile.during}`
  await bench.clock.advance(LASTS_MS)
  return { orderId: meanwhile.orderId ?? (await second()).orderId, during }
}

const follow: Play = async (world, venue, fault) => {
  const { bench, paper, chain } = world
  if (venue === 'paper') {
    paper.faults.inject({ kind: 'partial-fill-then-stall', fraction: decimal('0.4') })
    const orderId = await started(world, venue)
    await bench.clock.settle()
    meddleFeed(world, fault)
    paper.faults.clear('partial-fill-then-stall')
    await bench.clock.advance(4_000)
    return { orderId, during: stateOf(world, orderId) }
  }
  const orderId = await started(world, venue)
  const meddler = reading(world, fault)
  if (fault === 'time-out') world.meddlers.set('chain-read', never)
  else if (fault === 'garbage answer') world.meddlers.set('chain-read', async () => ok({ nonsense: true }))
  // Mined, and not carried out: the chain's way to reject.
  else if (fault === 'rejected') chain.reverts = true
  else if (meddler === 'world') bringToWorld(world, fault)
  else world.meddlers.set('chain-read', meddler)
  chain.mine([...world.left.keys()])
  chain.mine([])
  await bench.clock.advance(fault === 'late answer' ? LATE_MS - 1_000 : LASTS_MS)
  return { orderId, during: stateOf(world, orderId) }
}

const cancel: Play = async (world, venue, fault) => {
  const { bench } = world
  const { canceller, replacer } = bench.engine
  const orderId = await started(world, venue, venue === 'paper' ? PAPER_RESTING : {})
  if (fault === 'disk full' || fault === 'halt') bringToWorld(world, fault)
  else world.meddlers.set(venue === 'paper' ? 'cancel' : 'place', acting(world, venue, fault))
  const canceling = venue === 'paper' ? canceller.cancel(orderId, 'person') : replacer.cancelOnChain(orderId, 'person')
  await bench.clock.advance(LATE_MS)
  const { kind } = await canceling
  const during = `${kind}, ${stateOf(world, orderId)}`
  world.mend()
  // What is still open is canceled again, as whoever asked for it would.
  if (venue === 'paper' && kind !== 'canceled') await canceller.cancel(orderId, 'person')
  else if (venue === 'dex' && kind !== 'sent' && kind !== 'unknown') await replacer.cancelOnChain(orderId, 'person')
  await bench.clock.settle()
  return { orderId, during }
}

const settle: Play = async (world, venue, fault) => {
  const { bench, chain } = world
  const meddler = reading(world, fault)
  if (venue === 'paper') {
    world.paper.faults.inject({ kind: 'time-out-after-accepting' })
    // Its fills are not heard of either: what the venue holds is all there is.
    world.feed = () => undefined
    if (fault === 'rejected') {
      world.paper.faults.clear()
      world.meddlers.set('place', async (go) => {
        world.paper.faults.inject({ kind: 'reject-next', failure: failure('INVALID_INSTRUCTION', 'no') })
        await go()
        return answered('unknown', 'TIMEOUT_ERROR')
      })
    } else if (fault === 'garbage answer') world.meddlers.set('find', async () => ok({ nonsense: true }))
    else if (fault === 'duplicate delivery') world.meddlers.set('find', async (go) => [await go(), await go()][1])
    else if (meddler !== 'world') world.meddlers.set('find', meddler)
    else {
      world.meddlers.set('find', (go) => {
        bringToWorld(world, fault)
        return go()
      })
    }
    const orderId = await started(world, venue)
    await bench.clock.advance(fault === 'late answer' ? LATE_MS - 1_000 : LASTS_MS)
    return { orderId, during: stateOf(world, orderId) }
  }
  const orderId = await started(world, venue)
  world.meddlers.set(
    'realised',
    meddler === 'world'
      ? (go) => {
          bringToWorld(world, fault)
          return go()
        }
      : meddler,
  )
  chain.mine([...world.left.keys()])
  chain.mine([])
  await bench.clock.advance(fault === 'late answer' ? LATE_MS : 4_000)
  return { orderId, during: stateOf(world, orderId) }
}

type Play = (world: FaultWorld, venue: FaultVenue, fault: Fault) => Promise<Played>

/** How an order is brought to each stage. */
export const PLAYS: Readonly<Record<Stage, Play>> = {
  prepare,
  judge,
  sign,
  'last look': lastLook,
  allowance,
  place: placing,
  behind,
  follow,
  cancel,
  settle,
}

/** Ends the fault, lets the chain go on and time pass. */
export async function letItEnd(world: FaultWorld): Promise<void> {
  world.mend()
  for (let round = 0; round < 3; round += 1) {
    const { bench, left, chain } = world
    const out = bench.engine.transactions.inFlight().filter(({ hash, nonce }) => nonce === chain.count && hash !== null && left.has(hash))
    // The newest transaction of a nonce offers the most, so it is the one that is mined.
    chain.mine(out.slice(-1).map(({ hash }) => hash!))
    await world.bench.clock.advance(OVER_MS / 3)
  }
}

/** Whether another order can be placed now: `possible`, or why not. */
export async function nextOrder(world: FaultWorld, venue: FaultVenue): Promise<string> {
  const { desk } = world.bench.engine
  const plan = await desk.prepare({ ...world.draft(venue), amount: venue === 'paper' ? '0.3' : '0.9' }, 'person', 'operator')
  if (!plan.ok) return plan.error.code
  const going = desk.confirm(plan.value.plan.planId, plan.value.planHash, 'operator')
  if (!going.ok) return going.error.code
  await world.bench.clock.settle()
  return 'possible'
}
