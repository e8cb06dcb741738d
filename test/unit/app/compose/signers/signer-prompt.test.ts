import { expect, test } from 'vitest'

import { withPicture } from '../../../../../src-main/app/compose/signers/signer-prompt'
import type { DevicePreview } from '../../../../../src-main/domain/device-preview'
import type { TypedData } from '../../../../../src-main/domain/typed-data'
import type { SignerAsk } from '../../../../../src-main/engine/signing-gate'

const asked = { primaryType: 'AuditHead' } as unknown as TypedData
const ask = (required: SignerAsk['required']): SignerAsk => ({ subject: 'order-1', signerId: 's', purpose: 'order', required, asked })
const picture: DevicePreview = { blind: false, screens: [{ title: 'To', value: '0x1' }], meaning: null }

function heardOf(required: SignerAsk['required'], pictureOf: Parameters<typeof withPicture>[1]) {
  const heard: unknown[] = []
  withPicture((told, shows) => heard.push([told, shows]), pictureOf)(ask(required))
  return heard
}
const told = (required: SignerAsk['required']) => ({ subject: 'order-1', signerId: 's', purpose: 'order', required })

test('B11: what is to be confirmed on a device comes with the picture of exactly that', () => {
  expect(heardOf('confirm-on-device', (id, thing) => (id === 's' && thing === asked ? picture : null))).toEqual([
    [told('confirm-on-device'), picture],
  ])
})

test('B11: what comes before it has no picture yet, and one that cannot be made keeps nothing from being asked', () => {
  expect(heardOf('open-app', () => picture)).toEqual([[told('open-app'), null]])
  const broken = (): never => {
    throw new Error('no such token')
  }
  expect(heardOf('confirm-on-device', broken)).toEqual([[told('confirm-on-device'), null]])
})
