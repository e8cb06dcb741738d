import http from 'node:http'
import https from 'node:https'

import { denial, failure, type Denial, type Failure } from '../../domain/codes'
import type { Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import { pendingEventsLand } from '../../lib/pending-events'
import type { LastLook } from '../venue'

/** One request's body to one endpoint. */
export interface PostRequest {
  readonly url: URL
  readonly body: string
  /** From the call until the last byte of the answer, ms. */
  readonly timeoutMs: number
  readonly maxAnswerBytes: number
  /** Keeps connections open between requests; null opens one for this request alone. */
  readonly agent: http.Agent | null
  /**
   * Called when the connection stands and what came meanwhile was heard, with nothing left to wait for: a connection is told of before a signal that
   * came first. What happens after it, in the same turn of the event loop: the head is put before the body and both are handed to the socket, which
   * hands them to the operating system. Nothing is queued, resolved or retried in between.
   */
  readonly lastLook?: LastLook
}

/** What came of a request. `sent: false` means for certain that no byte of it left. */
export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'withheld'; readonly denial: Denial }
  | { readonly kind: 'failed'; readonly sent: boolean; readonly staleConnection: boolean; readonly failure: Failure }

/** Posts JSON. Follows no redirect, understands no compression, retries nothing; an answer that is too long or too late is a failure. */
export function postJson(request: PostRequest, scheduler: Scheduler): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const { url, body, agent, lastLook } = request
    const secure = url.protocol === 'https:'
    const outgoing = (secure ? https : http).request(url, {
      method: 'POST',
      agent: agent ?? false,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
        'accept-encoding': 'identity',
      },
    })
    let sent = false
    let settled = false
    const settle = (outcome: PostOutcome): void => {
      if (settled) return
      settled = true
      stopTimer()
      resolve(outcome)
    }
    const fail = (what: Failure, staleConnection = false): void => {
      settle({ kind: 'failed', sent, staleConnection, failure: what })
      outgoing.destroy()
    }
    const stopTimer = scheduler.after(request.timeoutMs, () => {
      fail(failure('TIMEOUT_ERROR', `no answer within ${request.timeoutMs} ms`))
    })

    const write = (): void => {
      if (settled) return
      const refused = lastLook === undefined ? null : look(lastLook)
      if (refused !== null) {
        settle({ kind: 'withheld', denial: refused })
        outgoing.destroy()
        return
      }
      sent = true
      outgoing.end(body)
    }
    const stands = (): void => {
      if (lastLook === undefined) write()
      else void pendingEventsLand().then(write)
    }
    let reused = false
    outgoing.once('socket', (socket) => {
      // A kept connection stands already; a new one says when it does, TLS included.
      reused = agent !== null && !socket.connecting
      if (reused) stands()
      else socket.once(secure ? 'secureConnect' : 'connect', stands)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'no code'
      // The far side closed a kept connection just as we used it: Node's documentation says to try again on a new one.
      fail(failure('NETWORK_ERROR', `${code} ${sent ? 'after' : 'before'} sending`), reused && (code === 'ECONNRESET' || code === 'EPIPE'))
    })
    outgoing.once('response', (answer) => {
      readAnswer(answer, request.maxAnswerBytes, settle, fail)
    })
  })
}

function readAnswer(
  answer: http.IncomingMessage,
  maxBytes: number,
  settle: (outcome: PostOutcome) => void,
  fail: (what: Failure) => void,
): void {
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    fail(failure('BAD_ANSWER', 'compressed without being asked to'))
    return
  }
  const chunks: Buffer[] = []
  let bytes = 0
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) fail(failure('BAD_ANSWER', `longer than ${maxBytes} bytes`))
    else chunks.push(chunk)
  })
  answer.once('end', () => {
    if (!answer.complete) fail(failure('NETWORK_ERROR', 'the answer broke off'))
    else settle({ kind: 'answered', status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') })
  })
  answer.once('error', () => {
    fail(failure('NETWORK_ERROR', 'the answer broke off'))
  })
}

/** A look that throws is a refusal. */
function look(lastLook: LastLook): Denial | null {
  try {
    return lastLook()
  } catch (error) {
    return denial('GUARD_FAILED', { guard: 'last look', reason: describeError(error) })
  }
}
