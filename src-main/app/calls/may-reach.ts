import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { ActChange } from '../../domain/admin-act'
import type { SignerConfig } from '../../domain/signer'
import { problemReply } from '../../ipc/dispatch'
import { whyNotIn } from '../../signers/allowed-in'
import type { SignerFailure } from '../../signers/signer'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { Needed } from '../compose/signers/reach-permits'
import { leafChanges, visible, type LeafWords } from '../views/visible'
import type { AppContext } from '../context'

/** Why a person is asked; it stands above what is shown, and in the record. */
const FIRST_TIME = 'a set-up uses this for the first time. Allow it only if you are setting it up yourself just now'

/**
 * Does something with a config that a page proposes, once the place that it leads to may be spoken to, its secrets may go there and its library may be loaded: a
 * person is asked in the main-owned window unless that is allowed already. Of a `newcomer` beside other signers everything is shown, and a person asked always.
 */
export async function mayReach<T>(
  context: AppContext,
  environment: OpenEnvironment,
  config: SignerConfig,
  work: () => Promise<Reply<T>>,
  newcomer: ActChange | null = null,
): Promise<Reply<T>> {
  const { environment: name, secrets } = environment
  const why = whyNotIn(name, config)
  if (why !== null) return refusal({ code: 'NOT_SUPPORTED', detail: why })
  const needed = secrets.needs(config)
  if (!needed.ok) return refusal(needed.error)
  const { asked, allow } = needed.value
  const settings = newcomer === null ? asked : reachChanges(environment, null, config, needed.value)
  if ('code' in settings) return { ok: false, problem: settings }
  const changes = newcomer === null ? settings : [newcomer, ...settings]
  if (changes.length > 0) {
    const subject = needed.value.subject || (newcomer?.label ?? '')
    const told = await context.authorise(
      { act: 'change-signers', subject, reason: FIRST_TIME, changes, checks: [], approvalsAtLeast: 1 },
      () => null,
    )
    if (!told.ok) return told
    if (!told.value.done) return problemReply('CANCELED_BY_USER')
  }
  allow()
  return work()
}

/** A proposed change of how something is reached, as it is shown: every value that differs, and what it needs besides. A problem where a part could not be seen. */
export function reachChanges(
  { secrets }: Pick<OpenEnvironment, 'secrets'>,
  before: object | null,
  after: object,
  needed: Needed,
): readonly ActChange[] | Problem {
  const changes = leafChanges(before, after, leafWords(secrets.nameOf))
  if (changes === null) return { code: 'INVALID_INPUT', figures: { where: 'config', detail: 'something differs that could not be shown' } }
  return changes.length + needed.asked.length === 0 ? [NOTHING_CHANGES] : [...changes, ...needed.asked]
}

const NOTHING_CHANGES: ActChange = { label: 'How it is reached', before: null, after: 'as before; nothing is changed' }

/** A config that cannot be used, as a call's problem. */
export function refusal({ code, detail }: SignerFailure): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code: 'SIGNER_UNAVAILABLE', figures: { reason: code, detail: detail.slice(0, 500) } } }
}

/** How the settings of a signer, or of a place for secrets, are shown one by one. */
function leafWords(nameOf: (ref: string) => string): LeafWords {
  return {
    label: (path) => LABELS[path] ?? path,
    value: (path, value) => (path.endsWith('Ref') ? nameOf(value) : visible(value)),
  }
}

const LABELS: Readonly<Record<string, string>> = {
  kind: 'Kind',
  dialect: 'Speaks',
  retries: 'Tries again',
  tokenRef: 'Access token',
  'service.url': 'Address',
  'service.timeoutMs': 'Waits at most, ms',
  'service.trust.type': 'Server’s certificate is judged by',
  'service.trust.certificatePem': 'Certificate of your authority',
  'service.trust.sha256': 'Server’s one certificate, SHA-256',
  'service.clientCertificate.certificatePem': 'Our certificate',
  'service.clientCertificate.keyRef': 'Client key',
  libraryPath: 'Library',
  tokenLabel: 'Token in the HSM',
  keyLabel: 'Key in the HSM',
  pinRef: 'PIN',
  region: 'Region',
  keyId: 'Key id',
  accessKeyId: 'Access key id',
  secretAccessKeyRef: 'Secret access key',
  sessionTokenRef: 'Session token',
  endpoint: 'Endpoint',
  keyVersion: 'Key version',
  credentialsRef: 'Service account',
  vaultUrl: 'Vault',
  keyName: 'Key name',
  tenantId: 'Tenant',
  clientId: 'Application',
  clientSecretRef: 'Client secret',
  authorityUrl: 'Authority',
  variable: 'Variable',
  driver: 'Driver',
  derivationPath: 'Derivation path',
  'transport.type': 'Connected by',
  'transport.url': 'Address of the emulator',
}
