import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'
import { honest } from '../../../support/app/scripted-signer'

const included = (blockHash: `0x${string}`, succeeded: boolean): ConfirmationEvent => ({
  ...{ kind: 'included', succeeded, blockNumber: 5, blockHash },
  ...{ gasUsed: 90_000n, feePaidWei: 10n ** 15n },
})
const TOO_OLD: ConfirmationEvent = { kind: 'reverted', reason: 'Transaction too old', blockNumber: 5 }
const REORGED: ConfirmationEvent = { kind: 'reorged', fromBlock: 5 }
/** Longer than a further attempt waits. */
const WAIT_MS = 1_100

let bench: EngineBench
let orderId: string
beforeEach(async () => {
  bench = engineBench()
  ;({ orderId } = await bench.start())
})
afterEach(() => {
  bench.close()
})

const say = async (...events: ConfirmationEvent[]) => {
  for (const event of events) {
    bench.venue.last.emit(event)
    await bench.clock.settle()
  }
}
const fails = () => say(included('0x05', false), TOO_OLD)
const comesBack = () => say(REORGED, included('0x06', true))
const states = () => bench.engine.journal.list('all', 10, null).map(({ state }) => state)
/** Reviews again what failed, for somebody to sign it off. */
const reviewAgain = async () => {
  const record = bench.engine.journal.get(orderId)
  const again = record === null ? null : await bench.engine.desk.prepareAgain(record, 'operator')
  if (again?.ok !== true) throw new Error('it could not be reviewed again')
  return again.value
}

describe('B2: an order whose end a reorganisation takes back, and a further attempt at it, are never both sent', () => {
  test('back before the further attempt went out by itself', async () => {
    await fails()
    expect(bench.engine.journal.get(orderId)?.state).toBe('failed')
    await comesBack()
    await bench.clock.advance(WAIT_MS)
    expect(bench.engine.journal.get(orderId)?.state).toBe('submitted')
    expect(states()).toContain('denied')
    expect(bench.signer.asked).toHaveLength(1)
  })

  test('back between its review and the sign-off', async () => {
    await fails()
    await bench.clock.advance(WAIT_MS)
    const again = await reviewAgain()
    await comesBack()
    const signedOff = bench.engine.desk.confirm(again.plan.planId, again.planHash, 'operator')
    await bench.clock.settle()
    expect(signedOff).toMatchObject({ ok: false, error: { code: 'EARLIER_ATTEMPT_BACK', figures: { orderId } } })
    expect(bench.signer.asked).toHaveLength(1)
  })

  test('back while a person holds the device: what was signed is withheld', async () => {
    await fails()
    await bench.clock.advance(WAIT_MS)
    const again = await reviewAgain()
    const placed = bench.venue.placed.length
    let approve = (): void => undefined
    bench.signer.script = async (tx, signal) => {
      await new Promise<void>((resolve) => {
        approve = resolve
      })
      return honest(tx, signal)
    }
    expect(bench.engine.desk.confirm(again.plan.planId, again.planHash, 'operator')).toMatchObject({ ok: true })
    await bench.clock.settle()
    await comesBack()
    approve()
    await bench.clock.settle()
    expect(bench.venue.placed).toHaveLength(placed)
    expect(states()).toContain('denied')
  })

  test('while what failed stays failed, it goes out', async () => {
    await fails()
    await bench.clock.advance(WAIT_MS)
    const again = await reviewAgain()
    expect(bench.engine.desk.confirm(again.plan.planId, again.planHash, 'operator')).toMatchObject({ ok: true })
    await bench.clock.settle()
    expect(bench.signer.asked).toHaveLength(2)
    expect(states()).toEqual(expect.arrayContaining(['submitted', 'failed']))
  })
})
