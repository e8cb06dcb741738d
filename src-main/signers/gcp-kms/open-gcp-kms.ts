import { z } from 'zod'

import type { ConfigOf, SignerFailureCode } from '../../domain/signer'
import { readDerSignature } from '../digest'
import { failureOfHttp } from '../vendor-host/http-failure'
import { addressOfPem } from '../vendor-host/public-key'
import { secretText, VendorFailure, type OpenVendor, type Secrets } from '../vendor-host/vendor'
import { crc32c } from './crc32c'

const REQUEST_MS = 15_000
const ALGORITHM = 'EC_SIGN_SECP256K1_SHA256'
const serviceAccount = z.object({
  client_email: z.string().min(3),
  private_key: z.string().includes('PRIVATE KEY'),
  project_id: z.string().optional(),
})

/**
 * A key version of Google Cloud KMS (reference: getPublicKey, asymmetricSign), over REST: EC_SIGN_SECP256K1_SHA256, an HSM key. The permissions needed are
 * cloudkms.cryptoKeyVersions.viewPublicKey and useToSign on this one key.
 */
export async function openGcpKms(config: ConfigOf<'gcp_kms'>, secrets: Secrets): Promise<OpenVendor> {
  const credentials = readCredentials(secretText(secrets, config.credentialsRef))
  const { KeyManagementServiceClient } = await import('@google-cloud/kms')
  const endpoint = config.endpoint === null ? null : new URL(config.endpoint)
  const client = new KeyManagementServiceClient({
    fallback: true,
    credentials: { client_email: credentials.client_email, private_key: credentials.private_key },
    projectId: credentials.project_id ?? config.keyVersion.split('/')[1] ?? '',
    ...(endpoint === null
      ? {}
      : {
          apiEndpoint: endpoint.hostname,
          port: Number(endpoint.port === '' ? (endpoint.protocol === 'http:' ? 80 : 443) : endpoint.port),
          protocol: endpoint.protocol.slice(0, -1),
        }),
  })
  const name = config.keyVersion
  const never = { initialRetryDelayMillis: 1, retryDelayMultiplier: 1, maxRetryDelayMillis: 1, maxRetries: 0 }
  // What may have been signed is not asked for again.
  const options = { timeout: REQUEST_MS, retry: { retryCodes: [], backoffSettings: never } }
  const read = async (): Promise<string> => {
    const [answer] = await client.getPublicKey({ name }, options).catch(fail)
    if (answer.algorithm !== ALGORITHM) throw new VendorFailure('NOT_SUPPORTED', `the key is ${String(answer.algorithm)}, not ${ALGORITHM}`)
    return addressOfPem(answer.pem ?? '')
  }
  const address = await read()
  return {
    keys: [
      {
        address,
        where: name,
        config,
        signDigest: async (digest) => {
          const request = { name, digest: { sha256: digest }, digestCrc32c: { value: crc32c(digest) } }
          const [answer] = await client.asymmetricSign(request, options).catch(fail)
          const der = typeof answer.signature === 'string' ? Buffer.from(answer.signature, 'base64') : Buffer.from(answer.signature ?? [])
          if (answer.verifiedDigestCrc32c !== true || Number(answer.signatureCrc32c?.value ?? NaN) !== crc32c(der)) {
            throw new VendorFailure('BAD_ANSWER', 'the checksums do not match: something was altered on its way')
          }
          const signature = readDerSignature(der)
          if (!signature.ok) throw new VendorFailure(signature.error.code, signature.error.detail)
          return signature.value
        },
      },
    ],
    look: async () => {
      if ((await read()) !== address) throw new VendorFailure('WRONG_ADDRESS', 'the key behind this name has changed')
    },
    close: () => {
      void client.close()
    },
  }
}

function readCredentials(text: string): z.output<typeof serviceAccount> {
  try {
    return serviceAccount.parse(JSON.parse(text))
  } catch {
    throw new VendorFailure('NOT_AUTHORISED', 'the service account is not the JSON of one')
  }
}

/** What Cloud KMS says by name, and by its gRPC number (google.rpc.Code). */
const CODES: readonly (readonly [name: string, number: number, means: SignerFailureCode])[] = [
  ['INVALID_ARGUMENT', 3, 'NOT_SUPPORTED'],
  ['DEADLINE_EXCEEDED', 4, 'TIMEOUT'],
  ['NOT_FOUND', 5, 'KEY_NOT_FOUND'],
  ['PERMISSION_DENIED', 7, 'NOT_AUTHORISED'],
  ['RESOURCE_EXHAUSTED', 8, 'UNAVAILABLE'],
  // Disabled or destroyed.
  ['FAILED_PRECONDITION', 9, 'UNAVAILABLE'],
  ['UNAUTHENTICATED', 16, 'NOT_AUTHORISED'],
]

const refusal = z.object({ error: z.object({ status: z.string() }) })

/** The library gives a refusal with its gRPC number, or with the text of the HTTP answer that it was, in which stands the service's own word. */
function fail(thrown: unknown): never {
  const { code, message } = typeof thrown === 'object' && thrown !== null ? (thrown as { code?: unknown; message?: unknown }) : {}
  const word = wordOf(message)
  const known = CODES.find(([name, number]) => word === name || code === number)
  throw known === undefined ? failureOfHttp(thrown, {}) : new VendorFailure(known[2], `Cloud KMS said ${known[0]}`)
}

function wordOf(message: unknown): string | null {
  try {
    return refusal.parse(JSON.parse(String(message))).error.status
  } catch {
    return null
  }
}
