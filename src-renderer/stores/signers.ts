import { create } from 'zustand'

import type { SecretPurpose, SignerConfigView, SignerView } from '../../src-preload/contract/signers'
import type { Problem, Reply } from '../../src-preload/contract/problem'
import { call, on, type CallOutput } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

type MpcConfigView = Extract<SignerConfigView, { kind: 'mpc_2pc' }>
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
export async function createSigner(label: string): Promise<Reply<{ readonly id: string }>> {
  return madeOf(await call('signer.create', { label }))
}

/** Opens the main-owned window that takes a key or a keystore file. */
export async function importSigner(label: string, from: 'file' | 'private-key'): Promise<Reply<{ readonly id: string }>> {
  return madeOf(await call('signer.import', { label, from }))
}

async function madeOf(reply: Reply<{ readonly id: string | null }>): Promise<Reply<{ readonly id: string }>> {
  if (!reply.ok) return reply
  const { id } = reply.value
  if (id === null) return { ok: false, problem: canceled }
  await refreshSigners()
  return { ok: true, value: { id } }
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

/** Whether it was done; a problem where it was not. */
async function done(asked: Promise<Reply<{ readonly done: boolean }>>): Promise<Problem | null> {
  const reply = await asked
  if (!reply.ok) return reply.problem
  return reply.value.done ? null : canceled
}

/** Looks at a signer now. */
export async function checkSigner(id: string): Promise<Problem | null> {
  const reply = await call('signer.check', { id })
  if (!reply.ok) return reply.problem
  const seen = reply.value
  useSigners.setState(({ signers }) => {
    const before = known(signers)
    return before === null ? {} : { signers: { kind: 'ready', value: before.map((each) => (each.id === id ? seen : each)) } }
  })
  return null
}

/** Which accounts a signer of this config offers. */
export function discoverAccounts(config: SignerConfigView): Promise<Reply<CallOutput<'signer.discover'>>> {
  return call('signer.discover', { config })
}

/** Has the device show an address; whether it was approved there. */
export function verifyAddress(config: SignerConfigView, address: string): Promise<Reply<CallOutput<'signer.verifyAddress'>>> {
  return call('signer.verifyAddress', { config, address })
}

/** Takes a signer in. */
export async function addSigner(label: string, config: SignerConfigView, address: string): Promise<Reply<CallOutput<'signer.add'>>> {
  const reply = await call('signer.add', { label, config, address })
  if (reply.ok) await refreshSigners()
  return reply
}

/** Whether a secret was asked for since a set-up was last left. */
let secretAsked = false

/** Opens the main-owned window that takes a secret in; null when nothing was typed. */
export async function storeSecret(purpose: SecretPurpose, label: string): Promise<Reply<CallOutput<'signer.storeSecret'>>> {
  secretAsked = true
  return call('signer.storeSecret', { purpose, label })
}

/** A set-up was left: what was typed for it, and is not needed, is forgotten. */
export async function leaveSetUp(): Promise<void> {
  if (!secretAsked) return
  secretAsked = false
  await call('signer.leaveSetUp', {})
}

/** Changes how a signer is reached. Needs authority. */
export function configureSigner(id: string, config: SignerConfigView): Promise<Problem | null> {
  return done(call('signer.configure', { id, config }))
}

/** What depends on a signer. */
export type SignerDependants = CallOutput<'signer.dependants'>

/** What depends on a signer now. */
export function dependantsOf(id: string): Promise<Reply<SignerDependants>> {
  return call('signer.dependants', { id })
}

/** Takes a signer out. Needs authority. */
export function removeSigner(id: string): Promise<Problem | null> {
  return done(call('signer.remove', { id }))
}

/** Sets who is asked first of the signers of an address. Needs authority. */
export function setTurns(ids: readonly string[]): Promise<Problem | null> {
  return done(call('signer.setTurns', { ids: [...ids] }))
}

/** Has two parties make a key in shares. Needs authority; no address without it. */
export function makeSharedKey(config: MpcConfigView): Promise<Reply<CallOutput<'signer.initialise'>>> {
  return call('signer.initialise', { config })
}

/** Has the parties of a signer make new shares of the same key. Needs authority. */
export function refreshShares(id: string): Promise<Reply<CallOutput<'signer.refresh'>>> {
  return call('signer.refresh', { id })
}

/** Starts hearing the signers; returns how to stop. */
export function startSigners(): () => void {
  const stop = on('signer.changed', (value) => useSigners.setState({ signers: { kind: 'ready', value } }))
  void refreshSigners()
  return stop
}
