import { once } from 'node:events'
import { createServer, request as requestHttps, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'

/** One end of mutual TLS: who we are, and whose certificates we take. */
export interface MutualTls {
  readonly certificatePem: string
  readonly keyPem: string
  /** The authority of the other end. */
  readonly peerAuthorityPem: string
}

/** A status and a JSON body. */
export interface JsonReply {
  readonly status: number
  readonly body: unknown
}

/** Answers one JSON request. */
export type JsonHandler = (method: string, path: string, body: unknown, token: string | null) => Promise<JsonReply>

const MAX_BODY_BYTES = 8_000_000

/** Serves JSON over mutual TLS on loopback. A handler that throws is an internal error, and says no more. */
export async function serveJson(
  tls: MutualTls,
  port: number,
  handle: JsonHandler,
): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer(
    {
      cert: tls.certificatePem,
      key: tls.keyPem,
      ca: tls.peerAuthorityPem,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    },
    (request, response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_BODY_BYTES) request.destroy()
        else chunks.push(chunk)
      })
      request.once('end', () => {
        const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null
        const text = Buffer.concat(chunks).toString('utf8')
        Promise.resolve()
          .then(() => handle(request.method ?? '', request.url ?? '', text === '' ? null : JSON.parse(text), token))
          .catch((thrown: unknown): JsonReply => ({ status: 500, body: { error: thrown instanceof Error ? thrown.message : 'failed' } }))
          .then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
          .catch(() => undefined)
      })
    },
  )
  server.on('tlsClientError', () => undefined)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, server }
}

/** Asks for JSON over mutual TLS. */
export function askJson(
  url: string,
  tls: MutualTls,
  method: string,
  path: string,
  body: unknown,
  token: string | null = null,
): Promise<JsonReply> {
  return new Promise((resolve, reject) => {
    const text = body === null ? '' : JSON.stringify(body)
    const outgoing = requestHttps(
      new URL(path, url),
      {
        method,
        cert: tls.certificatePem,
        key: tls.keyPem,
        ca: tls.peerAuthorityPem,
        agent: false,
        timeout: 20_000,
        headers: { 'content-length': Buffer.byteLength(text), ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('error', reject)
        answer.once('end', () => {
          try {
            resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) })
          } catch {
            reject(new Error('no JSON'))
          }
        })
      },
    )
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.once('error', reject)
    outgoing.end(text)
  })
}
