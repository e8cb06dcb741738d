import { create } from 'zustand'

import type { AppStatus, ChainView, SettingsView } from '../../src-preload/contract/app'
import type { Problem } from '../../src-preload/contract/problem'
import { call } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface SettingsState {
  readonly settings: Remote<SettingsView>
  readonly chain: Remote<ChainView | null>
  readonly devnetFound: boolean
}

/** Settings and the connected chain as main holds them. */
export const useSettings = create<SettingsState>(() => ({ settings: LOADING, chain: LOADING, devnetFound: false }))

/** Reads the settings. */
export async function refreshSettings(): Promise<void> {
  useSettings.setState({ settings: await fetchRemote('settings.get', {}, known(useSettings.getState().settings)) })
}

/** Reads the chain, and whether a devnet runs. */
export async function refreshSurroundings(): Promise<void> {
  const [chain, devnet] = await Promise.all([
    fetchRemote('chain.get', {}, known(useSettings.getState().chain)),
    call('chain.devnetFound', {}),
  ])
  useSettings.setState({ chain, devnetFound: devnet.ok && devnet.value.found })
}

/** Changes settings; what loosens opens the main-owned window. Answers why it did not work, or null. */
export async function updateSettings(change: Partial<SettingsView>): Promise<Problem | null> {
  const reply = await call('settings.update', change)
  if (!reply.ok) return reply.problem
  useSettings.setState({ settings: { kind: 'ready', value: reply.value.settings } })
  return reply.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}

/** Connects a chain from a profile file that main asks for, or the running devnet. */
export async function connectChain(from: 'file' | 'devnet'): Promise<Problem | null> {
  const reply = await call('chain.connect', { from })
  if (!reply.ok) return reply.problem
  useSettings.setState({ chain: { kind: 'ready', value: reply.value } })
  return null
}

/** Moves to another environment. */
export async function switchEnvironment(environment: AppStatus['environment']): Promise<Problem | null> {
  const reply = await call('environment.switch', { environment })
  return reply.ok ? null : reply.problem
}

/** Opens the main-owned window that shows the recovery keys; answers whether the person finished. */
export async function beginSetup(riskProfile: SettingsView['riskProfile']): Promise<Problem | null> {
  const reply = await call('setup.begin', { riskProfile })
  if (!reply.ok) return reply.problem
  return reply.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}
