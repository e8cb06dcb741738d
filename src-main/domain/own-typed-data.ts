import type { SigningPurpose } from './guard'
import type { TypedData } from './typed-data'

/** Without chain and contract: no contract can ever take it for its own. */
const DOMAIN = { name: 'Holdfast', version: '1' } as const

/** What a message of our own is signed for. */
export type MessagePurpose = Extract<SigningPurpose, 'audit-head' | 'auth'>

/** The one struct that each such purpose may have signed, as EIP-712 writes it. */
export const OWN_STRUCTS: Readonly<Record<MessagePurpose, string>> = {
  'audit-head': 'AuditHead(string environment,uint256 seq,bytes32 hash,uint256 atMs)',
  auth: 'Authentication(string act,string subject,bytes32 requestHash,bytes32 nonce,uint256 atMs)',
}

/** Where an environment's record stood, and when. `hash` is 0x hex of 32 bytes. */
export interface HeadStatement {
  readonly environment: string
  readonly seq: number
  readonly hash: string
  readonly atMs: number
}

/** Evidence of where an environment's record stood, for a signer to sign. */
export function auditHeadMessage({ environment, seq, hash, atMs }: HeadStatement): TypedData {
  return {
    domain: DOMAIN,
    types: {
      AuditHead: [
        { name: 'environment', type: 'string' },
        { name: 'seq', type: 'uint256' },
        { name: 'hash', type: 'bytes32' },
        { name: 'atMs', type: 'uint256' },
      ],
    },
    primaryType: 'AuditHead',
    message: { environment, seq: String(seq), hash, atMs: String(atMs) },
  }
}

/** What somebody approves, once: `requestHash` is over all that they were shown, `nonce` fresh; both 0x hex of 32 bytes. */
export interface AuthenticationStatement {
  readonly act: string
  /** What it is done to; empty for the whole app. */
  readonly subject: string
  readonly requestHash: string
  readonly nonce: string
  readonly atMs: number
}

/** Proof of who we are and of what we approve, for a signer to sign. */
export function authenticationMessage({ act, subject, requestHash, nonce, atMs }: AuthenticationStatement): TypedData {
  return {
    domain: DOMAIN,
    types: {
      Authentication: [
        { name: 'act', type: 'string' },
        { name: 'subject', type: 'string' },
        { name: 'requestHash', type: 'bytes32' },
        { name: 'nonce', type: 'bytes32' },
        { name: 'atMs', type: 'uint256' },
      ],
    },
    primaryType: 'Authentication',
    message: { act, subject, requestHash, nonce, atMs: String(atMs) },
  }
}
