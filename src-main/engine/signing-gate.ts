import type { AuditAppender } from '../domain/audit-event'
import { denial, type Denial } from '../domain/codes'
import type { Hex, UnsignedTx } from '../domain/evm'
import type { SigningPurpose } from '../domain/guard'
import type { GuardInput } from '../guards/guard'
import type { Cancel, Scheduler } from '../lib/clock'
import { describeError } from '../lib/errors'
import { toJson } from '../lib/json'
import { err, ok, type Result } from '../lib/result'
import {
  isNoFault,
  SIGNER_FAILURE_CODES,
  type Signer,
  type SignerFailure,
  type SignerFailureCode,
  type UserInteraction,
} from '../signers/signer'
import type { Breakers, GuardTable, RunGuards, VerifySignedTx } from './ports'

/** What is to be signed, for what, and the facts its guards judge by. */
export interface SigningRequest {
  readonly purpose: SigningPurpose
  readonly orderId: string
  readonly signerId: string
  /** Whose act it is: a person, a client, or `system`. */
  readonly by: string
  readonly tx: UnsignedTx
  /** Prepared afresh by the caller; the gate judges again right before the key is used. */
  readonly facts: GuardInput
}

/** Verified signed bytes: the only thing a chain venue is ever given. */
export interface VerifiedTx {
  readonly raw: Hex
  readonly hash: Hex
}

/** Why nothing was signed, or what was signed is not used. */
export interface SigningRefusal {
  readonly denial: Denial
}

/** Whether a signer would sign now: `attended` wants a person at a device each time. */
export type SignerReadiness = 'ready' | 'locked' | 'attended' | 'unavailable'

/** Hears what a person has to do at a signer, for which order. */
export type OnSignerInteraction = (subject: string, signerId: string, required: UserInteraction) => void

/** Parts of the signing gate. The signers are handed to it alone, by the composition root. */
export interface SigningGateParts {
  /** A test is of exactly this signer; for all else another one of its address may step in. */
  readonly signerOf: (id: string, purpose?: SigningPurpose) => Signer | null
  readonly guards: GuardTable
  readonly runGuards: RunGuards
  readonly verify: VerifySignedTx
  readonly audit: AuditAppender & { anchorNow(): void }
  readonly breakers: Breakers
  readonly scheduler: Scheduler
  /** How long a signer may take, ms. */
  readonly timeoutMs: number
  /** What a person has to do before a signature comes, for the screen; left out where nobody looks. */
  readonly onInteraction?: OnSignerInteraction
}

/** What a signer does wrong is not the act of whoever asked for a signature. */
const SIGNERS_OWN: readonly string[] = ['SigningFailed', 'SignatureMismatch']

/**
 * The one way to a signature (architecture: every signature passes the signing gate with a closed purpose). It judges, records,
 * signs, and believes nothing of what comes back until it has decoded and compared it with what was asked.
 */
export class SigningGate {
  readonly #parts: SigningGateParts

  constructor(parts: SigningGateParts) {
    this.#parts = parts
  }

  /** Whether a signer would sign now, without asking it to. */
  readiness(signerId: string): SignerReadiness {
    const signer = this.#parts.signerOf(signerId)
    if (signer === null) return 'unavailable'
    const { status } = signer.health()
    if (status === 'ready' && signer.attended === true) return 'attended'
    return status
  }

