import { z } from 'zod'

import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import type { ServiceAnswer, ServiceRequest } from './exchange'
import { badAnswer, quote, statusFailure } from './failures'
import { parseLoose } from './read-json'

/** Sends a request to the service, with what it is sent over and by when settled already. */
export type Send = (request: ServiceRequest) => Promise<Result<ServiceAnswer, SignerFailure>>

/** One call; each goes over a connection of its own, so that its number need not differ. */
const ID = 1
const success = z.object({ jsonrpc: z.literal('2.0'), id: z.literal(ID), result: z.unknown() })
const failure = z.object({ error: z.object({ code: z.number(), message: z.string() }) })

/** Calls a JSON-RPC 2.0 method of a signer. An error object is its word that it did not sign, whatever the HTTP status. */
export async function callRpc<T>(
  send: Send,
  call: { readonly method: string; readonly params: readonly unknown[]; readonly maxAnswerBytes: number; readonly onSent?: () => void },
  schema: z.ZodType<T>,
): Promise<Result<T, SignerFailure>> {
  const { method, params, maxAnswerBytes, onSent } = call
  const answer = await send({
    method: 'POST',
    path: '',
    body: JSON.stringify({ jsonrpc: '2.0', id: ID, method, params }),
    maxAnswerBytes,
    ...(onSent === undefined ? {} : { onSent }),
  })
  if (!answer.ok) return answer
  const { status, text } = answer.value
  const body = parseLoose(text)
  const failed = failure.safeParse(body)
  if (failed.success) return err(rpcFailure(failed.data.error.code, failed.data.error.message, status))
  if (status !== 200) return err(statusFailure(status, text))
  const answered = success.safeParse(body)
  const result = answered.success ? schema.safeParse(answered.data.result) : answered
  return result.success ? ok(result.data) : err(badAnswer('not what was asked for'))
}

/** What a signer's error object means: the codes of JSON-RPC 2.0 and of Web3Signer, and the words of Clef. */
export function rpcFailure(code: number, message: string, status = 200): SignerFailure {
  const detail = `error ${code}: ${quote(message)}`
  if (status === 401 || status === 403) return { ...statusFailure(status, ''), detail }
  if (/request denied/i.test(message)) return { code: 'REJECTED_BY_USER', detail }
  if (/no unlocked account|unknown account|account not found/i.test(message)) return { code: 'WRONG_ADDRESS', detail }
  switch (code) {
    case -32_601: // method not found
    case -32_602: // invalid params
    case -32_604: // method not enabled
      return { code: 'NOT_SUPPORTED', detail }
    case -40_100:
      return { code: 'NOT_AUTHORISED', detail }
    case -32_007: // sender account not authorised
      return { code: 'DENIED_BY_SIGNER', detail }
    default:
      return badAnswer(detail)
  }
}
