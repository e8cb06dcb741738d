import type { KeyObject } from 'node:crypto'
import { uptime } from 'node:os'
import { join } from 'node:path'

import type { Clock } from '../lib/clock'
import { canonicalJson } from '../lib/json'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'
import { Attempts } from './attempts'
import { newRecoveryCode, normaliseRecoveryCode } from './recovery-code'
import {
  MOST_KEYS,
  RECOVERY_FILE,
  RECOVERY_PERMISSIONS,
  type RecoveryBody,
  type RecoveryPermission,
  type RecoveryReading,
  type StoredKey,
} from './recovery-file'
import type { Mark, MarkFault } from './marks'
import { markOf, SealedFile } from './sealed-file'
import { DEFAULT_COST_N, fitsSlowHash, makeSlowHash } from './slow-hash'

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
  /** The file was written anew. */
  readonly onWritten?: () => void
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

/** Whether keys may be left like this; what nobody could authorise any more is never stored. */
export type MayLeave = (keys: readonly StoredKey[]) => boolean

/** What of a key can be changed without making a new code. */
export type KeyChange = Partial<Pick<StoredKey, 'description' | 'permissions' | 'expiresAtMs'>>

/** Two new keys that do not count yet. */
export interface NewPair {
  readonly codes: readonly NewRecoveryKey[]
  /** The person proved to have written both down: they are stored, and count from now on. */
  readonly commit: () => Result<void, 'ALREADY_CREATED' | 'STORAGE'>
}

/** New keys that are to take the place of others; the others work until it is committed. */
export interface Replacement {
  readonly codes: readonly NewRecoveryKey[]
  /** The person proved to have the new ones: from now on they count, and those that they replace are revoked. */
  readonly commit: () => Result<void, 'BEYOND_REACH' | 'UNREADABLE' | 'STORAGE'>
}

/**
 * The recovery keys (product row X5): two independent codes, made at set-up, either of which may release a halt. Stored as slow hashes under a
 * MAC; shown once; attempts are limited by a wait that grows and has an end.
 */
export class RecoveryKeys {
  readonly #options: RecoveryKeysOptions
  readonly #path: string
  readonly #file: SealedFile<typeof RECOVERY_FILE.body>
  readonly #attempts: Attempts
  #fault: MarkFault | null = null

  constructor(options: RecoveryKeysOptions) {
    this.#options = options
    this.#path = join(options.dataDir, 'recovery.json')
    this.#file = new SealedFile({ ...options, kind: RECOVERY_FILE, path: this.#path })
    this.#attempts = new Attempts(join(options.dataDir, 'recovery-attempts.json'), options.uptimeMs ?? (() => uptime() * 1_000))
  }

