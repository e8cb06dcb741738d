import { randomUUID } from 'node:crypto'

import { SigningKey } from 'ethers/crypto'
import { computeAddress } from 'ethers/transaction'

import { askJson, type JsonHandler, type JsonReply, type MutualTls } from './mutual-tls'
import { leadKeygen, leadSign, publicKeyOf, type Rounds } from './protocol'
import type { Share, ShareFile } from './share-file'

/** How the leader is set. */
export interface LeaderOptions {
  readonly shares: ShareFile
  readonly peer: { readonly url: string; readonly tls: MutualTls }
  /** What the app must show; null for nothing besides its certificate. */
  readonly token: string | null
  /** Whether it can make new shares; a service of another maker cannot. */
  readonly canRefresh: boolean
}

/** What the follower refused. */
class PeerRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: { readonly error: string },
  ) {
    super(body.error)
  }
}
class PeerUnreachable extends Error {}

/** The party that leads: the control plane that the app talks to. One thing at a time. */
export function leader({ shares, peer, token, canRefresh }: LeaderOptions): JsonHandler {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }

  const ask = async (path: string, body: unknown): Promise<Rounds> => {
    let reply: JsonReply
    try {
      reply = await askJson(peer.url, peer.tls, 'POST', path, body)
    } catch {
      throw new PeerUnreachable()
    }
    if (reply.status !== 200) throw new PeerRefusal(reply.status, reply.body as { error: string })
    return reply.body as Rounds
  }

  /** The share in use, after the other party's word: new shares that it took into use are ours to take too. */
  const held = async (): Promise<Share | null> => {
    const next = shares.next()
    if (next === null) return shares.current()
    const { share_id: theirs } = (await ask('/status', {})) as { share_id?: string | null }
    if (theirs === next.shareId) shares.promote()
    return shares.current()
  }

  const keygen = async (old: Share | null): Promise<Share> => {
    const session = randomUUID()
    const shareId = old?.shareId ?? null
    const share = await leadKeygen(old, session, (step, rounds) => ask(`/keygen/${step}`, { session, rounds, shareId }))
    if (old !== null && publicKeyOf(share) !== publicKeyOf(old)) throw new Error('the key changed')
    // Both have the new share before either gives up the old one; a crash in between is mended when both speak again.
    shares.putNext(share)
    await ask('/keygen/commit', { session, shareId: share.shareId })
    shares.promote()
    return share
  }

  const sign = async (session: string, digestHex: string): Promise<JsonReply> => {
    if (!/^[\w.:-]{1,100}$/.test(session)) return refusal(400, 'missing_session_id')
    const digest = /^(?:0x)?([0-9a-f]{64})$/i.exec(digestHex)?.[1]?.toLowerCase()
    if (digest === undefined) return refusal(400, 'bad_digest')
    const share = await held()
    if (share === null) return refusal(409, 'key_not_initialized')
    if (!shares.takeSession(session)) return refusal(409, 'session_id_used')
    const [r, s] = await leadSign(share, new Uint8Array(Buffer.from(digest, 'hex')), (step, rounds) =>
      ask(`/sign/${step}`, { session, rounds, shareId: share.shareId, digest }),
    )
    return { status: 200, body: { ok: true, signature_der_hex: `0x${der(r, s)}` } }
  }

  const answer = async (method: string, path: string, body: unknown): Promise<JsonReply> => {
    switch (`${method} ${path}`) {
      case 'GET /health':
        return { status: 200, body: { ok: true, status: { role_index: 0, key_share_loaded: shares.current() !== null } } }
      case 'GET /address': {
        const share = await held()
        return share === null ? refusal(409, 'key_not_initialized') : { status: 200, body: keyOf(share) }
      }
      case 'POST /dkg': {
        const share = await held()
        if (share !== null) return { status: 200, body: { ok: true, already_initialized: true, ...keyOf(share) } }
        return { status: 200, body: { ok: true, ...keyOf(await keygen(null)) } }
      }
      case 'POST /sign_digest': {
        const { session_id: session = '', digest_hex: digest = '' } = (body ?? {}) as { session_id?: string; digest_hex?: string }
        return sign(session, digest)
      }
      case 'POST /refresh': {
        if (!canRefresh) return refusal(404, 'not_found')
        const share = await held()
        if (share === null) return refusal(409, 'key_not_initialized')
        const { address, share_id } = keyOf(await keygen(share))
        return { status: 200, body: { ok: true, address, share_id } }
      }
      default:
        return refusal(404, 'not_found')
    }
  }

  return (method, path, body, shown) => {
    if (token !== null && shown !== token) return Promise.resolve(refusal(401, 'unauthorized'))
    return inTurn(() => answer(method, path, body)).catch((thrown: unknown) => {
      if (thrown instanceof PeerUnreachable) return refusal(502, 'peer_unreachable')
      if (thrown instanceof PeerRefusal) return { status: thrown.status, body: thrown.body }
      throw thrown
    })
  }
}

function keyOf(share: Share) {
  const key = publicKeyOf(share)
  const uncompressed = SigningKey.computePublicKey(key, false)
  return { address: computeAddress(key).toLowerCase(), public_key_uncompressed_hex: uncompressed.slice(2), share_id: share.shareId }
}

function refusal(status: number, error: string): JsonReply {
  return { status, body: { error } }
}

/** ECDSA-Sig-Value (RFC 3279, 2.2.3), hex. */
function der(r: Uint8Array, s: Uint8Array): string {
  const integer = (value: Uint8Array): string => {
    const hex = Buffer.from(value)
      .toString('hex')
      .replace(/^(?:00)+/, '')
    const positive = parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex
    return `02${length(positive)}${positive}`
  }
  const length = (hex: string): string => (hex.length / 2).toString(16).padStart(2, '0')
  const body = `${integer(r)}${integer(s)}`
  return `30${length(body)}${body}`
}
