import { expect, test } from 'vitest'

import { WIRED_CHANNEL } from '../../../src-preload/contract/channel'
import { whenWired } from '../../../src-preload/when-wired'

/** Main's side, played: what was asked, each to be answered by hand. */
function fakeMain() {
  const asked: {
    readonly channel: string
    readonly input: unknown
    readonly answer: (value: unknown) => void
    readonly fail: () => void
  }[] = []
  const ipc = whenWired({
    invoke: (channel, input) =>
      new Promise((resolve, reject) => {
        asked.push({ channel, input, answer: resolve, fail: () => reject(new Error('main is not there')) })
      }),
    on: () => undefined,
    off: () => undefined,
  })
  return { ipc, asked, channels: () => asked.map(({ channel }) => channel) }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('D3: calls wait until main hears them, in their order, and main is asked once', async () => {
  const { ipc, asked, channels } = fakeMain()
  ipc.ask()
  const first = ipc.invoke('call:a', 1)
  void ipc.invoke('call:b', 2)
  await settled()
  expect(channels()).toEqual([WIRED_CHANNEL])
  asked[0]?.answer(undefined)
  await settled()
  expect(channels()).toEqual([WIRED_CHANNEL, 'call:a', 'call:b'])
  asked[1]?.answer('told')
  expect(await first).toBe('told')
})

test('D3: once main hears, a call leaves at once', async () => {
  const { ipc, asked, channels } = fakeMain()
  ipc.ask()
  asked[0]?.answer(undefined)
  await settled()
  void ipc.invoke('call:halt.trigger', {})
  expect(channels()).toEqual([WIRED_CHANNEL, 'call:halt.trigger'])
})

test('D3: where main cannot say, the call fails and the next one asks again', async () => {
  const { ipc, asked, channels } = fakeMain()
  const call = ipc.invoke('call:a', 1)
  asked[0]?.fail()
  await expect(call).rejects.toThrow('main is not there')
  const again = ipc.invoke('call:a', 1)
  asked[1]?.answer(undefined)
  await settled()
  asked[2]?.answer('told')
  expect(await again).toBe('told')
  expect(channels()).toEqual([WIRED_CHANNEL, WIRED_CHANNEL, 'call:a'])
})
