import { SIGNER_KEY } from '../../support/app/bench-chain'
import { describeSigner } from '../../support/signers/contract'
import { startEnvKeyPart } from '../../support/signers/env-key-part'
import { DIGEST_NOT_APPLICABLE, takenOverRig } from '../../support/signers/vendor-rig'

describeSigner('env_private_key', takenOverRig('env_private_key', SIGNER_KEY, startEnvKeyPart), DIGEST_NOT_APPLICABLE)
