import type { SecretPurpose } from '../../domain/secret-use'
import type { SecretRef, ServiceAddress } from '../../domain/signer'
import { err, ok, type Result } from '../../lib/result'
import type { SignerParts } from '../kind'
import type { SignerFailure } from '../signer'
import { openConnection } from './connect'
import { exchange, type ServiceAnswer, type ServiceRequest } from './exchange'
import { unavailable } from './failures'

/** What the client of a service works with. */
export type ServiceParts = Pick<SignerParts, 'findSecret' | 'scheduler' | 'clock'>

/** What a header may carry (RFC 6750, 2.1, and what is used besides). */
const TOKEN = /^[\x21-\x7e]{1,8000}$/

/**
 * The one way to a signing service: a connection of its own for each request, over TLS or inside this machine, with secrets that are fetched for it
 * and forgotten after it. A failure says UNAVAILABLE only if not a byte of the request was sent.
 */
export class ServiceClient {
  constructor(
    readonly address: ServiceAddress,
    private readonly tokenRef: SecretRef | null,
    private readonly parts: ServiceParts,
  ) {}

  /** Asks the service once, within its time-out. */
  async request(request: ServiceRequest, signal: AbortSignal): Promise<Result<ServiceAnswer, SignerFailure>> {
    const over = new AbortController()
    const giveUp = (): void => over.abort()
    const stopTimer = this.parts.scheduler.after(this.address.timeoutMs, giveUp)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      return await this.send(request, over.signal)
    } finally {
      stopTimer()
      signal.removeEventListener('abort', giveUp)
    }
  }

  private async send(request: ServiceRequest, signal: AbortSignal): Promise<Result<ServiceAnswer, SignerFailure>> {
    const token = await this.token(signal)
    if (!token.ok) return token
    const keyRef = this.address.clientCertificate?.keyRef ?? null
    const clientKey = keyRef === null ? ok(null) : await this.secret(keyRef, 'client-key', signal)
    if (!clientKey.ok) return clientKey
    const nowMs = this.parts.clock.wallMs()
    const connection = await openConnection({ address: this.address, clientKey: clientKey.value, nowMs, signal })
    if (!connection.ok) return connection
    return exchange(connection.value, new URL(this.address.url), request, token.value, signal)
  }

  private async token(signal: AbortSignal): Promise<Result<string | null, SignerFailure>> {
    if (this.tokenRef === null) return ok(null)
    const found = await this.secret(this.tokenRef, 'token', signal)
    if (!found.ok) return found
    const text = found.value.toString('utf8').trim()
    found.value.fill(0)
    return TOKEN.test(text) ? ok(text) : err({ code: 'NOT_AUTHORISED', detail: 'the token has characters that no header carries' })
  }

  /** A secret, within the time of the request; one that comes too late is wiped. */
  private secret(ref: SecretRef, purpose: SecretPurpose, signal: AbortSignal): Promise<Result<Buffer, SignerFailure>> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => resolve(err(unavailable('given up before anything was sent')))
      if (signal.aborted) {
        giveUp()
        return
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.parts
        .findSecret(ref, purpose)
        .then((found) => {
          signal.removeEventListener('abort', giveUp)
          if (signal.aborted && found.ok) found.value.fill(0)
          resolve(found)
        })
        .catch(reject)
    })
  }
}
