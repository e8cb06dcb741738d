import type { JsonObject } from '../lib/json'
import type { AuditFact } from './audit-event'
import type { Hex } from './evm'
import { SIGNER_KINDS, type SignerKind } from './signer'

/** The type of the facts that say who vouched for a head of the audit chain (product row B3). */
export const AUDIT_HEAD_SIGNED = 'AuditHeadSigned'

/** A head of the audit chain with a signature over it: whoever trusts the address need not trust this machine about what stands up to there. */
export interface HeadVoucher {
  /** The last entry that is vouched for. */
  readonly headSeq: number
  /** Its hash, 64 lower-case digits. */
  readonly headHashHex: string
  /** When it was signed for, wall ms. */
  readonly atMs: number
  /** Checksummed. */
  readonly address: string
  readonly kind: SignerKind
  /** 65 bytes r‖s‖v over the EIP-712 message `AuditHead`. */
  readonly signature: Hex
}

/** The fact that keeps a voucher in the chain itself. */
export function voucherFact({ headSeq, headHashHex, atMs, address, kind, signature }: HeadVoucher, by: string): AuditFact {
  return {
    category: 'KEY_OPERATION',
    severity: 'medium',
    type: AUDIT_HEAD_SIGNED,
    actor: by,
    subject: address,
    data: { headSeq, headHash: headHashHex, atMs, address, kind, signature },
  }
}

/** The voucher in such a fact's data; null where it is none. */
export function readVoucher({ headSeq, headHash, atMs, address, kind, signature }: JsonObject): HeadVoucher | null {
  const known = SIGNER_KINDS.find((candidate) => candidate === kind)
  if (known === undefined || !isPlace(headSeq) || !isTime(atMs)) return null
  if (!isText(headHash, /^[0-9a-f]{64}$/) || !isText(address, /^0x[0-9a-fA-F]{40}$/) || !isText(signature, /^0x[0-9a-f]{130}$/)) return null
  return { headSeq, headHashHex: headHash, atMs, address, kind: known, signature: signature as Hex }
}

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1
const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 8.64e15
const isText = (value: unknown, form: RegExp): value is string => typeof value === 'string' && form.test(value)
