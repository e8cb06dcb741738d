import type { AuditRef } from '../domain/audit-event'
import { denial, type Denial } from '../domain/codes'
import type { Hex } from '../domain/evm'
import { voucherFact, type HeadVoucher } from '../domain/head-voucher'
import { auditHeadMessage, authenticationMessage, type AuthenticationStatement, type MessagePurpose } from '../domain/own-typed-data'
import type { TypedData } from '../domain/typed-data'
import { err, ok, type Result } from '../lib/result'
import { guardFacts } from './guard-facts'
import type { EnginePorts } from './ports'
import type { MessageRequest, SigningGate, VerifiedMessage } from './signing-gate'

/** Who is asked to sign, and on whose behalf. */
export interface Asked {
  readonly signerId: string
  readonly by: string
  /** Whoever asked gives up. */
  readonly signal?: AbortSignal
}

/**
 * Has a head of the audit chain signed, and keeps what was signed in the chain itself (product row B3). Works while halted: it is evidence, and moves nothing.
 * Throws where it cannot be recorded.
 */
export async function signAuditHead(
  ports: EnginePorts,
  gate: SigningGate,
  head: AuditRef,
  asked: Asked,
): Promise<Result<HeadVoucher, Denial>> {
  const { environment, clock, audit } = ports
  const statement = { environment, seq: head.seq, hash: `0x${head.hashHex}`, atMs: Math.floor(clock.wallMs()) }
  const signed = await signMessage(ports, gate, 'audit-head', `head-${head.seq}`, auditHeadMessage(statement), asked)
  if (!signed.ok) return signed
  const { signature, kind, address } = signed.value
  const voucher: HeadVoucher = { headSeq: head.seq, headHashHex: head.hashHex, atMs: statement.atMs, address, kind, signature }
  audit.append(voucherFact(voucher, asked.by))
  audit.anchorNow()
  return ok(voucher)
}

/** Has a signer sign what somebody approves, as proof that they hold its device (product row B6). The verified signature; it is stored nowhere. */
export async function signAuthentication(
  ports: EnginePorts,
  gate: SigningGate,
  statement: AuthenticationStatement,
  asked: Asked,
): Promise<Result<Hex, Denial>> {
  const signed = await signMessage(ports, gate, 'auth', `auth-${statement.nonce.slice(2, 18)}`, authenticationMessage(statement), asked)
  return signed.ok ? ok(signed.value.signature) : signed
}

async function signMessage(
  ports: EnginePorts,
  gate: SigningGate,
  purpose: MessagePurpose,
  subject: string,
  typedData: TypedData,
  asked: Asked,
): Promise<Result<VerifiedMessage & { readonly address: string }, Denial>> {
  const address = ports.accounts.addressOf(asked.signerId)
  if (address == null) return err(denial('SIGNER_UNAVAILABLE', { signer: asked.signerId }))
  const facts = guardFacts(ports, {
    orderId: subject,
    purpose,
    intent: null,
    quote: null,
    notionalUsd: null,
    heldBase: null,
    request: null,
    tx: null,
  })
  const request: MessageRequest = { purpose, subject, address, typedData, facts, ...asked }
  const signed = await gate.signTypedData(request)
  return signed.ok ? ok({ ...signed.value, address }) : err(signed.error.denial)
}
