import { getAddress } from 'ethers/address'
import { afterAll, beforeAll } from 'vitest'

import { mpcMaker } from '../../../src-main/signers/mpc-2pc/maker'
import { describeSigner } from '../../support/signers/contract'
import { startMpcPart, type MpcPart } from '../../support/signers/mpc-part'
import { signerParts } from '../../support/signers/signer-parts'

let part: MpcPart
beforeAll(async () => {
  part = await startMpcPart({ timeoutMs: 4_000 })
})
afterAll(() => part.close())

const NO_TRANSACTION = 'the service sees a digest that was computed here, never a transaction that it could change'

describeSigner(
  'mpc_2pc',
  () => {
    part.behave()
    const signer = mpcMaker.create('mpc-1', getAddress(part.address), part.config, signerParts(part.secrets))
    return Promise.resolve({ signer, misbehave: part.misbehave, close: () => Promise.resolve() })
  },
  {
    'changed-to': NO_TRANSACTION,
    'changed-value': NO_TRANSACTION,
    'changed-data': NO_TRANSACTION,
    'changed-nonce': NO_TRANSACTION,
    'changed-chain': NO_TRANSACTION,
    'changed-fee': NO_TRANSACTION,
    'changed-tip': NO_TRANSACTION,
    'changed-gas': NO_TRANSACTION,
    'added-access-list': NO_TRANSACTION,
    legacy: NO_TRANSACTION,
    'other-type': NO_TRANSACTION,
    'high-s': 'a service may answer either half of s: it is normalised here, and is as good a signature',
    'other-parity': 'a service answers r and s alone: which parity is the account’s is found here',
  },
)
