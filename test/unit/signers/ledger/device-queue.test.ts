import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { DeviceQueue, DeviceQueues } from '../../../../src-main/signers/ledger/device-queue'

describe('D5: the queue in front of a device', () => {
  test('D5: visits never overlap and come in the order asked, whichever fail and whichever are given up', async () => {
    const visits = fc.array(fc.record({ turns: fc.nat(4), fails: fc.boolean(), givesUp: fc.boolean() }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(visits, async (asked) => {
        const queue = new DeviceQueue()
        const order: number[] = []
        let inside = 0
        const outcomes = asked.map(async ({ turns, fails, givesUp }, index) => {
          const stop = new AbortController()
          const visit = queue.take(stop.signal, async () => {
            inside += 1
            expect(inside).toBe(1)
            order.push(index)
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
            inside -= 1
            if (fails) throw new Error('the device failed')
            return index
          })
          if (givesUp) stop.abort()
          return visit.catch(() => -1)
        })
        const settled = await Promise.all(outcomes)
        const expected = asked.map(({ fails, givesUp }, index) => (givesUp ? null : fails ? -1 : index))
        expect(settled).toEqual(expected)
        expect(order).toEqual(expected.flatMap((outcome, index) => (outcome === null ? [] : [index])))
      }),
    )
  })

  test('D5: one queue for one device, another for another', () => {
    const queues = new DeviceQueues()
    expect(queues.at('usb')).toBe(queues.at('usb'))
    expect(queues.at('usb')).not.toBe(queues.at('http://127.0.0.1:9999'))
  })
})
