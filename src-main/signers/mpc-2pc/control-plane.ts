import { computeAddress } from 'ethers/transaction'
import { getAddress } from 'ethers/address'
import { z } from 'zod'

import { sameAddress, type Hex } from '../../domain/evm'
import type { MpcConfig } from '../../domain/signer'
import { err, ok, type Result } from '../../lib/result'
import { readDerSignature, type RawSignature } from '../digest'
import type { ServiceAnswer } from '../service/exchange'
import { badAnswer, quote, statusFailure, unavailable } from '../service/failures'
import { parseLoose } from '../service/read-json'
import { ServiceClient, type ServiceParts } from '../service/service-client'
import type { SignerFailure } from '../signer'

const SIGN_DIGEST = '/sign_digest'
/** Every answer is a few short fields. */
const MAX_ANSWER_BYTES = 16_384

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
/** Names one pair of shares; another after every refresh. Only services that can refresh have one. */
const shareId = z.string().regex(/^[\w.:-]{1,128}$/)
const publicKey = z
  .string()
  .regex(/^(?:0x)?04[0-9a-fA-F]{128}$/)
  .transform((text) => `0x${text.replace(/^0x/, '')}`)
const keyAnswer = z.object({ address, public_key_uncompressed_hex: publicKey.optional(), share_id: shareId.optional() })
const madeAnswer = keyAnswer.extend({ ok: z.literal(true), already_initialized: z.boolean().optional() })
const refreshAnswer = z.object({ ok: z.literal(true), address, share_id: shareId })
const signAnswer = z.object({
  ok: z.literal(true),
  signature_der_hex: z.string().regex(/^(?:0x)?(?:[0-9a-fA-F]{2}){1,100}$/),
})
const errorAnswer = z.object({ error: z.string() })

/** The key that two parties hold together. */
export interface SharedKey {
  /** Checksummed. */
  readonly address: string
  readonly shareId: string | null
}

/**
 * The control plane of a two-party ECDSA service, as one talks to it: one party leads and works with the other. It sees digests, never transactions, and
 * neither party ever has the whole key. No request is repeated.
 */
export class ControlPlane {
  private readonly client: ServiceClient

  constructor(config: MpcConfig, parts: ServiceParts) {
    this.client = new ServiceClient(config.service, config.tokenRef, parts)
  }

  /** The key that is there; KEY_NOT_INITIALISED when none is. */
  async key(signal: AbortSignal): Promise<Result<SharedKey, SignerFailure>> {
    const answer = await this.ask('GET', '/address', undefined, keyAnswer, signal)
    return answer.ok ? sharedKey(answer.value) : answer
  }

  /** Whether the service is up, without touching a key. */
  async health(signal: AbortSignal): Promise<Result<void, SignerFailure>> {
    const answer = await this.ask('GET', '/health', undefined, z.object({ ok: z.literal(true) }), signal)
    return answer.ok ? ok(undefined) : answer
  }

  /** Makes a key of two shares, unless there is one. */
  async makeKey(signal: AbortSignal): Promise<Result<SharedKey & { readonly wasThere: boolean }, SignerFailure>> {
    const answer = await this.ask('POST', '/dkg', {}, madeAnswer, signal)
    if (!answer.ok) return answer
    const key = sharedKey(answer.value)
    return key.ok ? ok({ ...key.value, wasThere: answer.value.already_initialized === true }) : key
  }

  /** Has both parties sign a digest. A session id is good for one request. */
  async signDigest(digest: Hex, sessionId: string, signal: AbortSignal): Promise<Result<RawSignature, SignerFailure>> {
    const answer = await this.ask('POST', SIGN_DIGEST, { session_id: sessionId, digest_hex: digest }, signAnswer, signal)
    return answer.ok ? readDerSignature(Buffer.from(answer.value.signature_der_hex.replace(/^0x/, ''), 'hex')) : answer
  }

  /** New shares of the same key; NOT_SUPPORTED where the service cannot. */
  async refresh(signal: AbortSignal): Promise<Result<{ readonly address: string; readonly shareId: string }, SignerFailure>> {
    const answer = await this.ask('POST', '/refresh', {}, refreshAnswer, signal)
    return answer.ok ? ok({ address: getAddress(answer.value.address.toLowerCase()), shareId: answer.value.share_id }) : answer
  }

  private async ask<T>(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<Result<T, SignerFailure>> {
    const answer = await this.client.request(
      { method, path, maxAnswerBytes: MAX_ANSWER_BYTES, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
      signal,
    )
    if (!answer.ok) return answer
    const parsed = answer.value.status === 200 ? schema.safeParse(parseLoose(answer.value.text)) : null
    if (parsed === null) return err(refusal(answer.value, path === SIGN_DIGEST))
    return parsed.success ? ok(parsed.data) : err(badAnswer('not what was asked for'))
  }
}

/** The address must be the one of the public key beside it. */
function sharedKey(answer: z.output<typeof keyAnswer>): Result<SharedKey, SignerFailure> {
  const { address: claimed, public_key_uncompressed_hex: key, share_id: id = null } = answer
  if (key !== undefined && !sameAddress(computeAddress(key), claimed)) return err(badAnswer('the address is not the one of the public key'))
  return ok({ address: getAddress(claimed.toLowerCase()), shareId: id })
}

/** What the service said instead; `signing` when it was asked for a signature. */
function refusal({ status, text }: ServiceAnswer, signing: boolean): SignerFailure {
  const said = errorAnswer.safeParse(parseLoose(text))
  const error = said.success ? said.data.error : ''
  if (status === 409 && error === 'key_not_initialized') return { code: 'KEY_NOT_INITIALISED', detail: 'the service has no key yet' }
  if (error === 'peer_start_failed' || error === 'peer_unreachable') {
    const detail = `the other party does not answer (${error})`
    // Only the leading party says so, and it has the digest: whether the two signed before one was lost, nobody here can know.
    return signing ? { code: 'DISCONNECTED', detail } : unavailable(detail)
  }
  return said.success ? { ...statusFailure(status, ''), detail: `HTTP ${status}: ${quote(error)}` } : statusFailure(status, text)
}
