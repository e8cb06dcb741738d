import type { SecretSource } from './secret-source'
import type { SecretRef, ServiceAddress, SignerConfig } from './signer'

/** What a secret is for. It is typed for one of these, and opened for no other (product row P1). */
export const SECRET_PURPOSES = ['pin', 'token', 'client-key', 'access-key', 'session-token', 'service-account', 'client-secret'] as const
/** What a secret is for. */
export type SecretPurpose = (typeof SECRET_PURPOSES)[number]

/** A secret that a config names, and what the field that names it is for. */
export interface SecretUse {
  readonly purpose: SecretPurpose
  readonly ref: SecretRef
}

/** Every secret that a signer, or a place outside of the app, would be given. */
export function secretUsesOf(config: SignerConfig | SecretSource): readonly SecretUse[] {
  switch (config.kind) {
    case 'remote':
    case 'mpc_2pc':
    case 'vault':
      return [...uses('token', config.tokenRef), ...usesOfService(config.service)]
    case 'pkcs11':
      return uses('pin', config.pinRef)
    case 'aws_kms':
      return [...uses('access-key', config.secretAccessKeyRef), ...uses('session-token', config.sessionTokenRef)]
    case 'aws-sm':
      return uses('access-key', config.secretAccessKeyRef)
    case 'gcp_kms':
      return uses('service-account', config.credentialsRef)
    case 'azure_key_vault':
      return uses('client-secret', config.clientSecretRef)
    case 'keystore':
    case 'ledger':
    case 'env_private_key':
      return []
  }
}

function usesOfService({ clientCertificate }: ServiceAddress): readonly SecretUse[] {
  return uses('client-key', clientCertificate?.keyRef ?? null)
}

function uses(purpose: SecretPurpose, ref: SecretRef | null): readonly SecretUse[] {
  return ref === null ? [] : [{ purpose, ref }]
}
