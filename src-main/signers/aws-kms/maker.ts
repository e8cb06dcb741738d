import { vendorMaker } from '../vendor-host/vendor-signer'

/** Keys in AWS KMS. */
export const awsKmsMaker = vendorMaker('aws_kms')
