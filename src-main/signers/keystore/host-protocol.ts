import { parseUnsignedTx, type Hex, type UnsignedTx } from '../../domain/evm'
import type { Json } from '../../lib/json'
import { KEYSTORE_LIMITS } from './keystore-format'

/** The longest time a key may stay decrypted, ms. */
export const MAX_UNLOCK_MS = 12 * 60 * 60_000

/** Raw transactions beyond this are no answer: the pool limit of go-ethereum is 128 KiB. */
const MAX_RAW_CHARS = 2 + 2 * 131_072
const MAX_PASSWORD_BYTES = 4_096
const MAX_DETAIL_CHARS = 200

/** What the main process asks of a key host. The id, a positive integer, comes back with the answer; `lock` is answered by the host's farewell and end. */
export type HostRequest =
  | {
      readonly op: 'unlock'
      readonly id: number
      readonly keystoreJson: string
      readonly password: Uint8Array
      /** Checksummed address the key must have. */
      readonly address: string
      readonly unlockMs: number
    }
  | { readonly op: 'sign'; readonly id: number; readonly tx: Json<UnsignedTx> }
  | { readonly op: 'create'; readonly id: number; readonly password: Uint8Array }
  | { readonly op: 'import-key'; readonly id: number; readonly privateKey: Uint8Array; readonly password: Uint8Array }
  | { readonly op: 'import-json'; readonly id: number; readonly keystoreJson: string; readonly password: Uint8Array }
  | { readonly op: 'lock'; readonly id: number }

/** A request as the host works with it: the transaction read and checked. */
export type CheckedRequest = Exclude<HostRequest, { op: 'sign' }> | { readonly op: 'sign'; readonly id: number; readonly tx: UnsignedTx }

/** Why a key host refused. BAD_REQUEST: what was asked is not in the protocol, or not possible in its present state. */
export const HOST_FAILURE_CODES = ['LOCKED', 'WRONG_PASSWORD', 'CORRUPT_KEYSTORE', 'BAD_REQUEST', 'FAILED'] as const
/** Why a key host refused. */
export type HostFailureCode = (typeof HOST_FAILURE_CODES)[number]

/** What a key host answers. Never anything that a key could be told from. */
export type HostAnswer =
  | { readonly id: number; readonly ok: true; readonly kind: 'unlocked'; readonly address: string }
  | { readonly id: number; readonly ok: true; readonly kind: 'signed'; readonly raw: Hex }
  | { readonly id: number; readonly ok: true; readonly kind: 'keystore'; readonly address: string; readonly keystoreJson: string }
  | { readonly id: number; readonly ok: false; readonly code: HostFailureCode; readonly detail: string }

/** The last word of a host that ends as intended. Exit codes cannot tell: Electron reports 0 for some processes that were killed. */
export interface HostFarewell {
  readonly kind: 'farewell'
}

/** The main process's side of a key host: an Electron utility process, or a forked Node process. */
export interface KeyHostPort {
  post(message: HostRequest): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the process has ended; null when a signal ended it. */
  onExit(listener: (code: number | null) => void): void
  /** Ends the process at once. */
  kill(): void
}

/** Reads a request strictly; null when it is not exactly one. */
export function parseRequest(message: unknown): CheckedRequest | null {
  if (!isRecord(message) || !isId(message['id'])) return null
  const { id, op, keystoreJson, password, privateKey, address, unlockMs, tx } = message
  switch (op) {
    case 'unlock':
      return hasOnly(message, ['op', 'id', 'keystoreJson', 'password', 'address', 'unlockMs']) &&
        isKeystoreJson(keystoreJson) &&
        isPassword(password) &&
        isAddress(address) &&
        isUnlockMs(unlockMs)
        ? { op, id, keystoreJson, password, address, unlockMs }
        : null
    case 'sign': {
      if (!hasOnly(message, ['op', 'id', 'tx'])) return null
      const parsed = parseUnsignedTx(tx)
      return parsed.ok ? { op, id, tx: parsed.value } : null
    }
    case 'create':
      return hasOnly(message, ['op', 'id', 'password']) && isPassword(password) ? { op, id, password } : null
    case 'import-key':
      return hasOnly(message, ['op', 'id', 'privateKey', 'password']) && isBytes(privateKey, 32, 32) && isPassword(password)
        ? { op, id, privateKey, password }
        : null
    case 'import-json':
      return hasOnly(message, ['op', 'id', 'keystoreJson', 'password']) && isKeystoreJson(keystoreJson) && isPassword(password)
        ? { op, id, keystoreJson, password }
        : null
    case 'lock':
      return hasOnly(message, ['op', 'id']) ? { op, id } : null
    default:
      return null
  }
}

/** Whether a host said farewell. */
export function isFarewell(message: unknown): boolean {
  return isRecord(message) && message['kind'] === 'farewell' && hasOnly(message, ['kind'])
}

/** Reads an answer strictly; null when it is not exactly one. */
export function parseAnswer(message: unknown): HostAnswer | null {
  if (!isRecord(message) || !isId(message['id'])) return null
  const { id, ok, kind, address, raw, keystoreJson, code, detail } = message
  if (ok === false) {
    return hasOnly(message, ['id', 'ok', 'code', 'detail']) &&
      isFailureCode(code) &&
      typeof detail === 'string' &&
      detail.length <= MAX_DETAIL_CHARS
      ? { id, ok, code, detail }
      : null
  }
  if (ok !== true) return null
  switch (kind) {
    case 'unlocked':
      return hasOnly(message, ['id', 'ok', 'kind', 'address']) && isAddress(address) ? { id, ok, kind, address } : null
    case 'signed':
      return hasOnly(message, ['id', 'ok', 'kind', 'raw']) && isRaw(raw) ? { id, ok, kind, raw } : null
    case 'keystore':
      return hasOnly(message, ['id', 'ok', 'kind', 'address', 'keystoreJson']) && isAddress(address) && isKeystoreJson(keystoreJson)
        ? { id, ok, kind, address, keystoreJson }
        : null
    default:
      return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasOnly(message: Record<string, unknown>, names: readonly string[]): boolean {
  return Object.keys(message).every((name) => names.includes(name))
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function isBytes(value: unknown, least: number, most: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= least && value.length <= most
}

function isPassword(value: unknown): value is Uint8Array {
  return isBytes(value, 1, MAX_PASSWORD_BYTES)
}

function isKeystoreJson(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= KEYSTORE_LIMITS.jsonChars
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)
}

function isUnlockMs(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= MAX_UNLOCK_MS
}

function isRaw(value: unknown): value is Hex {
  return typeof value === 'string' && value.length <= MAX_RAW_CHARS && /^0x(?:[0-9a-f]{2})+$/.test(value)
}

function isFailureCode(value: unknown): value is HostFailureCode {
  return (HOST_FAILURE_CODES as readonly unknown[]).includes(value)
}
