import { failure, type Failure } from '../../domain/codes'
import { err, ok, type Result } from '../../lib/result'
import type { ReplacementReads } from '../chain'
import type { OwnNonces } from '../venue'
import type { PendingCount, PendingReader } from './chain-reader'
import type { Disagreement } from './witnessed-reader'

/** What choosing nonces reads. */
export interface NonceParts {
  readonly chain: PendingReader
  readonly replacing: Pick<ReplacementReads, 'nonceUser'>
  /** Hears where the endpoints differ about what waits. */
  readonly onDisagreement: (what: Disagreement) => void
}

/**
 * The nonces that an account's next `count` transactions get: the lowest from what the chain has counted on that no transaction of ours holds, so that none
 * stays free before one that is used. One that was refused is used again, so that of both only one can be mined. What waits from elsewhere is passed over
 * only where every endpoint knows of it: one alone could make us sign behind a nonce that it keeps free. Refuses as long as a refused transaction may be
 * the one that its nonce was used by.
 */
export async function nextNonces(
  { chain, replacing, onDisagreement }: NonceParts,
  from: string,
  counted: number,
  count: number,
  own: OwnNonces,
): Promise<Result<readonly number[], Failure>> {
  for (const { nonce } of own.refused.filter((refused) => refused.nonce < counted)) {
    const user = await replacing.nonceUser(from, nonce)
    if (!user.ok) return user
    if (user.value === null || own.refused.some(({ hash }) => hash === user.value))
      return err(failure('NONCE_TOO_LOW', `nonce ${nonce} was used, perhaps by an earlier order that the node refused`))
  }
  const held = new Set(own.held)
  const reused = new Set(own.refused.map(({ nonce }) => nonce))
  const free = (nonce: number): number => (held.has(nonce) ? free(nonce + 1) : nonce)
  for (const isLastTry of [false, true]) {
    const pending = await chain.pendingCounts(from)
    if (!pending.ok) return pending
    const counts = pending.value.map((side) => side.count)
    let next = free(counted)
    while (next < Math.min(...counts) && !reused.has(next)) next = free(next + 1)
    if (next >= Math.max(...counts) || reused.has(next)) {
      const nonces: number[] = []
      for (; nonces.length < count; next = free(next + 1)) nonces.push(next)
      return ok(nonces)
    }
    if (isLastTry) onDisagreement(disagreement(pending.value))
  }
  return err(failure('ENDPOINTS_DISAGREE', 'the endpoints differ about what waits of the account'))
}

function disagreement([first, second]: readonly PendingCount[]): Disagreement {
  const said = (side: PendingCount | undefined): string => (side === undefined ? 'nothing' : `${side.endpoint}: pending ${side.count}`)
  return { about: 'nonce', first: said(first), second: said(second) }
}
