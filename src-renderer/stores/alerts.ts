import { create } from 'zustand'

import type { AlertLightView, AlertListView, AlertSettingsView, AlertView } from '../../src-preload/contract/alerts'
import type { Problem, Reply } from '../../src-preload/contract/problem'
import { call, on } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'
import { throttle } from './throttle'

/** A flood of alerts is read in gulps, ms. */
const READ_EVERY_MS = 250

interface AlertsState {
  readonly list: Remote<AlertListView>
  readonly settings: Remote<AlertSettingsView>
}

/** Alerts and how people are told of them, while an environment is open. */
export const useAlerts = create<AlertsState>(() => ({ list: LOADING, settings: LOADING }))

/** How many alerts wait for somebody; null until main has said so. Known also while the app is locked. */
export const useAlertLight = create<{ readonly light: AlertLightView | null }>(() => ({ light: null }))

/** What became of a swap that counted as filled when its chain took it back. */
const TAKEN_BACK: readonly AlertView['kind'][] = ['fill-reorged', 'fill-mined-again', 'fill-undone']

/** The latest that was told of a filled order which its chain took back; null where that did not happen, or longer ago than alerts are kept. */
export function takenBack(alerts: readonly AlertView[], orderId: string): AlertView | null {
  const told = alerts.filter(({ kind, subject }) => subject === orderId && TAKEN_BACK.includes(kind))
  return told.reduce<AlertView | null>((latest, each) => (latest === null || each.lastAtMs > latest.lastAtMs ? each : latest), null)
}

/** Whether it is out of its chain now, as far as it is known. */
export const isOutOfItsChain = (told: AlertView | null): boolean => told !== null && told.kind !== 'fill-mined-again'

/** What {@link takenBack} answers, as it is told. */
export const useTakenBack = (orderId: string): AlertView | null => useAlerts(({ list }) => takenBack(known(list)?.alerts ?? [], orderId))

/** That the two endpoints of a chain contradicted each other after this time, wall ms; null where nothing was told of it since. */
export function useEndpointsDiffer(sinceMs: number): AlertView | null {
  return useAlerts(
    ({ list }) => (known(list)?.alerts ?? []).find(({ kind, lastAtMs }) => kind === 'endpoints-disagree' && lastAtMs >= sinceMs) ?? null,
  )
}

/** Reads the list anew. */
export async function refreshAlerts(): Promise<void> {
  useAlerts.setState({ list: await fetchRemote('alerts.list', {}, known(useAlerts.getState().list)) })
}

/** Reads how people are told anew. */
export async function refreshAlertSettings(): Promise<void> {
  useAlerts.setState({ settings: await fetchRemote('alerts.settings', {}, known(useAlerts.getState().settings)) })
}

/** A changed alert keeps its place, so that nothing jumps under the hand; a new one is read with the others. */
function heard(alert: AlertView | null, readSoon: () => void): void {
  const list = known(useAlerts.getState().list)
  if (alert === null || list?.alerts.some(({ id }) => id === alert.id) !== true) {
    readSoon()
    return
  }
  const alerts = list.alerts.map((each) => (each.id === alert.id ? alert : each))
  useAlerts.setState({ list: { kind: 'ready', value: { ...list, alerts } } })
}

/** Marks these as dealt with; answers why it did not work, or null. */
export async function acknowledgeAlerts(ids: readonly string[]): Promise<Problem | null> {
  if (ids.length === 0) return null
  const reply = await call('alerts.acknowledge', { ids: [...ids] })
  return reply.ok ? null : reply.problem
}

/** Tells by every way at once. */
export async function sendTestAlert(): Promise<Problem | null> {
  const reply = await call('alerts.test', {})
  return reply.ok ? null : reply.problem
}

/** Switches the tone. */
export async function setAlertSound(isOn: boolean): Promise<Problem | null> {
  return after(await call('alerts.setSound', { on: isOn }))
}

/** Chooses which urgencies a way is used for; fewer than before opens the main-owned window. */
export async function setAlertSeverities(path: 'desktop' | 'webhook', severities: AlertView['severity'][]): Promise<Problem | null> {
  return after(await call('alerts.setSeverities', { path, severities }))
}

/** Sets the webhook up or moves it; the main-owned window asks, and shows the new secret once. */
export async function setAlertWebhook(url: string): Promise<Problem | null> {
  return after(await call('alerts.setWebhook', { url }))
}

/** Removes the webhook; the main-owned window asks. */
export async function removeAlertWebhook(): Promise<Problem | null> {
  return after(await call('alerts.removeWebhook', {}))
}

/** Makes a new secret; the main-owned window asks, and shows it once. */
export async function rotateAlertSecret(): Promise<Problem | null> {
  return after(await call('alerts.rotateSecret', {}))
}

async function after(reply: Reply<{ done?: boolean }>): Promise<Problem | null> {
  if (!reply.ok) return reply.problem
  await refreshAlertSettings()
  return reply.value.done === false ? { code: 'CANCELED_BY_USER', figures: {} } : null
}

/** Starts hearing how many alerts wait; `onTone` is asked for the sound. Returns how to stop. */
export function startAlertLight(onTone: () => void): () => void {
  const stop = on('alerts.light', ({ urgent, open, tone }) => {
    useAlertLight.setState({ light: { urgent, open } })
    if (tone) onTone()
  })
  void call('alerts.light', {}).then((reply) => {
    if (reply.ok) useAlertLight.setState({ light: reply.value })
  })
  return stop
}

/** Starts hearing alerts; returns how to stop. */
export function startAlerts(): () => void {
  const reading = throttle(READ_EVERY_MS, () => void refreshAlerts())
  const stops = [
    on('alert.changed', (alert) => heard(alert, reading.trigger)),
    on('alerts.settings', (value) => useAlerts.setState({ settings: { kind: 'ready', value } })),
  ]
  void refreshAlerts()
  void refreshAlertSettings()
  return () => {
    reading.stop()
    for (const stop of stops) stop()
  }
}
