import { secp256k1 } from '@noble/curves/secp256k1'

import type { ConfigOf } from '../../domain/signer'
import { addressOfPoint } from '../vendor-host/public-key'
import { VendorFailure, type OpenVendor, type Secrets } from '../vendor-host/vendor'

const KEY = /^(?:0x)?([0-9a-fA-F]{64})$/

/** A private key out of an environment variable: for development, never in live (product row C2). It is held in this process alone and dies with it. */
export function openEnvKey(config: ConfigOf<'env_private_key'>, secrets: Secrets): Promise<OpenVendor> {
  const digits = KEY.exec(
    Buffer.from(secrets[config.variable] ?? [])
      .toString('utf8')
      .trim(),
  )?.[1]
  if (digits === undefined) throw new VendorFailure('SECRET_UNAVAILABLE', `the variable ${config.variable} holds no private key`)
  const key = Buffer.from(digits, 'hex')
  if (!secp256k1.utils.isValidSecretKey(key))
    throw new VendorFailure('SECRET_UNAVAILABLE', `the variable ${config.variable} holds no usable key`)
  return Promise.resolve({
    keys: [
      {
        address: addressOfPoint(secp256k1.getPublicKey(key, false)),
        where: config.variable,
        config,
        signDigest: (digest) => {
          const { r, s } = secp256k1.sign(digest, key, { prehash: false })
          return Promise.resolve({ r, s })
        },
      },
    ],
    look: () => Promise.resolve(),
    close: () => {
      key.fill(0)
    },
  })
}
