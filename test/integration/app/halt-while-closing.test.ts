import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { answerFor, testnetDataDir } from '../../support/app/devnet-app'
import { launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { FakeClock } from '../../support/fake-clock'
import { InProcessHost } from '../../unit/signers/keystore/in-process-host'

const KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const vault = memoryVault()
let app: TestApp
let atLast: (() => void) | null

/** The key's process, whose end is the last thing that closing an environment waits for: something happens a turn before. */
class LateHost extends InProcessHost {
  override onExit(listener: (code: number | null) => void): void {
    super.onExit((code) => {
      atLast?.()
      atLast = null
      setImmediate(() => listener(code))
    })
  }
}

const launch = (dataDir: string) => launchApp({ dataDir, vault, spawnKeyHost: () => new LateHost(new FakeClock()) })
beforeEach(async () => {
  atLast = null
  app = await launch(testnetDataDir())
  app.answer = answerFor({ fundedKey: KEY })
  const { id } = await app.must('signer.import', { label: 'Key', from: 'private-key' })
  await app.must('signer.unlock', { id: id! })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const press = () => {
  const pressed: { reply: unknown } = { reply: null }
  atLast = () => {
    void app.call('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' }).then((reply) => {
      pressed.reply = reply
    })
  }
  return pressed
}
const isHalted = async () => {
  expect((await app.must('guards.status', {})).killSwitch).toMatchObject({ state: 'triggered', source: 'button', by: 'operator' })
  expect(existsSync(join(app.dataDir, 'machine.lease'))).toBe(false)
}

test('X5: pressed in the very moment in which one environment gives way to another: the other is halted', async () => {
  const pressed = press()
  await app.must('environment.switch', { environment: 'paper' })
  expect(pressed.reply).toMatchObject({ ok: true, value: { state: 'triggered' } })
  await isHalted()
})

test('X5: pressed in the very moment in which the app ends: the next start is halted', async () => {
  const pressed = press()
  await app.stop()
  expect(pressed.reply).toMatchObject({ ok: true, value: { state: 'triggered' } })
  app = await launch(app.dataDir)
  await isHalted()
})
