import { describeSigner } from '../../support/signers/contract'
import { startAwsKmsPart } from '../../support/signers/aws-kms-part'
import { DIGEST_NOT_APPLICABLE, vendorRig } from '../../support/signers/vendor-rig'

describeSigner('aws_kms', vendorRig('aws_kms', startAwsKmsPart), DIGEST_NOT_APPLICABLE)
