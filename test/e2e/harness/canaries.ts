import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Page } from '@playwright/test'

import { formsOf, type Needle } from '../../support/canaries/search.js'
import { approveWith, callAndAnswer, storeSecret, valueOf } from './call.js'
import type { RunningHoldfast } from './launch.js'

/** In every secret that a person types. */
const STEM = 'hfCanary'
/** No secret: it is found where names may be, so that a search which finds nothing can be told from one that cannot find. */
export const LABEL = 'Label that is no secret'

const canary = (what: string): string => `${STEM}-${what}-k3Xw9`
const PASSWORD = canary('password')
/** 32 bytes, below the order of the curve. */
const PRIVATE_KEY = Buffer.from(`${STEM}-private-key-of-the-test`)
const IN_THE_VAULT = canary('lies-in-the-vault')
const SECRETS = {
  pin: canary('pin'),
  token: canary('token'),
  'client-key': `-----BEGIN PRIVATE KEY-----\n${Buffer.from(canary('client-key')).toString('base64')}\n-----END PRIVATE KEY-----`,
  'access-key': canary('access-key'),
  'session-token': canary('session-token'),
  'service-account': JSON.stringify({
    type: 'service_account',
    client_email: 'signer@example.org',
    private_key: `-----BEGIN PRIVATE KEY-----\n${canary('service-account')}\n-----END PRIVATE KEY-----\n`,
  }),
  'client-secret': canary('client-secret'),
} as const
type Refs = Readonly<Record<keyof typeof SECRETS, string>>

/** What to look for: the mark of everything typed, and what the app itself made and showed once. */
export function needlesOf(made: readonly string[]): readonly Needle[] {
  return [
    ...formsOf('what was typed', STEM),
    ...formsOf('the private key', BigInt(`0x${PRIVATE_KEY.toString('hex')}`).toString()),
    ...made.flatMap((secret, index) => {
      // A part of it is as bad, and a slip of the pen is only in its end.
      const part = secret.slice(0, 14)
      const joined = part.replaceAll('-', '')
      return [...new Set([part, joined, part.toLowerCase(), joined.toLowerCase()])].flatMap((text) =>
        formsOf(`shown secret ${index + 1}`, text),
      )
    }),
  ]
}

/** A service on loopback that lets a vault's token read one secret, and refuses everything else with an answer that repeats all that it was told. */
export interface LeakyService {
  readonly url: string
  /** The headers and bodies that reached it, one line each. */
  readonly heard: readonly string[]
  close(): Promise<void>
}

