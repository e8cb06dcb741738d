import { afterEach, describe, expect, test } from 'vitest'

import { LEDGER_DRIVERS, type OfferedAccount } from '../../../src-main/domain/signer'
import { makeLedgers } from '../../../src-main/signers/ledger/maker'
import { DeviceKeys } from '../../support/ledger-emulator/keys'
import { OTHER_KEY } from '../../support/app/bench-chain'
import { LEDGER_PARTS } from '../../support/signers/ledger-rig'
import { PART_PATH, startLedgerPart, type LedgerPart } from '../../support/signers/ledger-part'

const never = new AbortController().signal
const maker = makeLedgers({ answerMs: 5_000, personMs: 1_000 })
let part: LedgerPart | null = null
afterEach(async () => {
  await part?.close()
  part = null
})

describe.each(LEDGER_DRIVERS)('D5: setting up a Ledger, by %s', (driver) => {
  test('D5: the accounts of the usual paths, the asked one first, each with the config that uses it, and no person is asked', async () => {
    part = await startLedgerPart({ driver, state: { person: 'reject' } })
    const config = { ...part.config, derivationPath: "44'/60'/0'/1/9" }
    const found = await maker.discover(config, LEDGER_PARTS, never, () => undefined)
    if (!found.ok) throw new Error(found.error.detail)
    const accounts: readonly OfferedAccount[] = found.value
    expect(accounts.map(({ where }) => where).slice(0, 3)).toEqual(["44'/60'/0'/1/9", PART_PATH, "44'/60'/1'/0/0"])
    expect(accounts).toHaveLength(15)
    const keys = new DeviceKeys()
    for (const { address, where, config: its } of accounts) {
      expect(address).toBe(keys.addressAt(where))
      expect(JSON.stringify(its)).toBe(JSON.stringify({ ...config, derivationPath: where }))
    }
    expect(new Set(accounts.map(({ address }) => address)).size).toBe(15)
  })

  test('D5: the address is shown on the device, and the person compares it there', async () => {
    part = await startLedgerPart({ driver })
    const asked: string[] = []
    const shown = await maker.verifyAddress?.(part.config, part.address, LEDGER_PARTS, never, (required) => asked.push(required))
    expect(shown).toEqual({ ok: true, value: undefined })
    expect(asked).toEqual(['verify-address', 'none'])
    expect(part.device.deviceScreens()).toContainEqual({ title: 'Address', value: part.address })
  })

  test('D5: another address than the one to be verified is not even shown; a rejected one is not verified', async () => {
    part = await startLedgerPart({ driver, state: { person: 'reject' } })
    const verify = (address: string) => maker.verifyAddress?.(part!.config, address, LEDGER_PARTS, never, () => undefined)
    const stranger = new DeviceKeys(undefined, { [PART_PATH]: OTHER_KEY }).addressAt(PART_PATH)
    expect(await verify(stranger)).toMatchObject({ ok: false, error: { code: 'WRONG_ADDRESS' } })
    expect(part.device.deviceScreens()).toEqual([])
    expect(await verify(part.address)).toMatchObject({ ok: false, error: { code: 'REJECTED_BY_USER' } })
  })

  test('X1: a light look tells whether a device is there, without a command to it', async () => {
    part = await startLedgerPart({ driver })
    const signer = maker.create('ledger-1', part.address, part.config, LEDGER_PARTS)
    expect(signer.health().status).toBe('unavailable')
    expect(await signer.check?.(never)).toMatchObject({ status: 'ready' })
    await part.plug.unplug()
    expect(await signer.check?.(never)).toMatchObject({ status: 'unavailable', detail: 'DEVICE_NOT_FOUND: no device was found' })
    expect(part.device.received).toEqual([])
  })
})
