import { SamplingBreaker, circuitBreaker, handleAll } from 'cockatiel'

import { BREAKER_IDS, type BreakerId } from '../../src-main/domain/breaker'
import { breakerGuard } from '../../src-main/guards/breaker-guard'
import { BreakerSet } from '../../src-main/guards/breakers/breaker-set'
import type { GuardInput } from '../../src-main/guards/guard'
import { killSwitchGuard } from '../../src-main/guards/kill-switch-guard'
import { firstDenial, runGuards } from '../../src-main/guards/run-guards'
import { systemClock } from '../../src-main/lib/clock'
import { paperInput } from '../unit/guards/support/input'

/** One figure, and the same work done by the plainest means in the same process. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly reference: number
  readonly ratio: number
}

const RUNS = 120
const CALLS = 400
const WARM_UP_CALLS = 3_000

/**
 * What the kill switch and the seven breakers cost an order, against seven circuit breakers of cockatiel (SamplingBreaker) around a trivial
 * function. cockatiel records a success with each call; the second figure does too.
 */
export async function run(): Promise<BenchResult[]> {
  const set = new BreakerSet({ clock: systemClock, store: { load: () => null, save: () => undefined, event: () => undefined } })
  const guards = [killSwitchGuard, ...BREAKER_IDS.map(breakerGuard)]
  const input = paperInput()
  const decide = (): void => {
    // The views are taken afresh for every order, as the pipeline does.
    const facts: GuardInput = { ...input, breakers: set.views() }
    if (firstDenial(runGuards(guards, facts)) !== null) throw new Error('denied')
  }
  const decideAndRecord = (): void => {
    decide()
    for (const id of BREAKER_IDS) set.record(id, 'success', RECORDED)
  }
  const policies = BREAKER_IDS.map((_: BreakerId) =>
    circuitBreaker(handleAll, {
      halfOpenAfter: 60_000,
      breaker: new SamplingBreaker({ threshold: 0.8, duration: 600_000, minimumRps: 1 }),
    }),
  )
  const reference = async (): Promise<void> => {
    for (const policy of policies) await policy.execute(trivial)
  }
  const [decided, recorded, referred] = await microsecondsInTurns([decide, decideAndRecord, reference])
  return [
    compared('breakers: kill switch and seven breakers decide', decided, referred),
    compared('breakers: kill switch and seven breakers decide, seven successes recorded', recorded, referred),
  ]
}

const RECORDED = { orderId: 'order-1' }
const trivial = (): number => 1

/**
 * The median cost of each act, µs. They take turns in short runs, so that what else the machine does falls on none alone; before that each is
 * called often enough to be compiled.
 */
export async function microsecondsInTurns(
  acts: readonly [() => unknown, () => unknown, () => unknown],
  calls = CALLS,
): Promise<[number, number, number]> {
  const runs: [number[], number[], number[]] = [[], [], []]
  for (const act of acts) for (let call = 0; call < WARM_UP_CALLS; call++) await act()
  for (let run = 0; run < RUNS; run++) {
    for (const [index, act] of acts.entries()) {
      // Untimed: it pays for the caches and the garbage that the act before left behind.
      for (let call = 0; call < calls; call++) await act()
      const startedMs = performance.now()
      for (let call = 0; call < calls; call++) {
        const pending = act()
        if (pending instanceof Promise) await pending
      }
      runs[index]?.push(((performance.now() - startedMs) * 1_000) / calls)
    }
  }
  return [median(runs[0]), median(runs[1]), median(runs[2])]
}

/** One figure in µs against its reference. */
export function compared(name: string, value: number, reference: number): BenchResult {
  return { name, value, unit: 'µs', reference, ratio: value / reference }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
