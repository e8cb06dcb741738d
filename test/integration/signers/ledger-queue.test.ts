import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { LEDGER_DRIVERS } from '../../../src-main/domain/signer'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { contractTx } from '../../support/signers/contract'
import { openLedgerRig } from '../../support/signers/ledger-rig'

const never = new AbortController().signal

describe.each(LEDGER_DRIVERS)('D5: one request at a time, by %s', (driver) => {
  test('D5: whoever asks, and however many at once: the device hears one command after the other and signs each as it was asked', async () => {
    const rig = await openLedgerRig({ driver }, { answerMs: 30_000, personMs: 30_000 })
    const other = rig.another('ledger-2')
    try {
      const orders = fc.array(fc.record({ second: fc.boolean(), nonce: fc.nat(1_000) }), { minLength: 2, maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(orders, async (asked) => {
          const signed = await Promise.all(
            asked.map(async ({ second, nonce }) => {
              const tx = contractTx(rig.signer.address, nonce)
              const raw = await (second ? other : rig.signer).signTransaction(tx, never)
              return raw.ok && verifySignedTx(raw.value, tx).ok
            }),
          )
          expect(signed.every(Boolean)).toBe(true)
          expect(rig.part.device.overlaps).toBe(0)
        }),
        { numRuns: 5 },
      )
    } finally {
      await rig.close()
    }
  })

  test('D5: what is given up in the queue never reaches the device', async () => {
    const rig = await openLedgerRig({ driver, state: { person: 'wait' } }, { answerMs: 30_000, personMs: 30_000 })
    try {
      const first = rig.signer.signTransaction(contractTx(rig.signer.address, 1), never)
      await rig.part.device.asking()
      const giveUp = new AbortController()
      const second = rig.another('ledger-2').signTransaction(contractTx(rig.signer.address, 2), giveUp.signal)
      giveUp.abort()
      expect(await second).toMatchObject({ ok: false, error: { code: 'BUSY' } })
      rig.part.device.press('approve')
      expect((await first).ok).toBe(true)
      rig.part.device.state.person = 'approve'
      expect((await rig.signer.signTransaction(contractTx(rig.signer.address, 3), never)).ok).toBe(true)
      expect(rig.part.device.signingCommands()).toBe(2)
    } finally {
      await rig.close()
    }
  })
})
