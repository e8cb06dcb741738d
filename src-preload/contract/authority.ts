import { z } from 'zod'

import { ADMIN_ACTS } from '../../src-main/domain/admin-act'
import { AUTHORITY_PERMISSIONS, LOCK_MINUTES, MOST_APPROVALS, ROLES, SECOND_FACTOR_RULES } from '../../src-main/domain/authority'
import { command, event, query } from './channel'
import { addressText, epochMs, idText, nothing, shortText } from './primitives'

const role = z.enum(ROLES)
const permissions = z.array(z.enum(AUTHORITY_PERMISSIONS)).max(AUTHORITY_PERMISSIONS.length)

/** Who is at the app. */
export const sessionView = z.strictObject({
  /** Only the status, halting and canceling work. */
  locked: z.boolean(),
  /** There are operators, so it can be locked. */
  canLock: z.boolean(),
  actor: shortText,
  role,
  /** Nothing vouches for keys and operators: unlocking needs every key. */
  verified: z.boolean(),
})
/** Somebody who is named; never a password or a secret. Null for `expiresAtMs` means never. */
export const operatorView = z.strictObject({
  id: idText,
  name: shortText,
  role,
  permissions,
  createdAtMs: epochMs,
  expiresAtMs: epochMs.nullable(),
  revokedAtMs: epochMs.nullable(),
  /** Whether a code is asked for. */
  secondFactor: z.boolean(),
  /** The device that may confirm in place of a code; null when none is enrolled. */
  device: addressText.nullable(),
})
/** A recovery key, without the key. */
export const recoveryKeyView = z.strictObject({
  id: idText,
  description: shortText,
  permissions,
  createdAtMs: epochMs,
  expiresAtMs: epochMs.nullable(),
  revokedAtMs: epochMs.nullable(),
})
/** Who may do what, and how many must approve it. `lockAfterMinutes` is null where the app does not lock by itself. */
export const authorityView = z.strictObject({
  /** Whether keys and operators are as we wrote them last; `unverifiable` when the key of this machine is missing, `rolled-back` when a file is not the latest. */
  integrity: z.enum(['verified', 'unverifiable', 'rolled-back', 'unreadable']),
  /** What puts it right; null when all is well. */
  wayOut: z.enum(['vouch-anew', 'new-keys', 'put-back']).nullable(),
  operators: z.array(operatorView),
  recoveryKeys: z.array(recoveryKeyView),
  acts: z.array(
    z.strictObject({
      act: z.enum(ADMIN_ACTS),
      role,
      /** Approvals that it needs now, and that it needs whatever the owner says. */
      needed: z.number().int().min(1).max(MOST_APPROVALS),
      least: z.number().int().min(1).max(MOST_APPROVALS),
    }),
  ),
  secondFactor: z.enum(SECOND_FACTOR_RULES),
  lockAfterMinutes: z.number().int().nullable(),
})

const done = z.strictObject({ done: z.boolean() })
const operatorId = z.strictObject({ id: idText })
const rules = {
  role,
  permissions,
  /** Wall time; null means never. */
  expiresAtMs: epochMs.nullable(),
}

/** Calls about who may do what. `done` is false when the person closed the main-owned window. */
export const authorityCalls = {
  'authority.session': query(nothing, sessionView),
  'authority.lock': command(nothing, nothing),
  /** Opens the main-owned window, where somebody proves who they are. */
  'authority.unlock': command(nothing, z.strictObject({ unlocked: z.boolean() })),
  'authority.get': query(nothing, authorityView),
  /** Each of these opens the main-owned window and answers when it is done. */
  'authority.addOperator': command(z.strictObject({ name: z.string().min(1).max(40), ...rules }), done),
  'authority.changeOperator': command(z.strictObject({ id: idText, ...rules }), done),
  'authority.revokeOperator': command(operatorId, done),
  'authority.setPassword': command(operatorId, done),
  'authority.enrolSecondFactor': command(operatorId, done),
  'authority.removeSecondFactor': command(operatorId, done),
  /** A signer on whose device a person confirms each signature becomes a second factor, once it has signed. */
  'authority.enrolDevice': command(z.strictObject({ id: idText, signerId: idText }), done),
  'authority.removeDevice': command(operatorId, done),
  'authority.setRules': command(
    z.strictObject({
      approvals: z
        .array(z.strictObject({ act: z.enum(ADMIN_ACTS), needed: z.number().int().min(1).max(MOST_APPROVALS) }))
        .max(ADMIN_ACTS.length),
      secondFactor: z.enum(SECOND_FACTOR_RULES),
      lockAfterMinutes: z.number().int().min(LOCK_MINUTES.least).max(LOCK_MINUTES.most).nullable(),
    }),
    done,
  ),
  /** New keys in the place of these (of all, where they cannot be read and none is named), shown once; the old ones work until the new ones are written down. */
  'authority.replaceRecoveryKeys': command(z.strictObject({ ids: z.array(idText).max(2), expiresAtMs: epochMs.nullable() }), done),
  'authority.changeRecoveryKey': command(
    z.strictObject({ id: idText, description: z.string().max(100), permissions, expiresAtMs: epochMs.nullable() }),
    done,
  ),
  'authority.revokeRecoveryKey': command(operatorId, done),
  /** The way out when the key of this machine was lost: every recovery key together puts the keys under a new one. Operators are set aside. */
  'authority.vouchAnew': command(nothing, done),
} as const
/** What main tells of who is here and who may do what. */
export const authorityEvents = {
  'authority.session': event(sessionView),
  'authority.changed': event(authorityView),
} as const

/** Who is at the app. */
export type SessionView = z.output<typeof sessionView>
/** Who may do what. */
export type AuthorityView = z.output<typeof authorityView>
/** Somebody who is named. */
export type OperatorView = z.output<typeof operatorView>
/** A recovery key, without the key. */
export type RecoveryKeyView = z.output<typeof recoveryKeyView>
