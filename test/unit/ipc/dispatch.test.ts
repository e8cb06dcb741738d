import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { dispatch, type DispatchHooks, problemReply, valueReply, type Handler } from '../../../src-main/ipc/dispatch'
import { SenderRegistry, pageOf, type Sender } from '../../../src-main/ipc/sender'
import { calls } from '../../../src-preload/contract'
import { command, query, type Calls } from '../../../src-preload/contract/channel'
import { secureCalls } from '../../../src-preload/contract/secure'

const TABLE: Calls = {
  'thing.read': query(z.strictObject({ id: z.string() }), z.strictObject({ value: z.number() })),
  'thing.do': command(z.strictObject({}), z.strictObject({})),
}
const MAIN: Sender = { webContentsId: 1, frameUrl: pageOf('main'), isMainFrame: true }

/** A dispatcher with its hooks written down. */
function desk(
  handlers: Readonly<Record<string, unknown>>,
  hooks: {
    refuses?: DispatchHooks['refuses']
    onCommand?: () => boolean
    onAnswered?: () => void
    onFault?: () => void
    onForbidden?: () => void
  } = {},
) {
  const told: string[] = []
  const registry = new SenderRegistry()
  registry.add(1, 'main')
  registry.add(2, 'secure')
  const call = (name: string, input: unknown = {}, sender: Sender = MAIN) =>
    dispatch(
      TABLE,
      handlers as Readonly<Record<string, Handler>>,
      registry,
      {
        onForbidden: (forbidden) => {
          told.push(`forbidden ${forbidden}`)
          hooks.onForbidden?.()
        },
        refuses: hooks.refuses ?? (() => null),
        onCommand: (commanded) => {
          told.push(`command ${commanded}`)
          return hooks.onCommand?.() ?? true
        },
        onAnswered: (answered) => {
          told.push(`answered ${answered}`)
          hooks.onAnswered?.()
        },
        onFault: (faulty) => {
          told.push(`fault ${faulty}`)
          hooks.onFault?.()
        },
      },
      'main',
      { name, sender, input },
    )
  return { call, told }
}
const READS = { 'thing.read': () => valueReply({ value: 7 }), 'thing.do': () => valueReply({}) }

