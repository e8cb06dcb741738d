import { beforeEach, describe, expect, test } from 'vitest'

import { inLine, MOST_AT_ONCE } from '../../../src-preload/in-line'
import type { IpcLike } from '../../../src-preload/bridge'

/** What main was asked and has not answered, in the order in which it arrived. */
let asked: { readonly channel: string; readonly input: unknown; answer(value: unknown): void; fail(): void }[]
let line: IpcLike
beforeEach(() => {
  asked = []
  line = inLine({
    invoke: (channel, input) =>
      new Promise((resolve, reject) => {
        asked.push({
          channel,
          input,
          answer: resolve,
          fail: () => {
            reject(new Error('gone'))
          },
        })
      }),
    on: () => undefined,
    off: () => undefined,
  })
})
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('X5 X9: a page that asks faster than main answers', () => {
  test('has so many calls out, and the rest in line, in their order', async () => {
    const answers: unknown[] = []
    for (let index = 0; index < MOST_AT_ONCE + 3; index++)
      void line.invoke('call:order.prepare', index).then(
        (value) => answers.push(value),
        () => undefined,
      )
    await settle()
    expect(asked.map(({ input }) => input)).toEqual(Array.from({ length: MOST_AT_ONCE }, (_, index) => index))
    asked[5]!.answer('five')
    await settle()
    expect(asked).toHaveLength(MOST_AT_ONCE + 1)
    expect(asked.at(-1)!.input).toBe(MOST_AT_ONCE)
    // One that fails makes room as well.
    asked[0]!.fail()
    asked[1]!.answer('one')
    await settle()
    expect(asked.slice(-2).map(({ input }) => input)).toEqual([MOST_AT_ONCE + 1, MOST_AT_ONCE + 2])
    expect(answers).toEqual(['five', 'one'])
  })

  test.for(['call:halt.trigger', 'call:halt.durable', 'call:order.cancelAll', 'call:trading.halt'])('%s does not wait', async (channel) => {
    for (let index = 0; index < 10_000; index++) void line.invoke('call:order.prepare', index)
    void line.invoke(channel, {})
    await settle()
    expect(asked).toHaveLength(MOST_AT_ONCE + 1)
    expect(asked.at(-1)!.channel).toBe(channel)
  })
})
