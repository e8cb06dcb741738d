import type { Clock, Scheduler } from '../../lib/clock'
import { assertNever } from '../../lib/assert-never'
import type { Random } from '../../lib/random'
import type { CheckedRequest, HostAnswer, HostFailureCode, HostFarewell } from './host-protocol'
import { parseRequest } from './host-protocol'
import { addressOfKey, isUsableKey, signTransaction } from './key'
import type { Kdf } from './keystore-format'
import { decryptKeystore, DEFAULT_KDF, encryptKeystore } from './web3-secret-storage'

/** The host's side of the channel to the main process. */
export interface ParentPort {
  /** `sent` is called when the message is on its way, or cannot be sent. */
  post(message: HostAnswer | HostFarewell, sent?: () => void): void
  onMessage(listener: (message: unknown) => void): void
  onDisconnect(listener: () => void): void
}

/** What a key keeper lives on. */
export interface KeeperParts {
  readonly port: ParentPort
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Ends the process; 0 when the key was forgotten as intended. Does not return in a real process. */
  readonly exit: (code: number) => void
  /** What new keystores are written with; {@link DEFAULT_KDF} when left out. */
  readonly kdf?: Kdf
}

/** How often the end of the unlock time is looked for: timers stand still while a machine sleeps, the calendar does not. */
const EXPIRY_CHECK_MS = 15_000

/** How long the farewell may take to leave: a main process that hangs does not keep the key's memory alive. */
const FAREWELL_MS = 500

/**
 * Holds one key, alone, for a limited time, and signs transactions with it that it serialises itself: there is no way to have it sign a digest.
 * It ends (wiping first) when told to lock, when its time is up by the steady clock or by the calendar, and when the main process is gone.
 */
export class KeyKeeper {
  private readonly parts: KeeperParts
  private held: { readonly key: Buffer; readonly address: string; readonly untilSteadyMs: number; readonly untilWallMs: number } | null =
    null
  /** One unlock or one keystore in a process's life at a time. */
  private busy = false
  private ended = false

  constructor(parts: KeeperParts) {
    this.parts = parts
    parts.port.onMessage((message) => void this.receive(message))
    parts.port.onDisconnect(() => {
      this.end(0)
    })
  }

  /** Ends as intended: wipes, says farewell, exits with 0. */
  leave(): void {
    if (this.ended) return
    this.forget()
    const exit = () => {
      this.parts.exit(0)
    }
    this.parts.scheduler.after(FAREWELL_MS, exit)
    this.parts.port.post({ kind: 'farewell' }, exit)
  }

  /** Ends at once, without a word: wipes and exits. */
  end(code: number): void {
    this.forget()
    this.parts.exit(code)
  }

  private forget(): void {
    this.ended = true
    this.held?.key.fill(0)
    this.held = null
  }

  private async receive(message: unknown): Promise<void> {
    if (this.ended) return
    const request = parseRequest(message)
    try {
      if (request === null) this.refuse(idOf(message), 'BAD_REQUEST', 'not a request of the protocol')
      else await this.carryOut(request)
    } catch {
      // What a library says of a failure may quote what it was given: it goes nowhere.
      this.refuse(idOf(message), 'FAILED', 'it could not be carried out')
    } finally {
      wipeSecrets(message)
    }
  }

  private async carryOut(request: CheckedRequest): Promise<void> {
    switch (request.op) {
      case 'lock':
        this.leave()
        return
      case 'sign':
        this.sign(request)
        return
      case 'unlock':
      case 'create':
      case 'import-key':
      case 'import-json':
        if (this.busy || this.held !== null) {
          this.refuse(request.id, 'BAD_REQUEST', 'this process already has its task')
          return
        }
        this.busy = true
        try {
          await (request.op === 'unlock' ? this.unlock(request) : this.makeKeystore(request))
        } finally {
          this.busy = false
        }
        return
      default:
        assertNever(request)
    }
  }

