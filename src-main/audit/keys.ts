import { hkdfSync } from 'node:crypto'

import type { Environment } from '../domain/environment'
import { HASH_BYTES, lengthPrefixed, sha256 } from './encoding'
import { HmacSha256 } from './hmac'

/** Which log: an entry, an anchor or a key of one log is worth nothing in another. */
export interface LogIdentity {
  readonly environment: Environment
  /** 32 random hexadecimal digits, drawn when the log was started. */
  readonly logId: string
}

/** What is needed to write and to check one log. */
export interface AuditKeys extends LogIdentity {
  /** Authenticates entries. */
  readonly entryKey: HmacSha256
  /** Authenticates the external anchor. */
  readonly anchorKey: HmacSha256
  /** What the first entry follows. */
  readonly genesisHex: string
}

/** Derives a log's keys from its environment's database key. */
export function deriveAuditKeys(databaseKey: Uint8Array, { environment, logId }: LogIdentity): AuditKeys {
  const derive = (purpose: string): HmacSha256 => {
    const info = lengthPrefixed(purpose, environment, logId)
    return new HmacSha256(Buffer.from(hkdfSync('sha256', databaseKey, Buffer.from(logId, 'utf8'), info, HASH_BYTES)))
  }
  return {
    environment,
    logId,
    entryKey: derive('holdfast/audit-entry-mac/v1'),
    anchorKey: derive('holdfast/audit-anchor-mac/v1'),
    genesisHex: sha256(lengthPrefixed('holdfast/audit-genesis/v1', environment, logId)).toString('hex'),
  }
}