/** Starts it; `whenAsked` is called while the one who asks still waits. */
export async function startLeakyService(whenAsked: () => void): Promise<LeakyService> {
  const heard: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const said = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(chunks).toString()}`
      heard.push(said)
      whenAsked()
      const mayRead = request.url === '/v1/kv/data/holdfast' && request.headers.authorization === `Bearer ${SECRETS.token}`
      response.writeHead(mayRead ? 200 : 403, { 'content-type': 'application/json', 'x-refused': said.slice(0, 4_000) })
      response.end(
        JSON.stringify(
          mayRead
            ? { data: { data: { pin: IN_THE_VAULT } } }
            : { error: said, error_description: said, message: said, __type: `AccessDeniedException:${said}`, errors: [said] },
        ),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Types every kind of secret in the main-owned window and has it used. Answers the secrets that the app made meanwhile, besides the recovery keys. */
export async function typeEverything(
  running: RunningHoldfast,
  [key = '']: readonly string[],
  service: LeakyService,
  look: () => void,
): Promise<readonly string[]> {
  await haltAndRelease(running, key)
  await nameSomebody(running, key)
  const token = await giveAccess(running, key)
  await valueOf(running, 'environment.switch', { environment: 'testnet' })
  await valueOf(running, 'chain.connect', { from: 'devnet' })
  await keystores(running, look)
  const refs = {} as Record<keyof typeof SECRETS, string>
  for (const purpose of Object.keys(SECRETS) as (keyof typeof SECRETS)[])
    refs[purpose] = await storeSecret(running, purpose, LABEL, SECRETS[purpose])
  await secretPlaces(running, key, refs, service)
  await signersThatRefuse(running, key, refs, service)
  return token
}

async function haltAndRelease(running: RunningHoldfast, key: string): Promise<void> {
  await valueOf(running, 'halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
  await valueOf(running, 'halt.release', { reason: LABEL, acknowledge: [] }, [
    async (secure) => {
      // A slip of the pen first: what is refused is no less secret.
      await secure.getByLabel('Recovery key').fill(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)
      await secure.getByRole('button', { name: 'Release' }).click()
      await secure.getByRole('alert').waitFor()
      await approveWith(key)(secure)
    },
  ])
}

async function nameSomebody(running: RunningHoldfast, key: string): Promise<void> {
  const person = { name: 'Ada Lovelace', role: 'admin', permissions: [], expiresAtMs: null }
  await valueOf(running, 'authority.addOperator', person, [approveWith(key), typePassword(PASSWORD)])
  await valueOf(running, 'authority.lock', {})
  await valueOf(running, 'authority.unlock', {}, [
    async (secure) => {
      const password = secure.getByLabel('Password', { exact: true })
      await password.fill(canary('wrong-password'))
      await secure.getByRole('button', { name: 'Unlock' }).click()
      await secure.getByRole('alert').waitFor()
      await password.fill(PASSWORD)
      await secure.getByRole('button', { name: 'Unlock' }).click()
    },
  ])
}

/** A client of the local interface, whose token is shown once. */
async function giveAccess(running: RunningHoldfast, key: string): Promise<readonly string[]> {
  let token = ''
  await valueOf(running, 'api.addClient', { name: LABEL, scopes: ['health'], reason: LABEL }, [
    async (secure) => {
      await secure.getByRole('button', { name: 'Use a recovery key instead' }).click()
      await approveWith(key)(secure)
    },
    async (secure) => {
      token = (await secure.getByLabel('Secret', { exact: true }).textContent()) ?? ''
      await secure.getByRole('checkbox').check()
      await secure.getByRole('button', { name: 'Done' }).click()
    },
  ])
  return [token]
}

const typePassword =
  (password: string) =>
  async (secure: Page): Promise<void> => {
    await secure.getByLabel('Password', { exact: true }).fill(password)
    await secure.getByLabel('Repeat password').fill(password)
    await secure.locator('button[type="submit"]').click()
  }

async function keystores(running: RunningHoldfast, look: () => void): Promise<void> {
  await valueOf(running, 'signer.create', { label: 'Made here' }, [typePassword(PASSWORD)])
  const { id } = (await valueOf(running, 'signer.import', { label: LABEL, from: 'private-key' }, [
    async (secure) => {
      await secure.getByLabel('Private key').fill(`0x${PRIVATE_KEY.toString('hex')}`)
      await typePassword(PASSWORD)(secure)
    },
  ])) as { id: string }
  await valueOf(running, 'signer.unlock', { id }, [
    async (secure) => {
      for (const password of [canary('wrong-password'), PASSWORD]) {
        await secure.getByLabel('Password', { exact: true }).fill(password)
        await secure.getByRole('button', { name: 'Unlock' }).click()
        if (password !== PASSWORD) await secure.getByRole('alert').waitFor()
      }
    },
  ])
  await valueOf(running, 'signer.test', { id })
  look()
}

const approveByKey =
  (key: string) =>
  async (secure: Page): Promise<void> => {
    await secure.getByRole('button', { name: 'Use a recovery key instead' }).click()
    await approveWith(key)(secure)
  }

/** Places outside of the app: one that opens, one that does not. */
async function secretPlaces(running: RunningHoldfast, key: string, refs: Refs, { url }: LeakyService): Promise<void> {
  const approve = [approveByKey(key)]
  const service = { url, timeoutMs: 10_000, trust: { type: 'system' }, clientCertificate: null }
  await valueOf(running, 'secrets.setSource', { kind: 'vault', source: { kind: 'vault', service, tokenRef: refs.token } }, approve)
  const aws = {
    kind: 'aws-sm',
    region: 'eu-central-1',
    accessKeyId: 'AKIAHOLDFASTTEST0001',
    secretAccessKeyRef: refs['access-key'],
    endpoint: url,
  }
  await valueOf(running, 'secrets.setSource', { kind: 'aws-sm', source: aws }, approve)
  const tried = await valueOf(running, 'secrets.try', { ref: 'vault:kv/holdfast#pin' }, approve)
  if (!(tried as { found: boolean }).found) throw new Error(`the vault was not opened: ${JSON.stringify(tried)}`)
  for (const ref of ['vault:kv/other#pin', 'aws-sm:holdfast/pin']) await valueOf(running, 'secrets.try', { ref }, approve)
}

type Config = Readonly<Record<string, unknown>> & { readonly kind: string }

/** Every kind that takes a secret is asked for its accounts, and refused. Each place is allowed first. */
async function signersThatRefuse(running: RunningHoldfast, key: string, refs: Refs, { url }: LeakyService): Promise<void> {
  const service = (secure: boolean) => ({
    url: secure ? url.replace('http:', 'https:') : url,
    timeoutMs: 10_000,
    trust: { type: 'system' },
    clientCertificate: secure
      ? { certificatePem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', keyRef: refs['client-key'] }
      : null,
  })
  const plain = (dialect: string) => ({ kind: 'remote', dialect, service: service(false), retries: 0, tokenRef: refs.token })
  const asked: readonly Config[] = [
    plain('web3signer'),
    { kind: 'remote', dialect: 'web3signer', service: service(true), retries: 0, tokenRef: refs.token },
    { kind: 'mpc_2pc', service: service(false), tokenRef: refs.token },
    { kind: 'pkcs11', libraryPath: '/usr/lib/softhsm/libsofthsm2.so', tokenLabel: 'none', keyLabel: 'none', pinRef: refs.pin },
    {
      kind: 'pkcs11',
      libraryPath: '/usr/lib/softhsm/libsofthsm2.so',
      tokenLabel: 'none',
      keyLabel: 'none',
      pinRef: 'vault:kv/holdfast#pin',
    },
    {
      kind: 'aws_kms',
      region: 'eu-central-1',
      keyId: 'alias/none',
      accessKeyId: 'AKIAHOLDFASTTEST0001',
      secretAccessKeyRef: refs['access-key'],
      sessionTokenRef: refs['session-token'],
      endpoint: url,
    },
    {
      kind: 'gcp_kms',
      keyVersion: 'projects/a/locations/b/keyRings/c/cryptoKeys/d/cryptoKeyVersions/1',
      credentialsRef: refs['service-account'],
      endpoint: url,
    },
    {
      kind: 'azure_key_vault',
      vaultUrl: url,
      keyName: 'none',
      keyVersion: '1',
      tenantId: '00000000-0000-4000-8000-000000000000',
      clientId: 'none',
      clientSecretRef: refs['client-secret'],
      authorityUrl: url,
    },
  ]
  const notAsked: readonly Config[] = [plain('clef'), plain('intent')]
  for (const config of [...asked, ...notAsked]) {
    const answers = asked.includes(config) ? [approveByKey(key)] : []
    const found = await callAndAnswer(running, 'signer.discover', { config }, answers)
    if (found.ok) throw new Error(`${config.kind} offers accounts where there are none`)
  }
}
