import type { AccountView } from '../../src-preload/contract/market'
import { PAPER_ACCOUNT } from '../venues/paper/listings'
import type { OpenEnvironment } from './compose/compose-environment'

/** The accounts that orders can be placed from, as windows see them. */
export function accountViews({ paper, signers }: Pick<OpenEnvironment, 'paper' | 'signers'>): readonly AccountView[] {
  if (paper !== null) return [{ id: PAPER_ACCOUNT, label: 'Paper account', kind: 'paper', address: null, ready: true }]
  return signers
    .list()
    .filter(({ turn }) => turn === 1) // the others of an address only step in
    .map(({ id, label, kind, address, health }) => ({ id, label, kind, address, ready: health.status === 'ready' }))
}
