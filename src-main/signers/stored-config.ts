import { z } from 'zod'

import type { SecretSource } from '../domain/secret-source'
import { LEDGER_DRIVERS, REMOTE_DIALECTS, SECRET_REF, type SignerConfig } from '../domain/signer'

/**
 * The form in which signers and places for secrets are kept. It is apart from what windows may send: that may change with any version of the app, while a
 * row that can no longer be read is a signer that signs nothing. The bounds are those of the window: what lies in a file is trusted no more than a page.
 */
const pem = z.string().min(1).max(20_000)
const url = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[^\s@]+$/)
const text = z.string().min(1).max(300)
const awsRegion = z.string().regex(/^[a-z0-9-]{2,40}$/)
const awsAccessKeyId = z.string().regex(/^[A-Z0-9]{16,128}$/)
const secretRef = z.string().max(400).regex(SECRET_REF)
/** In the app's own store: what opens another store cannot lie in it. */
const ownSecretRef = z.string().regex(/^secret:[0-9a-f-]{36}$/)

const service = z.strictObject({
  url,
  timeoutMs: z.number().int().min(100).max(600_000),
  trust: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('system') }),
    z.strictObject({ type: z.literal('ca'), certificatePem: pem }),
    z.strictObject({ type: z.literal('pin'), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ]),
  clientCertificate: z.strictObject({ certificatePem: pem, keyRef: secretRef }).nullable(),
})

const storedSigner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keystore') }),
  z.strictObject({
    kind: z.literal('ledger'),
    driver: z.enum(LEDGER_DRIVERS),
    derivationPath: z.string().regex(/^\d{1,10}'?(?:\/\d{1,10}'?){0,9}$/),
    transport: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('usb') }),
      z.strictObject({
        type: z.literal('emulator'),
        url: z.string().regex(/^(?:http|tcp):\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/),
      }),
    ]),
  }),
  z.strictObject({
    kind: z.literal('remote'),
    dialect: z.enum(REMOTE_DIALECTS),
    service,
    retries: z.number().int().min(0).max(5),
    tokenRef: secretRef.nullable(),
  }),
  z.strictObject({ kind: z.literal('mpc_2pc'), service, tokenRef: secretRef.nullable() }),
  z.strictObject({
    kind: z.literal('pkcs11'),
    libraryPath: z
      .string()
      .max(500)
      .regex(/^(?:\/|[A-Za-z]:[\\/])[^\\/:\0](?:(?![\\/]{2})[^:\0])*$/),
    tokenLabel: z.string().min(1).max(32),
    keyLabel: z.string().min(1).max(200),
    pinRef: secretRef,
  }),
  z.strictObject({
    kind: z.literal('aws_kms'),
    region: awsRegion,
    keyId: text,
    accessKeyId: awsAccessKeyId,
    secretAccessKeyRef: secretRef,
    sessionTokenRef: secretRef.nullable(),
    endpoint: url.nullable(),
  }),
  z.strictObject({ kind: z.literal('gcp_kms'), keyVersion: text, credentialsRef: secretRef, endpoint: url.nullable() }),
  z.strictObject({
    kind: z.literal('azure_key_vault'),
    vaultUrl: url,
    keyName: text,
    keyVersion: text,
    tenantId: text,
    clientId: text,
    clientSecretRef: secretRef,
    authorityUrl: url.nullable(),
  }),
  z.strictObject({ kind: z.literal('env_private_key'), variable: z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/) }),
]) satisfies z.ZodType<SignerConfig>

const storedSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('vault'), service, tokenRef: ownSecretRef }),
  z.strictObject({
    kind: z.literal('aws-sm'),
    region: awsRegion,
    accessKeyId: awsAccessKeyId,
    secretAccessKeyRef: ownSecretRef,
    endpoint: url.nullable(),
  }),
]) satisfies z.ZodType<SecretSource>

/** Reads a signer's config from a database row; null for anything that is not exactly one, with no field too many. */
export function parseSignerConfig(json: string): SignerConfig | null {
  return parsed<SignerConfig>(storedSigner, json)
}

/** Reads a place for secrets from a database row; null for anything that is not exactly one. */
export function parseSecretSource(json: string): SecretSource | null {
  return parsed<SecretSource>(storedSource, json)
}

function parsed<T>(schema: z.ZodType<T>, json: string): T | null {
  try {
    const read = schema.safeParse(JSON.parse(json))
    return read.success ? read.data : null
  } catch {
    return null
  }
}
