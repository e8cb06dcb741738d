import { sameAddress } from '../../domain/evm'
import type { MpcConfig } from '../../domain/signer'
import type { TypedData } from '../../domain/typed-data'
import { err, ok, type Result } from '../../lib/result'
import { signTypedDataByDigest } from '../digest'
import type { SignerParts } from '../kind'
import type { SignerFailure, SignerFailureCode } from '../signer'
import { ControlPlane, type SharedKey } from './control-plane'

/** A key that two parties made together, shown to sign. */
export interface MadeKey extends SharedKey {
  /** There was one before: nothing was made. */
  readonly wasThere: boolean
}

/** Has the parties make a key, and shows that both shares of it work before anybody relies on its address (product row C11). */
export async function initialise(config: MpcConfig, parts: SignerParts, signal: AbortSignal): Promise<Result<MadeKey, SignerFailure>> {
  const plane = new ControlPlane(config, parts)
  const made = await plane.makeKey(signal)
  if (!made.ok) return made
  const proven = await proveKey(plane, made.value.address, parts, signal)
  return proven.ok ? made : proven
}

/** What a refresh of the shares came to; it is done only if all of it holds. */
export interface RefreshProof {
  readonly address: string
  /** The new pair of shares. */
  readonly shareId: string
  /** The pair before; null where the service did not name it. */
  readonly shareIdBefore: string | null
}

/** Why a refresh is not shown to be in order. `begun`: the shares may have changed all the same. */
export interface RefreshFailure extends SignerFailure {
  readonly begun: boolean
}

/**
 * Has the parties make new shares of the same key, and proves it: same address, another pair of shares, and a signature by the new ones. The old shares
 * are of no use with the new ones; two old shares together still are the key, so that both must be destroyed.
 */
export async function refreshShares(
  config: MpcConfig,
  address: string,
  parts: SignerParts,
  signal: AbortSignal,
): Promise<Result<RefreshProof, RefreshFailure>> {
  const plane = new ControlPlane(config, parts)
  const before = await plane.key(signal)
  if (!before.ok) return notBegun(before.error)
  if (!sameAddress(before.value.address, address)) return notBegun(wrongAddress(before.value.address))
  const refreshed = await plane.refresh(signal)
  if (!refreshed.ok) return err({ ...refreshed.error, begun: !TURNED_DOWN.includes(refreshed.error.code) })
  const { shareId } = refreshed.value
  const after = await plane.key(signal)
  if (!after.ok) return begun(after.error)
  for (const found of [refreshed.value.address, after.value.address]) if (!sameAddress(found, address)) return begun(wrongAddress(found))
  if (shareId === before.value.shareId) return begun({ code: 'BAD_ANSWER', detail: 'the shares are the same as before' })
  if (after.value.shareId !== null && after.value.shareId !== shareId)
    return begun({ code: 'BAD_ANSWER', detail: 'the shares in use are not the new ones' })
  const proven = await proveKey(plane, address, parts, signal)
  return proven.ok ? ok({ address, shareId, shareIdBefore: before.value.shareId }) : begun(proven.error)
}

/** Has a harmless message signed that no chain and no app understands, fresh each time, and checks whose signature it is. */
async function proveKey(
  plane: ControlPlane,
  address: string,
  parts: SignerParts,
  signal: AbortSignal,
): Promise<Result<void, SignerFailure>> {
  const message: TypedData = {
    domain: { name: 'Holdfast key check', version: '1' },
    types: { KeyCheck: [{ name: 'nonce', type: 'bytes32' }] },
    primaryType: 'KeyCheck',
    message: { nonce: `0x${Buffer.from(parts.random.bytes(32)).toString('hex')}` },
  }
  const signed = await signTypedDataByDigest(
    message,
    address,
    (digest, until) => plane.signDigest(digest, parts.random.uuid(), until),
    signal,
  )
  return signed.ok ? ok(undefined) : signed
}

/** The service, or we, turned the refresh down; after any other failure the shares may have changed, even if the other party was lost on the way. */
const TURNED_DOWN: readonly SignerFailureCode[] = [
  'NOT_SUPPORTED',
  'NOT_AUTHORISED',
  'DENIED_BY_SIGNER',
  'UNTRUSTED_SERVER',
  'SECRET_UNAVAILABLE',
  'KEY_NOT_INITIALISED',
  'BUSY',
]

function wrongAddress(found: string): SignerFailure {
  return { code: 'WRONG_ADDRESS', detail: `the service holds ${found}` }
}

function notBegun(failure: SignerFailure) {
  return err<RefreshFailure>({ ...failure, begun: false })
}

function begun(failure: SignerFailure) {
  return err<RefreshFailure>({ ...failure, begun: true })
}
