import type { AuditAppender, AuditFact } from '../domain/audit-event'
import { denial, type Denial } from '../domain/codes'
import type { Hex, UnsignedTx } from '../domain/evm'
import type { SigningPurpose } from '../domain/guard'
import type { MessagePurpose } from '../domain/own-typed-data'
import type { TypedData } from '../domain/typed-data'
import type { GuardInput } from '../guards/guard'
import type { GuardTable } from '../guards/guard-table'
import { firstDenial } from '../guards/run-guards'
import type { Cancel, Scheduler } from '../lib/clock'
import { describeError } from '../lib/errors'
import { toJson, type JsonObject } from '../lib/json'
import { err, ok, type Result } from '../lib/result'
import {
  isNoFault,
  SIGNER_FAILURE_CODES,
  type Signer,
  type SignerFailure,
  type SignerFailureCode,
  type SignerKind,
  type UserInteraction,
} from '../signers/signer'
import { verifyTypedData } from '../signers/verify-signature'
import { judge } from './guard-facts'
import type { Breakers, RunGuards, VerifySignedTx } from './ports'
import type { RecordAnyway } from './record-anyway'

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
  /** Whoever asked gives up. */
  readonly signal?: AbortSignal
}

/** A message of our own that is to be signed, for what, and the facts its guards judge by. */
export interface MessageRequest {
  readonly purpose: MessagePurpose
  /** What it is about, for records and for the screen. */
  readonly subject: string
  readonly signerId: string
  /** The checksummed address that must have signed. */
  readonly address: string
  readonly by: string
  readonly typedData: TypedData
  readonly facts: GuardInput
  /** Whoever asked gives up. */
  readonly signal?: AbortSignal
}

/** A verified signature over typed data: 65 bytes, lower case; and the kind of signer that made it. */
export interface VerifiedMessage {
  readonly signature: Hex
  readonly kind: SignerKind
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

/** What a person has to do at a signer before the signature comes. */
export interface SignerAsk {
  /** Such as an order's id. */
  readonly subject: string
  readonly signerId: string
  readonly purpose: SigningPurpose
  readonly required: UserInteraction
  /** The very thing that is being signed. */
  readonly asked: UnsignedTx | TypedData
}

/** Hears what a person has to do at a signer. */
export type OnSignerInteraction = (ask: SignerAsk) => void

/** Parts of the signing gate. The signers are handed to it alone, by the composition root. */
export interface SigningGateParts {
  /** A test, or a message, is of exactly this signer; for a transaction another one of its address may step in. */
  readonly signerOf: (id: string, purpose?: SigningPurpose) => Signer | null
  readonly guards: GuardTable
  readonly runGuards: RunGuards
  readonly verify: VerifySignedTx
  readonly audit: AuditAppender & { anchorNow(): void }
  /** For cancels: the kill switch may be in force because the log is broken. */
  readonly recordAnyway: RecordAnyway
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
    // Whether a device is plugged in shows only when it is asked; asking it is a person's to decide either way.
    if (status !== 'locked' && signer.attended === true) return 'attended'
    return status
  }

  /**
   * Signs one transaction, or says why not. Never throws for a refusal; throws only if the record cannot be written before the act. A cancel takes risk
   * away and never waits for its record.
   */
  async sign(asked: SigningRequest): Promise<Result<VerifiedTx, SigningRefusal>> {
    // One frozen copy is judged, recorded, signed and compared: a signer that changes what it was handed changes nothing of ours.
    const tx = Object.freeze({ ...asked.tx })
    const { purpose, orderId, signerId, by, signal } = asked
    return this.signWith({
      purpose,
      subject: orderId,
      signerId,
      by,
      ...(signal === undefined ? {} : { signal }),
      facts: { ...asked.facts, purpose, tx },
      asked: tx,
      recorded: { tx: toJson(tx) },
      ask: (signer, signal, tell) => signer.signTransaction(tx, signal, tell),
      verify: (raw) => this.#parts.verify(raw, tx),
      signed: ({ hash }) => ({ type: 'TransactionSigned', data: { hash } }),
    })
  }

  /**
   * Signs one message of our own, or says why not; throws as {@link SigningGate.sign} does. The guards of its purpose know a closed list, and so, by itself, does
   * the policy around the signer; what comes back must be the signature of exactly the address that was asked for.
   */
  async signTypedData(asked: MessageRequest): Promise<Result<VerifiedMessage, SigningRefusal>> {
    const typedData = structuredClone(asked.typedData)
    const { purpose, subject, signerId, by, address, signal } = asked
    return this.signWith({
      purpose,
      subject,
      signerId,
      by,
      ...(signal === undefined ? {} : { signal }),
      facts: { ...asked.facts, purpose, tx: null, call: null, request: null, signerAddress: address, typedData },
      asked: typedData,
      recorded: { primaryType: typedData.primaryType, message: toJson(typedData.message) },
      ask: async (signer, stop, tell) =>
        signer.signTypedData?.(structuredClone(typedData), stop, tell) ??
        err({ code: 'NOT_SUPPORTED', detail: `${signer.kind} signs no typed data` }),
      verify: (signature, { kind }) => {
        const verified = verifyTypedData(signature, typedData, address)
        return verified.ok ? ok({ signature: verified.value, kind }) : verified
      },
      signed: ({ kind }) => ({ type: 'MessageSigned', data: { address, kind } }),
    })
  }

