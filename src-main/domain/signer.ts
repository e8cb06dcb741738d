/** The kinds of signer (product rows C2–C5, X1, D5). */
export const SIGNER_KINDS = [
  'keystore',
  'ledger',
  'remote',
  'mpc_2pc',
  'pkcs11',
  'aws_kms',
  'gcp_kms',
  'azure_key_vault',
  'env_private_key',
] as const
/** A kind of signer. */
export type SignerKind = (typeof SIGNER_KINDS)[number]

/** What the person must do for a signature to come about; `none` when nothing is asked of them. */
export const USER_INTERACTIONS = [
  'none',
  'unlock',
  'connect-device',
  'unlock-device',
  'open-app',
  'verify-address',
  'confirm-on-device',
  'confirm-elsewhere',
] as const
/** What the person must do for a signature to come about. */
export type UserInteraction = (typeof USER_INTERACTIONS)[number]

/** Why a signer did not sign. */
export const SIGNER_FAILURE_CODES = [
  'LOCKED',
  'WRONG_PASSWORD',
  'CORRUPT_KEYSTORE',
  /** A person said no, on a device or at a service. */
  'REJECTED_BY_USER',
  /** Certainly not signed, nor will it be: nothing reached the signer, or it said that it cannot. */
  'UNAVAILABLE',
  /** No answer in time; it may have signed. */
  'TIMEOUT',
  /** The connection broke after the request had gone; it may have signed. */
  'DISCONNECTED',
  'BAD_ANSWER',
  'DEVICE_NOT_FOUND',
  'DEVICE_LOCKED',
  'WRONG_APP',
  'BLIND_SIGNING_OFF',
  'WRONG_ADDRESS',
  /** The device's app is too new or too old for the library in use: the other driver may serve. */
  'OTHER_DRIVER',
  /** Busy with another request. */
  'BUSY',
  /** The service's own policy said no. */
  'DENIED_BY_SIGNER',
  /** Our second policy, around every signer, said no (product row C7). */
  'DENIED_BY_POLICY',
  /** The service did not accept who we are: token, PIN, certificate. */
  'NOT_AUTHORISED',
  /** The server is not the one that was trusted, or the way to it is not safe. */
  'UNTRUSTED_SERVER',
  /** The service says that it has no such key: it signed nothing, and cannot. */
  'KEY_NOT_FOUND',
  /** The party service has no key yet. */
  'KEY_NOT_INITIALISED',
  'NOT_SUPPORTED',
  /** A part that this kind needs is not installed. */
  'NOT_INSTALLED',
  /** A referenced secret could not be had. */
  'SECRET_UNAVAILABLE',
] as const
/** Why a signer did not sign. */
export type SignerFailureCode = (typeof SIGNER_FAILURE_CODES)[number]
/**
 * Where a secret lies (product row P1): `secret:<id>` in the app's own encrypted store, `vault:<mount>/<path>#<field>` in HashiCorp Vault KV v2,
 * `aws-sm:<name or ARN>#<json field>` in AWS Secrets Manager (the field may be left out there). Never the secret itself.
 */
