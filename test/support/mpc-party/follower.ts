import type { JsonHandler, JsonReply } from './mutual-tls'
import { FollowKeygen, FollowSign, publicKeyOf, type Rounds } from './protocol'
import type { ShareFile } from './share-file'

/** What the leader asks of the follower. */
export interface PeerRequest {
  readonly session: string
  readonly rounds: Rounds
  /** The pair of shares that the leader uses; null for none. */
  readonly shareId: string | null
  /** 32 bytes, hex; for a signature. */
  readonly digest?: string
}

type Running = { readonly session: string } & (
  { readonly kind: 'keygen'; readonly work: FollowKeygen } | { readonly kind: 'sign'; readonly work: FollowSign }
)

/** The party that follows: it takes part in what the leader begins, one thing at a time, each session once. */
export function follower(shares: ShareFile): JsonHandler {
  let running: Running | null = null

  const begin = (path: string, { session, rounds, shareId, digest }: PeerRequest): JsonReply => {
    running = null
    let held = shares.current()
    // The leader took new shares into use, and we have ours: a crash came in between.
    if (held?.shareId !== shareId && shareId !== null && shares.next()?.shareId === shareId) {
      shares.promote()
      held = shares.current()
    }
    const ours = held?.shareId ?? null
    if (ours !== shareId) return { status: 409, body: { error: 'share_mismatch', share_id: ours } }
    if (!shares.takeSession(session)) return { status: 409, body: { error: 'session_id_used' } }
    if (path === '/keygen/open') {
      const work = new FollowKeygen(held)
      running = { session, kind: 'keygen', work }
      return { status: 200, body: work.open(rounds) }
    }
    if (held === null || digest === undefined || !/^[0-9a-f]{64}$/.test(digest)) return { status: 400, body: { error: 'bad_digest' } }
    const work = new FollowSign(held, new Uint8Array(Buffer.from(digest, 'hex')))
    running = { session, kind: 'sign', work }
    return { status: 200, body: work.open(rounds) }
  }

  return (_method, path, body) => {
    const request = body as PeerRequest | null
    if (path === '/status') return Promise.resolve({ status: 200, body: { share_id: shares.current()?.shareId ?? null } })
    if (request === null) return Promise.resolve({ status: 400, body: { error: 'bad_json' } })
    if (path.endsWith('/open')) return Promise.resolve(begin(path, request))
    if (path === '/keygen/commit') {
      if (shares.next()?.shareId !== request.shareId) return Promise.resolve({ status: 409, body: { error: 'share_mismatch' } })
      shares.promote()
      return Promise.resolve({ status: 200, body: { ok: true } })
    }
    if (running?.session !== request.session) return Promise.resolve({ status: 409, body: { error: 'no_such_session' } })
    const { kind, work } = running
    if (path === `/${kind}/second`) return Promise.resolve({ status: 200, body: work.second(request.rounds) })
    if (path === '/keygen/third' && kind === 'keygen') {
      const share = work.third(request.rounds, request.session)
      running = null
      shares.putNext(share)
      return Promise.resolve({ status: 200, body: { publicKey: publicKeyOf(share) } })
    }
    return Promise.resolve({ status: 404, body: { error: 'not_found' } })
  }
}
