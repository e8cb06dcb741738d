import { vendorMaker } from '../vendor-host/vendor-signer'

/** Keys in Azure Key Vault. */
export const azureKeyVaultMaker = vendorMaker('azure_key_vault')
