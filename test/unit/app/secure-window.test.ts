import { EventEmitter } from 'node:events'

import { beforeEach, describe, expect, test, vi } from 'vitest'

import { SecureWindow } from '../../../src-main/app/windows/secure-window'
import { SenderRegistry } from '../../../src-main/ipc/sender'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'

/** A window without a desktop. */
class FakeWindow extends EventEmitter {
  destroyed = false
  protected = false
  readonly webContents = {}
  setContentProtection = (on: boolean) => void (this.protected = on)
  focus = vi.fn()
  isDestroyed = () => this.destroyed
  destroy() {
    this.destroyed = true
    this.emit('closed')
  }
}
const { windows } = vi.hoisted(() => ({ windows: [] as { role: string; window: FakeWindow }[] }))
vi.mock('../../../src-main/app/windows/window', () => ({
  openWindow: ({ role }: { role: string }) => {
    const window = new FakeWindow()
    windows.push({ role, window })
    return window
  },
}))

const TASK: SecureTask = { kind: 'unlock-keystore', id: 'task-1', label: 'Key', address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' }
const PASSWORD = 'correct horse'
const answerWith = (password: Uint8Array, changed: Partial<SecureAnswer> = {}): SecureAnswer =>
  ({ kind: 'unlock-keystore', id: 'task-1', password, ...changed }) as SecureAnswer
const bytes = () => new TextEncoder().encode(PASSWORD)
const isWiped = (secret: Uint8Array) => secret.every((byte) => byte === 0)
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

let secure: SecureWindow
beforeEach(() => {
  windows.length = 0
  secure = new SecureWindow('/preload.cjs', new SenderRegistry(), () => null)
})

describe('D2: the main-owned window', () => {
  test('is protected from capture, shows one task at a time, and closes after an accepted answer', async () => {
    const asked = secure.ask(TASK, async () => null)
    expect(windows).toMatchObject([{ role: 'secure', window: { protected: true } }])
    expect(secure.task()).toEqual(TASK)
    expect(secure.ask({ ...TASK, id: 'task-2' }, async () => null)).toBe('busy')
    expect(secure.task()).toEqual(TASK)
    expect(await secure.answer(answerWith(bytes()))).toBeNull()
    expect(await asked).toBe(true)
    await turn()
    expect([windows[0]!.window.destroyed, secure.task()]).toEqual([true, null])
  })

  test('secret bytes reach the judge and are wiped whatever comes of it', async () => {
    const seen: string[] = []
    const outcomes = [
      async (answer: SecureAnswer) => (
        seen.push('password' in answer ? new TextDecoder().decode(answer.password) : ''),
        { code: 'WRONG_PASSWORD' as const, figures: {} }
      ),
      () => Promise.reject(new Error('the key host died')),
      async () => null,
    ]
    for (const judge of outcomes) {
      const asked = secure.ask(TASK, judge)
      const secret = bytes()
      await secure.answer(answerWith(secret)).catch(() => undefined)
      expect(isWiped(secret)).toBe(true)
      secure.cancel()
      await asked
      await turn()
    }
    expect(seen).toEqual([PASSWORD])
  })

  test('both secrets of an import are wiped', async () => {
    void secure.ask({ kind: 'import-key', id: 'task-1', label: 'Key' }, async () => null)
    const [privateKey, password] = [bytes(), bytes()]
    await secure.answer({ kind: 'import-key', id: 'task-1', privateKey, password })
    expect([isWiped(privateKey), isWiped(password)]).toEqual([true, true])
  })

  test('what a person proves lies deeper, and is wiped as well; what is asked next is asked in the same window', async () => {
    const first: SecureTask = { kind: 'unlock-app', id: 'task-1', people: [], keysNeeded: 1, requestHash: `0x${'ab'.repeat(32)}` }
    const asked = secure.ask(first, async ({ id }) => (id === 'task-1' ? { next: { ...first, id: 'task-2' } } : null))
    const proofOf = (id: string) => ({
      kind: 'unlock-app' as const,
      id,
      recoveryKeys: [],
      operator: { id: 'a', password: bytes(), code: bytes() },
    })
    const proof = proofOf('task-1')
    expect(await secure.answer(proof)).toMatchObject({ next: { id: 'task-2' } })
    expect([isWiped(proof.operator.password), isWiped(proof.operator.code), secure.task()?.id]).toEqual([true, true, 'task-2'])
    expect(await secure.answer(proofOf('task-1'))).toMatchObject({ code: 'FORBIDDEN' })
    expect(await secure.answer(proofOf('task-2'))).toBeNull()
    expect(await asked).toBe(true)
    expect(windows).toHaveLength(1)
  })

  test('an answer to another task, of another kind, or to nothing is refused unjudged, and wiped', async () => {
    const judge = vi.fn(async () => null)
    const asked = secure.ask(TASK, judge)
    for (const changed of [{ id: 'task-2' }, { kind: 'create-keystore' as const }]) {
      const secret = bytes()
      expect(await secure.answer(answerWith(secret, changed))).toMatchObject({ code: 'FORBIDDEN' })
      expect(isWiped(secret)).toBe(true)
    }
    secure.cancel()
    expect(await asked).toBe(false)
    const late = bytes()
    expect(await secure.answer(answerWith(late))).toMatchObject({ code: 'FORBIDDEN' })
    expect([isWiped(late), judge.mock.calls.length]).toEqual([true, 0])
  })

  test('a refused answer leaves it open for another; closing the window ends it unanswered', async () => {
    const asked = secure.ask(TASK, async () => ({ code: 'WRONG_PASSWORD', figures: {} }))
    expect(await secure.answer(answerWith(bytes()))).toMatchObject({ code: 'WRONG_PASSWORD' })
    expect(secure.task()).toEqual(TASK)
    windows[0]!.window.destroy()
    expect(await asked).toBe(false)
    expect(secure.task()).toBeNull()
  })

  test('a second answer while the first is judged is refused unjudged, and wiped: judging one acts on it', async () => {
    let refuse: () => void = () => undefined
    const judge = vi.fn(
      () =>
        new Promise<{ code: 'WRONG_PASSWORD'; figures: Record<string, string> }>(
          (resolve) => (refuse = () => resolve({ code: 'WRONG_PASSWORD', figures: {} })),
        ),
    )
    void secure.ask(TASK, judge)
    const first = secure.answer(answerWith(bytes()))
    const second = bytes()
    expect(await secure.answer(answerWith(second))).toMatchObject({ code: 'BUSY' })
    expect([isWiped(second), judge.mock.calls.length]).toEqual([true, 1])
    refuse()
    expect(await first).toMatchObject({ code: 'WRONG_PASSWORD' })
    void secure.answer(answerWith(bytes()))
    expect(judge).toHaveBeenCalledTimes(2)
  })

  test('an answer that is still judged when the window closes does not close the next one', async () => {
    let accept: () => void = () => undefined
    const first = secure.ask(TASK, () => new Promise((resolve) => (accept = () => resolve(null))))
    const answering = secure.answer(answerWith(bytes()))
    windows[0]!.window.destroy()
    expect(await first).toBe(false)
    const second = secure.ask({ ...TASK, id: 'task-2' }, async () => null)
    accept()
    await answering
    expect(secure.task()).toMatchObject({ id: 'task-2' })
    secure.cancel()
    expect(await second).toBe(false)
  })

  test('the closing of a window that has been answered does not end the task that came after', async () => {
    const first = secure.ask(TASK, async () => null)
    await secure.answer(answerWith(bytes()))
    expect(await first).toBe(true)
    // Asked in the same turn, before the old window is gone.
    const second = secure.ask({ ...TASK, id: 'task-2' }, async () => null)
    await turn()
    expect(secure.task()).toMatchObject({ id: 'task-2' })
    expect(windows.map(({ window }) => window.destroyed)).toEqual([true, false])
    secure.cancel()
    expect(await second).toBe(false)
  })
})
