import {
  secureCalls,
  type SecureBridge,
  type SecureCallInput,
  type SecureCallName,
  type SecureCallOutput,
  type SecureTask,
} from '../../../src-preload/contract/secure'
import type { Reply } from '../../../src-preload/contract/problem'

const id = 'task-1'
const requestHash = `0x${'5e3a91c07b64d2f8'.repeat(4)}`
const address = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'

/** A task of every kind. */
export const SECURE_TASKS: Readonly<Record<SecureTask['kind'], SecureTask>> = {
  'show-recovery-keys': {
    kind: 'show-recovery-keys',
    id,
    codes: ['7QJ4-M2XK-9T0P-HC6V-R8ZD-W3NA-5B1E', 'K0VS-8YGP-2D7M-4QTN-61FJ-XCRW-9H3A'],
  },
  authorise: {
    kind: 'authorise',
    id,
    act: 'release-halt',
    changes: [],
    subject: '',
    keysNeeded: 1,
    people: [{ id: '4e5f6a7b', name: 'Grace Hopper', code: true, device: true }],
    approvals: { needed: 2, given: ['Ada Lovelace'] },
    reason: 'The price feed is back and was checked against two others.',
    checks: [
      { label: 'Kill files', ok: true, detail: 'No kill file' },
      { label: 'Breakers', ok: true, detail: 'Acknowledged: slippage' },
      { label: 'Audit log', ok: false, detail: 'Not verified since 12:03' },
    ],
    requestHash,
  },
  'show-secret': {
    kind: 'show-secret',
    id,
    title: 'The secret of Prometheus',
    means: 'Whoever holds it may read figures and halt.',
    secret: 'mK3v9b0Q2cT7yX1sR5wZ8uN4pL6hJ0dG3fA2eC1kV9o',
  },
  'unlock-app': {
    kind: 'unlock-app',
    id,
    people: [
      { id: '0a1b2c3d', name: 'Ada Lovelace', code: true, device: false },
      { id: '4e5f6a7b', name: 'Grace Hopper', code: false, device: true },
    ],
    keysNeeded: 1,
    requestHash,
  },
  'set-password': { kind: 'set-password', id, name: 'Ada Lovelace', again: false },
  'enrol-second-factor': {
    kind: 'enrol-second-factor',
    id,
    name: 'Ada Lovelace',
    uri: 'otpauth://totp/Holdfast:Ada%20Lovelace?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Holdfast&algorithm=SHA1&digits=6&period=30',
    base32: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  },
  'enrol-device': {
    kind: 'enrol-device',
    id,
    name: 'Grace Hopper',
    label: 'Desk Ledger',
    signerKind: 'ledger',
    emulator: null,
    address,
    requestHash,
  },
  'unlock-keystore': { kind: 'unlock-keystore', id, label: 'Trading key', address },
  'create-keystore': { kind: 'create-keystore', id, label: 'Trading key' },
  'import-key': { kind: 'import-key', id, label: 'Old key' },
  'store-secret': { kind: 'store-secret', id, purpose: 'pin', label: 'Office HSM' },
  'import-keystore-file': { kind: 'import-keystore-file', id, label: 'From geth', file: 'UTC--2024-05-01T10-00-00Z--71c7656e', address },
}

/** The main-owned window's main, in memory; the first answer is refused, later ones are accepted. */
export class FakeSecureBridge implements SecureBridge {
  private refusals = 1

  constructor(private readonly kind: SecureTask['kind'] | 'none') {}

  async call<N extends SecureCallName>(name: N, input: SecureCallInput<N>): Promise<Reply<SecureCallOutput<N>>> {
    secureCalls[name].input.parse(input)
    const value = this.answer(name)
    return { ok: true, value: secureCalls[name].output.parse(value) as SecureCallOutput<N> }
  }

  private answer(name: SecureCallName): unknown {
    if (name === 'secure.task') return this.kind === 'none' ? null : SECURE_TASKS[this.kind]
    if (name === 'secure.cancel') return {}
    return {
      next: null,
      problem:
        this.refusals-- > 0
          ? { code: this.kind === 'authorise' || this.kind === 'show-recovery-keys' ? 'WRONG_KEY' : 'WRONG_PASSWORD', figures: {} }
          : null,
    }
  }
}
