import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createBridge, createSecureBridge, type IpcLike } from '../../../src-preload/bridge'
import { calls, events } from '../../../src-preload/contract'
import { secureCalls } from '../../../src-preload/contract/secure'

/** Electron's side, played: what went out, and what comes back. */
class FakeIpc implements IpcLike {
  readonly sent: { readonly channel: string; readonly input: unknown }[] = []
  answer: unknown = { ok: true, value: {} }
  readonly listeners = new Map<string, Set<(event: unknown, payload: unknown) => void>>()

  async invoke(channel: string, input: unknown): Promise<unknown> {
    this.sent.push({ channel, input })
    return this.answer
  }
  on(channel: string, listener: (event: unknown, payload: unknown) => void): void {
    this.listeners.set(channel, (this.listeners.get(channel) ?? new Set()).add(listener))
  }
  off(channel: string, listener: (event: unknown, payload: unknown) => void): void {
    this.listeners.get(channel)?.delete(listener)
  }
  tell(channel: string, payload: unknown): void {
    for (const listener of this.listeners.get(channel) ?? []) listener({ sender: 'electron' }, payload)
  }
}
type Loose = { call(name: unknown, input: unknown): Promise<unknown>; on(name: unknown, listener: (payload: unknown) => void): () => void }
const main = () => {
  const ipc = new FakeIpc()
  return { ipc, bridge: createBridge(ipc) as unknown as Loose }
}
const HALT = { mode: 'gate-only', scope: 'machine', source: 'button' }
const STATE = { state: 'triggered', sinceMs: 1, source: 'button', by: 'operator', reason: 'x', scope: 'machine' }

describe('D3: the bridge', () => {
  test('passes a call of the contract on, and its checked answer back', async () => {
    const { ipc, bridge } = main()
    ipc.answer = { ok: true, value: { state: 'triggered', sinceMs: 5 } }
    expect(await bridge.call('halt.trigger', HALT)).toEqual({ ok: true, value: { state: 'triggered', sinceMs: 5 } })
    expect(ipc.sent).toEqual([{ channel: 'call:halt.trigger', input: HALT }])
  })

  const odd: readonly unknown[] = [
    '',
    'nothing',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'secure.answer',
    'secure.task',
    'halt.trigger ',
    null,
    undefined,
    7,
    Symbol.iterator,
    ['halt.trigger'],
    {},
  ]
  test('no other name gets out', async () => {
    const { ipc, bridge } = main()
    for (const name of odd) {
      await expect(bridge.call(name, HALT)).rejects.toThrow(TypeError)
      expect(() => bridge.on(name, () => undefined)).toThrow(TypeError)
    }
    expect(ipc.sent).toEqual([])
    expect(ipc.listeners.size).toBe(0)
  })

  test('a name that is another one each time it is read gets nowhere', async () => {
    const { ipc, bridge } = main()
    let reads = 0
    const shifty = { toString: () => (reads++ < 3 ? 'app.status' : 'secure.answer') }
    await expect(bridge.call(shifty, {})).rejects.toThrow(TypeError)
    expect(() => bridge.on({ toString: () => 'app.status' }, () => undefined)).toThrow(TypeError)
    expect(ipc.sent).toEqual([])
  })

  test('no text at all is a channel but those of the contract', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => {
        fc.pre(!Object.hasOwn(calls, name))
        const { ipc, bridge } = main()
        await expect(bridge.call(name, {})).rejects.toThrow(TypeError)
        expect(ipc.sent).toEqual([])
      }),
    )
  })

  test.for([undefined, null, {}, { ...HALT, mode: 'off' }, { ...HALT, more: 1 }])('the input %j does not get out', async (input) => {
    const { ipc, bridge } = main()
    expect(await bridge.call('halt.trigger', input)).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    expect(ipc.sent).toEqual([])
  })

  test.for([
    undefined,
    null,
    7,
    {},
    { ok: true },
    { ok: true, value: null },
    { ok: true, value: { state: 'off', sinceMs: 1 } },
    { ok: true, value: { state: 'armed', sinceMs: 1, secret: 1 } },
    { ok: false },
    { ok: false, problem: { code: 'NONSENSE', figures: {} } },
    { ok: 'yes', value: { state: 'armed', sinceMs: 1 } },
  ])('the answer %j does not get in', async (answer) => {
    const { ipc, bridge } = main()
    ipc.answer = answer
    expect(await bridge.call('halt.trigger', HALT)).toEqual({ ok: false, problem: { code: 'INVALID_OUTPUT', figures: {} } })
  })

  test('a problem of the contract gets in', async () => {
    const { ipc, bridge } = main()
    ipc.answer = { ok: false, problem: { code: 'NOT_READY', figures: { why: 'x' } } }
    expect(await bridge.call('halt.trigger', HALT)).toEqual(ipc.answer)
  })

  test('events are checked, come without Electron’s own object, and can be left', () => {
    const { ipc, bridge } = main()
    const heard: unknown[][] = []
    const stop = bridge.on('halt.changed', (...all: unknown[]) => heard.push(all))
    ipc.tell('event:halt.changed', STATE)
    ipc.tell('event:halt.changed', { ...STATE, state: 'off' })
    ipc.tell('event:halt.changed', { ...STATE, secret: 1 })
    expect(heard).toEqual([[STATE]])
    stop()
    ipc.tell('event:halt.changed', STATE)
    expect(heard).toHaveLength(1)
  })

  test('cannot be changed, and shows nothing but its two functions', () => {
    const { bridge } = main()
    expect(Object.keys(bridge).sort()).toEqual(['call', 'on'])
    expect(Object.isFrozen(bridge)).toBe(true)
  })

  test('the other window’s bridge knows its own calls and no events', async () => {
    const ipc = new FakeIpc()
    const bridge = createSecureBridge(ipc) as unknown as Loose
    expect(Object.keys(bridge)).toEqual(['call'])
    for (const name of [...Object.keys(calls), ...Object.keys(events), ...odd.filter((name) => !Object.hasOwn(secureCalls, String(name)))])
      await expect(bridge.call(name, {})).rejects.toThrow(TypeError)
    ipc.answer = { ok: true, value: null }
    expect(await bridge.call('secure.task', {})).toEqual({ ok: true, value: null })
    expect(ipc.sent.map(({ channel }) => channel)).toEqual(['call:secure.task'])
  })

  test('a secret crosses as bytes of a sane length, never as text', async () => {
    const ipc = new FakeIpc()
    const bridge = createSecureBridge(ipc) as unknown as Loose
    ipc.answer = { ok: true, value: { problem: null, next: null } }
    const answer = (password: unknown) => bridge.call('secure.answer', { kind: 'unlock-keystore', id: 'a', password })
    for (const password of ['text', new Uint8Array(0), new Uint8Array(1_025), [1, 2], { length: 3 }])
      expect(await answer(password)).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    expect(await answer(new Uint8Array([1, 2, 3]))).toMatchObject({ ok: true })
    expect(ipc.sent).toHaveLength(1)
  })
})
