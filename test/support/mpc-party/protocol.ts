import { createHash } from 'node:crypto'

// A library for evaluation and research, which no shipped code may use: it is here to have two real parties.
import { KeygenSession, Keyshare, Message, SignSession } from '@silencelaboratories/dkls-wasm-ll-node'

import type { Share } from './share-file'

/** The party that leads, and the one that follows. */
export const LEADER = 0
export const FOLLOWER = 1
type Party = typeof LEADER | typeof FOLLOWER

/** A message of the protocol on its way. */
export interface Wire {
  readonly from: number
  readonly to: number | null
  readonly payload: string
}

/** Both halves of a round trip, by the names of the protocol's rounds. */
export type Rounds = Readonly<Partial<Record<'m1' | 'm2' | 'm3' | 'm4', readonly Wire[]>>> & { readonly commitment?: string }
/** Sends our rounds to the other party and gets its rounds back. */
export type Exchange = (step: 'open' | 'second' | 'third', rounds: Rounds) => Promise<Rounds>

/** Makes a key of two shares (DKLs23), or new shares of the key that a share belongs to; this party leads. */
export async function leadKeygen(old: Share | null, sessionId: string, exchange: Exchange): Promise<Share> {
  const session = keygenSession(old, LEADER)
  const first = await exchange('open', { m1: out([session.createFirstMessage()]) })
  const m2 = session.handleMessages(into(first.m1, FOLLOWER))
  const commitment = session.calculateChainCodeCommitment()
  const m3 = session.handleMessages(into(first.m2, FOLLOWER))
  const second = await exchange('second', { m2: out(m2), m3: out(m3), commitment: hex(commitment) })
  const m4 = session.handleMessages(into(second.m3, FOLLOWER), [commitment, bytes(first.commitment)])
  session.handleMessages(into(second.m4, FOLLOWER))
  await exchange('third', { m4: out(m4) })
  return finish(session, sessionId)
}

/** The other side of {@link leadKeygen}. */
export class FollowKeygen {
  private readonly session: KeygenSession
  private commitment: Uint8Array | null = null

  constructor(old: Share | null) {
    this.session = keygenSession(old, FOLLOWER)
  }

  open({ m1 }: Rounds): Rounds {
    const own = out([this.session.createFirstMessage()])
    const m2 = this.session.handleMessages(into(m1, LEADER))
    this.commitment = this.session.calculateChainCodeCommitment()
    return { m1: own, m2: out(m2), commitment: hex(this.commitment) }
  }

  second({ m2, m3, commitment }: Rounds): Rounds {
    const own = this.session.handleMessages(into(m2, LEADER))
    const m4 = this.session.handleMessages(into(m3, LEADER), [bytes(commitment), this.commitment])
    return { m3: out(own), m4: out(m4) }
  }

  third({ m4 }: Rounds, sessionId: string): Share {
    this.session.handleMessages(into(m4, LEADER))
    return finish(this.session, sessionId)
  }
}

/** Signs 32 bytes together; r and s, 32 bytes each. This party leads. */
export async function leadSign(share: Share, digest: Uint8Array, exchange: Exchange): Promise<readonly [Uint8Array, Uint8Array]> {
  // A session consumes the share that it is given: it gets one of its own.
  const session = new SignSession(Keyshare.fromBytes(share.bytes), 'm')
  const first = await exchange('open', { m1: out([session.createFirstMessage()]) })
  const m2 = session.handleMessages(into(first.m1, FOLLOWER))
  const m3 = session.handleMessages(into(first.m2, FOLLOWER))
  const second = await exchange('second', { m2: out(m2), m3: out(m3) })
  session.handleMessages(into(second.m3, FOLLOWER))
  session.lastMessage(digest)
  const [r, s] = session.combine(into(second.m4, FOLLOWER)) as [Uint8Array, Uint8Array]
  return [r, s]
}

/** The other side of {@link leadSign}. */
export class FollowSign {
  private readonly session: SignSession

  constructor(
    share: Share,
    private readonly digest: Uint8Array,
  ) {
    this.session = new SignSession(Keyshare.fromBytes(share.bytes), 'm')
  }

  open({ m1 }: Rounds): Rounds {
    const own = out([this.session.createFirstMessage()])
    return { m1: own, m2: out(this.session.handleMessages(into(m1, LEADER))) }
  }

  second({ m2, m3 }: Rounds): Rounds {
    const own = out(this.session.handleMessages(into(m2, LEADER)))
    this.session.handleMessages(into(m3, LEADER))
    return { m3: own, m4: out([this.session.lastMessage(this.digest)]) }
  }
}

/** The public key of a share's key, compressed, hex. */
export function publicKeyOf(share: Share): string {
  return `0x${hex(Keyshare.fromBytes(share.bytes).publicKey)}`
}

function keygenSession(old: Share | null, party: Party): KeygenSession {
  return old === null ? new KeygenSession(2, 2, party) : KeygenSession.initKeyRotation(Keyshare.fromBytes(old.bytes))
}

/** Both parties know the session and the key, and so name the pair of shares alike; every session names another. */
function finish(session: KeygenSession, sessionId: string): Share {
  const share = session.keyshare()
  const shareId = createHash('sha256').update(`${sessionId}:`).update(share.publicKey).digest('hex').slice(0, 32)
  return { shareId, bytes: Buffer.from(share.toBytes()) }
}

function out(messages: readonly Message[]): readonly Wire[] {
  return messages.map((message) => ({
    from: message.from_id,
    to: message.to_id ?? null,
    payload: Buffer.from(message.payload).toString('base64'),
  }))
}

/** Messages of the other party alone. */
function into(wire: readonly Wire[] | undefined, from: Party): Message[] {
  if (wire === undefined || wire.some((message) => message.from !== from)) throw new Error('a round is missing')
  return wire.map(({ to, payload }) => new Message(Buffer.from(payload, 'base64'), from, to ?? undefined))
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex')
}

function bytes(value: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(value ?? '', 'hex'))
}
