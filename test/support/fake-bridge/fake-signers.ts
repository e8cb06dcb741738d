import type { CallInput, CallOutput } from '../../../src-preload/contract'
import type { SignerConfigView, SignerView } from '../../../src-preload/contract/signers'
import type { Scenario } from './scenario'

const ADDRESS = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'
const OTHERS = [
  '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B',
  '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
]
const SECRET = 'secret:00000000-0000-4000-8000-000000000001'
const SERVICE = { timeoutMs: 15_000, trust: { type: 'system' }, clientCertificate: null } as const

/** What a keystore has besides. */
const KEYSTORE: Pick<SignerView, 'checkedAtMs' | 'attended' | 'signsTypedData' | 'turn' | 'config'> = {
  checkedAtMs: null,
  attended: false,
  signsTypedData: false,
  turn: 1,
  config: { kind: 'keystore' },
}

/** The signers of a scenario. */
export function fakeSigners({ chain, signerLocked, signers }: Scenario, startedAtMs: number): SignerView[] {
  if (!chain) return []
  const trading: SignerView = {
    id: 'key-1',
    kind: 'keystore',
    label: 'Trading key',
    address: ADDRESS,
    status: signerLocked ? 'locked' : 'ready',
    locksAtMs: signerLocked ? null : startedAtMs + 14 * 60_000,
    lastSuccessMs: signerLocked ? null : startedAtMs - 12_000,
    latencyMs: signerLocked ? null : 31,
    detail: '',
    ...KEYSTORE,
  }
  const savings: SignerView = {
    ...trading,
    id: 'key-2',
    label: 'Savings',
    address: OTHERS[0] ?? '',
    status: 'locked',
    locksAtMs: null,
    lastSuccessMs: null,
    latencyMs: null,
  }
  return signers === 'all-kinds' ? [...connected(startedAtMs), trading] : [trading, savings]
}

/** One of every kind that is connected, healthy and not. */
function connected(startedAtMs: number): SignerView[] {
  const ready = (id: string, label: string, address: string, config: SignerConfigView, more: Partial<SignerView> = {}): SignerView => ({
    id,
    kind: config.kind,
    label,
    address,
    status: 'ready',
    locksAtMs: null,
    lastSuccessMs: startedAtMs - 41_000,
    latencyMs: 84,
    detail: '',
    checkedAtMs: startedAtMs - 22_000,
    attended: false,
    signsTypedData: true,
    turn: 1,
    config,
    ...more,
  })
  const [desk = '', service = '', cloud = '', dev = ''] = OTHERS
  return [
    ready(
      'ledger-1',
      'Desk Ledger',
      desk,
      { kind: 'ledger', driver: 'dmk', derivationPath: "44'/60'/0'/0/0", transport: { type: 'usb' } },
      { attended: true, status: 'unavailable', detail: 'DEVICE_NOT_FOUND', lastSuccessMs: startedAtMs - 7_200_000, latencyMs: 9_400 },
    ),
    ready('hsm-1', 'Office HSM', service, {
      kind: 'pkcs11',
      libraryPath: '/usr/lib/softhsm/libsofthsm2.so',
      tokenLabel: 'office',
      keyLabel: 'trading',
      pinRef: SECRET,
    }),
    ready(
      'remote-1',
      'Web3Signer in the rack',
      service,
      {
        kind: 'remote',
        dialect: 'web3signer',
        service: { ...SERVICE, url: 'https://signer.example.org:9000' },
        retries: 2,
        tokenRef: SECRET,
      },
      { turn: 2, status: 'unavailable', detail: 'UNTRUSTED_SERVER: the certificate has expired', latencyMs: null },
    ),
    ready('mpc-1', 'Two parties', cloud, { kind: 'mpc_2pc', service: { ...SERVICE, url: 'https://party.example.org' }, tokenRef: null }),
    ready(
      'aws-1',
      'AWS Frankfurt',
      cloud,
      {
        kind: 'aws_kms',
        region: 'eu-central-1',
        keyId: 'alias/trading',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKeyRef: SECRET,
        sessionTokenRef: null,
        endpoint: null,
      },
      { turn: 2, signsTypedData: true },
    ),
    ready(
      'env-1',
      'Development',
      dev,
      { kind: 'env_private_key', variable: 'HOLDFAST_DEV_KEY' },
      { status: 'unavailable', lastSuccessMs: null, latencyMs: null, checkedAtMs: null },
    ),
  ]
}

/** A signer as it is right after it was taken in. */
export function addedSigner({ label, config, address }: CallInput<'signer.add'>): SignerView {
  return {
    id: 'signer-new',
    kind: config.kind,
    label,
    address,
    status: 'ready',
    locksAtMs: null,
    lastSuccessMs: null,
    latencyMs: null,
    detail: '',
    checkedAtMs: null,
    attended: config.kind === 'ledger',
    signsTypedData: true,
    turn: 1,
    config,
  }
}

type Names =
  | 'signer.storeSecret'
  | 'signer.leaveSetUp'
  | 'signer.discover'
  | 'signer.stopDiscovering'
  | 'signer.verifyAddress'
  | 'signer.configure'
  | 'signer.dependants'
  | 'signer.remove'
  | 'signer.setTurns'
  | 'signer.initialise'
  | 'signer.refresh'
  | 'signer.preview'

/** Setting signers up, as far as the screens need it. */
export const fakeSignerSetup: { readonly [N in Names]: (input: CallInput<N>) => CallOutput<N> } = {
  'signer.storeSecret': () => ({ ref: 'secret:00000000-0000-4000-8000-000000000001' }),
  'signer.leaveSetUp': () => ({}),
  'signer.discover': ({ config }) => ({
    accounts: (config.kind === 'ledger' ? [0, 1, 2] : [0]).map((index) => ({
      address: OTHERS[index] ?? '',
      where: config.kind === 'ledger' ? `44'/60'/${index}'/0/0` : 'trading',
      config: config.kind === 'ledger' ? { ...config, derivationPath: `44'/60'/${index}'/0/0` } : config,
    })),
  }),
  'signer.stopDiscovering': () => ({}),
  'signer.verifyAddress': () => ({ confirmed: true }),
  'signer.configure': () => ({ done: true }),
  'signer.dependants': ({ id }) => ({
    openOrders: 0,
    onlyOneOfItsAddress: true,
    keyIsHere: false,
    people: id === 'ledger-1' ? [{ name: 'Ada Lovelace', hasAuthenticator: false }] : [],
    onlyKeysLeft: id === 'ledger-1',
  }),
  'signer.remove': () => ({ done: true }),
  'signer.setTurns': () => ({ done: true }),
  'signer.initialise': () => ({ done: true, address: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B', wasThere: false }),
  'signer.refresh': () => ({
    done: true,
    address: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B',
    shareId: '5f1c0a9e3b7d4c2a',
    shareIdBefore: '0b8e6d2f9a4c1e37',
  }),
  'signer.preview': () => null,
}
