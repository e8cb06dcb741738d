import type { Problem } from '../../../src-preload/contract/problem'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import type { Approval } from '../../authority/act-rules'
import type { StoredOperator } from '../../authority/authority-file'
import type { DeviceClaim } from '../../authority/device-challenges'
import type { AskDevice, AuthenticationFailure } from '../../authority/operator-proof'
import type { VerifyFailure } from '../../authority/recovery-keys'
import type { AuditFact } from '../../domain/audit-event'
import type { AuthorityPermission } from '../../domain/authority'
import { err, ok, type Result } from '../../lib/result'
import type { ProveByDevice } from './device-proof'
import type { People } from './people'

/** Somebody, or something, that was proven in the main-owned window. */
export interface Proof extends Approval {
  /** For records and for the window. */
  readonly name: string
  readonly permissions: readonly AuthorityPermission[]
  readonly integrity: 'verified' | 'unverifiable'
}

/** An answer that proves who somebody is. */
export type ProofAnswer = Extract<SecureAnswer, { kind: 'authorise' | 'unlock-app' }>

/** What proving works with. */
export interface ProveParts {
  readonly people: People
  readonly record: (fact: AuditFact) => boolean
  /** Who is at the app now. */
  readonly actor: () => string
  /** Asks a device that somebody enrolled. */
  readonly byDevice: ProveByDevice
}

/** What is proven for, and how long an answer may be waited for: until the window in which it was asked is closed. */
export interface ProvenFor extends DeviceClaim {
  readonly signal: AbortSignal
}

/**
 * Verifies what was typed: one person's password and code, or recovery keys, all of which must be right. What is wrong is on record, waits longer
 * and longer, and is told people after a few. Nothing is proven any more once the window was closed.
 */
export async function prove(parts: ProveParts, answer: ProofAnswer, what: ProvenFor): Promise<Result<readonly Proof[], Problem>> {
  const proven = await proveAnswer(parts, answer, what)
  return proven.ok && what.signal.aborted ? err({ code: 'CANCELED_BY_USER', figures: {} }) : proven
}

async function proveAnswer(
  parts: ProveParts,
  { operator, recoveryKeys }: ProofAnswer,
  what: ProvenFor,
): Promise<Result<readonly Proof[], Problem>> {
  if (operator !== undefined) return proveOperator(parts, operator, what)
  const proofs: Proof[] = []
  for (const typed of recoveryKeys) {
    const verified = await parts.people.recoveryKeys.verify(typed)
    if (!verified.ok) {
      recordRefused(parts, 'RecoveryKeyRefused', null, { code: verified.error, act: what.act })
      return err(keyProblem(verified.error, parts.people.recoveryKeys.waitMs()))
    }
    const { keyId, permissions, integrity } = verified.value
    proofs.push({ kind: 'recovery-key', id: keyId, name: `recovery key ${keyId}`, permissions, integrity })
  }
  return ok(proofs)
}

async function proveOperator(
  parts: ProveParts,
  { id, password, code, device: byDevice }: NonNullable<ProofAnswer['operator']>,
  { act, subject, requestHash, signal }: ProvenFor,
): Promise<Result<readonly Proof[], Problem>> {
  const { operators } = parts.people
  const who = operators.body()?.operators.find((operator) => operator.id === id)?.name ?? null
  const device: { problem: Problem | null } = { problem: null }
  const askDevice: AskDevice = async (address) => {
    device.problem = await parts.byDevice({ address, claim: { act, subject, requestHash }, by: who ?? parts.actor(), signal })
    return device.problem === null
  }
  const believed = await operators.authenticate(id, password, byDevice === true ? askDevice : code)
  if (believed.ok) {
    const { name, permissions } = believed.value
    return ok([{ kind: 'operator', id, name, permissions, integrity: 'verified' }])
  }
  recordRefused(parts, 'OperatorRefused', who, { code: believed.error, act })
  return err(device.problem ?? operatorProblem(believed.error, who === null ? 0 : operators.waitMs(id)))
}

/** Somebody was not believed: on record, where the alerts hear of it. */
export function recordRefused(parts: ProveParts, type: string, subject: string | null, data: Record<string, string>): void {
  parts.record({ category: 'SECURITY_VIOLATION', severity: 'high', type, actor: parts.actor(), subject, data })
}

/** Why a recovery key was not accepted, for the window. */
export function keyProblem(failure: VerifyFailure, waitMs: number): Problem {
  switch (failure) {
    case 'WRONG_KEY':
    case 'EXPIRED':
    case 'REVOKED':
      return { code: 'WRONG_KEY', figures: { reason: failure } }
    case 'RATE_LIMITED':
      return waitProblem(waitMs)
    case 'UNREADABLE':
      return { code: 'UNREADABLE', figures: {} }
  }
}

/** Why somebody was not believed, for the window. It does not say whether password or code was wrong. */
export function operatorProblem(failure: AuthenticationFailure, waitMs: number): Problem {
  switch (failure) {
    case 'WRONG':
      return { code: 'WRONG_CREDENTIALS', figures: {} }
    case 'NOT_CONFIRMED':
      return { code: 'SIGNER_REFUSED', figures: { reason: 'REJECTED_BY_USER' } }
    case 'EXPIRED':
    case 'REVOKED':
      return { code: 'NOT_PERMITTED', figures: { reason: failure } }
    case 'RATE_LIMITED':
      return waitProblem(waitMs)
    case 'UNREADABLE':
      return { code: 'UNREADABLE', figures: {} }
    case 'STORAGE':
      return { code: 'DISK_FULL', figures: {} }
  }
}

function waitProblem(waitMs: number): Problem {
  return { code: 'RATE_LIMITED_ATTEMPTS', figures: { seconds: String(Math.ceil(waitMs / 1_000)) } }
}

/** Somebody as the main-owned window asks for them. */
export function askable({ id, name, totp, device }: Pick<StoredOperator, 'id' | 'name' | 'totp' | 'device'>): Askable {
  return { id, name, code: totp !== null, device: device !== null }
}

type Askable = Extract<SecureTask, { kind: 'unlock-app' }>['people'][number]
