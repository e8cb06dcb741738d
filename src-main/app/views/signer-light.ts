import type { HealthView } from '../../../src-preload/contract/app'
import type { SignerEntry } from '../compose/signers/signer-service'

/** What the light of the signers is drawn from. */
export type LitSigner = Pick<SignerEntry, 'id' | 'label' | 'health'>

const WORST_FIRST = { unavailable: 0, locked: 1, ready: 2 } as const
const STATES = { unavailable: 'failing', locked: 'off', ready: 'ok' } as const

/**
 * One light for all signers (product row X1): the worst of those in use, with its reason. In use is what is unlocked, what signed in this run and cannot be reached now,
 * and whatever has an open order, for nobody else could cancel it; where none is, the first. Null where there are no signers.
 */
export function signerLight(signers: readonly LitSigner[], openAccounts: () => ReadonlySet<string>): HealthView | null {
  // Reading the open orders takes a moment; one signer is the worst whatever they are.
  const withOrders = signers.length > 1 ? openAccounts() : new Set<string>()
  const inUse = signers.filter(({ id, health: { status, lastSuccessMs } }) => {
    return status === 'ready' || withOrders.has(id) || (status === 'unavailable' && lastSuccessMs !== null)
  })
  const shown = inUse.length > 0 ? inUse : signers.slice(0, 1)
  const [worst] = [...shown].sort((a, b) => WORST_FIRST[a.health.status] - WORST_FIRST[b.health.status])
  if (worst === undefined) return null
  const { status, lastSuccessMs, latencyMs, detail } = worst.health
  return {
    name: worst.label,
    state: STATES[status],
    lastSuccessMs: lastSuccessMs === null ? null : Math.round(lastSuccessMs),
    latencyMs,
    detail: (status === 'locked' ? 'LOCKED' : detail).slice(0, 200),
  }
}
