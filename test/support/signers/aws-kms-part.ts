import { createHash, createHmac } from 'node:crypto'

import type { AwsKmsConfig } from '../../../src-main/domain/signer'
import { SIGNER_KEY } from '../app/bench-chain'
import type { HostileAnswer } from './hostile-answers'
import { derOf, publicKeyOf, signatureBy, startCloud, type CloudAnswer, type CloudRequest } from './kms-common'
import { secretRef, type SignerPart } from './part'

const ACCESS_KEY = 'AKIAHOLDFASTTEST0001'
const SECRET_KEY = 'a-secret-access-key-of-the-tests'
const KEY_ID = 'alias/holdfast'
const REGION = 'eu-central-1'

/** AWS KMS on loopback: checks Signature Version 4 of every request as AWS documents it, and signs for real. */
export async function startAwsKmsPart({ privateKey = SIGNER_KEY } = {}): Promise<SignerPart<AwsKmsConfig>> {
  const key = publicKeyOf(privateKey)
  let how: HostileAnswer | null = null
  const handle = (request: CloudRequest): CloudAnswer => {
    if (!isSigned(request)) return refusal('InvalidSignatureException')
    const asked = JSON.parse(request.body.toString('utf8')) as Record<string, string>
    if (asked['KeyId'] !== KEY_ID) return refusal('NotFoundException')
    if (operationOf(request) === 'GetPublicKey') {
      return answer({ KeyId: KEY_ID, KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'SIGN_VERIFY', PublicKey: key.spki.toString('base64') })
    }
    if (asked['MessageType'] !== 'DIGEST' || asked['SigningAlgorithm'] !== 'ECDSA_SHA_256') return refusal('ValidationException')
    const signature = signatureBy(privateKey, Buffer.from(asked['Message'] ?? '', 'base64'), how)
    return answer({ KeyId: KEY_ID, SigningAlgorithm: 'ECDSA_SHA_256', Signature: derOf(signature).toString('base64') })
  }
  const cloud = await startCloud(
    handle,
    (request) => operationOf(request) === 'Sign',
    () => how,
  )
  return {
    address: key.address,
    secrets: { [secretRef(1)]: SECRET_KEY },
    config: {
      kind: 'aws_kms',
      region: REGION,
      keyId: KEY_ID,
      accessKeyId: ACCESS_KEY,
      secretAccessKeyRef: secretRef(1),
      sessionTokenRef: null,
      endpoint: cloud.url,
    },
    misbehave: (next) => {
      how = next
    },
    close: cloud.close,
  }
}

function operationOf({ headers }: CloudRequest): string {
  return String(headers['x-amz-target']).split('.')[1] ?? ''
}

function answer(body: Readonly<Record<string, unknown>>): CloudAnswer {
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) }
}

function refusal(type: string): CloudAnswer {
  return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify({ __type: type, message: 'no' }) }
}

/** Signature Version 4 (AWS General Reference, "Create a signed AWS API request"), computed anew from what arrived. */
function isSigned({ method, path, headers, body }: CloudRequest): boolean {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/kms\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  if (given === null) return false
  const [, accessKey = '', date = '', region = '', names = '', signature = ''] = given
  const canonicalHeaders = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`)
  const canonical = [method, path, '', canonicalHeaders.join(''), names, sha256(body)].join('\n')
  const scope = `${date}/${region}/kms/aws4_request`
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(Buffer.from(canonical))].join('\n')
  const signingKey = [date, region, 'kms', 'aws4_request'].reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${SECRET_KEY}`))
  return accessKey === ACCESS_KEY && region === REGION && hmac(signingKey, text).toString('hex') === signature
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
