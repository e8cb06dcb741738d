import { describe, expect, test } from 'vitest'

import { ApduWatch, MalformedAnswer, statusWordOf } from '../../../../src-main/signers/ledger/apdu-watch'
import { failureOf } from '../../../../src-main/signers/ledger/failures'
import { DeviceMissing } from '../../../../src-main/signers/ledger/ledger-device'
import type { SignerFailureCode } from '../../../../src-main/signers/signer'

const GET_ADDRESS = Uint8Array.of(0xe0, 0x02, 0, 0, 0)
const SIGN = Uint8Array.of(0xe0, 0x04, 0, 0, 0)
const STRUCT = Uint8Array.of(0xe0, 0x1a, 0, 0, 0)
const word = (status: number): Uint8Array => Uint8Array.of(status >> 8, status & 0xff)

async function answered(watch: ApduWatch, apdu: Uint8Array, status: number): Promise<void> {
  await watch.pass(apdu, () => Promise.resolve(word(status)), statusWordOf)
}

describe('D5: what a device says, and what it means', () => {
  const meanings: readonly (readonly [status: number, signsBlind: boolean | null, code: SignerFailureCode])[] = [
    [0x6985, true, 'REJECTED_BY_USER'],
    [0x5501, true, 'REJECTED_BY_USER'],
    [0x6982, true, 'REJECTED_BY_USER'],
    [0x5515, null, 'DEVICE_LOCKED'],
    [0x6511, null, 'WRONG_APP'],
    [0x6e00, null, 'WRONG_APP'],
    [0x6a80, false, 'BLIND_SIGNING_OFF'],
    [0x6a80, true, 'OTHER_DRIVER'],
    [0x6a80, null, 'OTHER_DRIVER'],
    [0x6d00, true, 'OTHER_DRIVER'],
    [0x6501, true, 'OTHER_DRIVER'],
    [0x6b00, true, 'OTHER_DRIVER'],
    [0x6f42, true, 'UNAVAILABLE'],
  ]
  test.each(meanings)('D5: status %i with blind signing %s is %s', async (status, signsBlind, code) => {
    const watch = new ApduWatch()
    await answered(watch, SIGN, status)
    expect(failureOf(new Error('whatever the library says'), watch, signsBlind)).toMatchObject({ code })
  })

  test('D5: a connection that breaks says DISCONNECTED only where something was to be signed', async () => {
    for (const [apdu, code] of [
      [GET_ADDRESS, 'UNAVAILABLE'],
      [SIGN, 'DISCONNECTED'],
    ] as const) {
      const watch = new ApduWatch()
      const broken = new Error('socket hang up')
      await expect(watch.pass(apdu, () => Promise.reject(broken), statusWordOf)).rejects.toBe(broken)
      expect(failureOf(broken, watch, null)).toMatchObject({ code })
    }
  })

  test('D5: what is no answer, a device that is not there, and what is not the device’s word at all', async () => {
    const watch = new ApduWatch()
    const garbled = new MalformedAnswer('endless')
    await expect(watch.pass(SIGN, () => Promise.reject(garbled), statusWordOf)).rejects.toBe(garbled)
    expect(failureOf(garbled, watch, true)).toMatchObject({ code: 'BAD_ANSWER' })
    expect(failureOf(new DeviceMissing('none'), new ApduWatch(), null)).toMatchObject({ code: 'DEVICE_NOT_FOUND' })
    expect(failureOf(new Error('R is missing'), new ApduWatch(), null)).toMatchObject({ code: 'BAD_ANSWER' })
  })

  test('D5: after a refusal nothing more reaches the device, whatever a library tries', async () => {
    const watch = new ApduWatch()
    let sent = 0
    const send = (status: number) => (): Promise<Uint8Array> => {
      sent += 1
      return Promise.resolve(word(status))
    }
    await watch.pass(SIGN, send(0x6985), statusWordOf)
    expect(await watch.pass(SIGN, send(0x9000), statusWordOf)).toEqual(word(0x6985))
    expect(await watch.pass(GET_ADDRESS, send(0x9000), statusWordOf)).toEqual(word(0x6985))
    expect(sent).toBe(1)
  })

  test('D5: an unknown command that asks for no signature leaves room for an older form; if none works, the other driver may', async () => {
    const watch = new ApduWatch()
    await answered(watch, STRUCT, 0x6d00)
    await answered(watch, SIGN, 0x9000)
    const refused = new ApduWatch()
    await answered(refused, STRUCT, 0x6d00)
    expect(failureOf(new Error('gave up'), refused, true)).toMatchObject({ code: 'OTHER_DRIVER' })
  })
})
