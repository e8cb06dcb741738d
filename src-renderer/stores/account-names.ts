import { useMarket } from './market'
import { known } from './remote'
import { useSigners } from './signers'

/** What an account or a signer of the open environment is called, by its id; null for one that is not known here. */
export function useAccountNames(): (id: string) => string | null {
  const accounts = useMarket((state) => known(state.accounts))
  const signers = useSigners((state) => known(state.signers))
  return (id) => [...(accounts ?? []), ...(signers ?? [])].find((each) => each.id === id)?.label ?? null
}
