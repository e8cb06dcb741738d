import type { AuditAppender, AuditFact } from '../../../domain/audit-event'
import type { DevicePreview, KnownThings } from '../../../domain/device-preview'
import { sameAddress, type UnsignedTx } from '../../../domain/evm'
import type { SigningPurpose } from '../../../domain/guard'
import type { OfferedAccount, SignerConfig } from '../../../domain/signer'
import type { TypedData } from '../../../domain/typed-data'
import type { RecordAnyway } from '../../../engine/record-anyway'
import { describeError } from '../../../lib/errors'
import { err, ok, type Result } from '../../../lib/result'
import { whyNotIn } from '../../../signers/allowed-in'
import { FailoverSigner } from '../../../signers/failover'
import type { KeyHostPort } from '../../../signers/keystore/host-protocol'
import type { KeystoreFileFailure } from '../../../signers/keystore/keystore-files'
import type { KeystoreSigner } from '../../../signers/keystore/keystore-signer'
import type { SignerParts } from '../../../signers/kind'
import type { OnInteraction, Signer, SignerFailure } from '../../../signers/signer'
import type { Database } from '../../../storage/database'
import { entryOf, isSameSigner, type HeldSigner, type SignerEntry } from './held-signer'
import { Keystores } from './keystores'
import { makerOf, type SignerMakers } from './signer-makers'
import { storedSecretsOf } from './stored-secrets-of'
import { SignerTable, type SignerRecord } from './signer-table'
import { SignerTrials, type NotProven, type Prove } from './signer-trials'

export type { SignerEntry } from './held-signer'

/** Parts of the signer service. */
export interface SignerServiceParts extends SignerParts {
  readonly db: Database
  readonly audit: AuditAppender
  /** For what never waits for a record. */
  readonly recordAnyway: RecordAnyway
  /** While it is, nothing that keys sign can leave but cancels, so that unlocking one needs no record. */
  readonly halted: () => boolean
  /** Where keystore files lie. */
  readonly folder: string
  readonly spawnHost: () => KeyHostPort
  readonly makers: SignerMakers
  /** Puts the second policy around a signer (product row C7); what comes out is all that the gate ever sees. */
  readonly guarded: (signer: Signer) => Signer
  /** Forgets secrets of the app's own store, unless something still names them. */
  readonly forgetSecrets: (ids: readonly string[]) => void
  /** A signer was added: its address may now be used. */
  readonly onAdded: (address: string) => void
}

/** Why a signer was not taken in. */
export type AddFailure = NotProven | { readonly code: 'ALREADY_THERE'; readonly detail: string }

/** What signs for an id: for a test exactly that signer, otherwise every signer of its address in turn. */
export type SignerOf = (id: string, purpose?: SigningPurpose) => Signer | null

/** An environment's signers: made, unlocked and locked here; nothing that is handed the service can reach what signs. */
export class SignerService {
  readonly #table: SignerTable
  readonly #keystores: Keystores
  readonly #held = new Map<string, HeldSigner>()
  readonly #trials = new SignerTrials()

