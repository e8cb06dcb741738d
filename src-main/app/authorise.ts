import type { Problem, Reply } from '../../src-preload/contract/problem'
import type { SecureAnswer } from '../../src-preload/contract/secure'
import type { RecoveryKeys, VerifyFailure } from '../authority/recovery-keys'
import type { ActRequest, Authorisation } from '../domain/admin-act'
import type { AuditFact } from '../domain/audit-event'
import { problemReply, valueReply } from '../ipc/dispatch'
import type { Clock } from '../lib/clock'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'
import { OPERATOR, type Desktop } from './context'

/** Carries an act out once it is allowed; a problem is shown in the window, where it can be tried again. */
export type CarryOut = (authorisation: Authorisation) => Promise<Problem | null> | Problem | null

/** The one way to do what needs authority: asks in the main-owned window, then lets the act be carried out, and says whether it was. */
export type Authorise = (request: ActRequest, carryOut: CarryOut) => Promise<Reply<{ done: boolean }>>

/** What authorising works with. */
export interface AuthoriseParts {
  readonly desktop: Pick<Desktop, 'ask'>
  readonly recoveryKeys: RecoveryKeys
  readonly clock: Clock
  readonly random: Random
  /** Records a fact where a log takes it; never throws: a broken log must not bar the way to mending it. */
  readonly record: (fact: AuditFact) => void
}

/** Asks for the means that an act needs; nothing is done before they are shown, and who showed them is on record before it is. */
export function createAuthorise(parts: AuthoriseParts): Authorise {
  return async (request, carryOut) => {
    const asked = parts.desktop.ask(taskOf(request, parts.random.uuid()), async (answer): Promise<Problem | null> => {
      const authorised = await verifyKeys(parts, answer, request)
      if (!authorised.ok) return authorised.error
      parts.record({
        category: 'SECURITY_VIOLATION',
        severity: 'high',
        type: 'ActAuthorised',
        actor: authorised.value.by.join(', ') || OPERATOR,
        subject: request.subject === '' ? null : request.subject,
        data: { act: request.act, reason: request.reason, means: [...authorised.value.means], integrity: authorised.value.integrity },
      })
      return carryOut(authorised.value)
    })
    return asked === 'busy' ? problemReply('BUSY') : valueReply({ done: await asked })
  }
}

function taskOf(request: ActRequest, id: string) {
  const short = (text: string): string => text.slice(0, 200)
  return {
    kind: 'authorise' as const,
    id,
    act: request.act,
    subject: short(request.subject),
    keysNeeded: request.approvalsAtLeast,
    reason: short(request.reason),
    changes: request.changes.map(({ label, before, after }) => ({
      label: short(label),
      before: before === null ? null : short(before),
      after: short(after),
    })),
    checks: request.checks.map(({ label, ok: inOrder, detail }) => ({ label: short(label), ok: inOrder, detail: short(detail) })),
  }
}

/** Whether the typed keys are as many different recovery keys as are needed. */
async function verifyKeys(parts: AuthoriseParts, answer: SecureAnswer, request: ActRequest): Promise<Result<Authorisation, Problem>> {
  if (answer.kind !== 'authorise') return err({ code: 'FORBIDDEN', figures: {} })
  const means = new Set<string>()
  const permissions = new Set<Authorisation['permissions'][number]>()
  let integrity: Authorisation['integrity'] = 'verified'
  for (const typed of answer.recoveryKeys) {
    const verified = await parts.recoveryKeys.verify(typed)
    if (!verified.ok) {
      parts.record({
        category: 'SECURITY_VIOLATION',
        severity: 'high',
        type: 'RecoveryKeyRefused',
        actor: OPERATOR,
        subject: null,
        data: { code: verified.error, act: request.act },
      })
      return err(keyProblem(verified.error, parts.recoveryKeys.waitMs()))
    }
    means.add(verified.value.keyId)
    for (const permission of verified.value.permissions) permissions.add(permission)
    if (verified.value.integrity === 'unverifiable') integrity = 'unverifiable'
  }
  if (means.size < request.approvalsAtLeast) return err({ code: 'WRONG_KEY', figures: { reason: 'TWO_DIFFERENT_KEYS_NEEDED' } })
  return ok({ by: [OPERATOR], means: [...means], permissions: [...permissions], integrity, provenAtMs: parts.clock.steadyMs() })
}

function keyProblem(failure: VerifyFailure, waitMs: number): Problem {
  switch (failure) {
    case 'WRONG_KEY':
    case 'EXPIRED':
    case 'REVOKED':
      return { code: 'WRONG_KEY', figures: { reason: failure } }
    case 'RATE_LIMITED':
      return { code: 'RATE_LIMITED_ATTEMPTS', figures: { seconds: String(Math.ceil(waitMs / 1_000)) } }
    case 'UNREADABLE':
      return { code: 'UNREADABLE', figures: {} }
  }
}
