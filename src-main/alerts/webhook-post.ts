import { request as requestHttp, type ClientRequest } from 'node:http'
import { request as requestHttps } from 'node:https'

import type { Scheduler } from '../lib/clock'

/** Why a message was not taken. */
export const POST_FAILURES = ['UNREACHABLE', 'TIMED_OUT', 'CERTIFICATE', 'REDIRECTED', 'REFUSED', 'NO_SECRET'] as const
/** Why a message was not taken. */
export type PostFailure = (typeof POST_FAILURES)[number]

/** How a message fared; `detail` is for people, and holds a status or the system's word. */
export type PostOutcome = { readonly ok: true } | { readonly ok: false; readonly why: PostFailure; readonly detail: string }

/** One message. */
export interface PostMessage {
  readonly url: URL
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Sends one message; never throws. */
export type Post = (message: PostMessage) => Promise<PostOutcome>

/** The whole exchange may take this long, ms. */
const TIMEOUT_MS = 10_000

/** Posts by Node's own client: no redirect is followed, no connection is kept, the certificate is checked, and only a 2xx counts as taken. */
export function createPost(scheduler: Scheduler, options: { readonly timeoutMs?: number; readonly ca?: string } = {}): Post {
  const { timeoutMs = TIMEOUT_MS, ca } = options
  return ({ url, body, headers }) =>
    new Promise((resolve) => {
      let request: ClientRequest | null = null
      let settled = false
      const settle = (outcome: PostOutcome): void => {
        if (settled) return
        settled = true
        stopTimer()
        resolve(outcome)
        // Whatever the receiver still says is of no interest.
        request?.destroy()
      }
      const stopTimer = scheduler.after(timeoutMs, () => {
        settle({ ok: false, why: 'TIMED_OUT', detail: `no answer within ${timeoutMs / 1_000} s` })
      })
      try {
        const send = url.protocol === 'https:' ? requestHttps : requestHttp
        request = send(url, {
          method: 'POST',
          agent: false,
          rejectUnauthorized: true,
          headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'User-Agent': 'Holdfast' },
          ...(ca === undefined ? {} : { ca }),
        })
        request.on('response', (response) => {
          response.on('error', () => undefined)
          response.resume()
          settle(judge(response.statusCode ?? 0))
        })
        request.on('error', (error) => {
          settle({ ok: false, ...nameError(error) })
        })
        request.end(body)
      } catch (thrown) {
        settle({ ok: false, ...nameError(thrown) })
      }
    })
}

function judge(status: number): PostOutcome {
  if (status >= 200 && status < 300) return { ok: true }
  return { ok: false, why: status >= 300 && status < 400 ? 'REDIRECTED' : 'REFUSED', detail: String(status) }
}

function nameError(thrown: unknown): { readonly why: PostFailure; readonly detail: string } {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const isCertificate = /CERT|SIGNATURE|ALTNAME|^UNABLE_TO|^ERR_TLS|^ERR_SSL|^EPROTO/.test(code)
  return { why: isCertificate ? 'CERTIFICATE' : 'UNREACHABLE', detail: code.slice(0, 80) || 'no connection' }
}