  /** Makes the service, and apart from it the one way to the signers, for the signing gate. */
  static create(parts: SignerServiceParts): { readonly signers: SignerService; readonly signerOf: SignerOf } {
    const signers = new SignerService(parts)
    return { signers, signerOf: (id, purpose) => signers.#signerOf(id, purpose) }
  }

  private constructor(private readonly parts: SignerServiceParts) {
    this.#table = new SignerTable(parts.db)
    this.#keystores = new Keystores(parts)
    const { records, unreadable } = this.#table.all()
    for (const record of records) this.#hold(record)
    for (const id of unreadable) this.parts.recordAnyway(keyFact('SignerUnreadable', 'high', id, {}))
  }

  /** Every signer with its health. */
  list(): readonly SignerEntry[] {
    return [...this.#held.values()].map(entryOf)
  }

  /** One signer, or null. */
  get(id: string): SignerEntry | null {
    const held = this.#held.get(id)
    return held === undefined ? null : entryOf(held)
  }

  /** The checksummed address of a signer, also of one on trial; or undefined. */
  addressOf(id: string): string | undefined {
    return (this.#held.get(id) ?? this.#trials.get(id))?.record.address
  }

  /** Makes a new key in a new keystore file. The password is wiped. */
  create(label: string, password: Buffer): Promise<Result<string, KeystoreFileFailure>> {
    return this.#addKeystore(label, 'created', () => this.#keystores.create(password))
  }

  /** Takes a typed private key into a keystore file. Both secrets are wiped. */
  importKey(label: string, privateKey: Buffer, password: Buffer): Promise<Result<string, KeystoreFileFailure>> {
    return this.#addKeystore(label, 'imported from a private key', () => this.#keystores.importKey(privateKey, password))
  }

  /** Takes over another tool's keystore file. The password is wiped. */
  importFile(label: string, keystoreJson: string, password: Buffer): Promise<Result<string, KeystoreFileFailure>> {
    return this.#addKeystore(label, 'imported from a keystore file', () => this.#keystores.importFile(keystoreJson, password))
  }

  /** The password of a keystore is being asked for, until what this returns is called: see {@link KeystoreSigner.prepare}. */
  prepare(id: string): () => Promise<void> {
    const signer = this.#held.get(id)?.signer
    return signer !== undefined && isKeystore(signer) ? signer.prepare() : () => Promise.resolve()
  }

  /** Lets a keystore sign for a limited time. The password is wiped. */
  async unlock(id: string, password: Buffer, unlockMs: number): Promise<Result<void, SignerFailure>> {
    const signer = this.#held.get(id)?.signer
    if (signer === undefined || !isKeystore(signer)) {
      password.fill(0)
      return err({ code: 'UNAVAILABLE', detail: 'no such keystore' })
    }
    this.#recordUnlock('SignerUnlockRequested', 'info', id, {})
    const unlocked = await signer.unlock(password, unlockMs)
    this.#recordUnlock(
      unlocked.ok ? 'SignerUnlocked' : 'SignerUnlockFailed',
      unlocked.ok ? 'info' : 'medium',
      id,
      unlocked.ok ? {} : { code: unlocked.error.code },
    )
    this.parts.onChange()
    return unlocked.ok ? ok(undefined) : unlocked
  }

  /** Forgets a signer's key or session until it is unlocked or asked again. */
  async lock(id: string): Promise<void> {
    await this.#held.get(id)?.signer.lock()
    this.parts.recordAnyway(keyFact('SignerLocked', 'info', id, {}))
    this.parts.onChange()
  }

  /** Forgets every key and session. */
  async lockAll(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ signer }) => signer.lock()))
  }

  /** The accounts that a signer of this config offers. Nothing is signed, nothing kept. */
  async discover(
    config: SignerConfig,
    signal: AbortSignal,
    onInteraction: OnInteraction,
  ): Promise<Result<readonly OfferedAccount[], SignerFailure>> {
    const made = this.#makerFor(config)
    if (!made.ok) return made
    this.#record('SignerDiscoveryRequested', 'info', config.kind, {})
    return guardThrow(() => made.value.maker.discover(made.value.config, this.parts, signal, onInteraction))
  }

  /** Has a device show an address, for a person to compare. */
  async verifyAddress(
    config: SignerConfig,
    address: string,
    signal: AbortSignal,
    onInteraction: OnInteraction,
  ): Promise<Result<void, SignerFailure>> {
    const made = this.#makerFor(config)
    if (!made.ok) return made
    const { maker } = made.value
    if (maker.verifyAddress === undefined) return err({ code: 'NOT_SUPPORTED', detail: `${config.kind} has no screen` })
    const shown = await guardThrow(
      () => maker.verifyAddress?.(made.value.config, address, this.parts, signal, onInteraction) ?? Promise.resolve(ok(undefined)),
    )
    this.#record('AddressVerification', 'info', config.kind, { address, outcome: shown.ok ? 'confirmed' : shown.error.code })
    return shown
  }

  /** Takes a signer in, once it has shown that it holds the address: by saying so, and beside another signer of the address by a signature. */
  async add(
    label: string,
    config: SignerConfig,
    address: string,
    signal: AbortSignal,
    onInteraction: OnInteraction,
    prove: Prove,
  ): Promise<Result<string, AddFailure>> {
    const held = await this.#holds(config, address, signal, onInteraction)
    if (!held.ok) return held
    const same = this.list().find((entry) => isSameSigner(entry, address, config))
    if (same !== undefined) return err({ code: 'ALREADY_THERE', detail: same.label })
    const id = this.parts.random.uuid()
    this.#record('SignerRequested', 'medium', id, { label, kind: config.kind, how: 'connected' })
    if (this.#inTurn(address).length > 0) {
      const claimed = this.#made({ id, kind: config.kind, label, address: held.value.address, config, turn: 0 })
      const proven = await this.#trials.run(claimed, signal, prove)
      if (!proven.ok) {
        this.#record('SignerNotAdded', 'medium', id, { code: proven.error.code })
        return proven
      }
    }
    this.#take(id, label, held.value.address, config, 'connected')
    return ok(id)
  }

  /** Changes how a signer is reached, once that way has made a test signature: that it says it holds the same address is its word alone. */
  async configure(
    id: string,
    config: SignerConfig,
    signal: AbortSignal,
    onInteraction: OnInteraction,
    prove: Prove,
  ): Promise<Result<void, NotProven>> {
    const { address, label } = this.get(id) ?? {}
    if (address === undefined || label === undefined) return err({ code: 'UNAVAILABLE', detail: 'no such signer' })
    const shown = await this.#holds(config, address, signal, onInteraction)
    if (!shown.ok) return shown
    const claimed = this.#made({ id: this.parts.random.uuid(), kind: config.kind, label, address, config, turn: 0 })
    const proven = await this.#trials.run(claimed, signal, prove)
    if (!proven.ok) {
      this.#record('SignerNotConfigured', 'medium', id, { code: proven.error.code, to: JSON.stringify(config) })
      return proven
    }
    // Looked up now: a test signature takes its time, and the signer may be gone meanwhile.
    const held = this.#held.get(id)
    if (held === undefined) return err({ code: 'UNAVAILABLE', detail: 'no such signer' })
    this.#record('SignerConfigured', 'medium', id, { from: JSON.stringify(held.record.config), to: JSON.stringify(config) })
    await held.signer.lock()
    this.#table.setConfig(id, config)
    this.#hold({ ...held.record, kind: config.kind, config })
    this.parts.forgetSecrets(storedSecretsOf(held.record.config))
    this.parts.onChange()
    return ok(undefined)
  }

  /** Takes a signer out; the others of its address move up. The key stays where it lies: a keystore's file is left in its folder. */
  async remove(id: string): Promise<void> {
    const held = this.#held.get(id)
    if (held === undefined) return
    const { label, address, kind, config } = held.record
    this.#record('SignerRemoved', 'medium', id, { label, address, kind })
    this.#table.remove(id)
    this.#held.delete(id)
    this.#number(this.#inTurn(address).map((other) => other.record.id))
    this.parts.forgetSecrets(storedSecretsOf(config))
    await held.signer.lock()
    this.parts.onChange()
  }

  /** Sets in which order the signers of one address are asked; false unless these are all of one address. */
  setTurns(ids: readonly string[]): boolean {
    const [first] = ids
    const address = first === undefined ? undefined : this.addressOf(first)
    if (address === undefined || new Set(ids).size !== ids.length) return false
    const all = this.list().filter((entry) => sameAddress(entry.address, address))
    if (all.length !== ids.length || !all.every(({ id }) => ids.includes(id))) return false
    this.#record('SignerTurnsChanged', 'medium', address, { ids: ids.join(' ') })
    this.#number(ids)
    this.parts.onChange()
    return true
  }

  /** Looks at a signer's health without signing anything; null when there is no such signer. */
  async check(id: string, signal: AbortSignal): Promise<SignerEntry | null> {
    await this.#held.get(id)?.signer.check?.(signal)
    const held = this.#held.get(id)
    if (held === undefined) return null
    held.checkedAtMs = this.parts.clock.wallMs()
    return entryOf(held)
  }

  /** What the first device in turn that has a screen will show for it, whichever signer of the address is asked before; null where none has one. */
  preview(id: string, asked: UnsignedTx | TypedData, known: KnownThings): DevicePreview | null {
    const address = this.addressOf(id)
    if (address === undefined) return null
    const onTrial = this.#trials.get(id)
    for (const { signer } of onTrial === undefined ? this.#inTurn(address) : [onTrial]) {
      const shown = signer.preview?.(asked, known) ?? null
      if (shown !== null) return shown
    }
    return null
  }

  #signerOf(id: string, purpose?: SigningPurpose): Signer | null {
    const onTrial = this.#trials.get(id)
    if (onTrial !== undefined) return purpose === 'test' ? onTrial.guarded : null
    const asked = this.#held.get(id)
    if (asked === undefined) return null
    const inTurn = this.#inTurn(asked.record.address).map(({ guarded }) => guarded)
    // Who vouches, or approves, is who was chosen.
    if (inTurn.length === 1 || purpose === 'test' || purpose === 'audit-head' || purpose === 'auth') return asked.guarded
    return new FailoverSigner(inTurn, (from, to, why) => {
      this.#record('SignerSwitched', 'high', from.id, { from: from.id, to: to.id, why })
    })
  }

  /** The signers of an address, the one that is asked first in front. */
  #inTurn(address: string): readonly HeldSigner[] {
    return [...this.#held.values()]
      .filter(({ record }) => sameAddress(record.address, address))
      .sort((a, b) => a.record.turn - b.record.turn)
  }

  #number(ids: readonly string[]): void {
    this.#table.setTurns(ids)
    ids.forEach((id, index) => {
      const held = this.#held.get(id)
      if (held !== undefined) this.#held.set(id, { ...held, record: { ...held.record, turn: index + 1 } })
    })
  }

  async #holds(
    config: SignerConfig,
    address: string,
    signal: AbortSignal,
    onInteraction: OnInteraction,
  ): Promise<Result<OfferedAccount, SignerFailure>> {
    const offered = await this.discover(config, signal, onInteraction)
    if (!offered.ok) return offered
    const account = offered.value.find((one) => isSameSigner(one, address, config))
    return account === undefined ? err({ code: 'WRONG_ADDRESS', detail: `it does not hold ${address}` }) : ok(account)
  }

  #makerFor(config: SignerConfig): Result<NonNullable<ReturnType<typeof makerOf>>, SignerFailure> {
    const why = whyNotIn(this.parts.environment, config)
    if (why !== null) return err({ code: 'NOT_SUPPORTED', detail: why })
    const made = makerOf(this.parts.makers, config)
    return made === null ? err({ code: 'NOT_SUPPORTED', detail: `${config.kind} is not made this way` }) : ok(made)
  }

  async #addKeystore(
    label: string,
    how: string,
    make: () => Promise<Result<string, KeystoreFileFailure>>,
  ): Promise<Result<string, KeystoreFileFailure>> {
    const id = this.parts.random.uuid()
    this.#record('SignerRequested', 'medium', id, { label, how })
    let made = await make()
    // A file that a crash left without its row is adopted; one that already has a row stays refused.
    if (!made.ok && made.error.code === 'ALREADY_THERE') {
      const orphan = this.#keystores.addressIn(made.error.detail)
      if (orphan !== null && !this.list().some((entry) => entry.kind === 'keystore' && sameAddress(entry.address, orphan)))
        made = ok(orphan)
    }
    if (!made.ok) {
      this.#record('SignerNotAdded', 'medium', id, { code: made.error.code })
      return made
    }
    this.#take(id, label, made.value, { kind: 'keystore' }, how)
    return ok(id)
  }

  #take(id: string, label: string, address: string, config: SignerConfig, how: string): void {
    this.#hold(this.#table.add(id, label, address, config, this.parts.clock.wallMs()))
    this.#record('SignerAdded', 'medium', id, { label, how, address, kind: config.kind })
    this.parts.onAdded(address)
    this.parts.onChange()
  }

  /** Makes what signs; what may not be used here, or cannot be made, is not held at all. */
  #hold(record: SignerRecord): void {
    const { id } = record
    try {
      this.#held.set(id, this.#made(record))
    } catch (thrown) {
      this.parts.recordAnyway(keyFact('SignerUnreadable', 'high', id, { detail: describeError(thrown).slice(0, 500) }))
    }
  }

  #made(record: SignerRecord): HeldSigner {
    const signer = this.#make(record.id, record.address, record.config)
    return { record, signer, guarded: this.parts.guarded(signer), checkedAtMs: null }
  }

  #make(id: string, address: string, config: SignerConfig): Signer {
    const why = whyNotIn(this.parts.environment, config)
    if (why !== null) throw new Error(why)
    if (config.kind === 'keystore') return this.#keystores.signer(id, address)
    const made = makerOf(this.parts.makers, config)
    if (made === null) throw new Error(`${config.kind} is not in this version`)
    return made.maker.create(id, address, made.config, this.parts)
  }

  #record(...fact: Parameters<typeof keyFact>): void {
    this.parts.audit.append(keyFact(...fact))
  }

  #recordUnlock(...fact: Parameters<typeof keyFact>): void {
    if (this.parts.halted()) this.parts.recordAnyway(keyFact(...fact))
    else this.#record(...fact)
  }
}

function keyFact(type: string, severity: 'info' | 'medium' | 'high', subject: string, data: Record<string, string>): AuditFact {
  return { category: 'KEY_OPERATION', severity, type, actor: 'operator', subject, data }
}

function isKeystore(signer: Signer): signer is KeystoreSigner {
  return signer.kind === 'keystore'
}

async function guardThrow<T>(work: () => Promise<Result<T, SignerFailure>>): Promise<Result<T, SignerFailure>> {
  try {
    return await work()
  } catch (thrown) {
    return err({ code: 'UNAVAILABLE', detail: describeError(thrown).slice(0, 500) })
  }
}
