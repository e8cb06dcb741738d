import type { TypedData } from './typed-data'

/** Without chain and contract: no contract can ever take it for its own. */
const DOMAIN = { name: 'Holdfast', version: '1' } as const

/** Evidence of where an environment's record stood, for a signer to sign. `hash` is 0x hex of 32 bytes. */
export function auditHeadMessage(head: {
  readonly environment: string
  readonly seq: number
  readonly hash: string
  readonly atMs: number
}): TypedData {
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
    message: { environment: head.environment, seq: String(head.seq), hash: head.hash, atMs: String(head.atMs) },
  }
}

/** Proof of who we are, for a signer to sign. `nonce` is 0x hex of 32 bytes. */
export function authenticationMessage(proof: {
  readonly statement: string
  readonly nonce: string
  readonly expiresAtMs: number
}): TypedData {
  return {
    domain: DOMAIN,
    types: {
      Authentication: [
        { name: 'statement', type: 'string' },
        { name: 'nonce', type: 'bytes32' },
        { name: 'expiresAtMs', type: 'uint256' },
      ],
    },
    primaryType: 'Authentication',
    message: { statement: proof.statement, nonce: proof.nonce, expiresAtMs: String(proof.expiresAtMs) },
  }
}
