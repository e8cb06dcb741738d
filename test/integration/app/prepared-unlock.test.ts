import { afterEach, beforeEach, expect, test } from 'vitest'

import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import { armedDataDir, launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { FakeClock } from '../../support/fake-clock'
import { InProcessHost } from '../../unit/signers/keystore/in-process-host'

const PASSWORD = 'correct horse battery staple'
const utf8 = (text: string) => new TextEncoder().encode(text)

let app: TestApp
let id: string
let hosts: InProcessHost[]
beforeEach(async () => {
  hosts = []
  app = await launchApp({
    dataDir: armedDataDir(),
    spawnKeyHost: () => {
      const host = new InProcessHost(new FakeClock())
      hosts.push(host)
      return host
    },
  })
  app.answer = (task) => (task.kind === 'create-keystore' ? { kind: task.kind, id: task.id, password: utf8(PASSWORD) } : null)
  const made = await app.must('signer.create', { label: 'Key' })
  id = made.id!
  hosts = []
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

/** Asks to unlock, and gives the question as a person sees it: open, until it is answered or closed. */
async function opened(): Promise<{ readonly done: Promise<{ unlocked: boolean }>; type(password: string): void; close(): void }> {
  let done: Promise<{ unlocked: boolean }> | undefined
  const { task, settle } = await new Promise<{ task: SecureTask; settle: (answer: SecureAnswer | null) => void }>((resolve) => {
    app.answer = (asked) =>
      new Promise((answer) => {
        resolve({ task: asked, settle: answer })
      })
    done = app.must('signer.unlock', { id })
  })
  if (task.kind !== 'unlock-keystore') throw new Error(`${task.kind} was asked`)
  return {
    done: done!,
    type: (password) => {
      settle({ kind: task.kind, id: task.id, password: utf8(password) })
    },
    close: () => {
      settle(null)
    },
  }
}
const running = () => hosts.filter((host) => host.exitCode === undefined).length

test('C3: the process that will hold the key is there when its password is asked for, told nothing, and unlocks with it', async () => {
  const question = await opened()
  expect(hosts.map((host) => host.posted)).toEqual([[]])
  question.type(PASSWORD)
  expect(await question.done).toEqual({ unlocked: true })
  expect(hosts).toHaveLength(1)
  expect(running()).toBe(1)
})

test('C3: the question closed without an answer, that process is gone', async () => {
  const question = await opened()
  expect(running()).toBe(1)
  question.close()
  expect(await question.done).toEqual({ unlocked: false })
  expect(running()).toBe(0)
  expect(JSON.stringify(hosts[0]!.posted)).not.toContain('password')
})

test('C3: after a wrong password nothing is left of it once the question is closed, and the next one unlocks', async () => {
  const wrong = await opened()
  wrong.type('wrong')
  expect(await wrong.done).toEqual({ unlocked: false })
  expect(app.lastProblem?.code).toBe('WRONG_PASSWORD')
  expect(running()).toBe(0)
  const right = await opened()
  right.type(PASSWORD)
  expect(await right.done).toEqual({ unlocked: true })
  expect(running()).toBe(1)
})

test('C3: locked while its password is asked for, the process is gone, and the right password still unlocks', async () => {
  const question = await opened()
  await app.must('signer.lock', { id })
  expect(running()).toBe(0)
  question.type(PASSWORD)
  expect(await question.done).toEqual({ unlocked: true })
  expect(running()).toBe(1)
})

test('C3: the app ends while the password is asked for: no process is left', async () => {
  const question = await opened()
  await app.stop()
  expect(running()).toBe(0)
  question.close()
  expect(await question.done).toEqual({ unlocked: false })
})
