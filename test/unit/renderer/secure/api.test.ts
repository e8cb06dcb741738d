import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { SecureBridge } from '../../../../src-preload/contract/secure'
import { answerTask, readTask, toBytes } from '../../../../src-renderer/secure/api'
import { pairIsReady, strengthOf } from '../../../../src-renderer/secure/password-pair'

let got: unknown[]
const bridge = (reply: () => Promise<unknown>): SecureBridge =>
  ({
    call: (_name: string, input: unknown) => {
      got.push(structuredClone(input))
      return reply()
    },
  }) as unknown as SecureBridge

beforeEach(() => {
  got = []
})
afterEach(() => {
  globalThis.holdfastSecure = undefined
})

describe('an answer', () => {
  test('reaches main whole, and its bytes are wiped here afterwards', async () => {
    globalThis.holdfastSecure = bridge(() => Promise.resolve({ ok: true, value: { problem: null, next: null } }))
    const [privateKey, password] = [toBytes('ab'), toBytes('pässword')]
    expect(await answerTask({ kind: 'import-key', id: 'task-1', privateKey, password })).toEqual({ problem: null, next: null })
    expect(got).toEqual([{ kind: 'import-key', id: 'task-1', privateKey: toBytes('ab'), password: toBytes('pässword') }])
    expect([...privateKey, ...password].every((byte) => byte === 0)).toBe(true)
  })

  test('both recovery keys are wiped, also when main breaks', async () => {
    globalThis.holdfastSecure = bridge(() => Promise.reject(new Error('gone')))
    const recoveryKeys = [toBytes('one'), toBytes('two')]
    expect(await answerTask({ kind: 'authorise', id: 'task-1', recoveryKeys })).toMatchObject({ problem: { code: 'INTERNAL' } })
    expect(recoveryKeys.flatMap((key) => [...key]).every((byte) => byte === 0)).toBe(true)
  })

  test('a password and a code that lie deeper are wiped as well', async () => {
    globalThis.holdfastSecure = bridge(() => Promise.resolve({ ok: true, value: { problem: null, next: null } }))
    const operator = { id: 'a', password: toBytes('pass'), code: toBytes('123456') }
    await answerTask({ kind: 'unlock-app', id: 'task-1', recoveryKeys: [], operator })
    expect([...operator.password, ...operator.code].every((byte) => byte === 0)).toBe(true)
  })

  test('without a bridge nothing throws and nothing is asked', async () => {
    expect(await readTask()).toMatchObject({ ok: false, problem: { code: 'NOT_READY' } })
  })
})

describe('a new password', () => {
  test('must be long enough and the same twice', () => {
    expect(pairIsReady({ password: 'x'.repeat(11), repeated: 'x'.repeat(11) })).toBe(false)
    expect(pairIsReady({ password: 'correct horse', repeated: 'correct horsE' })).toBe(false)
    expect(pairIsReady({ password: 'correct horse', repeated: 'correct horse' })).toBe(true)
  })

  test('is weaker when it repeats itself', () => {
    expect(strengthOf('a'.repeat(40))).toBeLessThan(0.2)
    expect(strengthOf('correct horse battery')).toBe(1)
    expect(strengthOf('')).toBe(0)
  })
})
