import { describeSigner } from '../../support/signers/contract'
import { openKeystoreRig } from '../../support/signers/keystore-rig'

describeSigner('keystore', openKeystoreRig)
