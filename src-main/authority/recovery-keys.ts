import { scrypt, timingSafeEqual, type KeyObject } from 'node:crypto'
import { uptime } from 'node:os'
import { join } from 'node:path'

import type { Clock } from '../lib/clock'
import { replaceOwnFile } from '../lib/own-file'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'
import { Attempts } from './attempts'
import { newRecoveryCode, normaliseRecoveryCode } from './recovery-code'
import {
  readRecoveryFile,
  RECOVERY_PERMISSIONS,
  recoveryFileBytes,
  type RecoveryBody,
  type RecoveryPermission,
  type RecoveryReading,
  type StoredKey,
} from './recovery-file'

/** What recovery keys are made of. */
export interface RecoveryKeysOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly random: Random
  /**
   * Key of the file's MAC, from the vault; null where the vault is lost or cannot be opened. Then replaced hashes cannot be told, and every
   * answer says `unverifiable`. Passing null although there is a key is a way out of last resort, to be recorded as such.
   */
  readonly macKey: () => KeyObject | null
  /** Time since the machine started, ms; no clock setting moves it. */
  readonly uptimeMs?: () => number
  /** scrypt's N; at least 2^15. */
  readonly costN?: number
}

/** A new code, to be shown once and then wiped by whoever shows it. */
export interface NewRecoveryKey {
  readonly keyId: string
  /** ASCII bytes, grouped by dashes. */
  readonly code: Buffer
}

/** What the keys were made with. */
export interface CreateRequest {
  readonly descriptions?: readonly [string, string]
  /** Wall time, ms; null means never. */
  readonly expiresAtMs?: number | null
  /** A key that {@link RecoveryKeys.verify} has just accepted, or another authority's word: needed to replace keys that are in use. */
  readonly replacing?: { readonly authorisedBy: string }
}

/** Whose code it was and what it may do. */
export interface VerifiedKey {
  readonly keyId: string
  readonly permissions: readonly RecoveryPermission[]
  readonly integrity: 'verified' | 'unverifiable'
}

/** Why a code was not accepted. */
export type VerifyFailure = 'WRONG_KEY' | 'EXPIRED' | 'REVOKED' | 'RATE_LIMITED' | 'UNREADABLE'

/** A key as screens show it. */
export type RecoveryKeyView = Omit<StoredKey, 'cost' | 'saltHex' | 'hashHex'>

const SALT_BYTES = 16
const HASH_BYTES = 32
const DEFAULT_COST_N = 2 ** 15
const BLOCK_R = 8
// scrypt needs 128·N·r bytes; as much again for the rest.
const maxMemory = (N: number): number => 256 * N * BLOCK_R

/**
 * The recovery keys (product row X5): two independent codes, made at set-up, either of which may release a halt. Stored as slow hashes under a
 * MAC; shown once; attempts are limited by a wait that grows and has an end.
 */
export class RecoveryKeys {
  readonly #options: RecoveryKeysOptions
  readonly #path: string
  readonly #attempts: Attempts

  constructor(options: RecoveryKeysOptions) {
    this.#options = options
    this.#path = join(options.dataDir, 'recovery.json')
    this.#attempts = new Attempts(join(options.dataDir, 'recovery-attempts.json'), options.uptimeMs ?? (() => uptime() * 1_000))
  }

