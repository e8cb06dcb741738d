import { vendorMaker } from '../vendor-host/vendor-signer'

/** A key in an environment variable, for development. */
export const envKeyMaker = vendorMaker('env_private_key')