  private async signWith<Verified>(work: Work<Verified>): Promise<Result<Verified, SigningRefusal>> {
    const parts = this.#parts
    const { purpose, subject, signerId } = work
    const refused = firstDenial(judge(parts, work.facts))
    if (refused !== null) {
      this.record('SigningDenied', 'high', work, { guard: refused.guard, code: refused.denial.code })
      return err({ denial: refused.denial })
    }
    const signer = parts.signerOf(signerId, purpose)
    if (signer === null) {
      this.record('SigningFailed', 'high', work, { signer: signerId, code: 'UNAVAILABLE' })
      this.feed(subject, 'failure', 'UNAVAILABLE')
      return err({ denial: denial('SIGNER_UNAVAILABLE', { signer: signerId }) })
    }

    this.record('SigningRequested', 'info', work, { signer: signer.id, kind: signer.kind })
    const { answer, awaitsOwner } = await this.ask(signer, work)
    if (!answer.ok) {
      const { code, detail } = answer.error
      // Our own second policy around the signer: a denial like a guard's, and not the signer's doing (product row C7).
      if (code === 'DENIED_BY_POLICY') {
        const why = detail.slice(0, 300)
        this.record('SigningDenied', 'high', work, { guard: 'signer-policy', code, why })
        return err({ denial: denial('SIGNER_REFUSED', { reason: code, why }) })
      }
      this.record('SigningFailed', 'high', work, { signer: signer.id, code })
      if (!isNoFault(code) && !(code === 'TIMEOUT' && awaitsOwner)) this.feed(subject, 'failure', code)
      return err({ denial: denial(denialCodeOf(code), { reason: code }) })
    }
    const verified = work.verify(answer.value, signer)
    if (!verified.ok) {
      this.record('SignatureMismatch', 'critical', work, { signer: signer.id, field: verified.error.field })
      this.feed(subject, 'failure', 'SIGNATURE_MISMATCH')
      return err({ denial: denial('SIGNATURE_MISMATCH', { field: verified.error.field }) })
    }
    this.feed(subject, 'success')
    const { type, data } = work.signed(verified.value)
    this.record(type, 'info', work, { signer: signer.id, ...data })
    parts.audit.anchorNow()
    return ok(verified.value)
  }

  private async ask(
    signer: Signer,
    { ask, asked, purpose, subject, signerId, signal }: Omit<Work<unknown>, 'verify' | 'signed'>,
  ): Promise<Asked> {
    const { scheduler, timeoutMs, onInteraction } = this.#parts
    let over = false
    let awaitsOwner = false
    const tell = (required: UserInteraction): void => {
      // Once it is to be confirmed, one that hangs cannot be told from a person who does nothing: that counts.
      if (required !== 'none') awaitsOwner = !required.startsWith('confirm-')
      if (!over) onInteraction?.({ subject, signerId, purpose, required, asked })
    }
    const abort = new AbortController()
    const stops: Cancel[] = []
    const ended = new Promise<Result<Hex, SignerFailure>>((resolve) => {
      const end = (failure: SignerFailure): void => {
        abort.abort()
        resolve(err(failure))
      }
      const giveUp = (): void => end({ code: 'REJECTED_BY_USER', detail: 'it was given up' })
      stops.push(scheduler.after(timeoutMs, () => end({ code: 'TIMEOUT', detail: 'the signer took too long' })))
      signal?.addEventListener('abort', giveUp)
      stops.push(() => signal?.removeEventListener('abort', giveUp))
      if (signal?.aborted === true) giveUp()
    })
    try {
      const answer = readAnswer(await Promise.race([ask(signer, abort.signal, tell), ended]))
      return { answer, awaitsOwner }
    } catch (thrown) {
      return { answer: err({ code: 'UNAVAILABLE', detail: describeError(thrown) }), awaitsOwner }
    } finally {
      for (const stop of stops) stop()
      tell('none')
      over = true
    }
  }

  private feed(orderId: string, outcome: 'success' | 'failure', why?: string): void {
    this.#parts.breakers.record('signer', outcome, { orderId, ...(why === undefined ? {} : { why }) })
  }

  private record(
    type: string,
    severity: 'info' | 'high' | 'critical',
    { purpose, subject, by, recorded }: Omit<Work<unknown>, 'verify' | 'signed'>,
    detail: Readonly<Record<string, string>>,
  ): void {
    const fact: AuditFact = {
      category: 'KEY_OPERATION',
      severity,
      type,
      actor: SIGNERS_OWN.includes(type) ? 'system' : by,
      subject,
      data: { purpose, ...recorded, ...detail },
    }
    if (purpose === 'cancel') this.#parts.recordAnyway(fact)
    else this.#parts.audit.append(fact)
  }
}

/** What came of asking a signer. */
interface Asked {
  readonly answer: Result<Hex, SignerFailure>
  /** Its owner had something to do before it could sign: that no answer came in time says nothing of the signer then. */
  readonly awaitsOwner: boolean
}

/** One signature on its way through the gate: what differs between a transaction and a message. */
interface Work<Verified> {
  readonly purpose: SigningPurpose
  readonly subject: string
  readonly signerId: string
  readonly by: string
  readonly signal?: AbortSignal
  readonly facts: GuardInput
  /** What is to be signed. */
  readonly asked: UnsignedTx | TypedData
  /** The same, for the record. */
  readonly recorded: JsonObject
  ask(signer: Signer, signal: AbortSignal, tell: (required: UserInteraction) => void): Promise<Result<Hex, SignerFailure>>
  verify(answer: Hex, signer: Signer): Result<Verified, { readonly field: string }>
  signed(verified: Verified): { readonly type: string; readonly data: Readonly<Record<string, string>> }
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
