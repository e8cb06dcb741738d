import { SIGNER_KEY } from '../../support/app/bench-chain'
import { describeSigner } from '../../support/signers/contract'
import { startPkcs11Part } from '../../support/signers/pkcs11-part'
import { DIGEST_NOT_APPLICABLE, takenOverRig } from '../../support/signers/vendor-rig'

describeSigner('pkcs11', takenOverRig('pkcs11', SIGNER_KEY, startPkcs11Part), DIGEST_NOT_APPLICABLE)