describe('D3: carrying out a call', () => {
  test('input and output are checked, and a command is told before it is carried out', async () => {
    const order: string[] = []
    const { call, told } = desk({ ...READS, 'thing.do': () => (order.push(...told), valueReply({})) })
    expect(await call('thing.read', { id: 'a' })).toEqual({ ok: true, value: { value: 7 } })
    expect(await call('thing.do')).toEqual({ ok: true, value: {} })
    expect(order).toEqual(['command thing.do'])
  })

  test('a command is told once more when it was answered, whatever came of it; a fault of whoever hears it is not the answer', async () => {
    const failing = () => {
      throw new Error('a bug')
    }
    const done = desk(READS)
    await done.call('thing.read', { id: 'a' })
    await done.call('thing.do')
    expect(done.told).toEqual(['command thing.do', 'answered thing.do'])
    const broken = desk({ 'thing.do': failing })
    expect(await broken.call('thing.do')).toMatchObject({ problem: { code: 'INTERNAL' } })
    expect(broken.told).toEqual(['command thing.do', 'fault thing.do', 'answered thing.do'])
    const refused = desk(READS, { onCommand: () => false })
    await refused.call('thing.do')
    expect(refused.told).toEqual(['command thing.do'])
    const full = desk(READS, { onAnswered: failing })
    expect(await full.call('thing.do')).toEqual({ ok: true, value: {} })
    expect(full.told).toEqual(['command thing.do', 'answered thing.do', 'fault thing.do'])
  })

  test('P7: a call that is not for whoever is here is neither told nor carried out', async () => {
    const { call, told } = desk(READS, { refuses: (name) => (name === 'thing.do' ? { code: 'APP_LOCKED', figures: {} } : null) })
    expect(await call('thing.do')).toEqual({ ok: false, problem: { code: 'APP_LOCKED', figures: {} } })
    expect(told).toEqual([])
    expect(await call('thing.read', { id: 'a' })).toMatchObject({ ok: true })
  })

  test('P7: a question of who is here that cannot be answered refuses', async () => {
    const { call } = desk(READS, {
      refuses: () => {
        throw new Error('the file cannot be read')
      },
    })
    expect(await call('thing.do')).toMatchObject({ ok: false, problem: { code: 'INTERNAL' } })
  })

  test.for([undefined, null, 7, 'x', [], {}, { id: 7 }, { id: 'a', more: 1 }, { ID: 'a' }, () => 1])(
    'the input %j is refused, and the handler never sees it',
    async (input) => {
      const { call, told } = desk({
        'thing.read': () => {
          throw new Error('seen')
        },
      })
      expect(await call('thing.read', input)).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
      expect(told).toEqual([])
    },
  )

  test.for([{}, { value: '7' }, { value: Number.NaN }, { value: 7, secret: 'leaks' }, null, undefined])(
    'the answer %j is not let out',
    async (value) => {
      const { call, told } = desk({ 'thing.read': () => ({ ok: true, value }) })
      expect(await call('thing.read', { id: 'a' })).toEqual({ ok: false, problem: { code: 'INVALID_OUTPUT', figures: {} } })
      expect(told).toEqual(['fault thing.read'])
    },
  )

  const problems = [
    { code: 'NO_SUCH_CODE', figures: {} },
    { code: 'INTERNAL', figures: {}, stack: 'at secret (a/private/path)' },
    { code: 'INTERNAL', figures: { n: 7 } },
    { code: 'INTERNAL' },
    undefined,
    'INTERNAL',
  ]
  test.for(problems)('the problem %j is not let out either', async (problem) => {
    const { call, told } = desk({ 'thing.read': () => ({ ok: false, problem, more: 'leaks' }) })
    expect(await call('thing.read', { id: 'a' })).toEqual({ ok: false, problem: { code: 'INVALID_OUTPUT', figures: {} } })
    expect(told).toEqual(['fault thing.read'])
  })

  test('a problem of the contract is let out, and nothing beside it', async () => {
    const { call } = desk({ 'thing.read': () => ({ ...problemReply('NOT_FOUND', { what: 'a' }), more: 'leaks' }) })
    expect(await call('thing.read', { id: 'a' })).toEqual({ ok: false, problem: { code: 'NOT_FOUND', figures: { what: 'a' } } })
  })

  test.for([undefined, null, 7, 'ok', [], { value: { value: 7 } }, { ok: 'true', value: { value: 7 } }])(
    'a handler that answers %j instead of a reply',
    async (reply) => {
      const { call } = desk({ 'thing.read': () => reply })
      const answer = await call('thing.read', { id: 'a' })
      expect(answer.ok).toBe(false)
      expect(JSON.stringify(answer)).not.toContain('7')
    },
  )

  test('nothing that is thrown crosses: not by a handler, a hook, or the input itself', async () => {
    const throwing = () => {
      throw new Error('secret a/private/path')
    }
    const internal = { ok: false, problem: { code: 'INTERNAL', figures: {} } }
    expect(await desk({ 'thing.do': throwing }).call('thing.do')).toEqual(internal)
    expect(await desk({ 'thing.do': () => Promise.reject(new Error('secret')) }).call('thing.do')).toEqual(internal)
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a bad handler does
    expect(await desk({ 'thing.do': () => Promise.reject(undefined) }).call('thing.do')).toEqual(internal)
    expect(await desk({ 'thing.do': throwing }, { onFault: throwing }).call('thing.do')).toEqual(internal)
    expect(await desk({ 'thing.read': () => ({ ok: true, value: 1 }) }, { onFault: throwing }).call('thing.read', { id: 'a' })).toEqual(
      internal,
    )
    expect(await desk(READS, { onForbidden: throwing }).call('thing.do', {}, { ...MAIN, webContentsId: 9 })).toMatchObject({
      problem: { code: 'FORBIDDEN' },
    })
    const trap = {
      get id() {
        return throwing()
      },
    }
    expect(await desk(READS).call('thing.read', trap)).toMatchObject({ ok: false })
  })

  test('decision 4: a command that cannot be recorded is not carried out', async () => {
    let done = false
    const { call } = desk(
      { 'thing.do': () => ((done = true), valueReply({})) },
      {
        onCommand: () => {
          throw new Error('the disk is full')
        },
      },
    )
    expect(await call('thing.do')).toMatchObject({ problem: { code: 'INTERNAL' } })
    expect(done).toBe(false)
    const refused = desk({ 'thing.do': () => ((done = true), valueReply({})) }, { onCommand: () => false })
    expect(await refused.call('thing.do')).toMatchObject({ problem: { code: 'AUDIT_UNAVAILABLE' } })
    expect(done).toBe(false)
  })
})

