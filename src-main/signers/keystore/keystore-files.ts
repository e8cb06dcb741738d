import { linkSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { sameAddress } from '../../domain/evm'
import type { Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import { errnoOf, folderOddity, readOwnFile, syncFolder, unlinkIfThere, writeNewOwnFile } from '../../lib/own-file'
import { err, ok, type Result } from '../../lib/result'
import { SIGNER_FAILURE_CODES, type SignerFailure } from '../signer'
import { HostClient, type Ask } from './host-client'
import type { KeyHostPort } from './host-protocol'
import { KEYSTORE_LIMITS, parseKeystore } from './keystore-format'

/** Why a keystore file could not be made or read. */
export const KEYSTORE_FILE_FAILURE_CODES = [
  ...SIGNER_FAILURE_CODES,
  'ALREADY_THERE',
  'NOT_FOUND',
  'DISK_FULL',
  'FOLDER_UNSAFE',
  'FILE_ERROR',
] as const
/** Why a keystore file could not be made or read. */
export type KeystoreFileFailureCode = (typeof KEYSTORE_FILE_FAILURE_CODES)[number]
/** A failure with a keystore file; `detail` names the file or the part at fault, never a secret. */
export interface KeystoreFileFailure {
  readonly code: KeystoreFileFailureCode
  readonly detail: string
}

/** One file of the folder: usable, or named with what is wrong with it. */
export type KeystoreEntry =
  | { readonly kind: 'usable'; readonly file: string; readonly address: string }
  | { readonly kind: 'corrupt'; readonly file: string; readonly why: string }

/** Where keystores lie and how the process that touches keys is started. */
export interface KeystoreFilesParts {
  /** A folder of ours alone (made 0700 when it is not there). */
  readonly folder: string
  readonly spawnHost: () => KeyHostPort
  readonly scheduler: Scheduler
}

/** Decrypting, encrypting anew and reading back the costliest accepted file takes several seconds. */
const HOST_TIMEOUT_MS = 120_000
const MAX_BYTES = KEYSTORE_LIMITS.jsonChars

/**
 * The keystore files of one environment, one account each, mode 0600. A file is written as a whole or not at all, and never over another.
 * Keys are made and read only inside a key host; passwords and typed keys are wiped here, whatever happens.
 */
export class KeystoreFiles {
  constructor(private readonly parts: KeystoreFilesParts) {}

  /** Makes a new key and its file. */
  async create(password: Buffer): Promise<Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure>> {
    return this.make(() => ({ op: 'create', password: new Uint8Array(password) }), [password])
  }

  /** Takes a 32-byte private key that was typed in the main-owned window. */
  async importKey(privateKey: Buffer, password: Buffer): Promise<Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure>> {
    const ask = (): Ask => ({ op: 'import-key', privateKey: new Uint8Array(privateKey), password: new Uint8Array(password) })
    return this.make(ask, [privateKey, password])
  }

  /** Takes another tool's v3 file, opened with its password and encrypted anew under the same one: whatever its KDF was, ours is strong. */
  async importJson(keystoreJson: string, password: Buffer): Promise<Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure>> {
    return this.make(() => ({ op: 'import-json', keystoreJson, password: new Uint8Array(password) }), [password])
  }

  /** Every `.json` of the folder by name; a corrupt or odd one is named, never skipped. */
  list(): Result<readonly KeystoreEntry[], KeystoreFileFailure> {
    const unsafe = folderOddity(this.parts.folder)
    if (unsafe === 'absent') return ok([])
    if (unsafe !== null) return err({ code: 'FOLDER_UNSAFE', detail: `the keystore folder ${unsafe}` })
    try {
      this.sweep()
      const names = readdirSync(this.parts.folder).filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      return ok(names.sort().map((file) => this.entry(file)))
    } catch (thrown) {
      return err(fileFailure(thrown))
    }
  }

  /** The text of the file that holds `address`, for a signer's `readKeystore`. */
  read(address: string): Result<string, KeystoreFileFailure> {
    const listed = this.list()
    if (!listed.ok) return listed
    const entry = listed.value.find((candidate) => candidate.kind === 'usable' && sameAddress(candidate.address, address))
    const file = entry === undefined ? null : readOwnFile(join(this.parts.folder, entry.file), MAX_BYTES)
    if (file?.kind !== 'present') return err({ code: 'NOT_FOUND', detail: `no keystore of ${address}` })
    return ok(file.bytes.toString('utf8'))
  }

  private async make(ask: () => Ask, secrets: readonly Buffer[]): Promise<Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure>> {
    try {
      const made = await this.inHost(ask)
      return made.ok ? this.store(made.value.address, made.value.keystoreJson) : made
    } catch (thrown) {
      return err(fileFailure(thrown))
    } finally {
      for (const secret of secrets) secret.fill(0)
    }
  }

  private async inHost(ask: () => Ask): Promise<Result<{ readonly address: string; readonly keystoreJson: string }, SignerFailure>> {
    const client = new HostClient(this.parts.spawnHost(), this.parts.scheduler)
    const request = ask()
    try {
      const answer = await client.ask(request, HOST_TIMEOUT_MS)
      if (!answer.ok) return answer
      const { value } = answer
      if (value.kind !== 'keystore') return err({ code: 'BAD_ANSWER', detail: 'the key process answered something else' })
      const parsed = parseKeystore(value.keystoreJson)
      if (!parsed.ok || parsed.value.address !== value.address)
        return err({ code: 'BAD_ANSWER', detail: 'the key process made an odd keystore' })
      return ok(value)
    } finally {
      for (const part of Object.values(request)) if (part instanceof Uint8Array) part.fill(0)
      await client.lock()
    }
  }

  /** Puts the file in place: a temporary one, synced, then linked to its name, which fails where that name is taken (a rename would replace it). */
  private store(address: string, keystoreJson: string): Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure> {
    const { folder } = this.parts
    if (folderOddity(folder) === 'absent') {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      syncFolder(dirname(folder))
    }
    const listed = this.list()
    if (!listed.ok) return listed
    const twin = listed.value.find((entry) => entry.kind === 'usable' && sameAddress(entry.address, address))
    if (twin !== undefined) return err({ code: 'ALREADY_THERE', detail: twin.file })
    const file = `${address.toLowerCase()}.json`
    const temporary = join(folder, `.${file}.tmp`)
    try {
      writeNewOwnFile(temporary, Buffer.from(keystoreJson, 'utf8'))
      linkSync(temporary, join(folder, file))
    } finally {
      unlinkIfThere(temporary)
    }
    syncFolder(folder)
    return ok({ kind: 'usable', file, address })
  }

  /** Removes what a crash in {@link store} left; the finished file, if it got that far, keeps its name. */
  private sweep(): void {
    for (const name of readdirSync(this.parts.folder)) {
      if (/^\.0x[0-9a-f]{40}\.json\.tmp$/.test(name)) unlinkIfThere(join(this.parts.folder, name))
    }
  }

  private entry(file: string): KeystoreEntry {
    const read = readOwnFile(join(this.parts.folder, file), MAX_BYTES)
    if (read.kind !== 'present') return { kind: 'corrupt', file, why: read.kind === 'odd' ? read.why : 'it has gone' }
    const parsed = parseKeystore(read.bytes.toString('utf8'))
    if (!parsed.ok) return { kind: 'corrupt', file, why: parsed.error.detail }
    if (parsed.value.address === null) return { kind: 'corrupt', file, why: 'it does not say whose key it holds: import it' }
    return { kind: 'usable', file, address: parsed.value.address }
  }
}

function fileFailure(thrown: unknown): KeystoreFileFailure {
  const errno = errnoOf(thrown)
  if (errno === 'EEXIST') return { code: 'ALREADY_THERE', detail: 'a file of that name is there' }
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return { code: 'DISK_FULL', detail: errno }
  return { code: 'FILE_ERROR', detail: errno === '' ? describeError(thrown) : errno }
}
