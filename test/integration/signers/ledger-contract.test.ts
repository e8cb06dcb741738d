import { describe, expect, test } from 'vitest'

import type { LedgerDriver } from '../../../src-main/domain/signer'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { contractTx, describeSigner } from '../../support/signers/contract'
import type { HostileAnswer } from '../../support/signers/hostile-answers'
import { openLedgerRig } from '../../support/signers/ledger-rig'

const NOT_APPLICABLE = {
  'high-s': 'the device answers r and s alone; a high s is turned into its low twin here and proven, as tested below',
  'other-parity': 'what the device says of the parity is not read: which one is the account’s is found here, as tested below',
}

describeSigner('ledger (dmk, HTTP)', () => openLedgerRig({ driver: 'dmk' }), NOT_APPLICABLE)
describeSigner('ledger (ledgerjs, HTTP)', () => openLedgerRig({ driver: 'ledgerjs' }), NOT_APPLICABLE)
describeSigner('ledger (dmk, TCP)', () => openLedgerRig({ driver: 'dmk', over: 'tcp' }), NOT_APPLICABLE)

describe('B1: what the device answers is put together here', () => {
  for (const [driver, hostile, what] of [
    ['dmk', 'high-s', 'a high s'],
    ['ledgerjs', 'high-s', 'a high s'],
    ['dmk', 'other-parity', 'a wrong parity'],
    ['ledgerjs', 'other-parity', 'a wrong parity'],
  ] satisfies [LedgerDriver, HostileAnswer, string][])
    test(`D5: ${what} from the device becomes the canonical signature (${driver})`, async () => {
      const rig = await openLedgerRig({ driver, state: { hostile } })
      try {
        const tx = contractTx(rig.signer.address, 3)
        const signed = await rig.signer.signTransaction(tx, new AbortController().signal)
        expect(signed.ok && verifySignedTx(signed.value, tx)).toMatchObject({ ok: true })
      } finally {
        await rig.close()
      }
    })
})
