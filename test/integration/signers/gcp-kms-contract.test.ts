import { describeSigner } from '../../support/signers/contract'
import { startGcpKmsPart } from '../../support/signers/gcp-kms-part'
import { DIGEST_NOT_APPLICABLE, vendorRig } from '../../support/signers/vendor-rig'

describeSigner('gcp_kms', vendorRig('gcp_kms', startGcpKmsPart), DIGEST_NOT_APPLICABLE)
