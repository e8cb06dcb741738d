import type { ConfigOf, SignerConfig, SignerKind } from '../../../domain/signer'
import { awsKmsMaker } from '../../../signers/aws-kms/maker'
import { azureKeyVaultMaker } from '../../../signers/azure-kms/maker'
import { envKeyMaker } from '../../../signers/env-key/maker'
import { gcpKmsMaker } from '../../../signers/gcp-kms/maker'
import type { SignerMaker } from '../../../signers/kind'
import { ledgerMaker } from '../../../signers/ledger/maker'
import { mpcMaker } from '../../../signers/mpc-2pc/maker'
import { pkcs11Maker } from '../../../signers/pkcs11/maker'
import { remoteMaker } from '../../../signers/remote/maker'

/** The kinds that are made from their config alone; a keystore has ways of its own. */
export type MadeKind = Exclude<SignerKind, 'keystore'>
/** How each kind is made; a kind that is left out is not in this version. */
export type SignerMakers = { readonly [K in MadeKind]?: SignerMaker<K> }

/** The kinds of this version. Each loads its vendor's library when it is first used. */
export const SIGNER_MAKERS: SignerMakers = {
  ledger: ledgerMaker,
  remote: remoteMaker,
  mpc_2pc: mpcMaker,
  pkcs11: pkcs11Maker,
  aws_kms: awsKmsMaker,
  gcp_kms: gcpKmsMaker,
  azure_key_vault: azureKeyVaultMaker,
  env_private_key: envKeyMaker,
}

/** The maker of a config's kind, with the config in its own type; null for a keystore and for kinds that are not there. */
export function makerOf(
  makers: SignerMakers,
  config: SignerConfig,
): { readonly maker: SignerMaker<MadeKind>; readonly config: ConfigOf<MadeKind> } | null {
  if (config.kind === 'keystore') return null
  const maker = makers[config.kind]
  // The table pairs each kind with its own maker, which the compiler cannot follow across the union.
  return maker === undefined ? null : { maker: maker as unknown as SignerMaker<MadeKind>, config: config as ConfigOf<MadeKind> }
}
