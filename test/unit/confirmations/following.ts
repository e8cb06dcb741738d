import type { ConfirmationEvent, ConfirmationMonitor, FollowRequest } from '../../../src-main/confirmations/confirmations'
import { createConfirmationMonitor } from '../../../src-main/confirmations/monitor'
import type { Hex } from '../../../src-main/domain/evm'
import { decimal } from '../../../src-main/lib/decimal'
import { FakeClock } from '../../support/fake-clock'
import { FakeChain, type FakeTx } from './fake-chain'

/** A monitor on a fake chain and a fake clock, made anew by `begin` before each test, and what its tests say and hear in short words. */
export const POLL_MS = 4_000
export const ME = '0x00000000000000000000000000000000000000A1'
export const hashOf = (name: string): Hex => `0x${Buffer.from(name).toString('hex').padStart(64, '0')}`
export const TX: FakeTx = { hash: hashOf('swap'), from: ME, nonce: 5 }
/** The same nonce, another transaction. */
export const RIVAL: FakeTx = { hash: hashOf('rival'), from: ME, nonce: 5 }

export let clock: FakeClock
export let chain: FakeChain
export let monitor: ConfirmationMonitor
let jitter: () => number

/** A chain of 100 blocks; block 101, the next, is made now. Waits after failures are whole unless said otherwise. */
export function begin(): void {
  clock = new FakeClock()
  chain = new FakeChain(clock.wallMs() / 1_000 - 101 * 12)
  chain.mineEmpty(100)
  jitter = () => 255
  const random = { bytes: (length: number) => new Uint8Array(length).fill(jitter()), uuid: () => '' }
  monitor = createConfirmationMonitor({ chain, clock, scheduler: clock, random, pollMs: POLL_MS })
}

/** What chance draws from now on, 0 to 255. */
export function setJitter(draw: () => number): void {
  jitter = draw
}

/** Follows, and writes down what is said in short words; reads that succeed are left out. */
export function follow(usd: string | null = '50', more: Partial<FollowRequest> = {}) {
  const said: string[] = []
  const events: ConfirmationEvent[] = []
  const request = {
    hash: TX.hash,
    from: ME,
    nonce: TX.nonce,
    notionalUsd: usd === null ? null : decimal(usd),
    sentAtMs: clock.wallMs(),
    ...more,
  }
  const cancel = monitor.follow(request, (event) => {
    events.push(event)
    if (event.kind !== 'read-succeeded') said.push(inShort(event))
  })
  return { said, events, cancel }
}

function inShort(event: ConfirmationEvent): string {
  switch (event.kind) {
    case 'included':
      return `included ${event.blockNumber}${event.succeeded ? '' : ' failed'}`
    case 'confirmations':
      return `${event.have}/${event.need}`
    case 'confirmed':
      return `confirmed ${event.confirmations}${event.awaitsFinality ? ' awaits finality' : ''}`
    case 'finalized':
      return `finalized ${event.blockNumber}`
    case 'reverted':
      return `reverted ${event.blockNumber}: ${event.reason ?? 'unknown'}`
    case 'reorged':
      return `reorged ${event.fromBlock}`
    case 'timed-out':
      return `timed out: ${event.phase}`
    case 'read-failed':
      return `read failed: ${event.failure.code}`
    default:
      return event.kind
  }
}

/** One more poll. */
export const poll = () => clock.advance(POLL_MS)
/** One more block, and the poll that sees it. */
export const block = async (...txs: FakeTx[]) => {
  chain.mine(...txs)
  await poll()
}