  /** Signs one transaction, or says why not. Never throws for a refusal; throws only if the record cannot be written before the act. */
  async sign(asked: SigningRequest): Promise<Result<VerifiedTx, SigningRefusal>> {
    const parts = this.#parts
    // One frozen copy is judged, recorded, signed and compared: a signer that changes what it was handed changes nothing of ours.
    const request: SigningRequest = { ...asked, tx: Object.freeze({ ...asked.tx }) }
    const verdicts = parts.runGuards(parts.guards[request.purpose], { ...request.facts, purpose: request.purpose, tx: request.tx })
    const refused = verdicts.find((verdict) => verdict.outcome === 'deny')
    if (refused?.outcome === 'deny') {
      this.record('SigningDenied', 'high', request, { guard: refused.guard, code: refused.denial.code })
      return err({ denial: refused.denial })
    }
    const signer = parts.signerOf(request.signerId, request.purpose)
    if (signer === null) {
      this.record('SigningFailed', 'high', request, { signer: request.signerId, code: 'UNAVAILABLE' })
      this.feed(request, 'failure', 'UNAVAILABLE')
      return err({ denial: denial('SIGNER_UNAVAILABLE', { signer: request.signerId }) })
    }

    this.record('SigningRequested', 'info', request, { signer: signer.id, kind: signer.kind })
    const signed = await this.ask(signer, request)
    if (!signed.ok) {
      // Our own second policy around the signer: a denial like a guard's, and not the signer's doing (product row C7).
      if (signed.error.code === 'DENIED_BY_POLICY') {
        const why = signed.error.detail.slice(0, 300)
        this.record('SigningDenied', 'high', request, { guard: 'signer-policy', code: signed.error.code, why })
        return err({ denial: denial('SIGNER_REFUSED', { reason: signed.error.code, why }) })
      }
      this.record('SigningFailed', 'high', request, { signer: signer.id, code: signed.error.code })
      if (!isNoFault(signed.error.code)) this.feed(request, 'failure', signed.error.code)
      return err({ denial: denial(denialCodeOf(signed.error.code), { reason: signed.error.code }) })
    }
    const verified = parts.verify(signed.value, request.tx)
    if (!verified.ok) {
      this.record('SignatureMismatch', 'critical', request, { signer: signer.id, field: verified.error.field })
      this.feed(request, 'failure', 'SIGNATURE_MISMATCH')
      return err({ denial: denial('SIGNATURE_MISMATCH', { field: verified.error.field }) })
    }
    this.feed(request, 'success')
    this.record('TransactionSigned', 'info', request, { signer: signer.id, hash: verified.value.hash })
    parts.audit.anchorNow()
    return ok(verified.value)
  }

  private async ask(signer: Signer, { tx, orderId, signerId }: SigningRequest): Promise<Result<Hex, SignerFailure>> {
    const { scheduler, timeoutMs, onInteraction } = this.#parts
    let over = false
    const tell = (required: UserInteraction): void => {
      if (!over) onInteraction?.(orderId, signerId, required)
    }
    const abort = new AbortController()
    let stopTimer: Cancel = () => undefined
    const late = new Promise<Result<Hex, SignerFailure>>((resolve) => {
      stopTimer = scheduler.after(timeoutMs, () => {
        abort.abort()
        resolve(err({ code: 'TIMEOUT', detail: 'the signer took too long' }))
      })
    })
    try {
      return readAnswer(await Promise.race([signer.signTransaction(tx, abort.signal, tell), late]))
    } catch (thrown) {
      return err({ code: 'UNAVAILABLE', detail: describeError(thrown) })
    } finally {
      stopTimer()
      tell('none')
      over = true
    }
  }

  private feed(request: SigningRequest, outcome: 'success' | 'failure', why?: string): void {
    this.#parts.breakers.record('signer', outcome, { orderId: request.orderId, ...(why === undefined ? {} : { why }) })
  }

  private record(type: string, severity: 'info' | 'high' | 'critical', request: SigningRequest, detail: Record<string, string>): void {
    this.#parts.audit.append({
      category: 'KEY_OPERATION',
      severity,
      type,
      actor: SIGNERS_OWN.includes(type) ? 'system' : request.by,
      subject: request.orderId,
      data: { purpose: request.purpose, tx: toJson(request.tx), ...detail },
    })
  }
}

/** How a signer's failure is called to the person whose order it was. */
function denialCodeOf(code: SignerFailureCode): 'SIGNER_LOCKED' | 'SIGNER_REFUSED' | 'SIGNER_UNAVAILABLE' {
  if (code === 'LOCKED') return 'SIGNER_LOCKED'
  return code === 'REJECTED_BY_USER' || code === 'DENIED_BY_SIGNER' || code === 'DENIED_BY_POLICY' ? 'SIGNER_REFUSED' : 'SIGNER_UNAVAILABLE'
}

/** What a signer answered, believed only as far as its form goes: the types promise a result, another's code may give anything. */
function readAnswer(answer: unknown): Result<Hex, SignerFailure> {
  const { ok: isSigned, value, error } = loose(answer)
  if (isSigned === true && typeof value === 'string') return ok(value as Hex)
  const { code, detail } = loose(error)
  const known = isSigned === false ? SIGNER_FAILURE_CODES.find((candidate) => candidate === code) : undefined
  if (known !== undefined) return err({ code: known, detail: typeof detail === 'string' ? detail : '' })
  return err({ code: 'BAD_ANSWER', detail: 'the signer answered with something else' })
}

function loose(value: unknown): Partial<Record<'ok' | 'value' | 'error' | 'code' | 'detail', unknown>> {
  return typeof value === 'object' && value !== null ? value : {}
}