  private async unlock(request: Extract<CheckedRequest, { op: 'unlock' }>): Promise<void> {
    const decrypted = await decryptKeystore(
      request.keystoreJson,
      Buffer.from(request.password.buffer, request.password.byteOffset, request.password.byteLength),
    )
    if (!decrypted.ok) {
      this.refuse(request.id, decrypted.error.code, decrypted.error.detail)
      return
    }
    const { key, address } = decrypted.value
    if (this.ended || address.toLowerCase() !== request.address.toLowerCase()) {
      key.fill(0)
      this.refuse(request.id, 'CORRUPT_KEYSTORE', 'it holds the key of another address')
      return
    }
    const { clock } = this.parts
    this.held = { key, address, untilSteadyMs: clock.steadyMs() + request.unlockMs, untilWallMs: clock.wallMs() + request.unlockMs }
    this.watchExpiry(request.unlockMs)
    this.answer({ id: request.id, ok: true, kind: 'unlocked', address })
  }

  private sign(request: Extract<CheckedRequest, { op: 'sign' }>): void {
    if (this.isExpired()) this.leave()
    if (this.held === null) {
      this.refuse(request.id, 'LOCKED', 'no key is unlocked')
    } else if (request.tx.from.toLowerCase() !== this.held.address.toLowerCase()) {
      this.refuse(request.id, 'BAD_REQUEST', 'the transaction is from another address')
    } else {
      this.answer({ id: request.id, ok: true, kind: 'signed', raw: signTransaction(request.tx, this.held.key) })
    }
  }

  /** Makes a new v3 file, and opens it again before anything relies on it. */
  private async makeKeystore(request: Extract<CheckedRequest, { op: 'create' | 'import-key' | 'import-json' }>): Promise<void> {
    const password = Buffer.from(request.password)
    let key: Buffer | null = null
    try {
      if (request.op === 'import-json') {
        const decrypted = await decryptKeystore(request.keystoreJson, password)
        if (!decrypted.ok) {
          this.refuse(request.id, decrypted.error.code, decrypted.error.detail)
          return
        }
        key = decrypted.value.key
      } else {
        key = request.op === 'create' ? this.newKey() : Buffer.from(request.privateKey)
      }
      if (!isUsableKey(key)) {
        this.refuse(request.id, 'BAD_REQUEST', 'not a valid private key')
        return
      }
      const keystoreJson = await encryptKeystore(key, password, this.parts.random, this.parts.kdf ?? DEFAULT_KDF)
      const readBack = await decryptKeystore(keystoreJson, password)
      const same = readBack.ok && readBack.value.key.equals(key)
      if (readBack.ok) readBack.value.key.fill(0)
      if (same) this.answer({ id: request.id, ok: true, kind: 'keystore', address: addressOfKey(key), keystoreJson })
      else this.refuse(request.id, 'FAILED', 'the new keystore could not be read back')
    } finally {
      key?.fill(0)
      password.fill(0)
    }
  }

  private newKey(): Buffer {
    for (;;) {
      const bytes = Buffer.from(this.parts.random.bytes(32))
      if (isUsableKey(bytes)) return bytes
    }
  }

  private watchExpiry(leftMs: number): void {
    this.parts.scheduler.after(Math.min(Math.max(leftMs, 1), EXPIRY_CHECK_MS), () => {
      if (this.held === null) return
      if (this.isExpired()) this.leave()
      else this.watchExpiry(this.held.untilSteadyMs - this.parts.clock.steadyMs())
    })
  }

  private isExpired(): boolean {
    const { held, parts } = this
    return held !== null && (parts.clock.steadyMs() >= held.untilSteadyMs || parts.clock.wallMs() >= held.untilWallMs)
  }

  private refuse(id: number | null, code: HostFailureCode, detail: string): void {
    if (id !== null) this.answer({ id, ok: false, code, detail })
  }

  private answer(message: HostAnswer): void {
    if (!this.ended) this.parts.port.post(message)
  }
}

function idOf(message: unknown): number | null {
  const id = typeof message === 'object' && message !== null ? (message as { id?: unknown }).id : null
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null
}

/** Whatever came, well-formed or not: its secrets end here. */
function wipeSecrets(message: unknown): void {
  if (typeof message !== 'object' || message === null) return
  const { password, privateKey } = message as { password?: unknown; privateKey?: unknown }
  for (const secret of [password, privateKey]) if (secret instanceof Uint8Array) secret.fill(0)
}
