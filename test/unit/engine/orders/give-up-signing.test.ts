import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { breakersNotClosed } from '../../../../src-main/domain/breaker'
import { ok } from '../../../../src-main/lib/result'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'
import { honest } from '../../../support/app/scripted-signer'

let bench: EngineBench
/** What the signer was told, and its answer once the person has acted. */
let device: { signal: AbortSignal | null; confirm: () => Promise<void> }
const attended = (of: EngineBench) => Object.assign(of.signer, { attended: true })
beforeEach(() => {
  bench = engineBench()
  device = { signal: null, confirm: async () => undefined }
  bench.signer.script = (tx, signal) =>
    new Promise((resolve) => {
      device = { signal, confirm: async () => resolve(await honest(tx, signal)) }
    })
})
afterEach(() => {
  bench.close()
})
const state = (orderId: string) => bench.engine.journal.get(orderId)!.state
const txs = (orderId: string) => bench.engine.transactions.ofOrder(orderId).map((tx) => `${tx.purpose} ${tx.state}`)
const obstacle = (orderId: string) => bench.engine.canceller.obstacle(bench.engine.journal.get(orderId)!)
const cancel = (orderId: string) => bench.engine.canceller.cancel(orderId, 'operator')

describe('D5: canceling an order that waits for a person at a device', () => {
  test.for([
    [false, 'signing', ['order abandoned']],
    [true, 'approved', ['approve abandoned', 'order abandoned']],
  ] as const)(
    'with an allowance first: %s: the wait ends at once, and what the device signs later goes nowhere',
    async ([first, at, left]) => {
      attended(bench)
      bench.venue.needsAllowance = first
      const { orderId, done } = await bench.start()
      expect([state(orderId), obstacle(orderId), device.signal?.aborted]).toEqual([at, null, false])
      expect(await cancel(orderId)).toEqual({ kind: 'canceled' })
      await done
      expect([state(orderId), device.signal?.aborted, txs(orderId)]).toEqual(['canceled', true, left])
      expect(bench.life(orderId).slice(-2)).toEqual(['OrderCancelRequested', 'OrderCanceled'])
      await device.confirm()
      await bench.clock.advance(200_000)
      expect([bench.venue.placed, txs(orderId), state(orderId)]).toEqual([[], left, 'canceled'])
      expect(bench.auditTypes().filter((type) => /^(?:Signing|TransactionSigned|SignatureM)/.test(type))).toEqual([
        'SigningRequested',
        'SigningFailed',
      ])
      // Nobody's fault: the next one may use the nonce, and is signed.
      expect(breakersNotClosed(bench.breakers.views())).toEqual([])
      bench.signer.script = honest
      bench.venue.needsAllowance = false
      const next = await bench.start({ amount: '0.9' })
      expect([state(next.orderId), next.plan.steps]).toMatchObject(['submitted', [{ tx: { nonce: 0 } }]])
      expect(await cancel(orderId)).toEqual({ kind: 'not-open' })
    },
  )

  test('a signature that comes in the very instant is thrown away all the same', async () => {
    bench.close()
    bench = engineBench({
      ports: (ports) => ({
        ...ports,
        audit: {
          append: (fact) => {
            if (fact.type === 'TransactionSigned') void cancel(fact.subject ?? '')
            return ports.audit.append(fact)
          },
          anchorNow: () => {
            ports.audit.anchorNow()
          },
        },
      }),
    })
    attended(bench)
    const { orderId, done } = await bench.start()
    await done
    expect([state(orderId), txs(orderId), bench.venue.placed]).toEqual(['canceled', ['order abandoned'], []])
    expect(bench.engine.transactions.ofOrder(orderId)[0]?.raw).toBeNull()
  })

  test('a signer that asks nobody is not broken off: the order is canceled by a halt, or where it went', async () => {
    const { orderId } = await bench.start()
    expect([obstacle(orderId), await cancel(orderId)]).toEqual(['NOT_SENT_YET', { kind: 'not-open' }])
    await device.confirm()
    await bench.clock.settle()
    expect([state(orderId), device.signal?.aborted]).toEqual(['submitted', false])
  })
})

test('D5: a signer that answers without an error after it was given up changes nothing', async () => {
  attended(bench)
  bench.signer.script = (_tx, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(ok('0x'))))
  const { orderId, done } = await bench.start()
  await cancel(orderId)
  await done
  expect([state(orderId), bench.venue.placed]).toEqual(['canceled', []])
})
