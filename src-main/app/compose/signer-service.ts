import type { AuditAppender } from '../../domain/audit-event'
import { sameAddress } from '../../domain/evm'
import type { Clock, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import type { KeyHostPort } from '../../signers/keystore/host-protocol'
import { KeystoreFiles, type KeystoreEntry, type KeystoreFileFailure } from '../../signers/keystore/keystore-files'
import { createKeystoreSigner, type KeystoreSigner } from '../../signers/keystore/keystore-signer'
import type { Signer, SignerFailure, SignerHealth } from '../../signers/signer'
import type { Database } from '../../storage/database'

/** A signer as screens and accounts know it; nothing here can sign. */
export interface SignerEntry {
  readonly id: string
  readonly kind: 'keystore'
  readonly label: string
  readonly address: string
  readonly health: SignerHealth
}

/** Parts of the signer service. */
export interface SignerServiceParts {
  readonly db: Database
  readonly audit: AuditAppender
  readonly folder: string
  readonly spawnHost: () => KeyHostPort
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** A signer was added: its address may now be used. */
  readonly onAdded: (address: string) => void
  readonly onChange: () => void
}

interface SignerRow {
  readonly signer_id: string
  readonly label: string
  readonly address: string
}

/** An environment's signers: made, unlocked and locked here; nothing that is handed the service can reach what signs. */
export class SignerService {
  private readonly files: KeystoreFiles
  readonly #signers = new Map<string, { readonly label: string; readonly signer: KeystoreSigner }>()

  /** Makes the service, and apart from it the one way to the signers, for the signing gate. */
  static create(parts: SignerServiceParts): { readonly signers: SignerService; readonly signerOf: (id: string) => Signer | null } {
    const signers = new SignerService(parts)
    return { signers, signerOf: (id) => signers.#signers.get(id)?.signer ?? null }
  }

  private constructor(private readonly parts: SignerServiceParts) {
    this.files = new KeystoreFiles({ folder: parts.folder, spawnHost: parts.spawnHost, scheduler: parts.scheduler })
    const rows = parts.db
      .prepare("SELECT signer_id, label, address FROM signers WHERE kind = 'keystore' ORDER BY created_at_ms")
      .all() as SignerRow[]
    for (const row of rows) this.add(row.signer_id, row.label, row.address)
  }

  /** Every signer with its health. */
  list(): readonly SignerEntry[] {
    return [...this.#signers].map(([id, { label, signer }]) => ({
      id,
      kind: 'keystore',
      label,
      address: signer.address,
      health: signer.health(),
    }))
  }

  /** The checksummed address of a signer, or undefined. */
  addressOf(id: string): string | undefined {
    return this.#signers.get(id)?.signer.address
  }

  /** Makes a new key in a new keystore file. The password is wiped. */
  create(label: string, password: Buffer): Promise<Result<string, KeystoreFileFailure>> {
    return this.register(label, 'created', () => this.files.create(password))
  }

  /** Takes a typed private key into a keystore file. Both secrets are wiped. */
  importKey(label: string, privateKey: Buffer, password: Buffer): Promise<Result<string, KeystoreFileFailure>> {
    return this.register(label, 'imported from a private key', () => this.files.importKey(privateKey, password))
  }

  /** Takes over another tool's keystore file. The password is wiped. */
  importFile(label: string, keystoreJson: string, password: Buffer): Promise<Result<string, KeystoreFileFailure>> {
    return this.register(label, 'imported from a keystore file', () => this.files.importJson(keystoreJson, password))
  }

  /** Lets a signer sign for a limited time. The password is wiped. */
  async unlock(id: string, password: Buffer, unlockMs: number): Promise<Result<void, SignerFailure>> {
    const signer = this.#signers.get(id)?.signer
    if (signer === undefined) {
      password.fill(0)
      return err({ code: 'UNAVAILABLE', detail: 'no such signer' })
    }
    this.record('SignerUnlockRequested', 'info', id, {})
    const unlocked = await signer.unlock(password, unlockMs)
    this.record(
      unlocked.ok ? 'SignerUnlocked' : 'SignerUnlockFailed',
      unlocked.ok ? 'info' : 'medium',
      id,
      unlocked.ok ? {} : { code: unlocked.error.code },
    )
    this.parts.onChange()
    return unlocked.ok ? ok(undefined) : unlocked
  }

  /** Forgets a signer's key until it is unlocked again. */
  async lock(id: string): Promise<void> {
    await this.#signers.get(id)?.signer.lock()
    this.record('SignerLocked', 'info', id, {})
    this.parts.onChange()
  }

  /** Forgets every key. */
  async lockAll(): Promise<void> {
    await Promise.all([...this.#signers.values()].map(({ signer }) => signer.lock()))
  }

  private async register(
    label: string,
    how: string,
    make: () => Promise<Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure>>,
  ): Promise<Result<string, KeystoreFileFailure>> {
    const id = this.parts.random.uuid()
    this.record('SignerRequested', 'medium', id, { label, how })
    let made = await make()
    if (!made.ok && made.error.code === 'ALREADY_THERE') made = this.orphan(made.error)
    if (!made.ok) {
      this.record('SignerNotAdded', 'medium', id, { code: made.error.code })
      return made
    }
    const { address } = made.value
    this.parts.db
      .prepare("INSERT INTO signers(signer_id, kind, label, address, config_json, created_at_ms) VALUES (?, 'keystore', ?, ?, '{}', ?)")
      .run(id, label, address, this.parts.clock.wallMs())
    this.record('SignerAdded', 'medium', id, { label, how, address })
    this.add(id, label, address)
    this.parts.onAdded(address)
    this.parts.onChange()
    return ok(id)
  }

  /** A file that a crash left without its row is adopted; one that already has a row stays refused. */
  private orphan(failure: KeystoreFileFailure): Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure> {
    const listed = this.files.list()
    if (!listed.ok) return listed
    const file = listed.value.find((entry) => entry.file === failure.detail)
    if (file?.kind !== 'usable' || this.list().some(({ address }) => sameAddress(address, file.address))) return err(failure)
    return ok(file)
  }

  private add(id: string, label: string, address: string): void {
    const { clock, scheduler, spawnHost } = this.parts
    const readKeystore = (): Promise<string> => {
      const text = this.files.read(address)
      return text.ok ? Promise.resolve(text.value) : Promise.reject(new Error(text.error.detail))
    }
    this.#signers.set(id, { label, signer: createKeystoreSigner({ id, address, spawnHost, readKeystore, clock, scheduler }) })
  }

  private record(type: string, severity: 'info' | 'medium', subject: string, data: Record<string, string>): void {
    this.parts.audit.append({ category: 'KEY_OPERATION', severity, type, actor: 'operator', subject, data })
  }
}
