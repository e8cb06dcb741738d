import { create } from 'zustand'

import type { SignerView } from '../../src-preload/contract/signers'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on, type CallOutput } from '../api/bridge'
import type { Reply } from '../../src-preload/contract/problem'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface SignersState {
  readonly signers: Remote<readonly SignerView[]>
}

/** The signers of this environment. */
export const useSigners = create<SignersState>(() => ({ signers: LOADING }))

/** Reads the signers. */
export async function refreshSigners(): Promise<void> {
  const before = known(useSigners.getState().signers)
  useSigners.setState({ signers: await fetchRemote('signer.list', {}, before === null ? null : [...before]) })
}

const canceled: Problem = { code: 'CANCELED_BY_USER', figures: {} }

/** Opens the main-owned window that asks for a new password. */
export async function createSigner(label: string): Promise<Problem | null> {
  const reply = await call('signer.create', { label })
  if (!reply.ok) return reply.problem
  return reply.value.id === null ? canceled : null
}

/** Opens the main-owned window that takes a key or a keystore file. */
export async function importSigner(label: string, from: 'file' | 'private-key'): Promise<Problem | null> {
  const reply = await call('signer.import', { label, from })
  if (!reply.ok) return reply.problem
  return reply.value.id === null ? canceled : null
}

/** Opens the main-owned window that asks for the password. */
export async function unlockSigner(id: string): Promise<Problem | null> {
  const reply = await call('signer.unlock', { id })
  if (!reply.ok) return reply.problem
  return reply.value.unlocked ? null : canceled
}

/** Forgets the unlocked key. */
export async function lockSigner(id: string): Promise<Problem | null> {
  const reply = await call('signer.lock', { id })
  return reply.ok ? null : reply.problem
}

/** Signs something harmless to show that the signer works. */
export async function testSigner(id: string): Promise<Reply<CallOutput<'signer.test'>>> {
  return call('signer.test', { id })
}

/** Starts hearing the signers; returns how to stop. */
export function startSigners(): () => void {
  const stop = on('signer.changed', (value) => useSigners.setState({ signers: { kind: 'ready', value } }))
  void refreshSigners()
  return stop
}
