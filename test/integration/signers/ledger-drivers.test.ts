import { Transaction } from 'ethers/transaction'
import { getBytes } from 'ethers/utils'
import { describe, expect, test } from 'vitest'

import type { Hex } from '../../../src-main/domain/evm'
import { canonicalSignature } from '../../../src-main/signers/digest'
import { ApduWatch } from '../../../src-main/signers/ledger/apdu-watch'
import { openDmk } from '../../../src-main/signers/ledger/drivers/dmk'
import { openLedgerJs } from '../../../src-main/signers/ledger/drivers/ledgerjs'
import { DeviceMissing } from '../../../src-main/signers/ledger/ledger-device'
import { PART_PATH, startLedgerPart } from '../../support/signers/ledger-part'

const TO = '0x5FbDB2315678afecb367f032d93F642f64180aa3'

describe.each([
  ['dmk', openDmk],
  ['ledgerjs', openLedgerJs],
] as const)('D5: the driver %s at the device itself', (_name, open) => {
  test.each([
    { type: 0, chainId: 1, gasPrice: 5n },
    { type: 0, chainId: 42_161, gasPrice: 5n, data: `0x${'ab'.repeat(600)}` },
    { type: 2, chainId: 31_337, maxFeePerGas: 7n, maxPriorityFeePerGas: 1n, data: `0x${'cd'.repeat(2_000)}` },
  ])('D5: signs a transaction of type $type on chain $chainId', async (some) => {
    const part = await startLedgerPart()
    const device = await open(part.config.transport, new ApduWatch())
    try {
      const tx = Transaction.from({ nonce: 3, to: TO, value: 9n, gasLimit: 90_000n, ...some })
      const signature = await device.signTransaction(PART_PATH, getBytes(tx.unsignedSerialized))
      expect(canonicalSignature(tx.unsignedHash as Hex, signature, part.address).ok).toBe(true)
    } finally {
      await device.close()
      await part.close()
    }
  })

  test('D5: tells what is open and how it is set', async () => {
    const part = await startLedgerPart({ state: { blindSigning: false, version: '1.12.3' } })
    const device = await open(part.config.transport, new ApduWatch())
    try {
      expect(await device.openApp()).toEqual({ name: 'Ethereum', version: '1.12.3' })
      expect(await device.signsBlind()).toBe(false)
      expect(await device.address(PART_PATH, false)).toBe(part.address)
    } finally {
      await device.close()
      await part.close()
    }
  })

  test('D5: an emulator is reached on this machine only', async () => {
    await expect(open({ type: 'emulator', url: 'http://192.0.2.1:9999' }, new ApduWatch())).rejects.toBeInstanceOf(DeviceMissing)
  })
})
