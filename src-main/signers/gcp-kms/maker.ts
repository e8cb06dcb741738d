import { vendorMaker } from '../vendor-host/vendor-signer'

/** Keys in Google Cloud KMS. */
export const gcpKmsMaker = vendorMaker('gcp_kms')
