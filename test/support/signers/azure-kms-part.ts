import type { AzureKeyVaultConfig } from '../../../src-main/domain/signer'
import { SIGNER_KEY } from '../app/bench-chain'
import type { HostileAnswer } from './hostile-answers'
import { publicKeyOf, signatureBy, startCloud, type CloudAnswer, type CloudRequest } from './kms-common'
import { secretRef, type SignerPart } from './part'

const TENANT = '00000000-1111-4222-8333-444444444444'
const CLIENT = '55555555-6666-4777-8888-999999999999'
const SECRET = 'a-client-secret-of-the-tests'
const TOKEN = 'a-token-of-the-tests'

/** Azure Key Vault and its authority on loopback: hands out a token for the right client secret, challenges whoever has none, and signs for real. */
export async function startAzureKeyVaultPart({ privateKey = SIGNER_KEY } = {}): Promise<SignerPart<AzureKeyVaultConfig>> {
  const { address, point } = publicKeyOf(privateKey)
  let how: HostileAnswer | null = null
  let url = ''
  const handle = (request: CloudRequest): CloudAnswer => {
    const path = request.path.split('?')[0] ?? ''
    if (path === `/${TENANT}/oauth2/v2.0/token`) return token(request)
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      const challenge = `Bearer authorization="${url}/${TENANT}", resource="https://vault.azure.net"`
      return { status: 401, headers: { 'www-authenticate': challenge }, body: '{}' }
    }
    const kid = `${url}/keys/eth/1`
    if (path === '/keys/eth/1') {
      const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'))
      return answer({ key: { kid, kty: 'EC-HSM', crv: 'P-256K', x, y, key_ops: ['sign', 'verify'] }, attributes: { enabled: true } })
    }
    if (path !== '/keys/eth/1/sign') return { status: 404, body: JSON.stringify({ error: { code: 'KeyNotFound', message: 'no' } }) }
    const { alg, value } = JSON.parse(request.body.toString('utf8')) as { alg: string; value: string }
    if (alg !== 'ES256K') return { status: 400, body: JSON.stringify({ error: { code: 'BadParameter', message: 'no' } }) }
    const { r, s } = signatureBy(privateKey, Buffer.from(value, 'base64url'), how)
    const raw = Buffer.from(r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0'), 'hex')
    return answer({ kid, value: raw.toString('base64url') })
  }
  const cloud = await startCloud(
    handle,
    ({ path }) => path.startsWith('/keys/eth/1/sign'),
    () => how,
  )
  ;({ url } = cloud)
  return {
    address,
    secrets: { [secretRef(3)]: SECRET },
    config: {
      kind: 'azure_key_vault',
      vaultUrl: url,
      keyName: 'eth',
      keyVersion: '1',
      tenantId: TENANT,
      clientId: CLIENT,
      clientSecretRef: secretRef(3),
      authorityUrl: url,
    },
    misbehave: (next) => {
      how = next
    },
    close: cloud.close,
  }
}

function token({ method, body }: CloudRequest): CloudAnswer {
  const form = new URLSearchParams(body.toString('utf8'))
  const right =
    method === 'POST' &&
    form.get('grant_type') === 'client_credentials' &&
    form.get('client_id') === CLIENT &&
    form.get('client_secret') === SECRET &&
    form.get('scope') === 'https://vault.azure.net/.default'
  return right
    ? answer({ access_token: TOKEN, expires_in: 3_600, token_type: 'Bearer' })
    : { status: 401, body: '{"error":"invalid_client"}' }
}

function answer(body: Readonly<Record<string, unknown>>): CloudAnswer {
  return { status: 200, body: JSON.stringify(body) }
}
