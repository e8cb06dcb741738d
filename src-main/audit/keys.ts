import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

import type { Environment } from '../domain/environment'
import { HASH_BYTES, lengthPrefixed, sha256 } from './encoding'

/** Which log: an entry, an anchor or a key of one log is worth nothing in another. */
export interface LogIdentity {
  readonly environment: Environment
  /** 32 random hexadecimal digits, drawn when the log was started. */
  readonly logId: string
}

/** What is needed to write and to check one log. */
export interface AuditKeys extends LogIdentity {
  /** Authenticates entries. */
  readonly entryKey: KeyObject
  /** Authenticates the external anchor. */
  readonly anchorKey: KeyObject
  /** What the first entry follows. */
  readonly genesisHex: string
}

/** Derives a log's keys from its environment's database key. */
export function deriveAuditKeys(databaseKey: Uint8Array, { environment, logId }: LogIdentity): AuditKeys {
  const derive = (purpose: string): KeyObject => {
    const info = lengthPrefixed(purpose, environment, logId)
    return createSecretKey(Buffer.from(hkdfSync('sha256', databaseKey, Buffer.from(logId, 'utf8'), info, HASH_BYTES)))
  }
  return {
    environment,
    logId,
    entryKey: derive('holdfast/audit-entry-mac/v1'),
    anchorKey: derive('holdfast/audit-anchor-mac/v1'),
    genesisHex: sha256(lengthPrefixed('holdfast/audit-genesis/v1', environment, logId)).toString('hex'),
  }
}

/** HMAC-SHA256. The key is a KeyObject, because importing raw bytes at every call costs four times as much as the code itself. */
export function hmac(key: KeyObject, bytes: Uint8Array): Buffer {
  return createHmac('sha256', key).update(bytes).digest()
}
