import { z } from 'zod'

import { DENIAL_CODES, FAILURE_CODES } from '../../src-main/domain/codes'
import { figures } from './primitives'

/** Codes that only the way between window and main can give. */
export const BRIDGE_PROBLEM_CODES = [
  'INVALID_INPUT',
  'INVALID_OUTPUT',
  'FORBIDDEN',
  'NOT_READY',
  'BUSY',
  'CANCELED_BY_USER',
  'WRONG_PASSWORD',
  'CORRUPT_KEYSTORE',
  'WRONG_KEY',
  'RATE_LIMITED_ATTEMPTS',
  'CHECK_BLOCKED',
  'NO_KEYCHAIN',
  'LIVE_LOCKED',
  'WRONG_KEY_OR_NOT_A_DATABASE',
  'FOREIGN_DATABASE',
  'NEWER_THAN_APP',
  'CORRUPT',
  'UNREADABLE',
  'ALREADY_EXISTS',
  'ORDER_NOT_OPEN',
  'ORDER_UNREADABLE',
  'APP_LOCKED',
  'NOT_PERMITTED',
  'WRONG_CREDENTIALS',
  'WRONG_CODE',
  'BEYOND_REACH',
  'BAD_NAME',
] as const

/** Every reason a call can fail; the windows have a sentence for each. */
export const problemCode = z.enum([...new Set([...DENIAL_CODES, ...FAILURE_CODES, ...BRIDGE_PROBLEM_CODES])])
/** Why a call failed. */
export const problem = z.strictObject({ code: problemCode, figures })
/** Why a call failed. */
export type Problem = z.output<typeof problem>
/** Every reason a call can fail. */
export type ProblemCode = Problem['code']

/** What crosses back for every call: a checked value or a problem, never a thrown error. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }
