import http from 'node:http'
import https from 'node:https'

import { z } from 'zod'

import type { Denial, FailureCode } from '../../domain/codes'
import type { Clock, Scheduler } from '../../lib/clock'
import { noteFetched } from '../../lib/fetched'
import { err, ok, type Result } from '../../lib/result'
import type { LastLook } from '../venue'
import { postJson, type PostOutcome } from './http'
import { classifyReadError, classifySendError, rpcErrorValue, rpcFailure, type RpcErrorValue, type RpcFailure } from './rpc-errors'

/** One call as the audit log and the network breaker see it. */
export interface RpcCall {
  readonly method: string
  /** Whether the endpoint did its part. A revert is an answer; silence, nonsense and refusal to serve are not. */
  readonly ok: boolean
  readonly latencyMs: number
  readonly failure: FailureCode | null
}

/** What an {@link RpcClient} is made of. */
export interface RpcOptions {
  readonly url: string
  readonly timeoutMs: number
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly onCall: (call: RpcCall) => void
  /** Longest answer that is read, bytes; the default holds an hour of a busy pool's events. */
  readonly maxAnswerBytes?: number
}

const MAX_ANSWER_BYTES = 8 << 20
const MAX_CONNECTIONS = 8
const envelope = z.object({ id: z.literal(1), result: z.unknown().optional(), error: rpcErrorValue.nullish() })

/** What came of sending raw bytes. `refused` and `turned-away` are an endpoint's word. `sent: false`: for certain nothing left. */
export type SendOutcome =
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly error: RpcErrorValue }
  | { readonly kind: 'turned-away'; readonly failure: RpcFailure }
  | { readonly kind: 'withheld'; readonly denial: Denial }
  | { readonly kind: 'failed'; readonly sent: boolean; readonly failure: RpcFailure }

/**
 * The one way to a chain: JSON-RPC over HTTP, one request a call. No batch, no queue, no cache and no retry, so that what is asked, what is
 * answered and when it left are exactly known; every answer is checked against a schema.
 */
export class RpcClient {
  private readonly url: URL
  private readonly agent: http.Agent
  private lastSuccess: { readonly atMs: number; readonly latencyMs: number } | null = null

  constructor(private readonly options: RpcOptions) {
    this.url = new URL(options.url)
    const agentOptions = { keepAlive: true, noDelay: true, maxSockets: MAX_CONNECTIONS }
    this.agent = this.url.protocol === 'https:' ? new https.Agent(agentOptions) : new http.Agent(agentOptions)
  }

  /** Wall time (ms) and latency (ms) of the last call that the endpoint served. */
  get last(): { readonly atMs: number; readonly latencyMs: number } | null {
    return this.lastSuccess
  }

  /** Reads something. The answer has the schema's form, or it is a BAD_ANSWER. */
  async call<Schema extends z.ZodType>(
    method: string,
    params: readonly unknown[],
    schema: Schema,
  ): Promise<Result<z.infer<Schema>, RpcFailure>> {
    const startedMs = this.options.clock.steadyMs()
    const result = this.read(await this.post(method, params), schema)
    this.report(method, startedMs, result.ok ? null : result.error)
    const failed = result.ok ? null : result.error.code
    noteFetched({ method, params }, result.ok ? result.value : null, failed, this.options.clock.steadyMs() - startedMs)
    return result
  }

  /** Sends signed bytes on a connection of their own, once, after the last look. */
  async send(raw: string, lastLook: LastLook): Promise<SendOutcome> {
    const method = 'eth_sendRawTransaction'
    const startedMs = this.options.clock.steadyMs()
    const posted = await postJson({ ...this.request(method, [raw]), agent: null, lastLook }, this.options.scheduler)
    const outcome = this.open(posted)
    if (outcome.kind !== 'withheld') this.report(method, startedMs, sendFailure(outcome))
    return outcome
  }

  /** Closes kept connections. */
  close(): void {
    this.agent.destroy()
  }

  private request(method: string, params: readonly unknown[]) {
    const { timeoutMs, maxAnswerBytes = MAX_ANSWER_BYTES } = this.options
    return { url: this.url, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), timeoutMs, maxAnswerBytes }
  }

  private async post(method: string, params: readonly unknown[]): Promise<PostOutcome> {
    const request = { ...this.request(method, params), agent: this.agent }
    const outcome = await postJson(request, this.options.scheduler)
    if (outcome.kind !== 'failed' || !outcome.staleConnection) return outcome
    return postJson({ ...request, agent: null }, this.options.scheduler)
  }

  private read<Schema extends z.ZodType>(outcome: PostOutcome, schema: Schema): Result<z.infer<Schema>, RpcFailure> {
    const opened = this.open(outcome)
    if (opened.kind === 'withheld') return err(rpcFailure('INTERNAL', 'a read is never withheld'))
    if (opened.kind === 'failed' || opened.kind === 'turned-away') return err(opened.failure)
    if (opened.kind === 'refused') return err(classifyReadError(opened.error))
    const parsed = schema.safeParse(opened.value)
    if (parsed.success) return ok(parsed.data)
    const [first] = parsed.error.issues
    return err(fault('BAD_ANSWER', `not of the expected form at ${first?.path.join('.') || 'the top'}`))
  }

  private open(outcome: PostOutcome): SendOutcome {
    if (outcome.kind === 'withheld') return outcome
    if (outcome.kind === 'failed')
      return { kind: 'failed', sent: outcome.sent, failure: fault(outcome.failure.code, outcome.failure.detail) }
    const { status, text } = outcome
    const parsed = envelope.safeParse(parseJson(text))
    if (parsed.success) {
      const { result, error } = parsed.data
      if (error != null && result == null) return { kind: 'refused', error }
      if (error == null && result !== undefined && status === 200) return { kind: 'result', value: result }
    }
    // A gateway that turns a request away for these says that it has not passed it on.
    if (status === 429) return { kind: 'turned-away', failure: fault('RATE_LIMITED', 'HTTP 429') }
    if (status === 401 || status === 403) return { kind: 'turned-away', failure: fault('NETWORK_ERROR', `HTTP ${status}`) }
    if (status !== 200) return { kind: 'failed', sent: true, failure: fault('NETWORK_ERROR', `HTTP ${status}`) }
    return { kind: 'failed', sent: true, failure: fault('BAD_ANSWER', 'not a JSON-RPC answer') }
  }

  private report(method: string, startedMs: number, failed: Pick<RpcFailure, 'code' | 'fault'> | null): void {
    const { clock, onCall } = this.options
    const latencyMs = clock.steadyMs() - startedMs
    const served = failed?.fault !== true
    if (served) this.lastSuccess = { atMs: clock.wallMs(), latencyMs }
    onCall({ method, ok: served, latencyMs, failure: failed?.code ?? null })
  }
}

function fault(code: FailureCode, detail: string): RpcFailure {
  return rpcFailure(code, detail, true)
}

/** What is wrong with the endpoint or the transaction, judged by what it said to the bytes. */
function sendFailure(outcome: SendOutcome): Pick<RpcFailure, 'code' | 'fault'> | null {
  if (outcome.kind === 'failed' || outcome.kind === 'turned-away') return outcome.failure
  if (outcome.kind !== 'refused') return null
  const refusal = classifySendError(outcome.error)
  if (refusal.kind === 'known') return null
  return { code: refusal.failure.code, fault: refusal.kind === 'unknown' || refusal.failure.code === 'RATE_LIMITED' }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
