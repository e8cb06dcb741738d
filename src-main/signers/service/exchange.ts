import { request as requestHttp, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

import { errnoOf } from '../../lib/own-file'
import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import { badAnswer, brokenFailure, unavailable } from './failures'

/** One request to a service. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST'
  /** Below the service's URL, with a leading slash; empty for the URL itself. */
  readonly path: string
  /** JSON text. */
  readonly body?: string
  readonly maxAnswerBytes: number
  /** Called when the request leaves: from here on the service may have it. */
  readonly onSent?: () => void
}

/** What a service answered, whatever its status. */
export interface ServiceAnswer {
  readonly status: number
  readonly text: string
}

/**
 * Sends one request over a connection that stands, and reads one answer of bounded size. No redirect is followed, no compression understood, nothing
 * repeated. Unless it says UNAVAILABLE, the service may have received the request.
 */
export function exchange(
  socket: Socket,
  url: URL,
  request: ServiceRequest,
  token: string | null,
  signal: AbortSignal,
): Promise<Result<ServiceAnswer, SignerFailure>> {
  return new Promise((resolve) => {
    if (socket.destroyed || signal.aborted) {
      socket.destroy()
      resolve(err(unavailable('the connection was gone before anything was sent')))
      return
    }
    const { method, path, body, maxAnswerBytes, onSent } = request
    const outgoing = requestHttp({
      createConnection: () => socket,
      method,
      path: `${`${url.pathname.replace(/\/$/, '')}${path}` || '/'}${url.search}`,
      setHost: false,
      headers: {
        host: url.host,
        accept: 'application/json',
        'accept-encoding': 'identity',
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
    })
    const settle = (result: Result<ServiceAnswer, SignerFailure>): void => {
      signal.removeEventListener('abort', giveUp)
      resolve(result)
      outgoing.destroy()
      socket.destroy()
    }
    const giveUp = (): void => settle(err({ code: 'TIMEOUT', detail: 'no answer in time; the request had been sent' }))
    signal.addEventListener('abort', giveUp, { once: true })
    outgoing.on('error', (thrown) => settle(err(brokenFailure(errnoOf(thrown)))))
    // An answer to a question that was not asked (RFC 9110, 15.2.2).
    outgoing.once('upgrade', () => settle(err(badAnswer('the server wants another protocol'))))
    outgoing.once('response', (answer) => readAnswer(answer, maxAnswerBytes, settle))
    onSent?.()
    outgoing.end(body)
  })
}

function readAnswer(answer: IncomingMessage, maxBytes: number, settle: (result: Result<ServiceAnswer, SignerFailure>) => void): void {
  const broke = (): void => settle(err(brokenFailure('within the answer')))
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') {
    settle(err(badAnswer('compressed without being asked to')))
    return
  }
  const chunks: Buffer[] = []
  let bytes = 0
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) settle(err(badAnswer(`longer than ${maxBytes} bytes`)))
    else chunks.push(chunk)
  })
  answer.once('error', broke)
  answer.once('end', () => {
    if (!answer.complete) broke()
    else settle(readText(answer.statusCode ?? 0, Buffer.concat(chunks)))
  })
}

function readText(status: number, bytes: Buffer): Result<ServiceAnswer, SignerFailure> {
  try {
    return ok({ status, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) })
  } catch {
    return err(badAnswer('not UTF-8'))
  }
}
