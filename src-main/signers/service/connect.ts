import { createHash, X509Certificate } from 'node:crypto'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'

import type { ServerTrust, ServiceAddress } from '../../domain/signer'
import { errnoOf } from '../../lib/own-file'
import { err, ok, type Result } from '../../lib/result'
import { isLoopback } from '../allowed-in'
import type { SignerFailure } from '../signer'
import { connectFailure, unavailable, untrusted } from './failures'

/** How long one is waited for: until `signal` fires. The private key (PEM) is wiped as soon as it is loaded. */
export interface ConnectRequest {
  readonly address: ServiceAddress
  readonly clientKey: Buffer | null
  readonly nowMs: number
  readonly signal: AbortSignal
}

const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/

/**
 * Opens the way to a service and proves where it leads before a byte of any request is sent: TLS 1.2 or newer, the server known by authority or by
 * its pinned certificate; plain HTTP to this machine alone. Every failure here means that nothing was sent.
 */
export async function openConnection({ address, clientKey, nowMs, signal }: ConnectRequest): Promise<Result<Socket, SignerFailure>> {
  try {
    if (signal.aborted) return err(unavailable('given up before anything was sent'))
    const url = new URL(address.url)
    const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (url.protocol === 'http:' && isLoopback(address.url)) {
      return await standing(connectTcp({ host, port }), 'connect', signal, ({ remoteAddress = '' }) =>
        LOOPBACK_ADDRESS.test(remoteAddress) ? null : untrusted(`plain HTTP to ${remoteAddress}, which is not this machine`),
      )
    }
    if (url.protocol !== 'https:') return err(untrusted('HTTPS is required; plain HTTP is for this machine only'))
    const context = secureContext(address, clientKey)
    if (!context.ok) return context
    const { trust } = address
    const socket = connectTls({
      host,
      port,
      secureContext: context.value,
      ALPNProtocols: ['http/1.1'],
      // A pin stands in place of authorities and names: it is compared below, on the certificate itself.
      rejectUnauthorized: trust.type !== 'pin',
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
    return await standing(socket, 'secureConnect', signal, (secure) => whyNotTrusted(secure, trust, nowMs))
  } finally {
    clientKey?.fill(0)
  }
}

function secureContext({ trust, clientCertificate }: ServiceAddress, key: Buffer | null): Result<SecureContext, SignerFailure> {
  try {
    return ok(
      createSecureContext({
        minVersion: 'TLSv1.2',
        ...(trust.type === 'ca' ? { ca: trust.certificatePem } : {}),
        ...(clientCertificate === null || key === null ? {} : { cert: clientCertificate.certificatePem, key }),
      }),
    )
  } catch (thrown) {
    return err({ code: 'NOT_AUTHORISED', detail: `a certificate or its key cannot be used (${errnoOf(thrown)})` })
  }
}

/** What keeps a server from being the pinned one; null when nothing does. Authorities and names were checked by TLS. */
function whyNotTrusted(socket: TLSSocket, trust: ServerTrust, nowMs: number): SignerFailure | null {
  if (trust.type !== 'pin') return socket.authorized ? null : untrusted('the certificate was not verified')
  const { raw } = socket.getPeerCertificate() as { readonly raw?: Buffer }
  if (raw === undefined) return untrusted('the server showed no certificate')
  const sha256 = createHash('sha256').update(raw).digest('hex')
  if (sha256 !== trust.sha256) return untrusted(`the server's certificate is ${sha256}, not the pinned one`)
  const { validFrom, validTo } = new X509Certificate(raw)
  const inTime = nowMs >= Date.parse(validFrom) && nowMs <= Date.parse(validTo)
  return inTime ? null : untrusted(`the pinned certificate is valid from ${validFrom} to ${validTo} only`)
}

/** Waits until a connection stands and has been judged. */
function standing<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  judge: (socket: S) => SignerFailure | null,
): Promise<Result<S, SignerFailure>> {
  return new Promise((resolve) => {
    const settle = (why: SignerFailure | null): void => {
      signal.removeEventListener('abort', giveUp)
      if (why !== null) socket.destroy()
      resolve(why === null ? ok(socket) : err(why))
    }
    const giveUp = (): void => settle(unavailable('no connection in time'))
    signal.addEventListener('abort', giveUp, { once: true })
    socket.once(event, () => {
      try {
        settle(judge(socket))
      } catch {
        settle(untrusted('the certificate cannot be read'))
      }
    })
    // Stays: an error after this must not end the process.
    socket.on('error', (thrown: Error) => settle(connectFailure(errnoOf(thrown))))
    socket.once('close', () => settle(unavailable('the connection was closed before it stood')))
  })
}
