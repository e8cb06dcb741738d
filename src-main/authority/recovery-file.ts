import { z } from 'zod'

import { AUTHORITY_PERMISSIONS, type AuthorityPermission } from '../domain/authority'
import type { Reading, SealedFileKind } from './sealed-file'
import { hexBytes, slowHash } from './slow-hash'

/** What a recovery key may do: halt over a network, release a halt, put into maintenance (product row X5). */
export const RECOVERY_PERMISSIONS = AUTHORITY_PERMISSIONS
/** One of the things that a recovery key may do. */
export type RecoveryPermission = AuthorityPermission

/** The most keys that are remembered, those that were revoked among them. */
export const MOST_KEYS = 8

const wholeMs = z.number().int().nonnegative()

const storedKey = z.strictObject({
  id: hexBytes(4),
  description: z.string().max(100),
  permissions: z.array(z.enum(RECOVERY_PERMISSIONS)),
  createdAtMs: wholeMs,
  expiresAtMs: wholeMs.nullable(),
  revokedAtMs: wholeMs.nullable(),
  ...slowHash.shape,
})
const body = z.strictObject({ v: z.literal(1), seen: z.boolean(), keys: z.array(storedKey).min(1).max(MOST_KEYS) })

/** A recovery key as it is stored: its slow hash, never the code. */
export type StoredKey = Readonly<z.output<typeof storedKey>>
/** The file, without its MAC. `seen`: the person proved that the codes were written down. */
export type RecoveryBody = Readonly<z.output<typeof body>>
/** What the file says, and whether it is as we wrote it. */
export type RecoveryReading = Reading<RecoveryBody>

/** The file of the recovery keys. */
export const RECOVERY_FILE: SealedFileKind<typeof body> = {
  body,
  macDomain: 'holdfast recovery keys v1\n',
  maxBytes: 16_384,
  what: 'a list of recovery keys',
}
