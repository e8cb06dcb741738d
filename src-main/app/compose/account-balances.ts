import type { Venues } from '../../engine/ports'
import type { AccountBalances } from '../../engine/watch/balance-watch'
import { PAPER_ACCOUNT } from '../../venues/paper/listings'
import type { SignerService } from './signers/signer-service'

/** Reads what every account holds that can trade now: the paper account, or the signers on the connected chain. None while no venue is connected. */
export async function accountBalances(
  venues: Pick<Venues, 'all'>,
  signers: Pick<SignerService, 'list'>,
): Promise<readonly AccountBalances[]> {
  const [venue] = venues.all()
  if (venue === undefined) return []
  const accounts =
    venue.chain === null ? [{ id: PAPER_ACCOUNT, label: 'Paper account', address: PAPER_ACCOUNT }] : signers.list().map((signer) => signer)
  return Promise.all(accounts.map(async ({ id, label, address }) => ({ id, label, balances: await venue.reader.balances(address) })))
}
