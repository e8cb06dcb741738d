import { REMOTE_DIALECTS, type RemoteDialect } from '../../../src-main/domain/signer'
import { remoteMaker } from '../../../src-main/signers/remote/maker'
import { describeSigner, type SignerRig } from '../../support/signers/contract'
import { startRemotePart } from '../../support/signers/remote-part'
import { signerParts } from '../../support/signers/signer-parts'

async function openRig(dialect: RemoteDialect): Promise<SignerRig> {
  const part = await startRemotePart({ dialect })
  const signer = remoteMaker.create('remote-1', part.address, part.config, signerParts(part.secrets))
  return { signer, misbehave: part.misbehave, close: part.close }
}

for (const dialect of REMOTE_DIALECTS) describeSigner(`remote (${dialect})`, () => openRig(dialect))
