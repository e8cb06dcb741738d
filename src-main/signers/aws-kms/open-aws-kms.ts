import type { ConfigOf } from '../../domain/signer'
import { readDerSignature } from '../digest'
import { addressOfSpki } from '../vendor-host/public-key'
import { failureOfHttp } from '../vendor-host/http-failure'
import { secretText, VendorFailure, type OpenVendor, type Secrets } from '../vendor-host/vendor'

const CONNECT_MS = 5_000
const REQUEST_MS = 15_000

/**
 * A key of AWS KMS (API reference: GetPublicKey, Sign): ECC_SECG_P256K1, asked to sign 32 bytes as they are (MessageType DIGEST). The permissions needed are
 * kms:GetPublicKey and kms:Sign on this one key.
 */
export async function openAwsKms(config: ConfigOf<'aws_kms'>, secrets: Secrets): Promise<OpenVendor> {
  const { KMSClient, GetPublicKeyCommand, SignCommand } = await import('@aws-sdk/client-kms')
  const client = new KMSClient({
    region: config.region,
    credentials: {
      accessKeyId: config.accessKeyId,
      secretAccessKey: secretText(secrets, config.secretAccessKeyRef),
      ...(config.sessionTokenRef === null ? {} : { sessionToken: secretText(secrets, config.sessionTokenRef) }),
    },
    ...(config.endpoint === null ? {} : { endpoint: config.endpoint }),
    maxAttempts: 1, // what may have been signed is not asked for again
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS },
  })
  const read = async (): Promise<string> => {
    const answer = await client.send(new GetPublicKeyCommand({ KeyId: config.keyId })).catch(fail)
    if (answer.KeySpec !== 'ECC_SECG_P256K1' || answer.KeyUsage !== 'SIGN_VERIFY' || answer.PublicKey === undefined) {
      throw new VendorFailure(
        'NOT_SUPPORTED',
        `the key is ${String(answer.KeySpec)} for ${String(answer.KeyUsage)}, not ECC_SECG_P256K1 for SIGN_VERIFY`,
      )
    }
    return addressOfSpki(answer.PublicKey)
  }
  const address = await read()
  return {
    keys: [
      {
        address,
        where: config.keyId,
        config,
        signDigest: async (digest) => {
          const command = new SignCommand({
            KeyId: config.keyId,
            Message: digest,
            MessageType: 'DIGEST',
            SigningAlgorithm: 'ECDSA_SHA_256',
          })
          const { Signature: der } = await client.send(command).catch(fail)
          const signature = readDerSignature(der ?? new Uint8Array())
          if (!signature.ok) throw new VendorFailure(signature.error.code, signature.error.detail)
          return signature.value
        },
      },
    ],
    look: async () => {
      if ((await read()) !== address) throw new VendorFailure('WRONG_ADDRESS', 'the key behind this id has changed')
    },
    close: () => {
      client.destroy()
    },
  }
}

/** What KMS says by name (API reference, common errors and those of Sign). */
const NAMES = {
  AccessDeniedException: 'NOT_AUTHORISED',
  ExpiredTokenException: 'NOT_AUTHORISED',
  IncompleteSignature: 'NOT_AUTHORISED',
  InvalidClientTokenId: 'NOT_AUTHORISED',
  InvalidSignatureException: 'NOT_AUTHORISED',
  MissingAuthenticationToken: 'NOT_AUTHORISED',
  UnrecognizedClientException: 'NOT_AUTHORISED',
  DisabledException: 'UNAVAILABLE',
  KMSInvalidStateException: 'UNAVAILABLE',
  KeyUnavailableException: 'UNAVAILABLE',
  LimitExceededException: 'UNAVAILABLE',
  NotFoundException: 'KEY_NOT_FOUND',
  ThrottlingException: 'UNAVAILABLE',
  InvalidKeyUsageException: 'NOT_SUPPORTED',
  UnsupportedOperationException: 'NOT_SUPPORTED',
} as const

function fail(thrown: unknown): never {
  throw failureOfHttp(thrown, NAMES)
}