export type SecretRef = string
/** The form of a {@link SecretRef}. */
export const SECRET_REF = /^(?:secret:[0-9a-f-]{36}|vault:[\w./-]{1,200}#[\w.-]{1,100}|aws-sm:[\w/:+=.@-]{1,300}(?:#[\w.-]{1,100})?)$/

/** How a server is known to be the right one: by the system's authorities, by one of the user's own (PEM), or by its certificate's SHA-256 (hex). */
export type ServerTrust =
  { readonly type: 'system' } | { readonly type: 'ca'; readonly certificatePem: string } | { readonly type: 'pin'; readonly sha256: string }

/** Our side of mutual TLS. */
export interface ClientCertificate {
  readonly certificatePem: string
  /** The private key, PEM. */
  readonly keyRef: SecretRef
}

/** How to reach a signing service over HTTP. HTTPS, or plain HTTP on loopback only. */
export interface ServiceAddress {
  readonly url: string
  readonly timeoutMs: number
  readonly trust: ServerTrust
  readonly clientCertificate: ClientCertificate | null
}

/** A file of this app's own, made or imported here. */
export interface KeystoreConfig {
  readonly kind: 'keystore'
}

/** The two libraries that speak to a Ledger: the maker's Device Management Kit, and the older LedgerJS. */
export const LEDGER_DRIVERS = ['dmk', 'ledgerjs'] as const
/** The library that speaks to a Ledger. */
export type LedgerDriver = (typeof LEDGER_DRIVERS)[number]
/** A Ledger over USB; `emulator` is a device emulator on loopback, for development, refused in live. */
export interface LedgerConfig {
  readonly kind: 'ledger'
  readonly driver: LedgerDriver
  /** BIP-32 path such as `44'/60'/0'/0/0`. */
  readonly derivationPath: string
  readonly transport: { readonly type: 'usb' } | { readonly type: 'emulator'; readonly url: string }
}

/** What a remote signer speaks. */
export const REMOTE_DIALECTS = ['web3signer', 'clef', 'intent'] as const
/** What a remote signer speaks. */
export type RemoteDialect = (typeof REMOTE_DIALECTS)[number]
/** A signing service of the user's (product row C4). */
export interface RemoteConfig {
  readonly kind: 'remote'
  readonly dialect: RemoteDialect
  readonly service: ServiceAddress
  /** How often to try again what certainly did not reach the signer. */
  readonly retries: number
  /** A bearer token for the service, or null. */
  readonly tokenRef: SecretRef | null
}

/** Two-party ECDSA behind a control plane that the user hosts (product row C5). */
export interface MpcConfig {
  readonly kind: 'mpc_2pc'
  readonly service: ServiceAddress
  readonly tokenRef: SecretRef | null
}

/** An HSM behind PKCS#11: token and key found by label. */
export interface Pkcs11Config {
  readonly kind: 'pkcs11'
  /** Absolute path of the vendor's module. */
  readonly libraryPath: string
  readonly tokenLabel: string
  readonly keyLabel: string
  readonly pinRef: SecretRef
}

/** AWS KMS, an ECC_SECG_P256K1 key. */
export interface AwsKmsConfig {
  readonly kind: 'aws_kms'
  readonly region: string
  /** Key id, ARN or alias. */
  readonly keyId: string
  readonly accessKeyId: string
  readonly secretAccessKeyRef: SecretRef
  readonly sessionTokenRef: SecretRef | null
  /** Another endpoint (a VPC's, or loopback in development); null for the region's own. */
  readonly endpoint: string | null
}

/** Google Cloud KMS, an EC_SIGN_SECP256K1_SHA256 key version. */
export interface GcpKmsConfig {
  readonly kind: 'gcp_kms'
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/…`. */
  readonly keyVersion: string
  /** The service account's JSON. */
  readonly credentialsRef: SecretRef
  readonly endpoint: string | null
}

/** Azure Key Vault or Managed HSM, a P-256K key. */
export interface AzureKeyVaultConfig {
  readonly kind: 'azure_key_vault'
  readonly vaultUrl: string
  readonly keyName: string
  readonly keyVersion: string
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecretRef: SecretRef
  /** Another authority than the public cloud's; null for that. */
  readonly authorityUrl: string | null
}

/** A private key in an environment variable: development only, refused in live (product row C2). */
export interface EnvPrivateKeyConfig {
  readonly kind: 'env_private_key'
  readonly variable: string
}

/** How a signer is reached; nothing in it is secret. */
export type SignerConfig =
  | KeystoreConfig
  | LedgerConfig
  | RemoteConfig
  | MpcConfig
  | Pkcs11Config
  | AwsKmsConfig
  | GcpKmsConfig
  | AzureKeyVaultConfig
  | EnvPrivateKeyConfig
/** The config of one kind. */
export type ConfigOf<K extends SignerKind> = Extract<SignerConfig, { readonly kind: K }>

/** An account that a signer offers at set-up. */
export interface OfferedAccount {
  /** Checksummed. */
  readonly address: string
  /** Where it lies, in the signer's own terms: a derivation path, a key label, a key version. */
  readonly where: string
  /** The config that would use it. */
  readonly config: SignerConfig
}
