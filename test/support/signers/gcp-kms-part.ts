import { createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto'

import type { GcpKmsConfig } from '../../../src-main/domain/signer'
import { crc32c } from '../../../src-main/signers/gcp-kms/crc32c'
import { SIGNER_KEY } from '../app/bench-chain'
import type { HostileAnswer } from './hostile-answers'
import { derOf, publicKeyOf, signatureBy, startCloud, type CloudAnswer, type CloudRequest } from './kms-common'
import { secretRef, type SignerPart } from './part'

const NAME = 'projects/holdfast/locations/europe-west3/keyRings/trading/cryptoKeys/eth/cryptoKeyVersions/1'
const ACCOUNT = 'holdfast@tests.iam.gserviceaccount.com'

/** Google Cloud KMS on loopback, over REST: checks the service account's own signature on every request's token, and signs for real. */
export async function startGcpKmsPart({ privateKey = SIGNER_KEY } = {}): Promise<SignerPart<GcpKmsConfig>> {
  const key = publicKeyOf(privateKey)
  const account = generateKeyPairSync('rsa', { modulusLength: 2048 })
  let how: HostileAnswer | null = null
  const handle = (request: CloudRequest): CloudAnswer => {
    if (!isAuthorised(request, account.publicKey)) return refusal(401, 16, 'UNAUTHENTICATED')
    const path = decodeURIComponent(request.path.split('?')[0] ?? '')
    if (path === `/v1/${NAME}/publicKey`) return answer({ name: NAME, algorithm: 'EC_SIGN_SECP256K1_SHA256', pem: key.pem })
    if (path !== `/v1/${NAME}:asymmetricSign`) return refusal(404, 5, 'NOT_FOUND')
    const { digest, digestCrc32c } = JSON.parse(request.body.toString('utf8')) as {
      digest: { sha256: string }
      digestCrc32c: string | { value: string }
    }
    const bytes = Buffer.from(digest.sha256, 'base64')
    const told = Number(typeof digestCrc32c === 'object' ? digestCrc32c.value : digestCrc32c)
    const der = derOf(signatureBy(privateKey, bytes, how))
    return answer({
      name: NAME,
      signature: der.toString('base64'),
      signatureCrc32c: String(crc32c(der)),
      verifiedDigestCrc32c: told === crc32c(bytes),
    })
  }
  const cloud = await startCloud(
    handle,
    ({ path }) => path.includes(':asymmetricSign') || path.includes('%3AasymmetricSign'),
    () => how,
  )
  const credentials = {
    type: 'service_account',
    project_id: 'holdfast',
    client_email: ACCOUNT,
    private_key: account.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  }
  return {
    address: key.address,
    secrets: { [secretRef(2)]: JSON.stringify(credentials) },
    config: { kind: 'gcp_kms', keyVersion: NAME, credentialsRef: secretRef(2), endpoint: cloud.url },
    misbehave: (next) => {
      how = next
    },
    close: cloud.close,
  }
}

/** A token that the service account signed itself (RFC 7523; Google "self-signed JWT"). */
function isAuthorised({ headers }: CloudRequest, publicKey: KeyObject): boolean {
  const [, head = '', claims = '', signature = ''] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(headers.authorization ?? '') ?? []
  if (signature === '') return false
  const { iss, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { iss: string; exp: number }
  const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`)
  return iss === ACCOUNT && exp * 1_000 > Date.now() && verify.verify(publicKey, Buffer.from(signature, 'base64url'))
}

function answer(body: Readonly<Record<string, unknown>>): CloudAnswer {
  return { status: 200, body: JSON.stringify(body) }
}

function refusal(status: number, code: number, name: string): CloudAnswer {
  return { status, body: JSON.stringify({ error: { code: status, message: 'no', status: name, details: [], grpc: code } }) }
}
