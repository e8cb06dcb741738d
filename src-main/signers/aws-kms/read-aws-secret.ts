import type { AwsSecretsSource } from '../../domain/secret-source'
import { failureOfHttp } from '../vendor-host/http-failure'
import { secretText, VendorFailure, type Secrets } from '../vendor-host/vendor'

const CONNECT_MS = 5_000
const REQUEST_MS = 10_000
const NAMES = {
  AccessDeniedException: 'NOT_AUTHORISED',
  InvalidSignatureException: 'NOT_AUTHORISED',
  UnrecognizedClientException: 'NOT_AUTHORISED',
  ResourceNotFoundException: 'SECRET_UNAVAILABLE',
  DecryptionFailure: 'SECRET_UNAVAILABLE',
} as const

/** Reads a secret's current text out of AWS Secrets Manager (API reference, GetSecretValue). */
export async function readAwsSecret(source: AwsSecretsSource, name: string, secrets: Secrets): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
  const client = new SecretsManagerClient({
    region: source.region,
    credentials: { accessKeyId: source.accessKeyId, secretAccessKey: secretText(secrets, source.secretAccessKeyRef) },
    ...(source.endpoint === null ? {} : { endpoint: source.endpoint }),
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS },
  })
  try {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: name })).catch((thrown: unknown) => {
      throw failureOfHttp(thrown, NAMES)
    })
    if (text === undefined) throw new VendorFailure('SECRET_UNAVAILABLE', 'it is no text')
    return text
  } finally {
    client.destroy()
  }
}
