import { getAddress } from 'ethers/address'

import { sameAddress, type Hex, type UnsignedTx } from '../../domain/evm'
import type { Clock, Scheduler } from '../../lib/clock'
import { toJson } from '../../lib/json'
import { err, ok, type Result } from '../../lib/result'
import type { Signer, SignerFailure, SignerHealth, SignerStatus } from '../signer'
import { HostClient } from './host-client'
import { MAX_UNLOCK_MS, type KeyHostPort } from './host-protocol'

/** How long a key process may take for one signature, ms. */
const SIGN_TIMEOUT_MS = 8_000

/** A signer whose key lies in a password-protected file and is decrypted only inside a process of its own. */
export interface KeystoreSigner extends Signer {
  readonly kind: 'keystore'
  /**
   * Decrypts the key for at most `unlockMs` (up to {@link MAX_UNLOCK_MS}). The password's UTF-8 bytes are wiped here, whatever happens. While
   * unlocked already, a success starts a new span and a failure leaves the old one as it was.
   */
  unlock(password: Buffer, unlockMs: number): Promise<Result<{ readonly locksAtMs: number }, SignerFailure>>
  /**
   * Its password is being asked for: starts the process that the next unlock will use, and another one after each unlock that fails, until what it
   * returns is called; that ends one that was not used, and resolves when it is gone. So does {@link Signer.lock}. Such a process has been told
   * nothing. Neither throws.
   */
  prepare(): () => Promise<void>
}

/** What a keystore signer is made of. */
export interface KeystoreSignerParts {
  readonly id: string
  /** The account that the file must hold. */
  readonly address: string
  /** Starts a fresh key host process; the app's is an Electron utility process. */
  readonly spawnHost: () => KeyHostPort
  /** The file's text; a rejection means UNAVAILABLE. */
  readonly readKeystore: () => Promise<string>
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** {@link SIGN_TIMEOUT_MS} when left out: signing takes milliseconds. */
  readonly signTimeoutMs?: number
  /** 60 s when left out: the costliest file that is accepted takes several seconds. */
  readonly unlockTimeoutMs?: number
}

interface Session {
  readonly client: HostClient
  readonly locksAtWallMs: number
  readonly locksAtSteadyMs: number
}

/** Makes a {@link KeystoreSigner}, locked. Throws on an address that is none. */
export function createKeystoreSigner(parts: KeystoreSignerParts): KeystoreSigner {
  return new HostedKeystoreSigner(parts)
}

class HostedKeystoreSigner implements KeystoreSigner {
  readonly kind = 'keystore'
  readonly id: string
  readonly address: string
  private readonly parts: KeystoreSignerParts
  private session: Session | null = null
  private unlocking: HostClient | null = null
  /** Started for the next unlock, and told nothing yet. */
  private spare: HostClient | null = null
  /** Who is asking for the password now. */
  private readonly asking = new Set<symbol>()
  private lastSuccessMs: number | null = null
  private latencyMs: number | null = null
  /** What went wrong last; null after a success. */
  private trouble: SignerFailure | null = null

  constructor(parts: KeystoreSignerParts) {
    this.parts = parts
    this.id = parts.id
    this.address = getAddress(parts.address)
  }

  async unlock(password: Buffer, unlockMs: number): Promise<Result<{ readonly locksAtMs: number }, SignerFailure>> {
    try {
      if (!Number.isSafeInteger(unlockMs) || unlockMs <= 0 || unlockMs > MAX_UNLOCK_MS) {
        return err({ code: 'UNAVAILABLE', detail: `the unlock time must lie between 1 and ${MAX_UNLOCK_MS} ms` })
      }
      if (this.unlocking !== null) return err({ code: 'UNAVAILABLE', detail: 'it is being unlocked already' })
      const unlocked = await this.unlockIn(this.takeSpare() ?? this.startHost(), password, unlockMs)
      // The password is asked for again.
      if (!unlocked.ok) this.startSpare()
      return unlocked
    } catch {
      return this.failed({ code: 'UNAVAILABLE', detail: 'the key process could not be started' })
    } finally {
      password.fill(0)
    }
  }

  prepare(): () => Promise<void> {
    const asker = Symbol('asker')
    this.asking.add(asker)
    this.startSpare()
    return async () => {
      this.asking.delete(asker)
      if (this.asking.size === 0) await this.takeSpare()?.lock()
    }
  }

