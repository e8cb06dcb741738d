import { afterEach, beforeEach, expect, test } from 'vitest'

import type { SignerInteraction } from '../../../../src-preload/contract/signers'
import {
  compareAddress,
  hidePrompt,
  previewDevice,
  showPrompt,
  startDevicePrompt,
  useDevicePrompt,
} from '../../../../src-renderer/stores/device-prompt'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

let bridge: ScriptedBridge
let stop: () => void
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  useDevicePrompt.setState(useDevicePrompt.getInitialState(), true)
  stop = startDevicePrompt()
})
afterEach(() => {
  stop()
  globalThis.holdfast = undefined
})

const asked = (required: SignerInteraction['required'], subject = 'order-1') => {
  bridge.emit('signer.interaction', { signerId: 'signer-1', subject, required, untilMs: required === 'none' ? null : 5_000, shows: null })
}
const state = () => useDevicePrompt.getState()

test('D5: what is asked is shown until it is over', () => {
  asked('unlock-device')
  expect(state().prompt).toMatchObject({ required: 'unlock-device', subject: 'order-1', untilMs: 5_000 })
  asked('confirm-on-device')
  expect(state().prompt?.required).toBe('confirm-on-device')
  asked('none')
  expect(state().prompt).toBe(null)
})

test('D5: the end of another one\u2019s prompt ends nothing', () => {
  asked('confirm-on-device')
  asked('none', 'set-up')
  expect(state().prompt?.subject).toBe('order-1')
})

test('D5: what was put away comes back by hand, and by itself with the next thing that is asked', () => {
  asked('unlock-device')
  hidePrompt()
  expect(state()).toMatchObject({ hidden: true, prompt: { required: 'unlock-device' } })
  showPrompt()
  expect(state().hidden).toBe(false)
  hidePrompt()
  asked('confirm-on-device')
  expect(state().hidden).toBe(false)
})

test('D5: the address to be compared is there only while an address is compared', () => {
  compareAddress('0xAb')
  asked('open-app', 'set-up')
  expect(state().prompt?.address).toBe(null)
  asked('verify-address', 'set-up')
  expect(state().prompt?.address).toBe('0xAb')
})

test('B11: what the device will show is asked once a plan; a signer without a screen shows nothing', async () => {
  const first = previewDevice('plan-1')
  const request = { purpose: 'order', blind: true, screens: [{ title: 'To', value: '0x1' }], meaning: null }
  await bridge.answer(bridge.waiting('signer.preview')[0], { requests: [request] })
  await first
  expect(state().preview).toEqual({ planId: 'plan-1', requests: [request] })
  await previewDevice('plan-1')
  expect(bridge.pending).toEqual([])
  const second = previewDevice('plan-2')
  await bridge.answer(bridge.waiting('signer.preview')[0], null)
  await second
  expect(state().preview).toEqual({ planId: 'plan-2', requests: [] })
})
