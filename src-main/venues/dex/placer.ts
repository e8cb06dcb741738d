import { Transaction, keccak256 } from 'ethers'

import { failure, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { ChainReader, ReplacementReads } from '../chain'
import type { CancelOutcome, LastLook, PlaceOutcome, Placeable, VenuePlacer } from '../venue'
import { checkChainId } from './chain-head'
import type { RpcClient } from './rpc'
import { classifySendError } from './rpc-errors'
import { hash32 } from './rpc-values'

/** One way to the chain, and what people call it: its host, never its whole address, which may hold a key. */
export interface Endpoint {
  readonly name: string
  readonly rpc: Pick<RpcClient, 'call' | 'send'>
}

/** Parts of a {@link DexPlacer}. */
export interface DexPlacerParts {
  /** Each is given what is sent: one that is down or keeps it to itself cannot hold it back. The first one's words count first. */
  readonly endpoints: readonly Endpoint[]
  readonly chainId: number
  /** What is known of the chain; compared between two endpoints where there are two. */
  readonly chain: Pick<ChainReader, 'transaction' | 'transactionCount'>
  readonly replacing: Pick<ReplacementReads, 'nonceUser'>
  /** Hears that an endpoint calls a nonce used that the chain has not counted. */
  readonly onNonceLie: (endpoint: string, said: string, counted: string) => void
}

/** What one endpoint said of the bytes. `used`: their nonce is, which only a look at the chain can confirm. */
type Said = PlaceOutcome | { readonly kind: 'used'; readonly endpoint: string; readonly failure: Failure }

/**
 * Sends signed transactions to a chain, each to every endpoint at once, the very same bytes: the chain carries them out once. Before the last look it
 * makes sure that the bytes are those that are named, that they are for this chain, and that the endpoint still serves it; after the look, which each
 * sending has of its own, there is nothing but the socket.
 */
export class DexPlacer implements VenuePlacer {
  constructor(private readonly parts: DexPlacerParts) {}

  /** Answers as soon as one endpoint has taken it; a refusal is one only when each has said so or was never given the bytes. */
  async place(what: Placeable, lastLook: LastLook): Promise<PlaceOutcome> {
    if (what.kind !== 'signed-tx') return neverLeft(failure('UNSUPPORTED', 'a chain takes signed transactions only'))
    const sound = checkBytes(what.raw, what.hash, this.parts.chainId)
    if (!sound.ok) return neverLeft(sound.error)
    const sends = this.parts.endpoints.map((endpoint) =>
      this.send(endpoint, sound.value, lastLook).catch((thrown: unknown): Said => ({
        kind: 'unknown',
        failure: failure('INTERNAL', describeError(thrown)),
      })),
    )
    const said = await takenOrAll(sends)
    if (said === 'taken') return { kind: 'accepted', ref: sound.value.hash }
    const used = said.find((one): one is Extract<Said, { kind: 'used' }> => one.kind === 'used')
    if (used !== undefined) return this.lookUp(sound.value, used)
    return gravest(said.filter((one): one is PlaceOutcome => one.kind !== 'used'))
  }

  private async send({ name, rpc }: Endpoint, { raw, hash }: Sound, lastLook: LastLook): Promise<Said> {
    const chain = await checkChainId(rpc, this.parts.chainId)
    if (!chain.ok) return neverLeft(chain.error)
    const sent = await rpc.send(raw, lastLook)
    switch (sent.kind) {
      case 'withheld':
        return sent
      case 'failed': {
        const why = failure(sent.failure.code, sent.failure.detail)
        return sent.sent ? { kind: 'unknown', failure: why } : neverLeft(why)
      }
      case 'turned-away':
        return { kind: 'rejected', failure: failure(sent.failure.code, sent.failure.detail) }
      case 'result': {
        const told = hash32.safeParse(sent.value)
        if (told.success && told.data === hash) return { kind: 'accepted', ref: hash }
        return { kind: 'unknown', failure: failure('BAD_ANSWER', 'the node names another transaction than the one it was sent') }
      }
      case 'refused': {
        const refusal = classifySendError(sent.error)
        if (refusal.kind === 'known') return { kind: 'accepted', ref: hash }
        return refusal.kind === 'lookup' ? { kind: 'used', endpoint: name, failure: refusal.failure } : refusal
      }
    }
  }

  /** Nothing rests on a chain: what was sent is canceled by a transaction of its own, with the same nonce. */
  async cancel(): Promise<CancelOutcome> {
    return { kind: 'rejected', failure: failure('UNSUPPORTED', 'a sent transaction is canceled by replacing it') }
  }

  /**
   * Its nonce is used, an endpoint says. By this very transaction: it was taken. By another, which both endpoints name: it never can be. In every other case
   * nobody knows, and that one who has the bytes calls a free nonce used is told.
   */
  private async lookUp({ hash, from, nonce }: Sound, said: Extract<Said, { kind: 'used' }>): Promise<PlaceOutcome> {
    const { chain, replacing, onNonceLie } = this.parts
    const unknown = (why: Failure): PlaceOutcome => ({ kind: 'unknown', failure: failure(why.code, why.detail) })
    const [known, count] = await Promise.all([chain.transaction(hash), chain.transactionCount(from)])
    if (!known.ok) return unknown(known.error)
    if (known.value !== null) return { kind: 'accepted', ref: hash }
    if (!count.ok) return unknown(count.error)
    if (count.value <= nonce) {
      const [claim, counted] = [`nonce ${nonce} is used`, `the next nonce is ${count.value}`]
      onNonceLie(said.endpoint, claim, counted)
      return unknown(failure('ENDPOINTS_DISAGREE', `the endpoint says that ${claim}, but ${counted}`))
    }
    const user = await replacing.nonceUser(from, nonce)
    if (!user.ok) return unknown(user.error)
    return user.value === null || user.value === hash ? unknown(said.failure) : neverLeft(said.failure)
  }
}

/** Whether one took it, without waiting for the others; else what each said. Sends never throw. */
function takenOrAll(sends: readonly Promise<Said>[]): Promise<'taken' | readonly Said[]> {
  return new Promise((resolve) => {
    for (const send of sends) void send.then((said) => said.kind === 'accepted' && resolve('taken'))
    void Promise.all(sends).then(resolve)
  })
}

/**
 * What a sending came to that nobody took: unknown where it is so of one endpoint, refused where one of them has the bytes, and not out only where none
 * was given them.
 */
function gravest(said: readonly PlaceOutcome[]): PlaceOutcome {
  const hasBytes = (one: PlaceOutcome): boolean => one.kind === 'rejected' && one.neverOut !== true
  return (
    said.find(({ kind }) => kind === 'unknown') ??
    said.find(hasBytes) ??
    said.find(({ kind }) => kind === 'withheld') ??
    said[0] ??
    neverLeft(failure('INTERNAL', 'there is no endpoint'))
  )
}

function neverLeft(why: Failure): PlaceOutcome {
  return { kind: 'rejected', failure: failure(why.code, why.detail), neverOut: true }
}

/** What signed bytes are. */
interface Sound {
  readonly raw: Hex
  readonly hash: Hex
  readonly from: string
  readonly nonce: number
}

function checkBytes(raw: Hex, named: Hex, chainId: number): Result<Sound, Failure> {
  try {
    const tx = Transaction.from(raw)
    const hash = named.toLowerCase() as Hex
    if (!tx.isSigned() || keccak256(raw) !== hash) return err(failure('INVALID_INSTRUCTION', 'the bytes are not those of this hash'))
    if (tx.chainId !== BigInt(chainId)) return err(failure('WRONG_CHAIN', `signed for chain ${tx.chainId}, not ${chainId}`))
    return ok({ raw, hash, from: tx.from, nonce: tx.nonce })
  } catch (error) {
    return err(failure('INVALID_INSTRUCTION', `not a signed transaction: ${describeError(error)}`))
  }
}
