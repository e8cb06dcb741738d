import type { AccountView } from '../../../src-preload/contract/market'
import { sameAddress } from '../../domain/evm'
import { PAPER_ACCOUNT } from '../../venues/paper/listings'
import type { OpenEnvironment } from '../compose/compose-environment'

/** The accounts that orders can be placed from, as windows see them. */
export function accountViews({ paper, signers }: Pick<OpenEnvironment, 'paper' | 'signers'>): readonly AccountView[] {
  if (paper !== null) return [{ id: PAPER_ACCOUNT, label: 'Paper account', kind: 'paper', address: null, ready: true }]
  const all = signers.list()
  // A device is connected and unlocked while it is asked: that it is not yet keeps nobody from asking.
  const ready = (address: string): boolean =>
    all.some(
      (one) => sameAddress(one.address, address) && (one.health.status === 'ready' || (one.attended && one.health.status !== 'locked')),
    )
  return all
    .filter(({ turn }) => turn === 1) // the others of an address only step in
    .map(({ id, label, kind, address }) => ({ id, label, kind, address, ready: ready(address) }))
}
