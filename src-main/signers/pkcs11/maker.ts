import { vendorMaker } from '../vendor-host/vendor-signer'

/** Keys in an HSM behind PKCS#11. */
export const pkcs11Maker = vendorMaker('pkcs11')
