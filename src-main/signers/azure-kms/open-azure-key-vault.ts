import type { ConfigOf } from '../../domain/signer'
import { systemClock } from '../../lib/clock'
import { isLoopback } from '../allowed-in'
import { readRawSignature } from '../digest'
import { failureOfHttp } from '../vendor-host/http-failure'
import { addressOfPoint } from '../vendor-host/public-key'
import { secretText, VendorFailure, type OpenVendor, type Secrets } from '../vendor-host/vendor'
import { clientSecretCredential } from './client-secret'

/**
 * A key version of Azure Key Vault or Managed HSM (reference: get key, sign): P-256K, asked for ES256K over 32 bytes. The permissions needed are get and sign on
 * this one key.
 */
export async function openAzureKeyVault(config: ConfigOf<'azure_key_vault'>, secrets: Secrets): Promise<OpenVendor> {
  const { KeyClient, CryptographyClient } = await import('@azure/keyvault-keys')
  const { authorityUrl, tenantId, clientId, vaultUrl, keyName, keyVersion } = config
  const secret = secretText(secrets, config.clientSecretRef)
  const credential = clientSecretCredential({ authorityUrl, tenantId, clientId, secret, clock: systemClock })
  const options = {
    retryOptions: { maxRetries: 0 }, // what may have been signed is not asked for again
    ...(isLoopback(vaultUrl) ? { allowInsecureConnection: true, disableChallengeResourceVerification: true } : {}),
  }
  const keys = new KeyClient(vaultUrl, credential, options)
  const read = async (): Promise<{ readonly address: string; readonly id: string }> => {
    const { key, id, properties } = await keys.getKey(keyName, { version: keyVersion }).catch(fail)
    if (key?.crv !== 'P-256K' || key.x === undefined || key.y === undefined || id === undefined) {
      throw new VendorFailure('NOT_SUPPORTED', `the key is ${String(key?.kty)} ${String(key?.crv)}, not P-256K`)
    }
    if (properties.enabled === false) throw new VendorFailure('UNAVAILABLE', 'the key version is disabled')
    const point = Buffer.concat([Buffer.of(0x04), pad(key.x), pad(key.y)])
    return { address: addressOfPoint(point), id }
  }
  const { address, id } = await read()
  const signer = new CryptographyClient(id, credential, options)
  return {
    keys: [
      {
        address,
        where: `${keyName}/${keyVersion}`,
        config,
        signDigest: async (digest) => {
          const { result } = await signer.sign('ES256K', digest).catch(fail)
          const signature = readRawSignature(result)
          if (!signature.ok) throw new VendorFailure(signature.error.code, signature.error.detail)
          return signature.value
        },
      },
    ],
    look: async () => {
      if ((await read()).address !== address) throw new VendorFailure('WRONG_ADDRESS', 'the key behind this name has changed')
    },
    close: () => undefined,
  }
}

/** A coordinate at its full 32 bytes; a JSON web key may leave leading zeros out. */
function pad(coordinate: Uint8Array): Buffer {
  if (coordinate.length > 32) throw new VendorFailure('BAD_ANSWER', 'a coordinate of more than 32 bytes')
  return Buffer.concat([Buffer.alloc(32 - coordinate.length), coordinate])
}

const NAMES = {
  REQUEST_SEND_ERROR: 'DISCONNECTED',
  Forbidden: 'NOT_AUTHORISED',
  Unauthorized: 'NOT_AUTHORISED',
  KeyNotFound: 'KEY_NOT_FOUND',
  Throttled: 'UNAVAILABLE',
} as const

function fail(thrown: unknown): never {
  // What never connected says so in its cause, which the library's own name would hide.
  const plain = failureOfHttp(thrown, {})
  throw plain.code === 'DISCONNECTED' ? failureOfHttp(thrown, NAMES) : plain
}
