import type { SecretRef, ServiceAddress } from './signer'

/** A HashiCorp Vault whose KV version 2 engines hold secrets that are named by `vault:` references. */
export interface VaultSource {
  readonly kind: 'vault'
  readonly service: ServiceAddress
  /** The token, in the app's own store. */
  readonly tokenRef: SecretRef
}

/** An AWS Secrets Manager that holds secrets that are named by `aws-sm:` references. */
export interface AwsSecretsSource {
  readonly kind: 'aws-sm'
  readonly region: string
  readonly accessKeyId: string
  /** In the app's own store. */
  readonly secretAccessKeyRef: SecretRef
  /** Another endpoint; null for the region's own. */
  readonly endpoint: string | null
}

/** A place outside of the app where secrets lie. */
export type SecretSource = VaultSource | AwsSecretsSource
/** The kinds of such places. */
export const SECRET_SOURCE_KINDS = ['vault', 'aws-sm'] as const
/** A kind of such a place. */
export type SecretSourceKind = (typeof SECRET_SOURCE_KINDS)[number]

/** What a reference to a secret outside names. */
export type OutsideRef =
  | { readonly kind: 'vault'; readonly mount: string; readonly path: string; readonly field: string }
  | { readonly kind: 'aws-sm'; readonly name: string; readonly field: string | null }

/** Reads a reference to a secret outside; null for anything else, and for a path that would leave its place. */
export function parseOutsideRef(ref: SecretRef): OutsideRef | null {
  const [, vaultWhere, vaultField] = /^vault:([\w.-]+(?:\/[\w.-]+)+)#([\w.-]+)$/.exec(ref) ?? []
  if (vaultWhere !== undefined && vaultField !== undefined) {
    const [mount = '', ...path] = vaultWhere.split('/')
    if ([mount, ...path].some((part) => /^\.+$/.test(part))) return null
    return { kind: 'vault', mount, path: path.join('/'), field: vaultField }
  }
  const [, name, field] = /^aws-sm:([\w/:+=.@-]+)(?:#([\w.-]+))?$/.exec(ref) ?? []
  return name === undefined ? null : { kind: 'aws-sm', name, field: field ?? null }
}
