import type { IncomingMessage } from 'node:http'

const MAX_BODY_BYTES = 4_096

/** Why a request is turned away before anybody looks at who sent it; null when it is not. */
export function refusalOf(
  { headers, method, httpVersion }: IncomingMessage,
  port: number,
): { readonly status: number; readonly why: string } | null {
  // A page in a browser that was led to a name of its own that points here (DNS rebinding) sends that name.
  const host = headers.host?.toLowerCase()
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return { status: 421, why: 'HOST' }
  // Programs send neither; a browser always sends one of them with what a page asks of another origin.
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined || headers.referer !== undefined)
    return { status: 403, why: 'BROWSER' }
  if (method !== 'GET' && method !== 'POST') return { status: 405, why: 'METHOD' }
  if (httpVersion !== '1.1') return { status: 505, why: 'VERSION' }
  return null
}

/** The token of `Authorization: Bearer …` (RFC 6750), or null. */
export function bearerOf({ headers }: IncomingMessage): string | null {
  return /^Bearer ([\w.~+/-]{1,4000}=*)$/.exec(headers.authorization ?? '')?.[1] ?? null
}

/** Id and secret of `Authorization: Basic …` (RFC 6749, section 2.3.1), or null. */
export function basicOf({ headers }: IncomingMessage): { readonly id: string; readonly secret: string } | null {
  const encoded = /^Basic ([A-Za-z0-9+/]{1,400}={0,2})$/.exec(headers.authorization ?? '')?.[1]
  if (encoded === undefined) return null
  const [id = '', secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2)
  return secret === undefined ? null : { id, secret }
}

/** The JSON in a request's body; undefined when there is none, it is too long, or it is no JSON. */
export async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MAX_BODY_BYTES) return undefined
    parts.push(part)
  }
  try {
    return length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown)
  } catch {
    return undefined
  }
}
