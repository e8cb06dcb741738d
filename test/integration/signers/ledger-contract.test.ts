import { describe, expect, test } from 'vitest'

import type { LedgerDriver } from '../../../src-main/domain/signer'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { contractTx, describeSigner } from '../../support/signers/contract'
import { openLedgerRig } from '../../support/signers/ledger-rig'

const NOT_APPLICABLE = {
  'high-s': 'the device answers r and s alone; a high s is turned into its low twin here and proven, as tested below',
}

describeSigner('ledger (dmk, HTTP)', () => openLedgerRig({ driver: 'dmk' }), NOT_APPLICABLE)
describeSigner('ledger (ledgerjs, HTTP)', () => openLedgerRig({ driver: 'ledgerjs' }), NOT_APPLICABLE)
describeSigner('ledger (dmk, TCP)', () => openLedgerRig({ driver: 'dmk', over: 'tcp' }), NOT_APPLICABLE)

describe('B1: what the device answers is put together here', () => {
  for (const driver of ['dmk', 'ledgerjs'] satisfies LedgerDriver[])
    test(`D5: a high s from the device becomes the canonical signature (${driver})`, async () => {
      const rig = await openLedgerRig({ driver, state: { hostile: 'high-s' } })
      try {
        const tx = contractTx(rig.signer.address, 3)
        const signed = await rig.signer.signTransaction(tx, new AbortController().signal)
        expect(signed.ok && verifySignedTx(signed.value, tx)).toMatchObject({ ok: true })
      } finally {
        await rig.close()
      }
    })
})