  /**
   * Makes two keys. Nothing is stored before {@link NewPair.commit}, so that what is stored is what somebody wrote down; whoever shows the codes wipes
   * them. Refused while there are keys (or a file that cannot be read), unless `replacing` says on whose word.
   */
  async prepare(request: CreateRequest = {}): Promise<Result<NewPair, 'ALREADY_CREATED'>> {
    const isBarred = (): boolean => request.replacing === undefined && this.#inUse()
    if (isBarred()) return err('ALREADY_CREATED')
    const standing = canonicalJson(this.mark())
    const codes = [newRecoveryCode(this.#options.random), newRecoveryCode(this.#options.random)]
    const keys = await Promise.all(codes.map((code, index) => this.#store(code, request, index)))
    return ok({
      codes: codes.map((code, index) => ({ keyId: keys[index]?.id ?? '', code })),
      // Not in the place of a pair that somebody confirmed meanwhile: they wrote those codes down.
      commit: () =>
        isBarred() || canonicalJson(this.mark()) !== standing ? err('ALREADY_CREATED') : this.#put({ v: 1, seen: true, keys }),
    })
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

  /** By what the file is known again. */
  mark(): Mark | 'absent' | 'unknown' {
    return markOf(this.#read())
  }

  /** The file is not the latest, or gone: what it says is worth no more than that somebody holds its keys, until it is vouched for or made anew. */
  distrust(fault: MarkFault): void {
    this.#fault = fault
  }

  /** How the file fails to follow on what was known of it; null when it does. */
  get fault(): MarkFault | null {
    return this.#fault
  }

  /** How long the next attempt has to wait, ms; 0 when it may be made. */
  waitMs(): number {
    return this.#attempts.waitMs()
  }

  /** Wrong codes in a row. */
  get failures(): number {
    return this.#attempts.failures
  }

  /** The keys that were not revoked; empty where the file cannot be read. */
  standing(): readonly StoredKey[] {
    const reading = this.#read()
    return reading.kind === 'present' ? reading.body.keys.filter(({ revokedAtMs }) => revokedAtMs === null) : []
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
      const verdict = this.#judge(found, reading.integrity)
      if (verdict !== null) return err(verdict)
      this.#attempts.clear()
      return ok({ keyId: found.id, permissions: found.permissions, integrity: reading.integrity })
    } finally {
      code?.fill(0)
    }
  }

  /** Whether a key that was accepted before would still be: it was neither revoked nor replaced since, and its time has not run out. */
  counts(keyId: string): boolean {
    const reading = this.#read()
    const key = reading.kind === 'present' ? reading.body.keys.find(({ id }) => id === keyId) : undefined
    return reading.kind === 'present' && key !== undefined && this.#judge(key, reading.integrity) === null
  }

  /** Takes a key out of use for good, where enough is left. */
  revoke(keyId: string, mayLeave: MayLeave): Result<void, 'UNKNOWN_KEY' | 'BEYOND_REACH' | 'UNREADABLE' | 'STORAGE'> {
    const revokedAtMs = Math.floor(this.#options.clock.wallMs())
    return this.#alter(keyId, (key) => ({ ...key, revokedAtMs: key.revokedAtMs ?? revokedAtMs }), mayLeave)
  }

  /** Changes what a key is called, may do, or until when it counts, where enough is left. */
  change(keyId: string, change: KeyChange, mayLeave: MayLeave): Result<void, 'UNKNOWN_KEY' | 'BEYOND_REACH' | 'UNREADABLE' | 'STORAGE'> {
    return this.#alter(keyId, (key) => ({ ...key, ...change }), mayLeave)
  }

  /** Makes as many new keys as are to be replaced. Nothing is stored before {@link Replacement.commit}; whoever shows the codes wipes them. */
  async prepareReplacement(
    keyIds: readonly string[],
    request: Pick<CreateRequest, 'expiresAtMs'>,
    mayLeave: MayLeave,
  ): Promise<Result<Replacement, 'UNKNOWN_KEY' | 'BEYOND_REACH' | 'UNREADABLE'>> {
    const reading = this.#read()
    if (reading.kind !== 'present') return err('UNREADABLE')
    const ids = [...new Set(keyIds)]
    const replaced = ids.flatMap((id) => reading.body.keys.filter((key) => key.id === id && key.revokedAtMs === null))
    if (replaced.length === 0 || replaced.length !== ids.length) return err('UNKNOWN_KEY')
    const codes = replaced.map(() => newRecoveryCode(this.#options.random))
    const made: StoredKey[] = []
    for (const [index, code] of codes.entries()) {
      const { description = '', permissions = [] } = replaced[index] ?? {}
      made.push({ ...(await this.#store(code, request, index)), description, permissions: [...permissions] })
    }
    const replace = (body: RecoveryBody): Result<RecoveryBody, 'BEYOND_REACH'> => {
      const revokedAtMs = Math.floor(this.#options.clock.wallMs())
      const keys = forgetOldest([...body.keys.map((key) => (ids.includes(key.id) ? { ...key, revokedAtMs } : key)), ...made])
      return mayLeave(keys) ? ok({ ...body, seen: true, keys }) : err('BEYOND_REACH')
    }
    // Said before anybody writes codes down, and again when they are to count.
    const possible = replace(reading.body)
    if (!possible.ok) {
      for (const code of codes) code.fill(0)
      return possible
    }
    return ok({
      codes: codes.map((code, index) => ({ keyId: made[index]?.id ?? '', code })),
      commit: () => this.#change(replace),
    })
  }

  /**
   * Puts the file as it is under another MAC key: the way out when the one before was lost. Whoever calls it has had every standing key shown, and
   * has it on record.
   */
  vouch(macKey: KeyObject): Result<void, 'UNREADABLE' | 'STORAGE'> {
    const reading = this.#file.read(null)
    if (reading.kind !== 'present') return err('UNREADABLE')
    return this.#put(reading.body, macKey)
  }

  #alter(
    keyId: string,
    alter: (key: StoredKey) => StoredKey,
    mayLeave: MayLeave,
  ): Result<void, 'UNKNOWN_KEY' | 'BEYOND_REACH' | 'UNREADABLE' | 'STORAGE'> {
    return this.#change<'UNKNOWN_KEY' | 'BEYOND_REACH'>((body) => {
      if (!body.keys.some(({ id }) => id === keyId)) return err('UNKNOWN_KEY')
      const keys = body.keys.map((key) => (key.id === keyId ? alter(key) : key))
      return mayLeave(keys) ? ok({ ...body, keys }) : err('BEYOND_REACH')
    })
  }

  #inUse(): boolean {
    const reading = this.#read()
    return reading.kind === 'unreadable' || (reading.kind === 'present' && reading.body.seen)
  }

  async #find(code: Buffer, keys: readonly StoredKey[]): Promise<StoredKey | null> {
    let found: StoredKey | null = null
    for (const key of keys) {
      if (await fitsSlowHash(code, key)) found = key
    }
    return found
  }

  /** In a file that nothing vouches for, an end is worth no more than any other word: the person still holds what was handed out. */
  #judge(key: StoredKey, integrity: VerifiedKey['integrity']): 'REVOKED' | 'EXPIRED' | null {
    if (key.revokedAtMs !== null) return 'REVOKED'
    if (integrity === 'unverifiable') return null
    return key.expiresAtMs !== null && key.expiresAtMs <= this.#options.clock.wallMs() ? 'EXPIRED' : null
  }

  async #store(code: Buffer, request: CreateRequest, index: number): Promise<StoredKey> {
    const { random, clock, costN = DEFAULT_COST_N } = this.#options
    const id = Buffer.from(random.bytes(4)).toString('hex')
    const symbols = normaliseRecoveryCode(code)
    if (symbols === null) throw new Error('a new recovery code does not read back')
    const hash = await makeSlowHash(symbols, random, costN)
    symbols.fill(0)
    return {
      id,
      description: (request.descriptions?.[index] ?? `Recovery key ${index + 1}`).slice(0, 100),
      permissions: [...RECOVERY_PERMISSIONS],
      createdAtMs: Math.floor(clock.wallMs()),
      expiresAtMs: request.expiresAtMs ?? null,
      revokedAtMs: null,
      ...hash,
    }
  }

  #read(): RecoveryReading {
    const reading = this.#file.read()
    if (this.#fault === null || reading.kind === 'unreadable') return reading
    return reading.kind === 'absent' ? { kind: 'unreadable', why: 'it was taken away' } : { ...reading, integrity: 'unverifiable' }
  }

  #change<E extends string>(alter: (body: RecoveryBody) => Result<RecoveryBody, E>): Result<void, E | 'UNREADABLE' | 'STORAGE'> {
    const reading = this.#read()
    if (reading.kind !== 'present' || this.#fault !== null) return err('UNREADABLE')
    const altered = alter(reading.body)
    return altered.ok ? this.#put(altered.value) : altered
  }

  #put(body: RecoveryBody, macKey: KeyObject | null = this.#options.macKey()): Result<void, 'STORAGE'> {
    const before = this.#fault
    this.#fault = null
    const written = this.#file.write({ ...body }, macKey)
    if (!written.ok) {
      this.#fault = before
      return written
    }
    this.#options.onWritten?.()
    return ok(undefined)
  }
}

/** As many as the file takes: of those that were revoked, the oldest are forgotten first. */
function forgetOldest(keys: readonly StoredKey[]): StoredKey[] {
  const revoked = keys.filter(({ revokedAtMs }) => revokedAtMs !== null).sort((a, b) => (a.revokedAtMs ?? 0) - (b.revokedAtMs ?? 0))
  const forgotten = new Set(revoked.slice(0, Math.max(0, keys.length - MOST_KEYS)))
  return keys.filter((key) => !forgotten.has(key))
}
