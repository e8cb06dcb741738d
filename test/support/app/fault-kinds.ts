import { failure, type FailureCode } from '../../../src-main/domain/codes'
import { err, ok } from '../../../src-main/lib/result'
import type { PlaceOutcome } from '../../../src-main/venues/venue'
import { decimal } from '../../../src-main/lib/decimal'
import { failing, type FaultVenue, type FaultWorld, type Meddler } from './fault-world'
import { honest, type SignerScript } from './scripted-signer'

/** Stages of an order's way at which something can go wrong. */
export const STAGES = ['prepare', 'judge', 'sign', 'last look', 'allowance', 'place', 'behind', 'follow', 'cancel', 'settle'] as const
export type Stage = (typeof STAGES)[number]

/** What can go wrong. */
export const FAULTS = [
  'time-out',
  'connection reset',
  'rate limited',
  'garbage answer',
  'rejected',
  'answer lost after the act',
  'late answer',
  'duplicate delivery',
  'disk full',
  'halt',
] as const
export type Fault = (typeof FAULTS)[number]

/** How late an answer is that comes in time all the same. */
export const LATE_MS = 3_000
/** Longer than the signing gate waits. */
export const TOO_LATE_MS = 90_000

/** What a fault does to an answer that moves nothing. */
export function reading(world: FaultWorld, fault: Fault): Meddler | 'world' {
  switch (fault) {
    case 'time-out':
      return failing('TIMEOUT_ERROR')
    case 'connection reset':
      return failing('NETWORK_ERROR')
    case 'rate limited':
      return failing('RATE_LIMITED')
    case 'garbage answer':
      return failing('BAD_ANSWER')
    case 'rejected':
      return failing('INSUFFICIENT_FUNDS')
    case 'late answer':
      return async (go) => {
        const answer = await go()
        await pass(world, LATE_MS)
        return answer
      }
    default:
      return 'world'
  }
}

const pass = (world: FaultWorld, ms: number): Promise<void> => new Promise((resolve) => void world.bench.clock.after(ms, resolve))
/** What an act is said to have come to. */
export const answered = (kind: 'rejected' | 'unknown', code: FailureCode): PlaceOutcome => ({
  kind,
  failure: failure(code, 'as the test wants it'),
})

/** What a fault does to an act: an order, or a cancel. `after` is what comes back where the act was done. */
export function acting(world: FaultWorld, venue: FaultVenue, fault: Fault): Meddler {
  switch (fault) {
    case 'time-out':
      // A chain's transport knows that nothing left; an exchange may have it.
      return async () =>
        venue === 'dex' ? { ...answered('rejected', 'TIMEOUT_ERROR'), neverOut: true } : answered('unknown', 'TIMEOUT_ERROR')
    case 'connection reset':
      return async () => answered('unknown', 'NETWORK_ERROR')
    case 'rate limited':
      return async () => answered('rejected', 'RATE_LIMITED')
    case 'garbage answer':
      return async (go) => {
        await go()
        return answered('unknown', 'BAD_ANSWER')
      }
    case 'rejected':
      return async () => answered('rejected', 'INSUFFICIENT_FUNDS')
    case 'answer lost after the act':
      return async (go) => {
        await go()
        return answered('unknown', 'TIMEOUT_ERROR')
      }
    case 'late answer':
      return async (go) => {
        const answer = await go()
        await pass(world, LATE_MS)
        return answer
      }
    case 'duplicate delivery':
      return async (go) => {
        await go()
        return go()
      }
    case 'disk full':
      return (go) => {
        world.fillDisk()
        return go()
      }
    case 'halt':
      return async (go) => {
        const answer = await go()
        world.halt()
        return answer
      }
  }
}

/** A fault that befalls the whole machine. */
export function bringToWorld(world: FaultWorld, fault: Fault): void {
  if (fault === 'disk full') world.fillDisk()
  else if (fault === 'halt') world.halt()
  else throw new Error(`${fault} is nothing that befalls the whole machine`)
}

/** What a fault does to a signer. */
export function signing(world: FaultWorld, fault: Fault): SignerScript {
  switch (fault) {
    case 'time-out':
      return () => new Promise(() => undefined)
    case 'connection reset':
      return async () => {
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
      }
    case 'rate limited':
      return async () => err({ code: 'UNAVAILABLE', detail: 'throttled' })
    case 'garbage answer':
      return async () => ok('0x1234')
    case 'rejected':
      return async () => err({ code: 'REJECTED_BY_USER', detail: 'no' })
    case 'answer lost after the act':
      return async (tx, signal) => {
        await honest(tx, signal)
        throw new Error('socket hang up')
      }
    case 'late answer':
      return async (tx, signal) => {
        await pass(world, TOO_LATE_MS)
        return honest(tx, signal)
      }
    default:
      return async (tx, signal) => {
        const signed = await honest(tx, signal)
        bringToWorld(world, fault)
        return signed
      }
  }
}

/** A fill of which somebody says another amount than is gone. */
function garbled<T>(told: T): T {
  if (Array.isArray(told)) return told.map(garbled) as T
  const { kind } = told as { readonly kind: string }
  return kind === 'fill' ? { ...told, baseAmount: decimal('0.001') } : told
}

/** What a fault does to what an exchange tells. */
export function meddleFeed(world: FaultWorld, fault: Fault): void {
  switch (fault) {
    case 'connection reset':
      world.paper.faults.inject({ kind: 'disconnect' })
      return
    case 'garbage answer':
      world.feed = (updates, deliver) => {
        deliver(garbled(updates))
      }
      return
    case 'answer lost after the act':
      world.feed = () => undefined
      return
    case 'late answer':
      world.feed = (updates, deliver) => void world.bench.clock.after(10_000, () => deliver(updates))
      return
    case 'duplicate delivery':
      world.feed = (updates, deliver) => {
        deliver(updates)
        deliver(updates)
      }
      return
    default:
      bringToWorld(world, fault)
  }
}
