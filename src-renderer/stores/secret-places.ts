import { create } from 'zustand'

import type { SecretSourceView } from '../../src-preload/contract/signers'
import type { Problem, Reply } from '../../src-preload/contract/problem'
import { call, type CallOutput } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface SecretPlacesState {
  readonly places: Remote<readonly SecretSourceView[]>
}

/** Where secrets lie outside of the app. */
export const useSecretPlaces = create<SecretPlacesState>(() => ({ places: LOADING }))

/** Reads where. */
export async function refreshSecretPlaces(): Promise<void> {
  const before = known(useSecretPlaces.getState().places)
  useSecretPlaces.setState({ places: await fetchRemote('secrets.sources', {}, before === null ? null : [...before]) })
}

/** Sets, changes or forgets (`null`) a place. Needs authority. */
export async function setSecretPlace(kind: SecretSourceView['kind'], source: SecretSourceView | null): Promise<Problem | null> {
  const reply = await call('secrets.setSource', { kind, source })
  if (!reply.ok) return reply.problem
  if (!reply.value.done) return { code: 'CANCELED_BY_USER', figures: {} }
  await refreshSecretPlaces()
  return null
}

/** Whether a reference can be read now; what is there is never told. */
export function trySecret(ref: string): Promise<Reply<CallOutput<'secrets.try'>>> {
  return call('secrets.try', { ref })
}
