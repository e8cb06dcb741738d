import { createHmac } from 'node:crypto'

/** Names the scheme, so that a later one can stand beside it. */
const SCHEME = 'v1'

/** The headers that let a receiver know a message for ours (docs/guide/alerts.md tells it how). */
export interface SignedHeaders {
  readonly 'Holdfast-Timestamp': string
  readonly 'Holdfast-Signature': string
}

/**
 * Signs a body: HMAC-SHA-256 of `timestamp.body` under each secret, newest first. The timestamp, in whole seconds, is signed along, so that a message that
 * was overheard cannot be sent again later.
 */
export function signBody(secrets: readonly Uint8Array[], body: string, wallMs: number): SignedHeaders {
  const timestamp = String(Math.floor(wallMs / 1_000))
  const signatures = secrets.map((secret) => `${SCHEME}=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`)
  return { 'Holdfast-Timestamp': timestamp, 'Holdfast-Signature': signatures.join(',') }
}
