import type { OpenVendor, Secrets, VendorConfig } from './vendor'

/** Opens a config's kind; only that kind's library is loaded. */
export async function openVendor(config: VendorConfig, secrets: Secrets): Promise<OpenVendor> {
  switch (config.kind) {
    case 'pkcs11':
      return (await import('../pkcs11/open-pkcs11')).openPkcs11(config, secrets)
    case 'aws_kms':
      return (await import('../aws-kms/open-aws-kms')).openAwsKms(config, secrets)
    case 'gcp_kms':
      return (await import('../gcp-kms/open-gcp-kms')).openGcpKms(config, secrets)
    case 'azure_key_vault':
      return (await import('../azure-kms/open-azure-key-vault')).openAzureKeyVault(config, secrets)
    case 'env_private_key':
      return (await import('../env-key/open-env-key')).openEnvKey(config, secrets)
  }
}
