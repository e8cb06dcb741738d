import { z } from 'zod'

import { ADMIN_ACTS } from '../domain/admin-act'
import { AUTHORITY_PERMISSIONS, LOCK_MINUTES, MOST_APPROVALS, ROLES, SECOND_FACTOR_RULES } from '../domain/authority'
import type { Reading, SealedFileKind } from './sealed-file'
import { hexBytes, slowHash } from './slow-hash'

/** The most people that are remembered, those that were revoked among them. */
export const MOST_OPERATORS = 50

const wholeMs = z.number().int().nonnegative()

/** A name as it is written into every record: printable, and none that the app uses for itself. */
export const operatorName = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N} .'-]*[\p{L}\p{N}.])?$/u)
  .refine((name) => !/^(?:operator|system|unknown|halt|recovery key.*)$/i.test(name))

const totp = z.strictObject({
  /** Sealed by the keychain; never stored where there is none. */
  sealedBase64: z.string().min(1).max(2_000),
  enrolledAtMs: wholeMs,
  /** The latest step whose code was used; no code up to it is accepted again. */
  lastUsedStep: z.number().int().nonnegative(),
})

/** A device that signs what is approved; the app knows its address alone. */
const device = z.strictObject({ address: z.string().regex(/^0x[0-9a-fA-F]{40}$/), enrolledAtMs: wholeMs })

const storedOperator = z.strictObject({
  id: hexBytes(4),
  name: operatorName,
  role: z.enum(ROLES),
  permissions: z.array(z.enum(AUTHORITY_PERMISSIONS)).max(AUTHORITY_PERMISSIONS.length),
  createdAtMs: wholeMs,
  expiresAtMs: wholeMs.nullable(),
  revokedAtMs: wholeMs.nullable(),
  password: slowHash,
  /** Second factors: where there are any, one of them is asked for besides the password. */
  totp: totp.nullable(),
  device: device.nullable(),
})

const approvals = z.number().int().min(1).max(MOST_APPROVALS)
const body = z.strictObject({
  v: z.literal(1),
  operators: z.array(storedOperator).max(MOST_OPERATORS),
  /** What the owner has raised; an act that is not named needs what its rule says. */
  raised: z.partialRecord(z.enum(ADMIN_ACTS), approvals),
  secondFactor: z.enum(SECOND_FACTOR_RULES),
  /** Minutes without input before the app locks itself; null: only on demand. */
  lockAfterMinutes: z.number().int().min(LOCK_MINUTES.least).max(LOCK_MINUTES.most).nullable(),
})

/** An operator as stored: a slow hash and a sealed secret, never the password. */
export type StoredOperator = Readonly<z.output<typeof storedOperator>>
/** The file, without its MAC. */
export type AuthorityBody = Readonly<z.output<typeof body>>
/** What the file says, and whether it is as we wrote it. */
export type AuthorityReading = Reading<AuthorityBody>

/** The file of who may do what. It lies in the data folder, for a release needs it also when no database opens. */
export const AUTHORITY_FILE: SealedFileKind<typeof body> = {
  body,
  macDomain: 'holdfast authority v1\n',
  maxBytes: 131_072,
  what: 'a list of operators',
}

/** Before anybody is named: nobody but the recovery keys. */
export const NOBODY: AuthorityBody = {
  v: 1,
  operators: [],
  raised: {},
  secondFactor: 'where-enrolled',
  lockAfterMinutes: LOCK_MINUTES.first,
}
