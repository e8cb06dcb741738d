import type { ConfigOf, SecretRef, SignerFailureCode } from '../../domain/signer'
import type { RawSignature } from '../digest'

/** The kinds whose keys are reached through a vendor's library, or lie in memory: in a process of their own. */
export const VENDOR_KINDS = ['pkcs11', 'aws_kms', 'gcp_kms', 'azure_key_vault', 'env_private_key'] as const
/** A kind that lives in the vendor host. */
export type VendorKind = (typeof VENDOR_KINDS)[number]
/** The config of such a kind. */
export type VendorConfig = ConfigOf<VendorKind>

/** A key that can be used. */
export interface VendorKey {
  /** Checksummed. */
  readonly address: string
  /** Where it lies, in the vendor's terms. */
  readonly where: string
  /** The config that names exactly this key. */
  readonly config: VendorConfig
  /** r and s over 32 bytes, of any parity. Throws a {@link VendorFailure}, or whatever the vendor's library throws. */
  signDigest(digest: Uint8Array): Promise<RawSignature>
}

/** A vendor's library with its session open. */
export interface OpenVendor {
  readonly keys: readonly VendorKey[]
  /** Whether it would sign: throws when not. Signs nothing. */
  look(): Promise<void>
  close(): void
}

/** The secrets that a config names, by reference. */
export type Secrets = Readonly<Record<SecretRef, Uint8Array>>

/** A failure with its code; the message is for the log and holds no secret. */
export class VendorFailure extends Error {
  constructor(
    readonly code: SignerFailureCode,
    detail: string,
  ) {
    super(detail)
    this.name = 'VendorFailure'
  }
}

/** A secret as text. Throws when the config names one that was not given. */
export function secretText(secrets: Secrets, ref: SecretRef): string {
  const bytes = secrets[ref]
  if (bytes === undefined) throw new VendorFailure('SECRET_UNAVAILABLE', ref)
  return Buffer.from(bytes).toString('utf8')
}