  async signTransaction(tx: UnsignedTx, signal: AbortSignal): Promise<Result<Hex, SignerFailure>> {
    const session = this.currentSession()
    if (session === null) return err({ code: 'LOCKED', detail: 'the keystore is locked' })
    const startedMs = this.parts.clock.steadyMs()
    const answer = await session.client.ask({ op: 'sign', tx: toJson(tx) }, this.parts.signTimeoutMs ?? SIGN_TIMEOUT_MS, signal)
    if (!answer.ok) return signal.aborted ? answer : this.failed(answer.error)
    if (answer.value.kind !== 'signed') return this.failed({ code: 'BAD_ANSWER', detail: 'the key process answered something else' })
    // Locked meanwhile: what was signed before is not handed out after.
    if (this.session !== session) return err({ code: 'LOCKED', detail: 'the keystore was locked' })
    this.succeeded(startedMs)
    return ok(answer.value.raw)
  }

  health(): SignerHealth {
    const session = this.currentSession()
    const status: SignerStatus = session === null ? 'locked' : 'ready'
    return {
      status,
      lastSuccessMs: this.lastSuccessMs,
      latencyMs: this.latencyMs,
      locksAtMs: session?.locksAtWallMs ?? null,
      detail: this.trouble?.detail ?? '',
    }
  }

  /** At once for callers (signing fails from here on); resolves when the process that held the key is gone, and one that was to hold it. */
  async lock(): Promise<void> {
    const clients = [this.session?.client, this.unlocking, this.spare].filter((client) => client != null)
    this.session = null
    this.unlocking = null
    this.spare = null
    this.asking.clear()
    await Promise.all(clients.map((client) => client.lock()))
  }

  private startHost(): HostClient {
    return new HostClient(this.parts.spawnHost(), this.parts.scheduler)
  }

  /** Where it cannot be started, the unlock says so. */
  private startSpare(): void {
    if (this.asking.size === 0 || this.unlocking !== null || this.spare?.usable === true) return
    try {
      this.spare = this.startHost()
    } catch {
      this.spare = null
    }
  }

  /** The process that was started beforehand, where there is one that still answers. */
  private takeSpare(): HostClient | null {
    const { spare } = this
    this.spare = null
    return spare?.usable === true ? spare : null
  }

  private async unlockIn(
    client: HostClient,
    password: Buffer,
    unlockMs: number,
  ): Promise<Result<{ readonly locksAtMs: number }, SignerFailure>> {
    this.unlocking = client
    const { clock } = this.parts
    try {
      const keystoreJson = await this.readKeystore()
      if (keystoreJson === null) return await this.giveUp(client, { code: 'UNAVAILABLE', detail: 'the keystore file cannot be read' })
      const startedMs = clock.steadyMs()
      const request = { op: 'unlock', keystoreJson, password: new Uint8Array(password), address: this.address, unlockMs } as const
      const answered = client.ask(request, this.parts.unlockTimeoutMs ?? 60_000)
      request.password.fill(0)
      const answer = await answered
      if (!answer.ok) return await this.giveUp(client, answer.error)
      if (answer.value.kind !== 'unlocked' || !sameAddress(answer.value.address, this.address)) {
        return await this.giveUp(client, { code: 'BAD_ANSWER', detail: 'the key process unlocked another key' })
      }
      if (this.unlocking !== client) return await this.giveUp(client, { code: 'LOCKED', detail: 'it was locked meanwhile' })
      // The host's own span began a little earlier, so it never outlives what is shown here.
      this.enter({ client, locksAtWallMs: clock.wallMs() + unlockMs, locksAtSteadyMs: clock.steadyMs() + unlockMs })
      this.succeeded(startedMs)
      return ok({ locksAtMs: clock.wallMs() + unlockMs })
    } finally {
      if (this.unlocking === client) this.unlocking = null
    }
  }

  private async readKeystore(): Promise<string | null> {
    try {
      return await this.parts.readKeystore()
    } catch {
      return null
    }
  }

  private enter(session: Session): void {
    const previous = this.session
    this.session = session
    session.client.onEnd((failure) => {
      if (this.session !== session) return
      this.session = null
      this.trouble = failure
    })
    void previous?.client.lock()
  }

  /** The session while its time runs; a host that overstays is told to lock, whatever its own clock says. */
  private currentSession(): Session | null {
    const { session } = this
    if (session === null) return null
    const { clock } = this.parts
    if (clock.wallMs() < session.locksAtWallMs && clock.steadyMs() < session.locksAtSteadyMs) return session
    this.session = null
    void session.client.lock()
    return null
  }

  private async giveUp(client: HostClient, failure: SignerFailure): Promise<Result<never, SignerFailure>> {
    await client.lock()
    return this.failed(failure)
  }

  private failed(failure: SignerFailure): Result<never, SignerFailure> {
    this.trouble = failure
    return err(failure)
  }

  private succeeded(startedMs: number): void {
    this.trouble = null
    this.lastSuccessMs = this.parts.clock.wallMs()
    this.latencyMs = this.parts.clock.steadyMs() - startedMs
  }
}
