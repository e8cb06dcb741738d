import { create } from 'zustand'

import type { DeviceRequestView, SignerInteraction } from '../../src-preload/contract/signers'
import { call, on } from '../api/bridge'

/** What a person has to do at a signer now. */
export interface Prompt extends SignerInteraction {
  /** The address that is to be compared, where that is what is asked. */
  readonly address: string | null
}

/** What the device will show for an order, one request a transaction. */
export interface DevicePreview {
  readonly planId: string
  readonly requests: readonly DeviceRequestView[]
}

interface PromptState {
  /** The newest that is not over; null when nothing is asked. */
  readonly prompt: Prompt | null
  /** The person put the picture away; what is asked stays asked. */
  readonly hidden: boolean
  /** The address that the set-up has on the device's screen. */
  readonly comparing: string | null
  /** Of the plan that was looked at last; asked for while it waits, for afterwards main has forgotten it. */
  readonly preview: DevicePreview | null
}

/** What is asked of a person at a signer. */
export const useDevicePrompt = create<PromptState>(() => ({
  prompt: null,
  hidden: false,
  comparing: null,
  preview: null,
}))

function hear(heard: SignerInteraction): void {
  const { prompt, comparing } = useDevicePrompt.getState()
  if (heard.required === 'none') {
    if (prompt?.subject === heard.subject) useDevicePrompt.setState({ prompt: null, hidden: false })
    return
  }
  const address = heard.required === 'verify-address' ? comparing : null
  // The next thing that is asked is shown again, also to whoever put the one before away.
  useDevicePrompt.setState({ prompt: { ...heard, address }, hidden: false })
}

/** Says which address the device is about to show; null when it is not any more. */
export function compareAddress(address: string | null): void {
  useDevicePrompt.setState({ comparing: address })
}

/** Asks what the device will show for a plan; nothing where it has no screen. */
export async function previewDevice(planId: string): Promise<void> {
  if (useDevicePrompt.getState().preview?.planId === planId) return
  const reply = await call('signer.preview', { planId })
  const requests = reply.ok ? (reply.value?.requests ?? []) : []
  useDevicePrompt.setState({ preview: { planId, requests } })
}

/** Puts the picture away. */
export function hidePrompt(): void {
  useDevicePrompt.setState({ hidden: true })
}

/** Shows it again. */
export function showPrompt(): void {
  useDevicePrompt.setState({ hidden: false })
}

/** Gives up what the set-up waits for. */
export async function stopSetUp(): Promise<void> {
  await call('signer.stopDiscovering', {})
}

/** Starts hearing what is asked; returns how to stop. */
export function startDevicePrompt(): () => void {
  return on('signer.interaction', hear)
}
