import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { isRecordable } from '../../audit/body'
import { approvalsMissing } from '../../authority/act-rules'
import { OPERATOR } from '../../authority/app-lock'
import type { ActRequest, Authorisation } from '../../domain/admin-act'
import type { AuditFact } from '../../domain/audit-event'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { Clock } from '../../lib/clock'
import type { Random } from '../../lib/random'
import type { Desktop } from '../desktop/desktop'
import type { ActNeeds } from './people'
import { hashOfShown } from './device-proof'
import { askable, prove, type Proof, type ProveParts } from './prove'

/** Carries an act out once it is allowed; a problem is shown in the window, where it can be tried again. */
export type CarryOut = (authorisation: Authorisation) => Promise<Problem | null> | Problem | null

/** The one way to do what needs authority: asks in the main-owned window, then lets the act be carried out, and says whether it was. */
export type Authorise = (request: ActRequest, carryOut: CarryOut) => Promise<Reply<{ done: boolean }>>

/** What authorising works with. */
export interface AuthoriseParts extends ProveParts {
  readonly desktop: Pick<Desktop, 'ask'>
  readonly clock: Clock
  readonly random: Random
}

/**
 * Asks for the approvals that an act needs, one after another in one window; nothing is done before they are there, and who gave them is on record
 * before it is. A log that takes no record does not bar the way: this is the way to mending it. An act that no log could ever record is not carried out.
 */
export function createAuthorise(parts: AuthoriseParts): Authorise {
  return async (request, carryOut) => {
    const id = parts.random.uuid()
    const needs = parts.people.needsOf(request.act, request.approvalsAtLeast)
    const given: Proof[] = []
    const requestHash = hashOfShown({ ...request, id })
    const closed = new AbortController()
    const asked = parts.desktop.ask(taskOf(request, id, needs, given, requestHash), async (answer) => {
      if (answer.kind !== 'authorise') return { code: 'FORBIDDEN', figures: {} }
      const { act, subject } = request
      const proven = await prove(parts, answer, { act, subject: short(subject), requestHash, signal: closed.signal })
      if (!proven.ok) return proven.error
      const barred = proven.value.find((proof) => !mayApprove(parts, needs, proof, request))
      if (barred !== undefined) {
        parts.record(factOf('ApprovalRefused', barred.name, request, { why: 'may not approve this' }))
        return { code: 'NOT_PERMITTED', figures: { reason: 'ACT', name: barred.name } }
      }
      const all = different([...given, ...proven.value])
      const missing = approvalsMissing(needs.approvals, all)
      // One key in two boxes, or the same person again, is a slip to be told of, not another approval.
      if (missing > 0 && all.length < given.length + proven.value.length) {
        return answer.operator === undefined
          ? { code: 'WRONG_KEY', figures: { reason: 'TWO_DIFFERENT_KEYS_NEEDED' } }
          : { code: 'NOT_PERMITTED', figures: { reason: 'AGAIN', name: proven.value[0]?.name ?? '' } }
      }
      given.splice(0, given.length, ...all)
      if (missing > 0) {
        const by = authorisationOf(parts, proven.value).by.join(', ')
        parts.record(factOf('ActApproved', by, request, { given: given.length, needed: needs.approvals }))
        return { next: taskOf(request, id, needs, given, requestHash) }
      }
      const authorisation = authorisationOf(parts, given)
      const fact = factOf('ActAuthorised', authorisation.by.join(', '), request, {
        means: [...authorisation.means],
        integrity: authorisation.integrity,
        asker: parts.actor(),
      })
      if (!isRecordable(fact)) return { code: 'AUDIT_UNAVAILABLE', figures: {} }
      parts.record(fact)
      return carryOut(authorisation)
    })
    if (asked === 'busy') return problemReply('BUSY')
    const done = await asked
    closed.abort()
    return valueReply({ done })
  }
}

function mayApprove({ people }: AuthoriseParts, needs: ActNeeds, proof: Proof, { act }: ActRequest): boolean {
  return proof.kind === 'recovery-key' ? people.keyMay(proof.id, act) : needs.people.some(({ id }) => id === proof.id)
}

function different(proofs: readonly Proof[]): readonly Proof[] {
  return proofs.filter((proof, index) => proofs.findIndex(({ kind, id }) => kind === proof.kind && id === proof.id) === index)
}

/** Who approved; while nobody is named, whoever holds a key is the operator. */
function authorisationOf(parts: AuthoriseParts, given: readonly Proof[]): Authorisation {
  return {
    by: parts.people.operators.people() === 'none' ? [OPERATOR] : given.map(({ name }) => name),
    means: given.map(({ id }) => id),
    permissions: [...new Set(given.flatMap(({ permissions }) => permissions))],
    integrity: given.some(({ integrity }) => integrity === 'unverifiable') ? 'unverifiable' : 'verified',
    provenAtMs: parts.clock.steadyMs(),
  }
}

function factOf(type: string, actor: string, request: ActRequest, data: Record<string, string | number | string[]>): AuditFact {
  const { act, reason, subject } = request
  return {
    category: 'SECURITY_VIOLATION',
    severity: 'high',
    type,
    actor,
    subject: subject === '' ? null : subject,
    data: { act, reason, ...data },
  }
}

const short = (text: string): string => text.slice(0, 200)

function taskOf(request: ActRequest, id: string, needs: ActNeeds, given: readonly Proof[], requestHash: string): SecureTask {
  const checks = request.checks.map(({ label, ok: inOrder, detail, letBeBy }) => ({
    ...{ label: short(label), ok: inOrder, detail: short(detail) },
    ...(letBeBy === undefined ? {} : { letBeBy: short(letBeBy) }),
  }))
  const keysGiven = given.filter(({ kind }) => kind === 'recovery-key').length
  const missing = approvalsMissing(needs.approvals, given)
  return {
    kind: 'authorise',
    id,
    act: request.act,
    subject: short(request.subject),
    keysNeeded: Math.min(missing, needs.keys - keysGiven) <= 1 ? 1 : 2,
    people: needs.people.filter((operator) => !given.some((one) => one.kind === 'operator' && one.id === operator.id)).map(askable),
    approvals: { needed: needs.approvals, given: given.map(({ name }) => name) },
    reason: short(request.reason),
    changes: request.changes.map(({ label, before, after }) => ({
      label: short(label),
      before: before === null ? null : short(before),
      after: short(after),
    })),
    checks: needs.verified ? checks : [...checks, UNVERIFIED],
    requestHash,
  }
}

const UNVERIFIED = {
  label: 'Recovery keys and operators',
  ok: false,
  detail: 'Nothing vouches for them: the key of this machine is missing, or a file was changed. All keys are asked for.',
}