  /**
   * Makes two keys and stores their hashes, in place of any before. Refused while there are keys that somebody has seen (or that cannot be read),
   * unless `replacing` says on whose word.
   */
  async create(
    request: CreateRequest = {},
  ): Promise<Result<{ readonly codes: readonly NewRecoveryKey[]; readonly file: string }, 'ALREADY_CREATED' | 'STORAGE'>> {
    if (request.replacing === undefined && this.#inUse()) return err('ALREADY_CREATED')
    const { random } = this.#options
    const codes = [newRecoveryCode(random), newRecoveryCode(random)]
    const keys = await Promise.all(codes.map((code, index) => this.#store(code, request, index)))
    if (request.replacing === undefined && this.#inUse()) return err('ALREADY_CREATED')
    const written = this.#write({ v: 1, seen: false, keys })
    if (!written.ok) {
      for (const code of codes) code.fill(0)
      return written
    }
    return ok({ codes: codes.map((code, index) => ({ keyId: keys[index]?.id ?? '', code })), file: this.#path })
  }

  /** Says that the person proved to have written the codes down: from now on only someone in authority replaces them. */
  markSeen(): Result<void, 'UNREADABLE' | 'STORAGE'> {
    return this.#change((body) => ok({ ...body, seen: true }))
  }

  /** The keys as they are stored, without what would help to guess them. */
  describe():
    | Exclude<RecoveryReading, { kind: 'present' }>
    | {
        readonly kind: 'present'
        readonly integrity: VerifiedKey['integrity']
        readonly seen: boolean
        readonly keys: readonly RecoveryKeyView[]
      } {
    const reading = this.#read()
    if (reading.kind !== 'present') return reading
    const keys = reading.body.keys.map(({ cost: _cost, saltHex: _salt, hashHex: _hash, ...view }) => view)
    return { kind: 'present', integrity: reading.integrity, seen: reading.body.seen, keys }
  }

  /** How long the next attempt has to wait, ms; 0 when it may be made. */
  waitMs(): number {
    return this.#attempts.waitMs()
  }

  /**
   * Whether what was typed is one of the keys. Every stored key is hashed and compared, whichever fits, so that time tells nothing. What cannot be
   * a code at all (a slip that its check characters show) is wrong without counting as an attempt. `typed` is wiped when it is bytes.
   */
  async verify(typed: string | Uint8Array): Promise<Result<VerifiedKey, VerifyFailure>> {
    const bytes = typeof typed === 'string' ? Buffer.from(typed, 'utf8') : typed
    const code = normaliseRecoveryCode(bytes)
    bytes.fill(0)
    try {
      if (this.#attempts.waitMs() > 0) return err('RATE_LIMITED')
      if (code === null) return err('WRONG_KEY')
      const reading = this.#read()
      if (reading.kind !== 'present') return err('UNREADABLE')
      this.#attempts.count()
      const found = await this.#find(code, reading.body.keys)
      if (found === null) return err('WRONG_KEY')
      const verdict = this.#judge(found)
      if (verdict !== null) return err(verdict)
      this.#attempts.clear()
      return ok({ keyId: found.id, permissions: found.permissions, integrity: reading.integrity })
    } finally {
      code?.fill(0)
    }
  }

  /** Takes a key out of use for good. The last one that still works stays: replace both instead, so that there is always a way back. */
  revoke(keyId: string): Result<void, 'UNKNOWN_KEY' | 'LAST_KEY' | 'UNREADABLE' | 'STORAGE'> {
    return this.#change((body) => {
      const key = body.keys.find(({ id }) => id === keyId)
      if (key === undefined) return err('UNKNOWN_KEY')
      if (key.revokedAtMs !== null) return ok(body)
      if (!body.keys.some((other) => other.id !== keyId && this.#judge(other) === null)) return err('LAST_KEY')
      const revokedAtMs = Math.floor(this.#options.clock.wallMs())
      return ok({ ...body, keys: body.keys.map((other) => (other.id === keyId ? { ...other, revokedAtMs } : other)) })
    })
  }

  #inUse(): boolean {
    const reading = this.#read()
    return reading.kind === 'unreadable' || (reading.kind === 'present' && reading.body.seen)
  }

  async #find(code: Buffer, keys: readonly StoredKey[]): Promise<StoredKey | null> {
    let found: StoredKey | null = null
    for (const key of keys) {
      const hash = await slowHash(code, Buffer.from(key.saltHex, 'hex'), key.cost.N)
      if (timingSafeEqual(hash, Buffer.from(key.hashHex, 'hex'))) found = key
    }
    return found
  }

  #judge(key: StoredKey): 'REVOKED' | 'EXPIRED' | null {
    if (key.revokedAtMs !== null) return 'REVOKED'
    return key.expiresAtMs !== null && key.expiresAtMs <= this.#options.clock.wallMs() ? 'EXPIRED' : null
  }

  async #store(code: Buffer, request: CreateRequest, index: number): Promise<StoredKey> {
    const { random, clock, costN = DEFAULT_COST_N } = this.#options
    const id = Buffer.from(random.bytes(4)).toString('hex')
    const salt = Buffer.from(random.bytes(SALT_BYTES))
    const symbols = normaliseRecoveryCode(code)
    if (symbols === null) throw new Error('a new recovery code does not read back')
    const hash = await slowHash(symbols, salt, costN)
    symbols.fill(0)
    return {
      id,
      description: (request.descriptions?.[index] ?? `Recovery key ${index + 1}`).slice(0, 100),
      permissions: [...RECOVERY_PERMISSIONS],
      createdAtMs: Math.floor(clock.wallMs()),
      expiresAtMs: request.expiresAtMs ?? null,
      revokedAtMs: null,
      cost: { N: costN, r: BLOCK_R, p: 1 },
      saltHex: salt.toString('hex'),
      hashHex: hash.toString('hex'),
    }
  }

  #read(): RecoveryReading {
    return readRecoveryFile(this.#path, this.#options.macKey())
  }

  #change<E extends string>(alter: (body: RecoveryBody) => Result<RecoveryBody, E>): Result<void, E | 'UNREADABLE' | 'STORAGE'> {
    const reading = this.#read()
    if (reading.kind !== 'present') return err('UNREADABLE')
    const altered = alter(reading.body)
    return altered.ok ? this.#write(altered.value) : altered
  }

  #write(body: RecoveryBody): Result<void, 'STORAGE'> {
    try {
      replaceOwnFile(this.#path, recoveryFileBytes(body, this.#options.macKey()))
      return ok(undefined)
    } catch {
      return err('STORAGE')
    }
  }
}

function slowHash(code: Buffer, salt: Buffer, N: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(code, salt, HASH_BYTES, { N, r: BLOCK_R, p: 1, maxmem: maxMemory(N) }, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })
}