describe('D3: names', () => {
  const odd = [
    '',
    'nothing',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'thing',
    'thing.read ',
    'THING.READ',
    'call:thing.read',
  ]
  test.for(odd)('%j is no call, also when a handler of that name could be found', async (name) => {
    const { call } = desk({ ...READS, nothing: () => valueReply({}) })
    expect(await call(name, { id: 'a' })).toEqual({ ok: false, problem: { code: 'FORBIDDEN', figures: {} } })
  })

  test('a call of the table without a handler is forbidden, not a fault', async () => {
    expect(await desk({}).call('thing.do')).toMatchObject({ problem: { code: 'FORBIDDEN' } })
  })

  test('no text at all is a call but those of the table', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => {
        fc.pre(!Object.hasOwn(TABLE, name))
        expect(await desk(READS).call(name, { id: 'a' })).toMatchObject({ ok: false, problem: { code: 'FORBIDDEN' } })
      }),
    )
  })

  test('the two windows have no call in common', () => {
    expect(Object.keys(calls).filter((name) => Object.hasOwn(secureCalls, name))).toEqual([])
  })
})

describe('D3: senders', () => {
  const strangers: readonly (readonly [string, Sender])[] = [
    ['a window that is not ours', { ...MAIN, webContentsId: 3 }],
    ['the other window', { webContentsId: 2, frameUrl: pageOf('secure'), isMainFrame: true }],
    ['the other window, saying it is this one', { webContentsId: 2, frameUrl: pageOf('main'), isMainFrame: true }],
    ['our window, showing the other page', { ...MAIN, frameUrl: pageOf('secure') }],
    ['a frame inside our window', { ...MAIN, isMainFrame: false }],
    ['a frame that is gone', { ...MAIN, frameUrl: null }],
    ['an empty address', { ...MAIN, frameUrl: '' }],
    ...[
      'about:blank',
      'file:///index.html',
      'https://holdfast/index.html',
      'app://holdfast/',
      'app://holdfast/index.html/',
      'app://holdfast/index.htm',
      'app://holdfast/other.html',
      'app://holdfast/x/index.html',
      'app://evil/index.html',
      'app://holdfast.evil/index.html',
      'app://holdfast:1/index.html',
      'app://me@holdfast/index.html',
      'APP://holdfast/index.html',
      'app://holdfast/index.html%23',
      ' app://holdfast/index.html',
      'data:text/html,app://holdfast/index.html',
      'blob:app://holdfast/index.html',
      '#app://holdfast/index.html',
    ].map((frameUrl) => [frameUrl, { ...MAIN, frameUrl }] as const),
  ]
  test.for(strangers)('%s is forbidden before anything else is looked at', async ([, sender]) => {
    const { call, told } = desk(READS)
    expect(await call('thing.do', 'not even an object', sender)).toEqual({ ok: false, problem: { code: 'FORBIDDEN', figures: {} } })
    expect(told).toEqual(['forbidden thing.do'])
  })

  test.for(['#/orders', '?x=1', '#/a?b#c', ''])('our own page at %j is heard', async (suffix) => {
    expect(await desk(READS).call('thing.do', {}, { ...MAIN, frameUrl: pageOf('main') + suffix })).toEqual({ ok: true, value: {} })
  })

  test('a window that was closed is heard no more, and its number in another role neither', () => {
    const registry = new SenderRegistry()
    registry.add(5, 'main')
    const sender = { ...MAIN, webContentsId: 5 }
    expect([registry.allows(sender, 'main'), registry.allows(sender, 'secure')]).toEqual([true, false])
    registry.remove(5)
    expect(registry.allows(sender, 'main')).toBe(false)
    registry.add(5, 'secure')
    expect(registry.allows(sender, 'main')).toBe(false)
  })
})
