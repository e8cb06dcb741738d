import { describeSigner } from '../../support/signers/contract'
import { startAzureKeyVaultPart } from '../../support/signers/azure-kms-part'
import { DIGEST_NOT_APPLICABLE, vendorRig } from '../../support/signers/vendor-rig'

describeSigner('azure_key_vault', vendorRig('azure_key_vault', startAzureKeyVaultPart), DIGEST_NOT_APPLICABLE)
